"""Where the shapes of a chart stand: values become places from 0 to 100 and words. The templates in templates/components
draw them. Knows nobody.

What a newcomer gets wrong: drawing a missing value as 0. It has no place (None), only words that say why it is missing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils import formats
from django.utils.translation import gettext as _

Number = Decimal | int

# Past the target there is room for a third more, so that one who does better than planned stays on the drawing.
ROOM = Decimal(4) / 3
# Small multiples: start and target stand in the same place for everyone, with room for who got worse or did better.
WAY_START, WAY_TARGET = 20.0, 80.0


def figure(value: Number | None, decimals: int | None = None) -> str:
    """A figure as people write it: 12 or 12,5; empty when unknown."""
    if value is None:
        return ""
    return formats.number_format(Decimal(value).normalize() if decimals is None else value, decimals)


def mean(values: Sequence[int]) -> Decimal | None:
    """The mean with one decimal, as it is written and drawn; None of nothing."""
    if not values:
        return None
    return (Decimal(sum(values)) / len(values)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _share(value: Number, low: Number, width: Number) -> float:
    return round(float((value - low) / Decimal(width) * 100), 1)


# --- Dumbbell: start beside end ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """What a row of a dumbbell chart is made of. Without a value the words say why there is none."""

    label: str
    start: Number | None
    end: Number | None = None
    number: str = ""
    start_words: str = ""
    end_words: str = ""
    note: str = ""  # what counts in this row, for the table
    warning: str = ""  # the same, when one should not overlook it


@dataclass(frozen=True)
class Point:
    """One end of a dumbbell; `share` is None when it is not on the scale."""

    words: str
    share: float | None


@dataclass(frozen=True)
class DumbbellRow:
    """One row as it is drawn."""

    entry: Entry
    start: Point
    end: Point
    difference: str

    @property
    def is_linked(self) -> bool:
        return self.start.share is not None and self.end.share is not None


@dataclass(frozen=True)
class Tick:
    """A line of the grid."""

    words: str
    share: float


@dataclass(frozen=True)
class Dumbbell:
    """A dumbbell chart. Until someone has an end value there is no column for it."""

    title: str
    sentence: str
    row_name: str
    rows: tuple[DumbbellRow, ...]
    ticks: tuple[Tick, ...]
    has_end: bool
    has_notes: bool
    steps: str  # what the figures on the axis mean, when they are more than figures
    names: tuple[str, str] | None = None  # what the two values are, when they are not a start and an end


def dumbbell(
    entries: Iterable[Entry],
    *,
    title: str,
    row_name: str,
    maximum: int,
    sentence: str = "",
    steps: str = "",
    decimals: int = 0,
    names: tuple[str, str] | None = None,
) -> Dumbbell:
    """Start beside end on an axis from 0 to `maximum`; a value past its ends is drawn on the edge and said in words.

    With `names` the two are not a start and an end but, for example, one company and all of them.
    """
    kept = list(entries)

    def point(value: Number | None, words: str) -> Point:
        if value is None:
            return Point(words or _("not yet"), None)
        return Point(figure(value, decimals), min(max(_share(value, 0, maximum), 0.0), 100.0))

    return Dumbbell(
        title=title,
        sentence=sentence,
        row_name=row_name,
        rows=tuple(
            DumbbellRow(
                entry=entry,
                start=point(entry.start, entry.start_words),
                end=point(entry.end, entry.end_words),
                difference=_difference(entry.start, entry.end, decimals),
            )
            for entry in kept
        ),
        ticks=tuple(Tick(str(tick), _share(tick, 0, maximum)) for tick in range(maximum + 1)),
        has_end=any(entry.end is not None for entry in kept),
        has_notes=any(entry.note for entry in kept),
        steps=steps,
        names=names,
    )


def _difference(start: Number | None, end: Number | None, decimals: int) -> str:
    if start is None or end is None:
        return "–"
    difference = Decimal(end) - Decimal(start)
    sign = "+" if difference > 0 else "−" if difference < 0 else ""
    return sign + figure(abs(difference), decimals)


# --- Bullet: a value between its start and its target -----------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """A bar that grows from zero, to the left for a negative value; `share` is where its value stands."""

    x: float
    width: float
    share: float


@dataclass(frozen=True)
class Bullet:
    """An objective on an axis that always holds zero; what is unknown is None and is not drawn."""

    zero: float
    start: Bar | None
    now: Bar | None
    target: float | None


def bullet(*, start: Number | None, now: Number | None, target: Number | None) -> Bullet:
    """The axis holds zero and every value, with room for a third past the target. For fewer is better too."""
    known = [value for value in (start, now, target) if value is not None]
    low, high = min([0, *known]), max([0, *known])
    if target is not None and target > 0:
        high = max(high, low + (target - low) * ROOM)
    elif target is not None and target < 0:
        low = min(low, high - (high - target) * ROOM)
    width = high - low or 1

    def bar(value: Number | None) -> Bar | None:
        return None if value is None else _bar(zero, _share(value, low, width))

    zero = _share(0, low, width)
    return Bullet(
        zero=zero,
        start=bar(start),
        now=bar(now),
        target=None if target is None else _share(target, low, width),
    )


def _bar(foot: float, share: float) -> Bar:
    return Bar(x=min(foot, share), width=round(abs(share - foot), 1), share=share)


# --- Small multiples: how far everyone is on the way from start to target ---------------------------------------------


@dataclass(frozen=True)
class Way:
    """The way from start to target, in the same place for everyone; without `bar` it cannot be said how far one is."""

    bar: Bar | None
    start: float = WAY_START
    target: float = WAY_TARGET


def way(*, start: Number | None, now: Number | None, target: Number | None) -> Way:
    """To the right is better, also where fewer is better. Past the edges the bar stops; the words have the figure."""
    if start is None or now is None or target is None or start == target:
        return Way(bar=None)
    done = (now - start) / Decimal(target - start)
    share = round(WAY_START + float(done) * (WAY_TARGET - WAY_START), 1)
    return Way(bar=_bar(WAY_START, min(max(share, 0.0), 100.0)))


# --- Funnel: how many came how far ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """How many came this far; `url` shows who."""

    label: str
    count: int
    share: float
    url: str = ""


@dataclass(frozen=True)
class Funnel:
    """The steps in order, and beside them where some went instead (`aside`)."""

    title: str
    sentence: str
    total: int
    steps: tuple[Step, ...]
    aside: tuple[Step, ...]


def funnel(
    steps: Iterable[tuple[str, int, str]],
    *,
    title: str,
    total: int,
    aside: Iterable[tuple[str, int, str]] = (),
    sentence: str = "",
) -> Funnel:
    """`steps` and `aside` are (label, count, address); each bar is its part of `total`."""

    def drawn(rows: Iterable[tuple[str, int, str]]) -> tuple[Step, ...]:
        return tuple(Step(label, count, _share(count, 0, total or 1), url) for label, count, url in rows)

    return Funnel(title=title, sentence=sentence, total=total, steps=drawn(steps), aside=drawn(aside))
