"""The measurements of companies on the questionnaire, and the chart of them."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from charts import Dumbbell, Entry, dumbbell
from companies.enums import Maturity, QuestionnaireState
from companies.models import Intake, IntakeAnswer, Questionnaire


@dataclass(frozen=True)
class BaselineRow:
    """One form of cooperation: what the company declared, what Voka made of it, and what counts."""

    number: int
    text: str
    explanation: str
    declared: Maturity
    refined: Maturity | None
    why: str
    volume: int | None
    remark: str

    @property
    def value(self) -> Maturity:
        return self.refined or self.declared

    @property
    def counts(self) -> bool:
        return self.value.counts


@dataclass(frozen=True)
class Baseline:
    """The start measurement of a company in a trajectory."""

    intake: Intake
    rows: tuple[BaselineRow, ...]

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
    def chart(self) -> Dumbbell:
        """Each form of cooperation on the scale from 0 to 4; an answer that does not count is there in words."""
        return dumbbell(
            [
                Entry(row.text, row.value.points, number=str(row.number), start_words=str(row.value.label))
                for row in self.rows
            ],
            title=_("Forms of cooperation"),
            row_name=_("Form of cooperation"),
            maximum=4,
            sentence=_("This is the start. The final measurement comes beside it later."),
            steps=" · ".join(step.in_full for step in Maturity if step.counts),
        )


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
    """The start measurements of a company, one per trajectory, newest first; two queries. Asks no permission."""
    answers = IntakeAnswer.objects.select_related("question").order_by("question__number")
    intakes = (
        Intake.objects.accepted()
        .filter(organisation=organisation)
        .select_related("trajectory")
        .prefetch_related(Prefetch("answers", answers))
        .order_by("-decided_at", "-id")
    )
    return [Baseline(intake=intake, rows=tuple(_row(answer) for answer in intake.answers.all())) for intake in intakes]


def _row(answer) -> BaselineRow:
    return BaselineRow(
        number=answer.question.number,
        text=answer.question.text,
        explanation=answer.question.explanation,
        declared=Maturity(answer.declared),
        refined=Maturity(answer.refined) if answer.refined else None,
        why=answer.refined_why,
        volume=answer.volume,
        remark=answer.remark,
    )
