"""Intakes as Voka sees them: funnel, duplicates, those of one company."""

from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from charts import Funnel, funnel
from companies.enums import IntakeState, LogKind
from companies.models import Company, Intake, IntakeLog


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
