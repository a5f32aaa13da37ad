"""Voka staff need a second step: without one they come no further than setting it up. Members may have one."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from accounts import services
from notifications.models import OutboundMail
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

SET_UP = "/account/2fa/totp/activate/"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


def log_in(user):
    client = Client()
    response = client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client, response


def confirm_password(client):
    """Changing the second step asks for the password once more."""
    assert client.post(f"/account/reauthenticate/?next={SET_UP}", {"password": PASSWORD}).status_code == 302


def code(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def give_a_phone(user):
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


@pytest.mark.parametrize("name", ["administrator", "facilitator"])
def test_staff_without_a_second_step_are_led_to_it_from_everywhere(world, name):
    client, _response = log_in(getattr(world, name))
    for path in (
        "/mijn/",
        "/beheer/",
        "/beheer/accounts/user/",
        "/trajecten/",
        "/account/password/change/",
        "/account/profiel/",
    ):
        for response in (client.get(path), client.post(path)):
            assert (response.status_code, response.headers["Location"]) == (302, SET_UP), path
    page = client.get(SET_UP, follow=True)
    assert page.redirect_chain == [(f"/account/reauthenticate/?next={SET_UP.replace('/', '%2F')}", 302)]
    assert "Voka-medewerkers melden zich aan met een tweede stap" in page.content.decode()


def test_without_it_staff_can_still_read_public_pages_and_sign_out(world):
    client, _response = log_in(world.facilitator)
    for path in ("/", "/privacy/", "/inschrijven/", "/healthz"):
        assert client.get(path).status_code == 200
    assert client.post("/account/logout/").headers["Location"] == "/"


def test_setting_it_up_opens_the_portal_and_is_mailed(world, run_on_commit):
    client, _response = log_in(world.facilitator)
    confirm_password(client)
    assert "QR-code" in client.get(SET_UP).content.decode()
    secret = client.session["mfa.totp.secret"]
    with run_on_commit():
        assert client.post(SET_UP, {"code": code(secret)}).status_code == 302
    assert client.get("/beheer/").status_code == 200
    assert "De tweede stap staat aan" in set(OutboundMail.objects.values_list("subject", flat=True))


def test_a_wrong_code_sets_nothing_up(world):
    client, _response = log_in(world.facilitator)
    confirm_password(client)
    client.get(SET_UP)
    assert client.post(SET_UP, {"code": "000000"}).status_code == 200
    assert client.get("/mijn/").headers["Location"] == SET_UP


def test_with_a_second_step_a_password_alone_opens_nothing(world):
    secret = give_a_phone(world.facilitator)
    client, response = log_in(world.facilitator)
    assert response.headers["Location"].startswith("/account/2fa/authenticate/")
    assert client.get("/mijn/").status_code == 302
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/account/2fa/authenticate/", {"code": code(secret)}).headers["Location"] == "/mijn/"
    assert client.get("/beheer/").status_code == 200


def test_a_code_works_once(world):
    secret = give_a_phone(world.facilitator)
    used = code(secret)
    answers = []
    for _person in ("me", "over my shoulder"):
        client, _response = log_in(world.facilitator)
        answers.append(client.post("/account/2fa/authenticate/", {"code": used}).status_code)
    assert answers == [302, 200]


def test_codes_cannot_be_tried_without_end(world):
    give_a_phone(world.facilitator)
    client, _response = log_in(world.facilitator)
    pages = [client.post("/account/2fa/authenticate/", {"code": f"{n:06}"}).content.decode() for n in range(8)]
    assert "Te veel" in pages[-1]


def test_turning_it_off_leads_staff_back_to_setting_it_up(world):
    secret = give_a_phone(world.facilitator)
    client, _response = log_in(world.facilitator)
    client.post("/account/2fa/authenticate/", {"code": code(secret)})
    confirm_password(client)
    assert client.post("/account/2fa/totp/deactivate/").status_code == 302
    assert client.get("/beheer/").headers["Location"] == SET_UP


def test_an_address_that_waits_for_confirmation_does_not_send_staff_round_in_circles(world):
    EmailAddress.objects.create(user=world.facilitator, email="fien@thuis.example", verified=False)
    client, _response = log_in(world.facilitator)
    page = client.get("/mijn/", follow=True)
    assert (page.status_code, page.redirect_chain[-1][0]) == (200, "/account/2fa/")
    assert client.get("/account/email/").status_code == 200


def test_members_need_none(world):
    client, response = log_in(world.owner)
    assert response.headers["Location"] == "/mijn/"
    assert client.get("/mijn/").status_code == 200


def test_who_lost_the_phone_is_helped_by_an_administrator(world):
    give_a_phone(world.facilitator)
    services.remove_second_factor(user=world.facilitator, by=world.administrator)
    assert not Authenticator.objects.filter(user=world.facilitator).exists()
    client, _response = log_in(world.facilitator)
    assert client.get("/mijn/").headers["Location"] == SET_UP


def test_where_it_is_not_required_nobody_is_held_up(world, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    client, response = log_in(world.facilitator)
    assert response.headers["Location"] == "/mijn/"
    assert client.get("/beheer/").status_code == 200
