"""The first administrator of a new installation."""

import io

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from accounts.policy import Action, may

pytestmark = pytest.mark.django_db

CHAMBER = "Voka - KvK Testregio"


def create(email="Eerste@test.example", **options):
    out = io.StringIO()
    call_command("create_administrator", email, chamber=CHAMBER, stdout=out, **options)
    return out.getvalue()


def test_it_makes_an_administrator_with_a_confirmed_address_who_can_ask_for_a_password(client):
    said = create(first_name="Els", last_name="Eerste")
    user = User.objects.get()
    assert (user.email, user.get_full_name(), user.is_staff) == ("eerste@test.example", "Els Eerste", True)
    assert may(user, Action.MANAGE_PEOPLE)
    assert Organisation.objects.get().kind == OrganisationKind.VOKA
    assert EmailAddress.objects.get(user=user).verified
    assert not user.has_usable_password()
    assert "http://testserver/account/password/reset/" in said
    assert "manage.py changepassword eerste@test.example" in said


def test_running_it_again_changes_nothing():
    create()
    said = create()
    assert (User.objects.count(), Organisation.objects.count(), User.objects.get().memberships.count()) == (1, 1, 1)
    assert said.startswith("Found the chamber")


def test_it_makes_an_existing_colleague_administrator_and_keeps_the_password(world):
    call_command("create_administrator", world.facilitator.email, chamber=world.chamber.name, stdout=io.StringIO())
    facilitator = User.objects.get(pk=world.facilitator.pk)
    assert facilitator.memberships.get().role == Role.ADMINISTRATOR
    assert facilitator.password == world.facilitator.password


@pytest.mark.parametrize("email", ["", "geen adres", "a@b"])
def test_what_is_no_address_is_refused_and_makes_nothing(email):
    with pytest.raises(CommandError, match="is not an e-mail address"):
        create(email)
    assert not Organisation.objects.exists()


def test_django_s_own_command_says_what_to_do_instead(capsys):
    with pytest.raises(CommandError, match="create_administrator EMAIL --chamber NAME"):
        call_command("createsuperuser")
    assert not User.objects.exists()
