"""What the measurements say: the profile of one company, and the figures of a trajectory.

What a newcomer gets wrong: making the figure of a trajectory depend on who looks. It comes from the companies that Voka accepted,
the same for everyone, and only where at least MINIMUM of them gave an answer on the scale to that very question; coarse, so that
two figures laid side by side give nothing away either (docs/decisions/0009-figures-of-a-trajectory.md).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charts import Dumbbell, Entry, dumbbell, mean
from companies.enums import IntakeState, Maturity
from companies.models import FinalAnswer, Intake, IntakeAnswer
from companies.selectors.baseline import Baseline, BaselineRow, baseline_of_intake, by_pillar

# Below this many companies no figure of a group is shown, and it is renewed with this many more at a time.
MINIMUM = 5
MORE = 3
# A figure of a group goes by halves, and never says that all of them gave the lowest or the highest answer.
LOWEST, HIGHEST = Decimal("0.5"), Decimal("3.5")


def rough_mean(values) -> Decimal | None:
    """The mean of a group to the nearest half; None of nothing."""
    if not values:
        return None
    halves = (Decimal(2 * sum(values)) / len(values)).quantize(Decimal(1), ROUND_HALF_UP)
    return min(max(halves / 2, LOWEST), HIGHEST)


@dataclass(frozen=True)
class FormResult:
    """One form of cooperation of a company, and the mean of the trajectory when enough companies answered it."""

    row: BaselineRow
    group: Decimal | None


@dataclass(frozen=True)
class PillarResult:
    """One pillar of a company's profile."""

    name: str
    forms: list[FormResult]
    average: Decimal | None
    counted: int
    group: Decimal | None


@dataclass(frozen=True)
class Profile:
    """Where a company stands per pillar, beside the companies of its trajectory."""

    baseline: Baseline
    pillars: list[PillarResult]
    minimum: int = MINIMUM

    @property
    def has_comparison(self) -> bool:
        return any(form.group is not None for pillar in self.pillars for form in pillar.forms)

    @property
    def is_open(self) -> bool:
        """Whether the company has a trajectory to be compared with."""
        return self.baseline.intake.trajectory_id is not None

    @property
    def chart(self) -> Dumbbell:
        return dumbbell(
            [self._entry(pillar) for pillar in self.pillars],
            title=_("Profile per pillar"),
            row_name=_("Pillar"),
            maximum=4,
            decimals=1,
            sentence=self._sentence(),
            steps=" · ".join(step.in_full for step in Maturity if step.counts),
            names=(_("Trajectory"), _("Your company")) if self.has_comparison else (_("Your company"), ""),
        )

    def _entry(self, pillar) -> Entry:
        """The trajectory beside the company, or the company alone."""
        note, none = _counted(pillar.counted, len(pillar.forms)), _("no answer counts")
        if not self.has_comparison:
            return Entry(pillar.name, pillar.average, start_words=none, note=note)
        too_few = _("too few answers")
        return Entry(pillar.name, pillar.group, pillar.average, start_words=too_few, end_words=none, note=note)

    def _sentence(self) -> str:
        known = [pillar for pillar in self.pillars if pillar.average is not None]
        if not known:
            return _("No answer is on the scale yet.")
        best = max(known, key=lambda pillar: (pillar.average, pillar.counted))
        if len({pillar.average for pillar in known}) == 1:
            return _("The mean of the answers that count, on a scale from 0 to 4.")
        return _("You stand furthest on “%(pillar)s”.") % {"pillar": best.name}


def profile_of(baseline: Baseline) -> Profile:
    """The profile of one company; one query more than its answers. Asks no permission."""
    points = _points_in(baseline)
    figures = _figures(_points_of_trajectory(baseline.intake.trajectory_id))
    pillars = []
    for name, rows in by_pillar(baseline.rows):
        forms = [FormResult(row, rough_mean(figures.get(row.text, []))) for row in rows]
        own = [points[row.text] for row in rows if row.text in points]
        group = [each for form in forms for each in figures.get(form.row.text, [])]
        pillars.append(PillarResult(name, forms, mean(own), len(own), rough_mean(group)))
    return Profile(baseline=baseline, pillars=pillars)


def profile_of_intake(pk) -> Profile | None:
    """The profile of what a company sent, accepted or not yet. Asks no permission."""
    baseline = baseline_of_intake(pk)
    return profile_of(baseline) if baseline else None


def _points_in(baseline) -> dict[str, int]:
    """The answers on the scale of one company, by form of cooperation."""
    return {row.text: row.value.points for row in baseline.rows if row.value.points is not None}


def _points_of_trajectory(trajectory) -> Iterable[dict[str, int]]:
    """The answers on the scale of each company that Voka accepted in this trajectory, the first accepted first.

    Never of those who only signed up, nor without the one whose number they filled in: anyone can sign up as anyone, and would
    read in the difference what one company answered.
    """
    if trajectory is None:
        return []
    answers = IntakeAnswer.objects.filter(intake__state=IntakeState.ACCEPTED, intake__trajectory=trajectory)
    given: dict[int, dict[str, int]] = defaultdict(dict)
    for company, text, declared, refined in answers.order_by("intake__decided_at", "intake").values_list(
        "intake__organisation", "question__text", "declared", "refined"
    ):
        points = Maturity(refined or declared).points
        if points is not None:
            given[company][text] = points
    return given.values()


def _figures(given: Iterable[dict[str, int]]) -> dict[str, list[int]]:
    """The answers to each question that enough companies answered; the other questions are not there."""
    by_form = defaultdict(list)
    for points in given:
        for text, value in points.items():
            by_form[text].append(value)
    return {text: _in_full_steps(values) for text, values in by_form.items() if len(values) >= MINIMUM}


def _in_full_steps(values: list) -> list:
    """The first 5, 8, 11 ... of them: whoever waits for one company to join sees nothing change, or three at once."""
    return values[: len(values) - (len(values) - MINIMUM) % MORE]


def _counted(counted, total) -> str:
    return ngettext("%(counted)d of %(total)d answer counts", "%(counted)d of %(total)d answers count", counted) % {
        "counted": counted,
        "total": total,
    }


# --- Start and end of a whole trajectory ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Growth:
    """Start beside end over all companies of a trajectory that finished both; only companies count that answered both."""

    total: int  # companies with a start measurement
    complete: int
    missing: int
    pillars: Dumbbell
    forms: Dumbbell
    has_figures: bool
    minimum: int = MINIMUM

    @property
    def still_needed(self) -> int:
        """How many more complete measurements before there can be a figure."""
        return max(self.minimum - self.complete, 0)


def growth_of(trajectory, *, is_exact=False) -> Growth:
    """The means of a trajectory at the start and at the end; three queries. Asks no permission.

    Exact only for Voka, who reads every answer anyway; for anyone else as coarse as every figure of a group.
    """
    intakes = Intake.objects.accepted().filter(trajectory=trajectory)
    standing = list(intakes.values_list("final_measurement__completed_at", "final_measurement__missing_reason"))
    complete = intakes.filter(final_measurement__completed_at__isnull=False)
    answers = IntakeAnswer.objects.filter(intake__in=complete).order_by("-question__questionnaire", "question__number")
    asked: dict[str, str] = {}
    starts: dict[int, dict[str, int]] = defaultdict(dict)
    for intake, text, pillar, declared, refined in answers.values_list(
        "intake_id", "question__text", "question__pillar", "declared", "refined"
    ):
        asked.setdefault(text, pillar.strip())
        if (points := Maturity(refined or declared).points) is not None:
            starts[intake][text] = points
    ends = FinalAnswer.objects.filter(measurement__intake__in=complete)
    pairs: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for intake, text, value in ends.order_by("measurement__completed_at", "measurement").values_list(
        "measurement__intake_id", "question__text", "value"
    ):
        end = Maturity(value).points
        if end is not None and text in starts[intake]:
            pairs[text].append((starts[intake][text], end))
    shown = {text: both for text, both in pairs.items() if len(both) >= MINIMUM}
    if not is_exact:
        shown = {text: _in_full_steps(both) for text, both in shown.items()}
    return Growth(
        total=len(standing),
        complete=sum(1 for completed, _reason in standing if completed),
        missing=sum(1 for _completed, reason in standing if reason),
        pillars=_growth_chart(_growth_per_pillar(asked, shown), _("Growth per pillar"), _("Pillar"), is_exact),
        forms=_growth_chart(
            {text: shown.get(text, []) for text in asked},
            _("Growth per form of cooperation"),
            _("Form of cooperation"),
            is_exact,
        ),
        has_figures=bool(shown),
    )


def _growth_per_pillar(asked, shown) -> dict[str, list[tuple[int, int]]]:
    pillars: dict[str, list[tuple[int, int]]] = {}
    for text, pillar in asked.items():
        pillars.setdefault(pillar or _("Other forms of cooperation"), []).extend(shown.get(text, []))
    return pillars


def _growth_chart(pairs: dict[str, list[tuple[int, int]]], title, row_name, is_exact) -> Dumbbell:
    too_few = _("too few answers")
    average = mean if is_exact else rough_mean
    sentence = _("Means on a scale from 0 to 4, of companies that answered at the start and at the end.")
    if not is_exact:
        sentence += " " + _("To the nearest half, from 0.5 to 3.5, so that nobody can read one company in them.")
    return dumbbell(
        [
            Entry(
                name,
                average([start for start, _end in both]),
                average([end for _start, end in both]),
                start_words=too_few,
                end_words=too_few,
                note=_answers_in(both) if is_exact else "",
            )
            for name, both in pairs.items()
        ],
        title=title,
        row_name=row_name,
        maximum=4,
        decimals=1,
        sentence=sentence,
        steps=" · ".join(step.in_full for step in Maturity if step.counts),
    )


def _answers_in(both) -> str:
    return ngettext("%(count)d answer", "%(count)d answers", len(both)) % {"count": len(both)} if both else "–"
