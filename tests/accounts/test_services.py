"""Inviting, accepting, changing and ending: who may, what follows, and what never happens twice."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import services
from accounts.enums import OrganisationKind, Role
from accounts.models import Invitation, Membership, User
from accounts.policy import Conflict, Refused, is_voka_staff
from tests.cast import make_organisation, make_person

pytestmark = pytest.mark.django_db

PASSWORD = "vier rustige groene paarden"


@pytest.fixture
def invite(world):
    """Invite to the company, by its owner, unless said otherwise."""

    def invite(**changes):
        facts = {"organisation": world.company, "email": "nina@test.example", "role": Role.COLLEAGUE, "by": world.owner}
        return services.invite(**facts | changes)

    return invite


def accept(invitation, **changes):
    return services.accept_invitation(
        invitation=invitation, **{"first_name": "Nina", "last_name": "Nieuw", "password": PASSWORD} | changes
    )


# --- invite -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inviter", ["owner", "facilitator", "administrator"])
def test_a_representative_and_voka_may_invite(world, invite, inviter):
    assert invite(by=getattr(world, inviter)).invited_by == getattr(world, inviter)


@pytest.mark.parametrize("inviter", ["colleague", "neighbour", "teacher", "stranger", "deactivated"])
def test_anyone_else_may_not(world, invite, inviter):
    pytest.raises(Refused, invite, by=getattr(world, inviter))
    assert not Invitation.objects.exists()


def test_only_an_administrator_invites_voka_staff(world, invite):
    for role in (Role.STAFF, Role.ADMINISTRATOR):
        pytest.raises(Refused, invite, organisation=world.chamber, role=role, by=world.facilitator)
        assert invite(organisation=world.chamber, role=role, by=world.administrator).role == role


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("company", Role.STAFF),
        ("company", Role.ADMINISTRATOR),
        ("chamber", Role.REPRESENTATIVE),
        ("chamber", Role.COLLEAGUE),
    ],
)
def test_a_role_fits_the_kind_of_organisation(world, invite, kind, role):
    pytest.raises(Conflict, invite, organisation=getattr(world, kind), role=role, by=world.administrator)


def test_inviting_again_renews_the_invitation_and_kills_the_old_link(world, invite):
    old = services.invitation_token(invite())
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        new = invite(email=" Nina@Test.example ", role=Role.REPRESENTATIVE)
    assert Invitation.objects.get() == new
    assert (new.role, new.email) == (Role.REPRESENTATIVE, "nina@test.example")
    assert services.find_invitation(old) is None
    assert services.find_invitation(services.invitation_token(new)) == new


def test_a_member_is_not_invited_again_also_not_at_another_address_of_theirs(world, invite):
    pytest.raises(Conflict, invite, email=world.colleague.email.upper())
    EmailAddress.objects.create(user=world.colleague, email="cas@thuis.example", verified=True)
    pytest.raises(Conflict, invite, email="cas@thuis.example")


def test_somebody_of_another_organisation_can_be_invited(world, invite):
    assert invite(email=world.teacher.email).is_open


def test_a_representative_has_a_limit_of_open_invitations_and_voka_has_not(world, invite, monkeypatch):
    monkeypatch.setattr(services, "OPEN_INVITATIONS_MAX", 2)
    invite(email="een@test.example")
    invite(email="twee@test.example")
    invite(email="twee@test.example")
    pytest.raises(Conflict, invite, email="drie@test.example")
    assert invite(email="drie@test.example", by=world.facilitator).is_open


def test_the_database_itself_holds_one_open_invitation_per_address(world, invite):
    invite()
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(organisation=world.company, email="NINA@test.example", role=Role.COLLEAGUE)


# --- the link ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "x", "1", "WzEsIngiXQ:1:x", "\x00", "é", "a" * 5000])
def test_a_forged_link_finds_nothing(world, token):
    assert services.find_invitation(token) is None


def test_a_link_signed_for_something_else_finds_nothing(world, invite):
    invitation = invite()
    for value in ([invitation.pk, "x"], [invitation.pk], {"a": 1}, "x"):
        assert services.find_invitation(signing.dumps(value, salt="accounts.invitation")) is None
    assert services.find_invitation(signing.dumps([invitation.pk, invitation.nonce], salt="iets.anders")) is None


def test_an_invitation_ends_at_its_last_second(world, invite, settings):
    invitation = invite()
    assert invitation.expires_at - timezone.now() > timedelta(days=settings.INVITATION_DAYS) - timedelta(minutes=1)
    with time_machine.travel(invitation.expires_at - timedelta(seconds=2)):
        assert invitation.is_open
    with time_machine.travel(invitation.expires_at + timedelta(seconds=1), tick=False):
        assert not invitation.is_open
        pytest.raises(Conflict, accept, invitation)


# --- accept -----------------------------------------------------------------------------------------------------------


def test_accepting_makes_a_working_account_with_a_confirmed_address(world, invite):
    user = accept(invite(job_function="Lasser", function_profile="technical", phone="014123456"))
    assert user.check_password(PASSWORD)
    assert (user.get_full_name(), user.email, user.phone) == ("Nina Nieuw", "nina@test.example", "014123456")
    assert (user.is_staff, user.is_active) == (False, True)
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.verified, address.primary) == (user.email, True, True)
    membership = user.memberships.get()
    assert (membership.organisation, membership.role, membership.job_function) == (world.company, "colleague", "Lasser")
    invitation = Invitation.objects.get()
    assert (invitation.accepted_by, invitation.is_open) == (user, False)


def test_accepting_works_once(world, invite):
    invitation = invite()
    user = accept(invitation)
    pytest.raises(Conflict, accept, invitation)
    pytest.raises(Conflict, accept, invitation, user=user)
    assert (User.objects.filter(email="nina@test.example").count(), user.memberships.count()) == (1, 1)


def test_someone_with_an_account_joins_with_it(world, invite):
    invitation = invite(email=world.teacher.email.upper())
    pytest.raises(Conflict, accept, invitation)
    assert accept(invitation, user=world.teacher) == world.teacher
    assert set(world.teacher.memberships.values_list("organisation__name", flat=True)) == {
        "Boormachines nv",
        "Atheneum Zuid",
    }


def test_a_confirmed_second_address_counts_as_theirs_and_an_unconfirmed_one_does_not(world, invite):
    EmailAddress.objects.create(user=world.teacher, email="lore@thuis.example", verified=True)
    assert accept(invite(email="lore@thuis.example"), user=world.teacher) == world.teacher
    EmailAddress.objects.create(user=world.teacher, email="lore@elders.example", verified=False)
    pytest.raises(Refused, accept, invite(email="lore@elders.example"), user=world.teacher)


def test_nobody_accepts_for_someone_else(world, invite):
    invitation = invite(email=world.teacher.email)
    pytest.raises(Refused, accept, invitation, user=world.stranger)
    pytest.raises(Refused, accept, invite(email="nina@test.example"), user=world.stranger)
    assert world.stranger.memberships.count() == 1


def test_a_withdrawn_invitation_cannot_be_accepted(world, invite):
    invitation = invite()
    services.withdraw_invitation(invitation=invitation, by=world.owner)
    services.withdraw_invitation(invitation=invitation, by=world.facilitator)
    pytest.raises(Conflict, accept, invitation)
    assert invite().is_open


def test_withdrawing_is_for_who_may_invite_and_not_after_accepting(world, invite):
    invitation = invite()
    for name in ("colleague", "neighbour", "stranger"):
        pytest.raises(Refused, services.withdraw_invitation, invitation=invitation, by=getattr(world, name))
    accept(invitation)
    pytest.raises(Conflict, services.withdraw_invitation, invitation=invitation, by=world.owner)


def test_who_is_a_member_already_when_accepting_stays_it_once(world, invite):
    invitation = invite(email=world.teacher.email)
    services.add_member(user=world.teacher, organisation=world.company, role=Role.COLLEAGUE)
    accept(invitation, user=world.teacher)
    assert Membership.objects.filter(user=world.teacher, organisation=world.company).count() == 1


# --- memberships ------------------------------------------------------------------------------------------------------


def test_an_accepted_voka_invitation_opens_the_back_office_and_the_end_closes_it(world, invite):
    invitation = invite(organisation=world.chamber, role=Role.STAFF, by=world.administrator)
    user = accept(invitation)
    assert (user.is_staff, is_voka_staff(user)) == (True, True)
    services.end_membership(membership=user.memberships.get(), by=world.administrator)
    user = User.objects.get(pk=user.pk)
    assert (user.is_staff, is_voka_staff(user)) == (False, False)


def test_an_ended_membership_gives_nothing_from_the_same_day_and_can_start_again(world):
    membership = services.end_membership(membership=world.membership(world.colleague), by=world.owner)
    assert not membership.is_active
    assert User.objects.get(pk=world.colleague.pk).active_memberships == []
    services.end_membership(membership=membership, by=world.owner)
    services.add_member(user=world.colleague, organisation=world.company, role=Role.COLLEAGUE)
    assert len(User.objects.get(pk=world.colleague.pk).active_memberships) == 1


def test_a_membership_with_a_later_end_or_start_ends_today_all_the_same(world):
    today = timezone.localdate()
    later, future = world.membership(world.colleague), world.membership(world.chair)
    later.ended_on = today + timedelta(days=30)
    later.save()
    future.started_on = today + timedelta(days=30)
    future.save()
    for membership in (later, future):
        assert not services.end_membership(membership=membership, by=world.owner).is_active
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert not Membership.objects.active().filter(pk__in=[later.pk, future.pk]).exists()


@pytest.mark.parametrize("name", ["colleague", "neighbour", "teacher", "stranger"])
def test_ending_is_for_a_representative_of_the_same_organisation(world, name):
    with pytest.raises(Refused):
        services.end_membership(membership=world.membership(world.chair), by=getattr(world, name))


def test_a_representative_cannot_end_a_membership_of_voka_staff_nor_can_staff(world):
    for name in ("owner", "facilitator"):
        with pytest.raises(Refused):
            services.end_membership(membership=world.membership(world.facilitator), by=getattr(world, name))


def test_an_organisation_keeps_a_representative_unless_voka_says_otherwise(world):
    last = world.membership(world.owner)
    pytest.raises(Conflict, services.end_membership, membership=last, by=world.owner)
    with pytest.raises(Conflict):
        services.change_membership(
            membership=last, by=world.owner, role=Role.COLLEAGUE, job_function="", function_profile=""
        )
    services.end_membership(membership=last, by=world.facilitator)
    assert not last.organisation.memberships.active().filter(role=Role.REPRESENTATIVE, user__is_active=True).exists()


def test_a_second_representative_lets_the_first_go(world):
    services.add_member(user=world.teacher, organisation=world.company, role=Role.REPRESENTATIVE)
    assert not services.end_membership(membership=world.membership(world.owner), by=world.owner).is_active


def test_there_is_always_a_voka_administrator(world):
    last = world.membership(world.administrator)
    pytest.raises(Conflict, services.end_membership, membership=last, by=world.administrator)
    other = make_person("Bert", "Beheer", world.chamber, Role.ADMINISTRATOR)
    services.end_membership(membership=last, by=other)
    with pytest.raises(Conflict):
        services.change_membership(
            membership=other.memberships.get(), by=other, role=Role.STAFF, job_function="", function_profile=""
        )


def test_a_changed_role_counts_at_once(world):
    services.change_membership(
        membership=world.membership(world.colleague),
        by=world.owner,
        role=Role.REPRESENTATIVE,
        job_function="Directeur",
        function_profile="management",
    )
    colleague = User.objects.get(pk=world.colleague.pk)
    assert services.invite(
        organisation=world.company, email="x@test.example", role=Role.COLLEAGUE, by=colleague
    ).is_open


def test_a_member_is_added_once_and_with_a_role_that_fits(world):
    add = {"user": world.teacher, "organisation": world.company}
    pytest.raises(Conflict, services.add_member, **add, role=Role.STAFF)
    services.add_member(**add, role=Role.COLLEAGUE)
    pytest.raises(Conflict, services.add_member, **add, role=Role.COLLEAGUE)
    pytest.raises(
        Refused,
        services.add_member,
        user=world.teacher,
        organisation=world.partner,
        role=Role.COLLEAGUE,
        by=world.owner,
    )


# --- accounts ---------------------------------------------------------------------------------------------------------


def test_staff_close_and_open_accounts_of_members_and_only_administrators_those_of_voka(world):
    services.deactivate(user=world.teacher, by=world.facilitator)
    assert not User.objects.get(pk=world.teacher.pk).is_active
    assert services.reactivate(user=world.teacher, by=world.facilitator).is_active
    pytest.raises(Refused, services.deactivate, user=world.administrator, by=world.facilitator)
    pytest.raises(Refused, services.deactivate, user=world.teacher, by=world.owner)
    assert not services.deactivate(user=world.facilitator, by=world.administrator).is_active


def test_nobody_closes_their_own_account_or_removes_their_own_second_step(world):
    pytest.raises(Conflict, services.deactivate, user=world.administrator, by=world.administrator)
    pytest.raises(Conflict, services.remove_second_factor, user=world.administrator, by=world.administrator)
    pytest.raises(Refused, services.remove_second_factor, user=world.administrator, by=world.facilitator)


def test_a_chamber_is_not_served_by_a_chamber(world):
    with pytest.raises(IntegrityError, match=r"a_chamber_is_not_served_by_a_chamber"), transaction.atomic():
        make_organisation(OrganisationKind.VOKA, "Andere kamer", world.chamber)
