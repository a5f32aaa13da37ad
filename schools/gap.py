"""The gap between what a school has and what a level asks, as plain arithmetic: no database, no user, no words.

Three things a newcomer gets wrong. No score is not a score of 0: it is unknown, and never met. A mean over a key element
only counts once each of its criteria has a score. One piece of evidence may prove several criteria, so what is missing is
counted per criterion and is the most that can still be needed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Ask:
    """What a level asks of one criterion."""

    min_score: int = 0
    min_evidence: int = 0

    @property
    def asks_something(self) -> bool:
        return self.min_score > 0 or self.min_evidence > 0


@dataclass(frozen=True)
class Standing:
    """What a school has on one criterion. `waiting` was handed in and not approved yet."""

    score: int | None = None
    approved: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Requirements:
    """What a level asks: per criterion (its number), and a mean per key element (its number)."""

    criteria: Mapping[str, Ask]
    means: Mapping[int, Decimal]


@dataclass(frozen=True)
class CriterionGap:
    """One criterion: what is asked beside what there is."""

    number: str
    ask: Ask
    standing: Standing

    @property
    def element(self) -> int:
        return int(self.number.split(".")[0])

    @property
    def lacks_score(self) -> bool:
        """Asked, but nobody gave one."""
        return self.ask.min_score > 0 and self.standing.score is None

    @property
    def points_short(self) -> int:
        """How many points the score has to rise; 0 without a score, because nobody knows."""
        if self.standing.score is None:
            return 0
        return max(0, self.ask.min_score - self.standing.score)

    @property
    def evidence_short(self) -> int:
        """How much approved evidence is still missing."""
        return max(0, self.ask.min_evidence - self.standing.approved)

    @property
    def evidence_waiting(self) -> int:
        """How much of that is already handed in."""
        return min(self.standing.waiting, self.evidence_short)

    @property
    def evidence_to_add(self) -> int:
        """How much the school still has to make."""
        return self.evidence_short - self.evidence_waiting

    @property
    def score_is_met(self) -> bool:
        return not self.lacks_score and self.points_short == 0

    @property
    def is_met(self) -> bool:
        return self.score_is_met and self.evidence_short == 0

    @property
    def only_waits(self) -> bool:
        """Nothing left for the school to do, except to wait for the review."""
        return self.score_is_met and self.evidence_short > 0 and self.evidence_to_add == 0

    @property
    def steps(self) -> int:
        """Conditions of this criterion: 0 to 2."""
        return (self.ask.min_score > 0) + (self.ask.min_evidence > 0)

    @property
    def steps_met(self) -> int:
        return (self.ask.min_score > 0 and self.score_is_met) + (self.ask.min_evidence > 0 and self.evidence_short == 0)


@dataclass(frozen=True)
class ElementGap:
    """One key element: its criteria, and the mean of their scores beside what is asked."""

    number: int
    min_mean: Decimal
    criteria: tuple[CriterionGap, ...]

    @property
    def scores(self) -> list[int]:
        return [each.standing.score for each in self.criteria if each.standing.score is not None]

    @property
    def is_scored(self) -> bool:
        return bool(self.criteria) and len(self.scores) == len(self.criteria)

    @property
    def mean_is_met(self) -> bool:
        return self.min_mean <= 0 or (self.is_scored and self.points_short == 0)

    @property
    def points_short(self) -> int:
        """How many points the scores together have to rise to reach the mean; 0 while a score is missing."""
        if not self.is_scored:
            return 0
        wanted = self.min_mean * len(self.criteria)
        return max(0, -int((sum(self.scores) - wanted).to_integral_value(rounding="ROUND_FLOOR")))

    @property
    def is_met(self) -> bool:
        return self.mean_is_met and all(each.is_met for each in self.criteria)

    @property
    def steps(self) -> int:
        return sum(each.steps for each in self.criteria) + (self.min_mean > 0)

    @property
    def steps_met(self) -> int:
        return sum(each.steps_met for each in self.criteria) + (self.min_mean > 0 and self.mean_is_met)


@dataclass(frozen=True)
class Gap:
    """Everything between a school and one level."""

    elements: tuple[ElementGap, ...]

    @property
    def criteria(self) -> list[CriterionGap]:
        return [each for element in self.elements for each in element.criteria]

    @property
    def open(self) -> list[CriterionGap]:
        """Criteria where the school itself can do something now."""
        return [each for each in self.criteria if not each.is_met and not each.only_waits]

    @property
    def waiting(self) -> list[CriterionGap]:
        return [each for each in self.criteria if each.only_waits]

    @property
    def evidence_short(self) -> int:
        return sum(each.evidence_short for each in self.criteria)

    @property
    def evidence_to_add(self) -> int:
        return sum(each.evidence_to_add for each in self.criteria)

    @property
    def scores_short(self) -> int:
        """Criteria without a score, or with one that is too low."""
        return sum(not each.score_is_met for each in self.criteria)

    @property
    def means_short(self) -> list[ElementGap]:
        """Key elements whose only remaining trouble may be their mean."""
        return [element for element in self.elements if not element.mean_is_met]

    @property
    def is_met(self) -> bool:
        return all(element.is_met for element in self.elements)

    @property
    def steps(self) -> int:
        return sum(element.steps for element in self.elements)

    @property
    def steps_met(self) -> int:
        return sum(element.steps_met for element in self.elements)


def level_reached(ladder: Sequence[tuple[str, Requirements]], standings: Mapping[str, Standing], numbers) -> str | None:
    """The highest level of `ladder` (low to high) that is met together with every level below it; None when not one is."""
    highest = None
    for level, requirements in ladder:
        if not gap_to(requirements, standings, numbers).is_met:
            break
        highest = level
    return highest


def gap_to(requirements: Requirements, standings: Mapping[str, Standing], numbers: Iterable[str]) -> Gap:
    """The gap over the criteria `numbers`, in their order. A criterion of which a level says nothing asks nothing."""
    by_element: dict[int, list[CriterionGap]] = {}
    for number in numbers:
        each = CriterionGap(number, requirements.criteria.get(number, Ask()), standings.get(number, Standing()))
        by_element.setdefault(each.element, []).append(each)
    return Gap(
        tuple(
            ElementGap(element, requirements.means.get(element, Decimal(0)), tuple(criteria))
            for element, criteria in by_element.items()
        )
    )
