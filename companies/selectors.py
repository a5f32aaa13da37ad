"""Reads about companies for this app and the floors above: who is accepted and refined, and what the start measurement says.

An average only counts answers on the scale; it always travels with how many those were.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from charts import Dumbbell, Entry, Funnel, dumbbell, funnel
from companies.enums import IntakeState, LogKind, Maturity, QuestionnaireState
from companies.models import Company, Intake, IntakeAnswer, IntakeLog, Questionnaire


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


def intake_funnel(trajectory) -> Funnel:
    """How many sign-ups for `trajectory` came how far; one query. For Voka only: the caller asks."""
    started = IntakeLog.objects.filter(intake=OuterRef("pk"), kind=LogKind.IN_CONTACT)
    is_refined, is_accepted = Q(refined_at__isnull=False), Q(state=IntakeState.ACCEPTED)
    counts = (
        Intake.objects.filter(trajectory=trajectory)
        .annotate(was_in_contact=Exists(started))
        .aggregate(
            submitted=Count("pk"),
            in_contact=Count("pk", filter=Q(was_in_contact=True) | is_refined | is_accepted),
            refined=Count("pk", filter=is_refined),
            accepted=Count("pk", filter=is_accepted),
            unrefined=Count("pk", filter=is_accepted & ~is_refined),
            declined=Count("pk", filter=Q(state=IntakeState.DECLINED)),
        )
    )

    def rows(**filters) -> str:
        filters["trajectory__id__exact"] = trajectory.pk
        return reverse("admin:companies_intake_changelist") + "?" + urlencode(filters)

    return funnel(
        [
            (_("Submitted"), counts["submitted"], rows()),
            (_("In contact or further"), counts["in_contact"], ""),
            (_("Refined"), counts["refined"], rows(refined_at__isnull=False)),
            (_("Accepted"), counts["accepted"], rows(state__exact=IntakeState.ACCEPTED)),
        ],
        title=_("From sign-up to accepted"),
        total=counts["submitted"],
        aside=[(_("Declined"), counts["declined"], rows(state__exact=IntakeState.DECLINED))],
        sentence=_funnel_in_a_sentence(**counts),
    )


def _funnel_in_a_sentence(*, submitted, accepted, declined, unrefined, **_others) -> str:
    sentences = [
        ngettext(
            "Accepted: %(accepted)d of %(count)d sign-up.",
            "Accepted: %(accepted)d of %(count)d sign-ups.",
            submitted,
        )
        % {"accepted": accepted, "count": submitted}
    ]
    if undecided := submitted - accepted - declined:
        sentences.append(
            ngettext("%(count)d is still to be decided.", "%(count)d are still to be decided.", undecided)
            % {"count": undecided}
        )
    if unrefined:
        sentences.append(
            ngettext(
                "%(count)d was accepted and is still to be refined.",
                "%(count)d were accepted and are still to be refined.",
                unrefined,
            )
            % {"count": unrefined}
        )
    return " ".join(sentences)


def contacts_of(organisation):
    """Who works for a company today, with the person behind each membership."""
    return Membership.objects.active().filter(organisation=organisation, user__is_active=True).select_related("user")


def intakes_for_staff(company):
    """Every intake with this company's enterprise number, decided or not, newest first."""
    own = Intake.objects.filter(organisation=company.pk)
    if company.enterprise_number:
        own |= Intake.objects.filter(enterprise_number=company.enterprise_number)
    return own.select_related("trajectory")


def same_company(intake):
    """The company that has this intake's enterprise number already, if any, and the other intakes with it."""
    others = Intake.objects.filter(enterprise_number=intake.enterprise_number).exclude(pk=intake.pk)
    company = Company.objects.select_related("organisation").filter(enterprise_number=intake.enterprise_number).first()
    return company, others.select_related("trajectory")
