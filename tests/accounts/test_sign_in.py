"""Signing in and out: what it gives away (nothing), how often it may be tried, and when a session ends (at once)."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import User
from notifications.models import OutboundMail
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"
RESET = "/account/password/reset/"


def log_in(client, user, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": user.email, "password": password} | extra)


def is_signed_in(client):
    return client.get("/mijn/").status_code == 200


def essence(response):
    """A page without what differs on each request, or is only the typed address."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return re.sub(r"[\w.]+@[\w.]+", "ADRES", page)


# --- in and out -------------------------------------------------------------------------------------------------------


def test_the_right_password_leads_to_my_next_step_whatever_the_case_of_the_address(client, world):
    response = client.post(LOGIN, {"login": world.owner.email.upper(), "password": PASSWORD})
    assert (response.status_code, response.headers["Location"]) == (302, "/mijn/")
    assert is_signed_in(client)


def test_the_session_key_changes_when_signing_in(client, world):
    session = client.session
    session["before"] = "1"
    session.save()
    before = client.session.session_key
    log_in(client, world.owner)
    assert client.session.session_key != before


def test_after_signing_out_the_old_cookie_is_dead(client, world):
    log_in(client, world.owner)
    old = client.cookies["sessionid"].value
    client.post("/account/logout/")
    thief = Client()
    thief.cookies["sessionid"] = old
    assert not is_signed_in(thief)


def test_a_get_does_not_sign_out(client, world):
    log_in(client, world.owner)
    client.get("/account/logout/")
    assert is_signed_in(client)


def test_a_deactivated_person_is_out_at_once_and_stays_out(client, world):
    log_in(client, world.owner)
    services.deactivate(user=world.owner, by=world.administrator)
    assert not is_signed_in(client)
    log_in(client, world.owner)
    assert not is_signed_in(client)
    services.reactivate(user=world.owner, by=world.administrator)
    log_in(client, world.owner)
    assert is_signed_in(client)


def test_who_loses_the_voka_membership_is_out_of_the_back_office_at_once(client, world):
    log_in(client, world.facilitator)
    assert client.get("/beheer/").status_code == 200
    services.end_membership(membership=world.membership(world.facilitator), by=world.administrator)
    assert client.get("/beheer/", follow=True).status_code == 403


def test_a_new_password_ends_every_other_session(client, world):
    other = Client()
    log_in(other, world.owner)
    log_in(client, world.owner)
    response = client.post(
        "/account/password/change/",
        {
            "oldpassword": PASSWORD,
            "password1": "vier rustige groene paarden",
            "password2": "vier rustige groene paarden",
        },
    )
    assert response.status_code == 302
    assert not is_signed_in(other)


def test_a_session_ends_after_twelve_hours(client, world):
    log_in(client, world.owner)
    for hours, signed_in in ((11.9, True), (12.1, False)):
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            assert is_signed_in(client) == signed_in


# --- giving nothing away ----------------------------------------------------------------------------------------------


def test_a_wrong_password_and_an_unknown_address_read_the_same(world):
    wrong = Client().post(LOGIN, {"login": world.owner.email, "password": "verkeerd"})
    unknown = Client().post(LOGIN, {"login": "niemand@test.example", "password": "verkeerd"})
    closed = Client().post(LOGIN, {"login": world.deactivated.email, "password": "verkeerd"})
    assert wrong.status_code == unknown.status_code == closed.status_code == 200
    assert essence(wrong) == essence(unknown) == essence(closed)
    assert "klopt niet" in essence(wrong)


def test_asking_for_a_new_password_reads_the_same_for_a_known_and_an_unknown_address(world):
    answers = []
    for address in (world.owner.email, "niemand@test.example", world.deactivated.email):
        client = Client()
        response = client.post(RESET, {"email": address})
        assert (response.status_code, response.headers["Location"]) == (302, f"{RESET}done/")
        answers.append(essence(client.get(response.headers["Location"])))
    assert len(set(answers)) == 1
    events = dict(OutboundMail.objects.values_list("to", "event"))
    assert events[world.owner.email] == "account/email/password_reset_key"
    assert events["niemand@test.example"] == events[world.deactivated.email] == "account/email/unknown_account"


def test_nobody_signs_up_without_an_invitation(client):
    for response in (client.get("/account/signup/"), client.post("/account/signup/", {"email": "x@test.example"})):
        assert "Je krijgt een account na een uitnodiging" in response.content.decode()
    assert not User.objects.filter(email="x@test.example").exists()


# --- limits -----------------------------------------------------------------------------------------------------------


def test_wrong_passwords_for_one_address_are_throttled_and_the_owner_gets_in_again_within_a_quarter(world):
    sentences = [
        essence(Client().post(LOGIN, {"login": world.owner.email, "password": "verkeerd"})) for _try in range(8)
    ]
    assert [("Te veel" in sentence) for sentence in sentences] == [False] * 5 + [True] * 3
    client = Client()
    log_in(client, world.owner)
    assert not is_signed_in(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=15)):
        log_in(client, world.owner)
        assert is_signed_in(client)


def test_one_address_on_the_internet_gets_a_page_to_wait_after_thirty_tries(client):
    statuses = [
        client.post(LOGIN, {"login": f"iemand{number}@test.example", "password": "x"}).status_code
        for number in range(33)
    ]
    assert statuses == [200] * 30 + [429] * 3
    page = client.post(LOGIN, {"login": "x@test.example", "password": "x"})
    assert "Even geduld" in page.content.decode()
    assert client.get(LOGIN).status_code == 200


def test_behind_a_proxy_of_ours_each_visitor_has_limits_of_their_own(settings, client):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    data = {"login": "x@test.example", "password": "x"}
    statuses = [
        client.post(LOGIN, data, headers={"x-forwarded-for": f"6.6.6.6, 10.0.0.{n}"}).status_code for n in (1, 1, 2)
    ]
    assert statuses == [200, 429, 200]


# --- where it leads ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "//evil.invalid",
        "https://evil.invalid/",
        "javascript:alert(1)",
        "\\\\evil.invalid",
        "/\\evil.invalid",
        "http:///evil.invalid",
    ],
)
def test_signing_in_never_leads_to_another_site(client, world, target):
    assert log_in(client, world.owner, next=target).headers["Location"] == "/mijn/"
    assert client.post("/account/logout/", {"next": target}).headers["Location"] == "/"


def test_signing_in_leads_back_to_where_somebody_wanted_to_be(client, world):
    asked = client.get("/trajecten/testtraject/")
    assert asked.headers["Location"] == f"{LOGIN}?next=/trajecten/testtraject/"
    assert log_in(client, world.owner, next="/trajecten/testtraject/").headers["Location"] == "/trajecten/testtraject/"


# --- a forgotten password ---------------------------------------------------------------------------------------------


def link_in_the_mail(user):
    mail = OutboundMail.objects.get(to=user.email, event="account/email/password_reset_key")
    return re.search(r"http://testserver(/\S+)", mail.text).group(1)


NEW = {"password1": "vier rustige groene paarden", "password2": "vier rustige groene paarden"}


def test_a_forgotten_password_is_replaced_through_the_mail_once(client, world):
    client.post(RESET, {"email": world.owner.email})
    link = link_in_the_mail(world.owner)
    form = client.get(link, follow=True)
    assert "Kies een nieuw wachtwoord" in form.content.decode()
    client.post(form.redirect_chain[-1][0], NEW)
    assert User.objects.get(pk=world.owner.pk).check_password(NEW["password1"])
    assert "Deze link werkt niet meer" in Client().get(link, follow=True).content.decode()


def test_the_link_in_the_mail_leads_to_our_own_address_whatever_host_was_asked(settings, world):
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    assert Client().post(RESET, {"email": world.owner.email}, headers={"host": "evil.invalid"}).status_code == 400
    Client().post(RESET, {"email": world.owner.email}, headers={"host": "localhost"})
    Client().post(RESET, {"email": world.owner.email}, headers={"x-forwarded-host": "evil.invalid"})
    for mail in OutboundMail.objects.all():
        assert re.findall(r"https?://([^/\s\"]+)/account", mail.text + mail.html)
        assert set(re.findall(r"https?://([^/\s\"<]+)", mail.text + mail.html)) == {"testserver"}


def test_a_reset_link_dies_when_the_password_changes_or_the_account_closes(client, world):
    def link():
        user = User.objects.get(pk=world.owner.pk)
        return f"/account/password/reset/key/{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}/"

    old = link()
    world.owner.set_password("iets heel anders nu")
    world.owner.save()
    assert "Deze link werkt niet meer" in Client().get(old, follow=True).content.decode()
    fresh = link()
    assert reverse("account_login") in Client().get(fresh, follow=True).content.decode()
