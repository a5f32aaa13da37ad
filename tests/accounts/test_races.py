"""Two people in the same moment: one account, one membership, and always someone in charge. With negative controls."""

import pytest

from accounts import services
from accounts.enums import Role
from accounts.models import Invitation, InvitationQuerySet, Membership, OrganisationQuerySet, User
from accounts.policy import Conflict
from tests.cast import make_person
from tests.races import Meeting, at_the_same_time

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

DETAILS = {"first_name": "Nina", "last_name": "Nieuw", "password": "vier rustige groene paarden"}


def kinds(results):
    return sorted(type(result).__name__ for result in results)


def meet_before(monkeypatch, name):
    """Wait for the other one just before `services.<name>` is called."""
    meeting = Meeting()
    original = getattr(services, name)

    def when_both_are_here(*args, **kwargs):
        meeting.wait()
        return original(*args, **kwargs)

    monkeypatch.setattr(services, name, when_both_are_here)
    return meeting


@pytest.fixture
def invitation(committed_world):
    world = committed_world
    return services.invite(organisation=world.company, email="nina@test.example", role=Role.COLLEAGUE, by=world.owner)


def accept_twice(first, second):
    return at_the_same_time(
        lambda: services.accept_invitation(invitation=first, **DETAILS),
        lambda: services.accept_invitation(invitation=second, **DETAILS),
    )


def test_a_double_click_makes_one_account(invitation, monkeypatch):
    meeting = meet_before(monkeypatch, "account_of")
    assert kinds(accept_twice(invitation, invitation)) == ["Conflict", "User"]
    assert User.objects.filter(email="nina@test.example").count() == 1
    assert Membership.objects.filter(user__email="nina@test.example").count() == 1
    assert not meeting.met


def test_negative_control_without_the_lock_both_come_through_to_the_account(invitation, monkeypatch):
    monkeypatch.setattr(InvitationQuerySet, "select_for_update", lambda self, **options: self)
    meeting = meet_before(monkeypatch, "account_of")
    accept_twice(invitation, invitation)
    assert meeting.met


def test_two_invitations_for_one_new_address_make_one_account_and_the_other_signs_in(
    committed_world, invitation, monkeypatch
):
    world = committed_world
    other = services.invite(organisation=world.school, email="nina@test.example", role=Role.COLLEAGUE, by=world.teacher)
    meeting = meet_before(monkeypatch, "_new_account")
    assert kinds(accept_twice(invitation, other)) == ["Conflict", "User"]
    assert meeting.met
    assert User.objects.filter(email="nina@test.example").count() == 1
    assert Invitation.objects.open().count() == 1


@pytest.fixture
def two_representatives(committed_world):
    world = committed_world
    second = make_person("Rita", "Tweede", world.company)
    return world.membership(world.owner), second.memberships.get()


def end_each_other(first, second):
    return at_the_same_time(
        lambda: services.end_membership(membership=second, by=first.user),
        lambda: services.end_membership(membership=first, by=second.user),
    )


def representatives(organisation):
    return Membership.objects.active().filter(organisation=organisation, role=Role.REPRESENTATIVE, user__is_active=True)


def test_two_representatives_who_end_each_other_leave_one(two_representatives, monkeypatch):
    first, second = two_representatives
    meeting = meet_before(monkeypatch, "_keep_someone_in_charge")
    results = end_each_other(first, second)
    assert [type(result) for result in results if isinstance(result, Exception)] == [Conflict]
    assert representatives(first.organisation).count() == 1
    assert not meeting.met


def test_negative_control_without_the_lock_nobody_is_left(two_representatives, monkeypatch):
    monkeypatch.setattr(OrganisationQuerySet, "select_for_update", lambda self, **options: self)
    first, second = two_representatives
    meet_after_check = Meeting()
    check = services._keep_someone_in_charge

    def checked(*args):
        check(*args)
        meet_after_check.wait()

    monkeypatch.setattr(services, "_keep_someone_in_charge", checked)
    end_each_other(first, second)
    assert representatives(first.organisation).count() == 0


def test_inviting_one_address_twice_in_the_same_moment_leaves_one_invitation(committed_world):
    world = committed_world

    def invite():
        return services.invite(organisation=world.company, email="x@test.example", role=Role.COLLEAGUE, by=world.owner)

    assert kinds(at_the_same_time(invite, invite)) == ["Invitation", "Invitation"]
    assert Invitation.objects.count() == 1
