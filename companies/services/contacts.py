"""The people of a company: their consents, a second contact for the workgroups, and the hand-over when one leaves.

What a newcomer gets wrong: ending the membership of a contact by hand. `hand_over` keeps somebody in charge, and tells the
floors above through `companies.signals.handed_over`.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Invitation, Membership, Organisation
from accounts.policy import Action, Conflict, Refused, is_voka_staff, letting_in, may, require
from accounts.services import account_of, change_membership, end_membership
from companies.enums import ConsentKind
from companies.models import ContactConsent, HandOver
from companies.selectors.consents import consents_of_contact
from companies.signals import handed_over
from notifications.services import invite_by_mail

# --- Consents ---------------------------------------------------------------------------------------------------------


def carry_consents(intake) -> list[ContactConsent]:
    """Attach what the contact agreed to, word for word and with its time, to the person. Call inside `accept`, once.

    Only what this very person gave: a contact who came in the place of another has agreed to nothing yet.
    """
    person = account_of(intake.contact_email)
    membership = Membership.objects.active().filter(organisation=intake.organisation, user=person).first()
    consents = consents_of_contact(intake)
    return ContactConsent.objects.bulk_create(
        ContactConsent(
            organisation=intake.organisation,
            email=intake.contact_email.lower(),
            membership=membership if person else None,
            source=consent,
            kind=consent.kind,
            version=consent.version,
            text=consent.text,
            given_at=consent.given_at,
            withdrawn_at=consent.withdrawn_at,
        )
        for consent in consents
    )


def welcome_member(membership) -> None:
    """Someone joined: their own consents find them, and a hand-over that waited for them is finished."""
    mine = {membership.user.email.lower()}
    mine |= {address.email.lower() for address in membership.user.emailaddress_set.filter(verified=True)}
    consents = ContactConsent.objects.filter(organisation=membership.organisation, membership=None)
    consents.filter(email__in=mine).update(membership=membership)
    waiting = HandOver.objects.select_for_update(of=("self",)).filter(
        invitation__email__in=mine, leaving__organisation=membership.organisation, finished_at=None
    )
    for waiting_one in waiting.select_related("leaving__organisation", "by").order_by("pk"):
        # Whoever arranged it may have left meanwhile: then the contact stays until somebody arranges it anew.
        if may(waiting_one.by, Action.INVITE_COLLEAGUE, membership.organisation):
            _finish(waiting_one, membership)


@transaction.atomic
def withdraw_consent(*, consent, by) -> ContactConsent:
    """The person themselves, or Voka when they ask it by telephone. Twice is harmless."""
    consent = ContactConsent.objects.select_for_update(of=("self",)).select_related("membership").get(pk=consent.pk)
    if not is_voka_staff(by) and (consent.membership is None or consent.membership.user_id != by.pk):
        raise Refused(_("Only the person who gave this consent can withdraw it."))
    if consent.kind == ConsentKind.PRIVACY:
        raise Conflict(_("This is no consent but information. Do you want your details removed? Mail Voka."))
    if consent.withdrawn_at is None:
        consent.withdrawn_at = timezone.now()
        consent.save(update_fields=["withdrawn_at"])
    return consent


# --- A second contact -------------------------------------------------------------------------------------------------


@transaction.atomic
def invite_contact(*, company, by, email, role, **details) -> Invitation:
    """Invite somebody else of the company, for the workgroups. The invited address gets a mail."""
    organisation = company.organisation
    require(by, letting_in(organisation), organisation)
    if company.merged_into_id:
        raise Conflict(_("This company was merged into %(company)s.") % {"company": company.merged_into})
    return invite_by_mail(organisation=organisation, email=email, role=role, by=by, **details)


# --- Hand-over --------------------------------------------------------------------------------------------------------


@transaction.atomic
def hand_over(*, membership, by, successor=None, email="", **details) -> HandOver:
    """A contact leaves. A colleague takes over at once; somebody new as soon as the invitation is accepted.

    Until then the contact stays, so a company is never without one. Their role goes along; what they do in workgroups is
    for the floor above, which hears of it through `handed_over`.
    """
    membership, organisation = _leaving(membership, by)
    if successor is not None:
        return _hand_to_colleague(membership, successor, organisation, by)
    if not email:
        raise Conflict(_("Choose who takes over from %(person)s.") % {"person": membership.user})
    if email.lower() == membership.user.email.lower():
        raise Conflict(_("Choose somebody else than %(person)s.") % {"person": membership.user})
    invitation = invite_by_mail(organisation=organisation, email=email, role=membership.role, by=by, **details)
    return HandOver.objects.create(leaving=membership, invitation=invitation, by=by)


@transaction.atomic
def leave_without_successor(*, membership, by) -> Membership:
    """A contact leaves and nobody takes over: only while somebody else remains."""
    membership, organisation = _leaving(membership, by)
    others = Membership.objects.active().filter(organisation=organisation, user__is_active=True)
    if not others.exclude(pk=membership.pk).exists():
        raise Conflict(
            _("%(person)s is the last contact of %(organisation)s. Choose who takes over first.")
            % {"person": membership.user, "organisation": organisation}
        )
    return end_membership(membership=membership, by=by, is_settled=True)


def _leaving(membership, by):
    """The membership as it is now, with the organisation's row as the lock on all of its people."""
    require(by, Action.INVITE_COLLEAGUE, membership.organisation)
    organisation = Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    membership = Membership.objects.select_related("user", "organisation").get(pk=membership.pk)
    if not membership.is_active:
        raise Conflict(_("%(person)s no longer belongs to this organisation.") % {"person": membership.user})
    for earlier in HandOver.objects.filter(leaving=membership, finished_at=None).select_related("invitation"):
        if earlier.invitation.is_open:
            raise Conflict(
                _("%(email)s is already invited to take over from %(person)s. Withdraw that invitation first.")
                % {"email": earlier.invitation.email, "person": membership.user}
            )
        earlier.delete()
    return membership, organisation


def _hand_to_colleague(membership, successor, organisation, by):
    successor = Membership.objects.select_related("user").get(pk=successor.pk)
    if successor.organisation_id != organisation.pk or not successor.is_active or not successor.user.is_active:
        raise Conflict(_("%(person)s no longer belongs to this organisation.") % {"person": successor.user})
    if successor.user_id == membership.user_id:
        raise Conflict(_("Choose somebody else than %(person)s.") % {"person": membership.user})
    made = HandOver.objects.create(leaving=membership, successor=successor, by=by, finished_at=timezone.now())
    return _finish(made, successor)


def _finish(hand_over, successor) -> HandOver:
    leaving = hand_over.leaving
    if leaving.role == Role.REPRESENTATIVE and successor.role != Role.REPRESENTATIVE:
        change_membership(
            membership=successor,
            by=hand_over.by,
            role=leaving.role,
            job_function=successor.job_function,
            function_profile=successor.function_profile,
        )
    hand_over.successor, hand_over.finished_at = successor, timezone.now()
    hand_over.save(update_fields=["successor", "finished_at"])
    handed_over.send(sender=HandOver, leaving=leaving, successor=successor, by=hand_over.by)
    end_membership(membership=leaving, by=hand_over.by, is_settled=True)
    return hand_over
