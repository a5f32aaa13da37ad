"""The page behind an invitation's link: for a new person, for who has an account, for someone else, and when it ended."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.enums import Role
from accounts.models import Invitation, User
from accounts.services import invitation_token
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

FORM = {
    "first_name": "Nina",
    "last_name": "Nieuw",
    "password1": "vier rustige groene paarden",
    "password2": "vier rustige groene paarden",
}


@pytest.fixture
def invite(world):
    def invite(email="nina@test.example", **changes):
        facts = {"organisation": world.company, "email": email, "role": Role.COLLEAGUE, "by": world.owner}
        return services.invite(**facts | changes)

    return invite


def address(invitation):
    return invitation.get_absolute_url()


def text(response):
    return response.content.decode()


# --- a new person -----------------------------------------------------------------------------------------------------


def test_the_page_shows_who_invites_for_whom_and_the_fixed_address(client, invite):
    response = client.get(address(invite(first_name="Nina")))
    assert response.status_code == 200
    for part in (
        "Olga Eigenaar nodigt je uit",
        "Boormachines nv",
        "nina@test.example",
        'value="Nina"',
        "Minstens 10 tekens",
    ):
        assert part in text(response)
    assert 'name="email"' not in text(response)
    assert "no-store" in response.headers["Cache-Control"]


def test_the_form_makes_an_account_and_signs_in(client, invite):
    response = client.post(address(invite()), FORM)
    assert (response.status_code, response.headers["Location"]) == (302, "/mijn/")
    user = User.objects.get(email="nina@test.example")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert EmailAddress.objects.get(user=user).verified
    assert client.get("/mijn/").status_code == 200


def test_the_new_person_can_sign_in_with_the_password_later(client, invite):
    client.post(address(invite()), FORM)
    response = Client().post(reverse("account_login"), {"login": "Nina@test.example", "password": FORM["password1"]})
    assert (response.status_code, response.headers["Location"]) == (302, "/mijn/")


def test_the_session_key_changes_when_the_account_is_made(client, invite):
    session = client.session
    session["before"] = "1"
    session.save()
    before = client.session.session_key
    client.post(address(invite()), FORM)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first_name": ""}, "Dit veld is verplicht"),
        ({"password1": "kort", "password2": "kort"}, "te kort"),
        ({"password1": "wachtwoord", "password2": "wachtwoord"}, "te algemeen"),
        ({"password1": "nina@test.example", "password2": "nina@test.example"}, "lijkt te veel op"),
        (
            {"password1": "Nieuw Nina Nieuw", "password2": "Nieuw Nina Nieuw", "last_name": "Nieuw Nina Nieuw"},
            "lijkt te veel op",
        ),
        ({"password2": "iets heel anders"}, "komen niet overeen"),
        ({"password1": "a" * 201, "password2": "a" * 201}, "hoogstens 200 tekens"),
        ({"first_name": "x" * 81}, "80"),
        ({"last_name": "nul\x00"}, "Null"),
        ({"password1": "", "password2": ""}, "Dit veld is verplicht"),
    ],
)
def test_bad_input_is_answered_beside_the_field_and_keeps_the_name(client, invite, changes, sentence):
    response = client.post(address(invite()), FORM | changes)
    assert response.status_code == 200
    assert sentence in text(response)
    assert "is-invalid" in text(response)
    assert not User.objects.filter(email="nina@test.example").exists()
    if "first_name" not in changes:
        assert 'value="Nina"' in text(response)


def test_extra_fields_change_nothing(client, invite, world):
    extra = {
        "email": "ander@test.example",
        "is_staff": "on",
        "is_active": "",
        "role": "administrator",
        "organisation": world.chamber.pk,
    }
    client.post(address(invite()), FORM | extra)
    user = User.objects.get(email="nina@test.example")
    assert (user.is_staff, user.is_active) == (False, True)
    assert [(m.organisation, m.role) for m in user.memberships.all()] == [(world.company, Role.COLLEAGUE)]


def test_sending_the_form_twice_is_harmless(client, invite):
    invitation = invite()
    other_tab = Client()
    client.post(address(invitation), FORM)
    again = client.post(address(invitation), FORM)
    assert (again.status_code, again.headers["Location"]) == (302, "/mijn/")
    late = other_tab.post(
        address(invitation), FORM | {"password1": "een ander wachtwoord", "password2": "een ander wachtwoord"}
    )
    assert late.status_code == 410
    user = User.objects.get(email="nina@test.example")
    assert user.check_password(FORM["password1"])
    assert user.memberships.count() == 1


def test_without_a_csrf_token_nothing_happens(invite):
    response = Client(enforce_csrf_checks=True).post(address(invite()), FORM)
    assert response.status_code == 403
    assert not User.objects.filter(email="nina@test.example").exists()


# --- who has an account -----------------------------------------------------------------------------------------------


def test_who_has_an_account_is_asked_to_sign_in_and_comes_back(client, invite, world):
    invitation = invite(world.teacher.email)
    page = client.get(address(invitation))
    assert page.status_code == 200
    assert f"{reverse('account_login')}?next={address(invitation).replace(':', '%3A')}" in text(page)
    assert "password1" not in text(page)
    login = client.post(
        f"{reverse('account_login')}?next={address(invitation)}", {"login": world.teacher.email, "password": PASSWORD}
    )
    assert login.headers["Location"] == address(invitation)


def test_the_form_of_a_new_person_does_nothing_for_an_existing_account(client, invite, world):
    before = User.objects.get(pk=world.teacher.pk).password
    response = client.post(address(invite(world.teacher.email)), FORM)
    assert response.status_code == 200
    assert (User.objects.get(pk=world.teacher.pk).password, world.teacher.memberships.count()) == (before, 1)


def test_signed_in_the_owner_of_the_address_joins_with_one_button(sign_in_as, invite, world):
    invitation = invite(world.teacher.email)
    client = sign_in_as(world.teacher)
    page = client.get(address(invitation))
    assert page.status_code == 200
    assert "De uitnodiging aanvaarden" in text(page)
    assert world.teacher.memberships.count() == 1
    response = client.post(address(invitation))
    assert (response.status_code, response.headers["Location"]) == (302, "/mijn/")
    assert world.teacher.memberships.count() == 2
    assert client.post(address(invitation)).status_code == 302
    assert world.teacher.memberships.count() == 2


def test_someone_else_is_told_so_and_can_sign_out_and_come_back(sign_in_as, invite, world):
    invitation = invite()
    client = sign_in_as(world.stranger)
    page = client.get(address(invitation))
    assert page.status_code == 200
    assert "Deze uitnodiging is voor iemand anders" in text(page)
    assert client.post(address(invitation), FORM).status_code == 403
    assert Invitation.objects.open().count() == 1
    out = client.post(reverse("account_logout"), {"next": address(invitation)})
    assert out.headers["Location"] == address(invitation)
    assert "Maak je account" in text(client.get(address(invitation)))


# --- links that do not work -------------------------------------------------------------------------------------------


def test_a_used_link_says_so_and_leads_to_signing_in(client, invite):
    invitation = invite()
    Client().post(address(invitation), FORM)
    response = client.get(address(invitation))
    assert response.status_code == 410
    assert "Deze uitnodiging is al gebruikt" in text(response)
    assert reverse("account_login") in text(response)


def test_an_expired_link_says_whom_to_ask(client, invite):
    invitation = invite()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for response in (client.get(address(invitation)), client.post(address(invitation), FORM)):
        assert response.status_code == 410
        assert "verlopen" in text(response)
        assert "Olga Eigenaar" in text(response)


def test_a_withdrawn_link_says_so(client, invite, world):
    invitation = invite()
    services.withdraw_invitation(invitation=invitation, by=world.owner)
    response = client.get(address(invitation))
    assert response.status_code == 410
    assert "ingetrokken" in text(response)


def test_forged_unknown_and_replaced_links_get_one_and_the_same_page(client, invite):
    replaced = address(invite())
    token = invitation_token(invite())
    paths = [
        replaced,
        *(reverse("invitation", args=[forged]) for forged in ("x", token[:-1], token.swapcase(), "é", "a" * 3000)),
    ]
    pages = set()
    for path in paths:
        for response in (client.get(path), client.post(path, FORM)):
            assert response.status_code == 404
            pages.add(text(response).replace(path, "").replace(response.wsgi_request.get_full_path(), ""))
    assert len({without_tokens(page) for page in pages}) == 1
    assert "We kennen deze uitnodiging niet" in pages.pop()


def without_tokens(page):
    return re.sub(r'(csrfmiddlewaretoken|name="next")" value="[^"]*"|value="[^"]*"', "", page)


def test_the_address_cannot_be_tried_without_end(client, invite, settings):
    settings.ACCOUNT_RATE_LIMITS = {"invitation": "3/m/ip"}
    path = address(invite())
    statuses = [client.post(path, FORM | {"password1": "kort"}).status_code for _attempt in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert "te veel pogingen" in text(client.post(path, FORM)).lower()
    assert client.get(path).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert client.post(path, FORM).status_code == 302
