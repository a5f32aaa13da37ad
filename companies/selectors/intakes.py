"""Intakes as Voka sees them: funnel, duplicates, those of one company."""

from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from charts import Funnel, funnel
from companies.enums import CONTACT_KINDS, IntakeState, KeyElement, LogKind, StudyDomain
from companies.models import Company, Intake, IntakeLog


def intake_funnel(trajectory) -> Funnel:
    """How many sign-ups for `trajectory` came how far; one query. For Voka only: the caller asks."""
    started = IntakeLog.objects.filter(intake=OuterRef("pk"), kind=LogKind.IN_CONTACT)
    is_refined, is_accepted = Q(refined_at__isnull=False), Q(state=IntakeState.ACCEPTED)
    counts = (
        Intake.objects.filter(trajectory=trajectory)
        .exclude(state=IntakeState.MERGED)
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


def wishes_of(intake) -> list[dict[str, object]]:
    """What a company can and wants, as its intake says: only what was filled in. For the company itself and Voka."""
    rows = [
        (_("Goals"), intake.goals),
        (_("Barriers"), intake.barriers),
        (_("Study domains"), ", ".join(str(StudyDomain(value).label) for value in intake.study_domains)),
        (_("Key elements"), ", ".join(str(KeyElement(value).label) for value in intake.key_elements)),
        (_("Places per year"), intake.places_per_year),
        (_("Languages"), intake.languages),
        (_("Safety and age"), intake.safety),
        (_("Partner schools"), intake.partner_schools),
        (_("Part in a workgroup"), intake.get_workgroup_role_display()),
    ]
    return [{"label": label, "value": value} for label, value in rows if value not in ("", None)]


def intakes_for_staff(company):
    """Every intake with this company's enterprise number, decided or not, newest first."""
    own = Intake.objects.filter(organisation=company.pk)
    if company.enterprise_number:
        own |= Intake.objects.filter(enterprise_number=company.enterprise_number)
    return own.select_related("trajectory")


def with_last_contact(intakes):
    """Each intake with `last_at`, when something last happened to it, and `next_on`, the date agreed with the company."""
    log = IntakeLog.objects.filter(intake=OuterRef("pk"))
    contacts = log.filter(kind__in=CONTACT_KINDS).order_by("-at", "-id")
    return intakes.annotate(
        last_at=Subquery(log.order_by("-at", "-id").values("at")[:1]),
        next_on=Subquery(contacts.values("next_on")[:1]),
    )


def worklist_counts() -> dict[str, int]:
    """How many intakes stand in each state; one query."""
    counts = Intake.objects.order_by().values_list("state").annotate(number=Count("pk"))
    return {state.value: 0 for state in IntakeState} | dict(counts)


def is_signed_up(enterprise_number) -> bool:
    """Whether this number came in before: as a company, or as an intake that is not declined. For anyone: no more than that."""
    gone = (IntakeState.DECLINED, IntakeState.MERGED)
    intakes = Intake.objects.filter(enterprise_number=enterprise_number).exclude(state__in=gone)
    return intakes.exists() or Company.objects.filter(enterprise_number=enterprise_number).exists()
