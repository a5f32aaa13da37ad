"""The measurements of companies on the questionnaire, and the chart of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charts import Dumbbell, Entry, dumbbell
from companies.enums import Maturity, QuestionnaireState
from companies.models import FinalAnswer, FinalMeasurement, Intake, IntakeAnswer, Question, Questionnaire

Row = TypeVar("Row", bound=Any)


@dataclass(frozen=True)
class NextStep:
    """The step above the one a company stands on, and what it means for this form of cooperation."""

    value: Maturity
    text: str


@dataclass(frozen=True)
class BaselineRow:
    """One form of cooperation: what the company declared, what Voka made of it, what counts, and the end beside it."""

    question: Question
    declared: Maturity
    refined: Maturity | None
    why: str
    volume: int | None
    remark: str
    end: FinalAnswer | None = None

    @property
    def number(self) -> int:
        return self.question.number

    @property
    def text(self) -> str:
        return self.question.text

    @property
    def explanation(self) -> str:
        return self.question.explanation

    @property
    def value(self) -> Maturity:
        return self.refined or self.declared

    @property
    def counts(self) -> bool:
        return self.value.counts

    @property
    def end_value(self) -> Maturity | None:
        return Maturity(self.end.value) if self.end else None

    @property
    def latest(self) -> Maturity:
        """Where the company stands now: at the end when that was measured, else at the start."""
        return self.end_value or self.value

    @property
    def next_step(self) -> NextStep | None:
        """None on the highest step, and for an answer that is not on the scale."""
        points = self.latest.points
        if points is None or points == Maturity.INTEGRATED.points:
            return None
        value = Maturity(str(points + 1))
        return NextStep(value, self.question.steps[value])

    @property
    def is_at_the_top(self) -> bool:
        return self.latest == Maturity.INTEGRATED


@dataclass(frozen=True)
class Baseline:
    """The start measurement of a company in a trajectory, with the final one beside it once that is complete."""

    intake: Intake
    rows: tuple[BaselineRow, ...]
    measurement: FinalMeasurement | None = None

    @property
    def counted(self) -> int:
        """How many answers are on the scale."""
        return sum(row.counts for row in self.rows)

    @property
    def average(self) -> float | None:
        """Mean of the answers on the scale, 0 to 4; None when none counts."""
        points = [row.value.points for row in self.rows if row.value.points is not None]
        return sum(points) / len(points) if points else None

    @property
    def has_end(self) -> bool:
        return self.measurement is not None and self.measurement.is_complete

    @property
    def chart(self) -> Dumbbell:
        """Each form of cooperation on the scale from 0 to 4; an answer that does not count is there in words."""
        return dumbbell(
            [
                Entry(
                    row.text,
                    row.value.points,
                    row.end_value.points if row.end_value else None,
                    number=str(row.number),
                    start_words=str(row.value.label),
                    end_words=str(row.end_value.label) if row.end_value else "",
                )
                for row in self.rows
            ],
            title=_("Forms of cooperation"),
            row_name=_("Form of cooperation"),
            maximum=4,
            sentence=self._growth_in_a_sentence()
            if self.has_end
            else _("This is the start. The final measurement comes beside it later."),
            steps=" · ".join(step.in_full for step in Maturity if step.counts),
        )

    def _growth_in_a_sentence(self) -> str:
        both = [
            row.end_value.points - row.value.points
            for row in self.rows
            if row.end_value and row.end_value.points is not None and row.value.points is not None
        ]
        if not both:
            return _("No form of cooperation has an answer on the scale at the start and at the end.")
        up, down = sum(change > 0 for change in both), sum(change < 0 for change in both)
        facts = {"up": up, "down": down, "same": len(both) - up - down, "count": len(both)}
        return (
            ngettext(
                "Of %(count)d form that can be compared: %(up)d went up, %(same)d stayed the same, %(down)d went down.",
                "Of %(count)d forms that can be compared: %(up)d went up, %(same)d stayed the same, %(down)d went down.",
                len(both),
            )
            % facts
        )


def by_pillar(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Rows with a `question`, grouped by its pillar; pillars in the order of their first question."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.question.pillar.strip(), []).append(row)
    return [(name or _("Other forms of cooperation"), group) for name, group in groups.items()]


def questions_for(questionnaire, headcount_band) -> list[Question]:
    """The questions of this version that a company of this size gets, in order."""
    return [question for question in questionnaire.questions.all() if question.is_asked_of(headcount_band)]


def current_questionnaire() -> Questionnaire | None:
    """The version that companies fill in now, with its questions; two queries."""
    return Questionnaire.objects.filter(state=QuestionnaireState.CURRENT).prefetch_related("questions").first()


def intake_of(organisation, trajectory) -> Intake | None:
    """The accepted intake with which `organisation` entered `trajectory`."""
    return Intake.objects.accepted().filter(organisation=organisation, trajectory=trajectory).first()


def is_refined(organisation, trajectory) -> bool:
    """Whether Voka went over this company's answers with it."""
    intake = intake_of(organisation, trajectory)
    return intake is not None and intake.is_refined


def refined_organisation_ids(trajectory) -> frozenset[int]:
    """Ids of all organisations of `trajectory` whose accepted intake is refined; one query."""
    intakes = Intake.objects.accepted().filter(trajectory=trajectory, refined_at__isnull=False)
    return frozenset(intakes.values_list("organisation_id", flat=True))


def baseline_of(organisation, trajectory) -> Baseline | None:
    """The start measurement of `organisation` in `trajectory`; None without an accepted intake. Asks no permission."""
    return next((each for each in baselines_of(organisation) if each.intake.trajectory_id == trajectory.pk), None)


def baselines_of(organisation) -> list[Baseline]:
    """The start measurements of a company, one per trajectory, newest first; four queries at most. Asks no permission."""
    intakes = Intake.objects.accepted().filter(organisation=organisation).order_by("-decided_at", "-id")
    return [_baseline(intake) for intake in with_answers(intakes)]


def baseline_of_intake(pk) -> Baseline | None:
    """What a company answered in one intake, accepted or not yet. Asks no permission."""
    return next((_baseline(intake) for intake in with_answers(Intake.objects.filter(pk=pk))), None)


def with_answers(intakes):
    """Intakes with all that a Baseline is made of."""
    return intakes.select_related("trajectory", "final_measurement__completed_by").prefetch_related(
        Prefetch("answers", IntakeAnswer.objects.select_related("question").order_by("question__number")),
        Prefetch("final_measurement__answers", FinalAnswer.objects.order_by("question__number")),
    )


def _baseline(intake) -> Baseline:
    measurement = getattr(intake, "final_measurement", None)
    ends = {answer.question_id: answer for answer in measurement.answers.all()} if measurement else {}
    is_complete = measurement is not None and measurement.is_complete
    rows = (_row(answer, ends.get(answer.question_id) if is_complete else None) for answer in intake.answers.all())
    return Baseline(intake=intake, rows=tuple(rows), measurement=measurement)


def _row(answer, end) -> BaselineRow:
    return BaselineRow(
        question=answer.question,
        declared=Maturity(answer.declared),
        refined=Maturity(answer.refined) if answer.refined else None,
        why=answer.refined_why,
        volume=answer.volume,
        remark=answer.remark,
        end=end,
    )
