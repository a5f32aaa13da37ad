"""Who gave which consent, who is invited to a company, and who waits to leave it."""

from django.db.models import Prefetch

from accounts.models import Invitation
from accounts.policy import is_voka_staff
from companies.models import ContactConsent, HandOver, IntakeConsent, Merge


def intake_with_consents_of_contact(intake):
    """The intake that the present contact filled in: another one when merging took the contact over from there."""
    seen = set()
    while intake.pk not in seen:
        seen.add(intake.pk)
        merges = Merge.objects.filter(into_intake=intake, undone_at=None).select_related("intake")
        # Newest first; in Python, because SQLite cannot look inside a list.
        source = next((merge.intake for merge in merges if "contact" in merge.taken), None)
        if source is None:
            break
        intake = source
    return intake


def consents_of_contact(intake):
    """What the present contact agreed to when signing up: nothing that somebody else gave with another address."""
    source = intake_with_consents_of_contact(intake)
    return IntakeConsent.objects.filter(intake=source, email__iexact=intake.contact_email)


def consents_for(user, company):
    """The consents that `user` sees of a company: one's own, and for Voka everybody's."""
    consents = ContactConsent.objects.filter(organisation=company.pk).select_related("membership__user")
    return consents if is_voka_staff(user) else consents.filter(membership__user=user)


def pending_invitations(company):
    """Invitations that nobody used or withdrew, expired ones too, with whom they take over from; two queries."""
    waiting = HandOver.objects.filter(finished_at=None).select_related("leaving__user")
    return (
        Invitation.objects.filter(organisation=company.pk, accepted_at=None, withdrawn_at=None)
        .select_related("invited_by")
        .prefetch_related(Prefetch("hand_overs", waiting, to_attr="takes_over"))
    )


def open_hand_overs(company) -> frozenset[int]:
    """Ids of the memberships that end as soon as their successor accepts the invitation."""
    waiting = HandOver.objects.filter(
        leaving__organisation=company.pk, finished_at=None, invitation__in=Invitation.objects.open()
    )
    return frozenset(waiting.values_list("leaving", flat=True))
