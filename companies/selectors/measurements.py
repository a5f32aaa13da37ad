"""Reads about final measurements: what is filled in and what is still open."""

from dataclasses import dataclass

from django.db.models import F, OuterRef, Q, Subquery

from companies.models import FinalAnswer, Intake
from companies.selectors.baseline import Baseline, BaselineRow, by_pillar
from phases.enums import Phase
from phases.models import PhasePlan


@dataclass(frozen=True)
class PartRow:
    """A question with the start beside what was already filled in for the end."""

    start: BaselineRow
    answer: FinalAnswer | None

    @property
    def question(self):
        return self.start.question


@dataclass(frozen=True)
class Part:
    """The questions of one pillar: what is saved in one go."""

    number: int
    name: str
    rows: list[PartRow]

    @property
    def answered(self) -> int:
        return sum(row.answer is not None for row in self.rows)

    @property
    def is_done(self) -> bool:
        return self.answered == len(self.rows)


@dataclass(frozen=True)
class Board:
    """A final measurement as it is filled in, part by part."""

    baseline: Baseline
    parts: list[Part]

    @property
    def answered(self) -> int:
        return sum(part.answered for part in self.parts)

    @property
    def total(self) -> int:
        return sum(len(part.rows) for part in self.parts)

    @property
    def is_done(self) -> bool:
        return all(part.is_done for part in self.parts)

    @property
    def next_part(self) -> Part | None:
        """Where to go on: the first part that is not done."""
        return next((part for part in self.parts if not part.is_done), None)

    @property
    def version(self) -> int:
        return self.baseline.measurement.version if self.baseline.measurement else 0

    @property
    def is_open(self) -> bool:
        """Whether it can be filled in now: in phase 4, and not complete yet."""
        return self.phase_is_open and not self.baseline.has_end

    @property
    def phase_is_open(self):
        return self.baseline.intake.trajectory.phase == Phase.EVALUATION


def measurement_board(baseline: Baseline) -> Board:
    """One final measurement in parts; no query of its own. Asks no permission."""
    measurement = baseline.measurement
    given = {answer.question_id: answer for answer in measurement.answers.all()} if measurement else {}
    rows = [PartRow(row, given.get(row.question.pk)) for row in baseline.rows]
    parts = [Part(number, name, group) for number, (name, group) in enumerate(by_pillar(rows), 1)]
    return Board(baseline=baseline, parts=parts)


def open_measurements(companies):
    """Of these companies (ids): the intakes in phase 4 whose final measurement is open, with when the phase ends; one query."""
    plan = PhasePlan.objects.filter(trajectory=OuterRef("trajectory"), phase=Phase.EVALUATION)
    return list(
        to_be_measured()
        .filter(organisation__in=companies, trajectory__phase=Phase.EVALUATION)
        .select_related("organisation", "trajectory")
        .annotate(phase_ends_on=Subquery(plan.values("ends_on")[:1]))
        .order_by("pk")
    )


def to_be_measured():
    """The accepted intakes of companies that still take part, with no final measurement that is complete or missing."""
    is_open = Q(final_measurement__isnull=True) | Q(
        final_measurement__completed_at__isnull=True, final_measurement__missing_reason=""
    )
    return Intake.objects.accepted().filter(
        is_open,
        organisation__participations__trajectory=F("trajectory"),
        organisation__participations__left_on__isnull=True,
    )
