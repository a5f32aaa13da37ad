"""Criteria, scores and how far a self-assessment is."""

from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.translation import gettext as _

from charts import Dumbbell, Entry, dumbbell, figure, mean
from phases.enums import Phase
from phases.models import Trajectory
from schools.enums import Moment
from schools.models import (
    Criterion,
    CriterionScore,
    Framework,
    KeyElement,
    SelfAssessment,
)


def current_framework() -> Framework:
    """The version for new self-assessments."""
    return Framework.objects.get(is_current=True)


def current_criteria():
    """The 21 criteria in use, in order, with their key element."""
    return Criterion.objects.filter(framework__is_current=True).select_related("key_element")


@dataclass(frozen=True)
class Progress:
    """How many criteria have a score, out of how many."""

    answered: int
    total: int

    @property
    def missing(self) -> int:
        return self.total - self.answered

    @property
    def is_complete(self) -> bool:
        return self.total > 0 and self.missing == 0


def assessment_progress(school, trajectory, moment=Moment.START) -> Progress:
    """How far a school is with one self-assessment."""
    return assessment_progress_by_school(trajectory, moment, [school.pk])[school.pk]


def assessment_progress_by_school(trajectory, moment, organisation_ids) -> dict[int, Progress]:
    """Progress of several schools at once: two queries, however many schools."""
    frameworks = {framework.pk: framework for framework in Framework.objects.annotate(total=Count("criteria"))}
    new = next((framework.total for framework in frameworks.values() if framework.is_current), 0)
    progress = {pk: Progress(0, new) for pk in organisation_ids}
    assessments = SelfAssessment.objects.filter(trajectory=trajectory, moment=moment, school__in=organisation_ids)
    for school, framework, answered in assessments.annotate(answered=Count("scores")).values_list(
        "school_id", "framework_id", "answered"
    ):
        progress[school] = Progress(answered, frameworks[framework].total)
    return progress


def moment_now(trajectory) -> Moment:
    """Which self-assessment is on the table in this phase."""
    return Moment.END if Phase(trajectory.phase).number >= Phase.EVALUATION.number else Moment.START


def why_closed(trajectory, moment, *, is_answered) -> str:
    """Why a criterion cannot be scored at this moment, in a sentence; empty when it can."""
    phase = Phase(trajectory.phase)
    if moment == Moment.END and phase.number < Phase.EVALUATION.number:
        return _("The final self-assessment opens in phase 4.")
    if moment == Moment.START and phase != Phase.BASELINE and is_answered:
        return _("The start measurement is fixed since the end of phase 1. Fill in the final one from phase 4 on.")
    return ""


def trajectories_of(school):
    """Trajectories in which a school takes or took part, newest first."""
    return Trajectory.objects.filter(participations__organisation=school.pk)


@dataclass
class CriterionRow:
    """One criterion of a school with its scores; `shown` is the score of the moment that is looked at."""

    criterion: Criterion
    start: CriterionScore | None = None
    end: CriterionScore | None = None
    shown: CriterionScore | None = None

    @property
    def is_answered(self) -> bool:
        return self.shown is not None

    @property
    def argument(self) -> str:
        return self.shown.argument if self.shown else ""


@dataclass
class ElementRows:
    """A key element with its criteria."""

    element: KeyElement
    rows: list = field(default_factory=list)

    def scores(self, moment) -> list[int]:
        """The scores that were given at `moment`."""
        given = [row.end if moment == Moment.END else row.start for row in self.rows]
        return [score.score for score in given if score is not None]


@dataclass(frozen=True)
class Board:
    """A school's two self-assessments side by side, grouped by key element."""

    elements: list[ElementRows]
    start: Progress
    end: Progress

    def progress(self, moment) -> Progress:
        return self.end if moment == Moment.END else self.start

    @property
    def rows(self) -> list[CriterionRow]:
        return [row for element in self.elements for row in element.rows]

    @property
    def chart(self) -> Dumbbell:
        """The mean of each key element at the start beside the end, with how many of its criteria that counts."""
        return dumbbell(
            [_entry(element) for element in self.elements],
            title=_("Mean per key element"),
            row_name=_("Key element"),
            maximum=4,
            decimals=1,
            sentence=" ".join(filter(None, [self._growth_in_a_sentence, self._counts_in_a_sentence])),
        )

    @property
    def _growth_in_a_sentence(self) -> str:
        """Which key element grew most; only those count of which every criterion has both scores."""
        grown = [
            (end - start, element, start, end)
            for element in self.elements
            if len(element.scores(Moment.START)) == len(element.scores(Moment.END)) == len(element.rows)
            and (start := mean(element.scores(Moment.START))) is not None
            and (end := mean(element.scores(Moment.END))) is not None
        ]
        growth, element, start, end = max(grown, key=lambda each: each[0], default=(0, None, None, None))
        if element is None or growth <= 0:
            return ""
        return _("%(element)s grew most: from %(start)s to %(end)s.") % {
            "element": element.element.label_nl,
            "start": figure(start, 1),
            "end": figure(end, 1),
        }

    @property
    def _counts_in_a_sentence(self) -> str:
        words = _("At the start %(count)d of %(total)d scores count.") % {
            "count": self.start.answered,
            "total": self.start.total,
        }
        if self.end.answered:
            words += " " + _("At the end %(count)d of %(total)d.") % {
                "count": self.end.answered,
                "total": self.end.total,
            }
        return words


def _entry(element) -> Entry:
    start, end, total = element.scores(Moment.START), element.scores(Moment.END), len(element.rows)
    counts = [_("start %(count)d of %(total)d criteria") % {"count": len(start), "total": total}]
    if end:
        counts.append(_("end %(count)d of %(total)d criteria") % {"count": len(end), "total": total})
    is_partial = any(0 < len(scores) < total for scores in (start, end))
    return Entry(
        element.element.label_nl,
        mean(start),
        mean(end),
        number=str(element.element.number),
        note=", ".join(counts),
        warning=", ".join(counts) if is_partial else "",
    )


def assessment_board(school, trajectory, moment) -> Board:
    """All criteria with start and end; `shown` is what was answered at `moment`. Three queries."""
    assessments = {
        assessment.moment: assessment
        for assessment in SelfAssessment.objects.filter(school=school.pk, trajectory=trajectory)
    }
    scores = {
        (score.assessment.moment, score.criterion_id): score
        for score in CriterionScore.objects.filter(
            assessment__school=school.pk, assessment__trajectory=trajectory
        ).select_related("assessment", "updated_by")
    }
    framework = next((a.framework_id for a in assessments.values()), None)
    rows = []
    for criterion in criteria_of(framework):
        start, end = (scores.get((each, criterion.pk)) for each in (Moment.START, Moment.END))
        rows.append(CriterionRow(criterion, start, end, shown=end if moment == Moment.END else start))
    return Board(
        elements=grouped(rows),
        start=Progress(sum(row.start is not None for row in rows), len(rows)),
        end=Progress(sum(row.end is not None for row in rows), len(rows)),
    )


def criteria_of(framework_id=None):
    """Criteria of one version, or of the current one."""
    which = {"framework": framework_id} if framework_id else {"framework__is_current": True}
    return Criterion.objects.filter(**which).select_related("key_element")


def grouped(rows) -> list[ElementRows]:
    elements: list[ElementRows] = []
    for row in rows:
        if not elements or elements[-1].element != row.criterion.key_element:
            elements.append(ElementRows(row.criterion.key_element))
        elements[-1].rows.append(row)
    return elements
