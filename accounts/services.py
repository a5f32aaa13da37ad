"""Verbs on people: invite, accept an invitation, change or end a membership, close an account.

What a newcomer gets wrong: setting `is_staff` by hand. It follows from Voka memberships, through `_keep_staff_flag`.
Inviting by mail is `notifications.services.invite_by_mail`: mail lives on a higher floor.
"""

import logging

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import VOKA_ROLES, OrganisationKind, Role
from accounts.leaving import StillTied, ties_of
from accounts.models import Invitation, Membership, Organisation, User, invitation_expiry, new_nonce
from accounts.policy import Action, Conflict, Refused, is_voka_staff, letting_in, require

logger = logging.getLogger(__name__)

OPEN_INVITATIONS_MAX = 25
_SALT = "accounts.invitation"


def invitation_token(invitation) -> str:
    """The secret part of an invitation's link."""
    return signing.dumps([invitation.pk, invitation.nonce], salt=_SALT)


def find_invitation(token) -> Invitation | None:
    """The invitation behind a link, open or not; None for a forged, unknown or replaced link."""
    try:
        pk, nonce = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Invitation.objects.select_related("organisation", "invited_by").filter(pk=pk, nonce=nonce).first()


def account_of(email) -> User | None:
    """The person who owns this address: their main address, or another one that they confirmed."""
    confirmed = EmailAddress.objects.filter(email__iexact=email, verified=True).values("user")
    return User.objects.filter(Q(email__iexact=email) | Q(pk__in=confirmed)).order_by("pk").first()


def check_invitation(*, organisation, email, role, by) -> None:
    """Raise Refused or Conflict when `by` (None is the system) cannot invite this address in this role."""
    if by is not None:
        require(by, letting_in(organisation), organisation)
    _check_role(role, organisation)
    refuse_merged(organisation)
    if Membership.objects.active().filter(organisation=organisation, user=account_of(email)).exists():
        raise Conflict(
            _("%(email)s already belongs to %(organisation)s.") % {"email": email, "organisation": organisation}
        )
    open_ones = organisation.invitations.open().exclude(email__iexact=email).count()
    if by is not None and open_ones >= OPEN_INVITATIONS_MAX and not is_voka_staff(by):
        raise Conflict(_("There are already many open invitations. Withdraw one first, or ask Voka."))


def _check_role(role, organisation):
    if (role in VOKA_ROLES) != (organisation.kind == OrganisationKind.VOKA):
        raise Conflict(_("This role does not fit this kind of organisation."))


def refuse_merged(organisation) -> None:
    """Raise Conflict for an organisation that went into another: nobody joins it, and it joins nothing."""
    if organisation.is_merged:
        raise Conflict(
            _("%(organisation)s was merged into another organisation. Choose that one.")
            % {"organisation": organisation}
        )


@transaction.atomic
def invite(
    *, organisation, email, role, by, first_name="", last_name="", job_function="", function_profile="", phone=""
):
    """Offer a membership; an open invitation for the same address is renewed (its old link stops working).

    `by` may be None for the system. Sending the mail is the caller's job: mail lives on a higher floor.
    """
    email = email.strip().lower()
    # One invitation per address and organisation at a time: the organisation's row is the lock.
    organisation = _lock(organisation)
    check_invitation(organisation=organisation, email=email, role=role, by=by)
    details = {
        "first_name": first_name,
        "last_name": last_name,
        "phone": phone,
        "role": role,
        "job_function": job_function,
        "function_profile": function_profile,
        "invited_by": by,
        "nonce": new_nonce(),
        "expires_at": invitation_expiry(),
    }
    invitation = Invitation.objects.filter(
        organisation=organisation, email__iexact=email, accepted_at=None, withdrawn_at=None
    ).first()
    if invitation is None:
        return Invitation.objects.create(organisation=organisation, email=email, **details)
    for field, value in details.items():
        setattr(invitation, field, value)
    invitation.save()
    return invitation


def _lock(organisation):
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


@transaction.atomic
def withdraw_invitation(*, invitation, by) -> Invitation:
    """Take back an invitation that nobody used; its link stops working. Withdrawing twice is harmless."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    require(by, letting_in(invitation.organisation), invitation.organisation)
    if invitation.accepted_at:
        raise Conflict(
            _("%(email)s has already accepted this invitation. End the membership instead.")
            % {"email": invitation.email}
        )
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
    return invitation


@transaction.atomic
def accept_invitation(*, invitation, user=None, first_name="", last_name="", password=None) -> User:
    """Turn an invitation into a membership, once; a new person gets an account with a confirmed address.

    `user` is the signed-in person, who must own the invited address. Without `user` no account may exist yet.
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not invitation.is_open:
        raise Conflict(closed_sentence(invitation))
    owner = account_of(invitation.email)
    if user is None:
        user = _new_account(invitation, owner, first_name=first_name, last_name=last_name, password=password)
    elif owner != user:
        raise Refused(_("This invitation is for another e-mail address. Sign out and open the link again."))
    not_ended = Membership.objects.filter(Q(ended_on=None) | Q(ended_on__gt=timezone.localdate()))
    if not not_ended.filter(user=user, organisation=invitation.organisation).exists():
        add_member(
            user=user,
            organisation=invitation.organisation,
            role=invitation.role,
            job_function=invitation.job_function,
            function_profile=invitation.function_profile,
        )
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save()
    return user


def _new_account(invitation, owner, *, first_name, last_name, password):
    taken = Conflict(
        _("There is already an account with this e-mail address. Sign in first, then open the link again.")
    )
    if owner is not None:
        raise taken
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                invitation.email, password, first_name=first_name, last_name=last_name, phone=invitation.phone
            )
    except IntegrityError:  # another invitation for the same address was accepted in the same moment
        raise taken from None
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def closed_sentence(invitation):
    """Why this link no longer works and what to do."""
    if invitation.accepted_at:
        return _("This invitation was already used. Sign in with your e-mail address.")
    if invitation.withdrawn_at:
        return _("This invitation was withdrawn. Do you think that is a mistake? Ask the sender.")
    return _("This invitation has expired. Ask the sender for a new one.")


def check_member(*, user, organisation, role, by) -> None:
    """Raise Refused or Conflict when `by` (None is the system) cannot give `user` (None: stays who it is) this role."""
    if by is not None:
        require(by, letting_in(organisation), organisation)
    _check_role(role, organisation)
    refuse_merged(organisation)
    if user is not None and Membership.objects.filter(user=user, organisation=organisation, ended_on=None).exists():
        raise Conflict(
            _("%(email)s already belongs to %(organisation)s.") % {"email": user, "organisation": organisation}
        )


@transaction.atomic
def add_member(
    *, user, organisation, role, job_function="", function_profile="", started_on=None, by=None
) -> Membership:
    """Make someone a member from today (or `started_on`). `by` may be None for the system."""
    check_member(user=user, organisation=organisation, role=role, by=by)
    membership = Membership.objects.create(
        user=user,
        organisation=organisation,
        role=role,
        job_function=job_function,
        function_profile=function_profile,
        started_on=started_on or timezone.localdate(),
    )
    _keep_staff_flag(user)
    return membership


@transaction.atomic
def change_membership(*, membership, by, role, job_function, function_profile) -> Membership:
    """What someone does for their organisation."""
    organisation = _lock(membership.organisation)
    membership = _member_to_change(membership, organisation, by)
    _check_role(role, organisation)
    if role != membership.role:
        _keep_someone_in_charge(membership, by)
    membership.role, membership.job_function, membership.function_profile = role, job_function, function_profile
    membership.save()
    return membership


@transaction.atomic
def end_membership(*, membership, by, is_settled=False) -> Membership:
    """Someone leaves: from today the membership no longer counts. Ending twice is harmless.

    Raises StillTied as long as something hangs on this person, unless the caller settled that (`is_settled`).
    """
    # Two representatives who end each other's membership at once must not leave an organisation without one.
    organisation = _lock(membership.organisation)
    membership = _member_to_change(membership, organisation, by)
    today = timezone.localdate()
    if membership.ended_on is None or membership.ended_on > today:
        if not is_settled and (ties := ties_of(membership, by)):
            raise StillTied(*ties)
        _keep_someone_in_charge(membership, by)
        membership.ended_on = max(today, membership.started_on)
        membership.save()
        _keep_staff_flag(membership.user)
    return membership


def _member_to_change(membership, organisation, by):
    require(by, letting_in(organisation), organisation)
    return (
        Membership.objects.select_for_update(of=("self",)).select_related("user", "organisation").get(pk=membership.pk)
    )


def _keep_someone_in_charge(membership, by):
    """Raise Conflict when this is the last person who can let colleagues in; only Voka may leave a guest without one."""
    if membership.role not in (Role.REPRESENTATIVE, Role.ADMINISTRATOR) or not membership.is_active:
        return
    same = Membership.objects.active().filter(role=membership.role, user__is_active=True).exclude(pk=membership.pk)
    if membership.role == Role.ADMINISTRATOR:
        if not same.exists():
            raise Conflict(_("This is the last Voka administrator. Make somebody else administrator first."))
    elif not is_voka_staff(by) and not same.filter(organisation=membership.organisation).exists():
        raise Conflict(_("This is the last representative. Invite another representative first, or ask Voka."))


@transaction.atomic
def update_profile(*, by, first_name, last_name, phone) -> User:
    """What people say about themselves."""
    user = User.objects.select_for_update().get(pk=by.pk)
    user.first_name, user.last_name, user.phone = first_name, last_name, phone
    user.save(update_fields=["first_name", "last_name", "phone"])
    return user


@transaction.atomic
def deactivate(*, user, by) -> User:
    """Close an account: the person is signed out at once and cannot sign in. Memberships and history stay."""
    user = _person_to_change(user, by)
    if user == by:
        raise Conflict(_("You cannot deactivate your own account. Ask a colleague."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    logger.info("account %s deactivated by %s", user.pk, by.pk)
    return user


@transaction.atomic
def reactivate(*, user, by) -> User:
    """Open a closed account again."""
    user = _person_to_change(user, by)
    user.is_active = True
    user.save(update_fields=["is_active"])
    logger.info("account %s reactivated by %s", user.pk, by.pk)
    return user


@transaction.atomic
def remove_second_factor(*, user, by) -> User:
    """For someone who lost the phone and the recovery codes. Voka staff have to set it up again when they sign in."""
    require(by, Action.MANAGE_PEOPLE)
    if user == by:
        raise Conflict(_("You cannot remove your own second step here. Ask another administrator."))
    Authenticator.objects.filter(user=user).delete()
    logger.warning("second factor of account %s removed by %s", user.pk, by.pk)
    return user


def _person_to_change(user, by):
    """Voka's own people are for administrators, everyone else for all Voka staff."""
    user = User.objects.select_for_update().get(pk=user.pk)
    works_for_voka = user.memberships.filter(role__in=VOKA_ROLES).exists()
    require(by, Action.MANAGE_PEOPLE if works_for_voka else Action.MODERATE)
    return user


def _keep_staff_flag(user):
    user.__dict__.pop("active_memberships", None)
    user.__dict__.pop("organisation_ids", None)
    is_staff = any(m.organisation.kind == OrganisationKind.VOKA for m in user.active_memberships)
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])
