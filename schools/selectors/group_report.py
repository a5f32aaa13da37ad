"""The group report: the scores of all schools of a trajectory together, without anyone being recognisable.

What a newcomer gets wrong: adding a figure that is made of fewer than MINIMUM_GROUP schools, or from which such a figure can
be worked out. So a key element only counts the criteria that are shown, and there is no lowest or highest school.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median, pstdev, quantiles

from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from charts import Dumbbell, Entry, dumbbell, figure
from phases.selectors import participants
from schools.enums import Moment
from schools.models import Criterion, CriterionScore, KeyElement
from schools.selectors.assessment import criteria_of

MINIMUM_GROUP = 5
LOWEST = 5


def _tenth(value) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Figures:
    """What may be said about one criterion at one moment."""

    count: int
    mean: Decimal
    median: Decimal
    low: Decimal  # a quarter of the schools scores this or lower
    high: Decimal  # a quarter scores this or higher
    spread: Decimal  # standard deviation

    @property
    def mean_words(self) -> str:
        return figure(self.mean, 1)

    @property
    def median_words(self) -> str:
        return figure(self.median, 1)

    @property
    def middle_words(self) -> str:
        return _("%(low)s to %(high)s") % {"low": figure(self.low, 1), "high": figure(self.high, 1)}

    @property
    def spread_words(self) -> str:
        return figure(self.spread, 1)


def figures_of(scores: list[int]) -> Figures | None:
    """None when fewer than MINIMUM_GROUP schools gave a score."""
    if len(scores) < MINIMUM_GROUP:
        return None
    low, _half, high = quantiles(scores, n=4, method="inclusive")
    return Figures(
        count=len(scores),
        mean=_tenth(Decimal(sum(scores)) / len(scores)),
        median=_tenth(median(scores)),
        low=_tenth(low),
        high=_tenth(high),
        spread=_tenth(pstdev(scores)),
    )


@dataclass(frozen=True)
class CriterionFigures:
    """One criterion at the start and at the end."""

    criterion: Criterion
    start: Figures | None
    end: Figures | None

    def at(self, moment) -> Figures | None:
        return self.end if moment == Moment.END else self.start


@dataclass(frozen=True)
class ElementFigures:
    """A key element with its criteria; its means are those of the criteria that are shown."""

    element: KeyElement
    rows: list[CriterionFigures]

    def mean(self, moment) -> Decimal | None:
        shown = [found.mean for row in self.rows if (found := row.at(moment)) is not None]
        return _tenth(sum(shown, Decimal()) / len(shown)) if shown else None

    def counts(self, moment) -> int:
        return sum(row.at(moment) is not None for row in self.rows)


@dataclass(frozen=True)
class GroupReport:
    """All there is to tell. `schools` take part; `start` and `end` of them gave at least one score."""

    schools: int
    start: int
    end: int
    start_done: int
    elements: list[ElementFigures]

    @property
    def start_to_do(self) -> int:
        """How many schools have not scored every criterion at the start."""
        return self.schools - self.start_done

    @property
    def is_open(self) -> bool:
        """Whether there is anything that may be shown."""
        return any(row.start or row.end for row in self.rows)

    @property
    def has_end(self) -> bool:
        return any(row.end for row in self.rows)

    @property
    def minimum(self) -> int:
        return MINIMUM_GROUP

    @property
    def rows(self) -> list[CriterionFigures]:
        return [row for element in self.elements for row in element.rows]

    @property
    def moment(self) -> Moment:
        """The newest moment of which there are figures."""
        return Moment.END if self.has_end else Moment.START

    @property
    def lowest(self) -> list[tuple[Criterion, Figures]]:
        """The criteria with the lowest mean at the newest moment; as many more as share the last one's mean."""
        known = [(row.criterion, found) for row in self.rows if (found := row.at(self.moment)) is not None]
        known.sort(key=lambda each: (each[1].mean, each[0].number))
        if len(known) <= LOWEST:
            return known
        return [each for each in known if each[1].mean <= known[LOWEST - 1][1].mean]

    @property
    def chart(self) -> Dumbbell:
        """The mean of each key element at the start beside the end."""
        return dumbbell(
            [
                Entry(
                    element.element.label_nl,
                    element.mean(Moment.START),
                    element.mean(Moment.END),
                    number=str(element.element.number),
                    start_words=_("too few scores"),
                    end_words=_("too few scores"),
                    note=self._note(element),
                )
                for element in self.elements
            ],
            title=_("Mean per key element"),
            row_name=_("Key element"),
            maximum=4,
            decimals=1,
            sentence=self.sentence,
        )

    def _note(self, element) -> str:
        words = _("start %(count)d of %(total)d criteria") % {
            "count": element.counts(Moment.START),
            "total": len(element.rows),
        }
        if self.has_end:
            words += ", " + _("end %(count)d of %(total)d criteria") % {
                "count": element.counts(Moment.END),
                "total": len(element.rows),
            }
        return words

    @property
    def sentence(self) -> str:
        """Which key element stands lowest now, and how many schools that counts."""
        known = [(mean, each) for each in self.elements if (mean := each.mean(self.moment)) is not None]
        words = _("At the start %(start)d of %(schools)d schools count, at the end %(end)d.") % {
            "start": self.start,
            "end": self.end,
            "schools": self.schools,
        }
        if not known:
            return words
        lowest, element = min(known, key=lambda each: each[0])
        return (
            _("%(element)s scores lowest: %(mean)s of 4.")
            % {"element": element.element.label_nl, "mean": figure(lowest, 1)}
            + " "
            + words
        )


def group_report(trajectory) -> GroupReport:
    """Scores of the schools that take part now. Three queries, however many schools."""
    schools = [participation.organisation_id for participation in participants(trajectory, OrganisationKind.SCHOOL)]
    given = CriterionScore.objects.filter(assessment__trajectory=trajectory, assessment__school__in=schools)
    scores: dict[tuple[str, str], list[int]] = defaultdict(list)
    who: dict[str, Counter[int]] = defaultdict(Counter)
    newest = None
    for moment, number, score, school, framework in given.order_by().values_list(
        "assessment__moment", "criterion__number", "score", "assessment__school", "assessment__framework"
    ):
        scores[moment, number].append(score)
        who[moment][school] += 1
        newest = max(newest or framework, framework)
    elements: list[ElementFigures] = []
    for criterion in criteria_of(newest):
        if not elements or elements[-1].element != criterion.key_element:
            elements.append(ElementFigures(criterion.key_element, []))
        start, end = (figures_of(scores[moment, criterion.number]) for moment in (Moment.START, Moment.END))
        elements[-1].rows.append(CriterionFigures(criterion, start, end))
    asked = sum(len(element.rows) for element in elements)
    done = sum(given >= asked for given in who[Moment.START].values())
    return GroupReport(len(schools), len(who[Moment.START]), len(who[Moment.END]), done, elements)
