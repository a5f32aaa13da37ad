"""What was typed comes back when a form was sent too late: signed out meanwhile, or with a token of before."""

import html

import pytest
from django.test import Client
from django.urls import reverse

from accounts.typed import KEPT_MAX_LENGTH
from schools.models import Evidence

pytestmark = pytest.mark.django_db

TEXT = "We bouwden een robot.\r\nMet <b>drie</b> klassen & een bedrijf."
FORM = {"title": "Robotklas", "text": TEXT, "text_en": "", "practice_date": "2026-03-20"}


@pytest.fixture
def address(world):
    return reverse("schools:evidence-new", args=[world.school.pk])


def words_on(response) -> list[str]:
    areas = response.content.decode().split("<textarea")[1:]
    return [html.unescape(area.split("readonly>\n")[1].split("</textarea>")[0]) for area in areas]


def text_of(response) -> str:
    return response.content.decode()


def test_whoever_was_signed_out_while_typing_finds_the_words_beside_the_sign_in_form(address, world):
    client = Client()
    response = client.post(address, FORM, headers={"Referer": f"http://testserver{address}"})
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next=http%3A//testserver{address}"
    page = client.get(response["Location"])
    assert words_on(page) == [TEXT]
    assert "Er is niets bewaard, want je was intussen afgemeld." in text_of(page)
    assert not Evidence.objects.exists()


def test_the_words_are_gone_once_somebody_signed_in(address, world):
    client = Client()
    client.post(address, FORM)
    client.force_login(world.teacher)
    client.logout()
    assert words_on(client.get(reverse("account_login"))) == []


def test_a_book_is_kept_as_far_as_it_fits(address):
    client = Client()
    client.post(address, FORM | {"text": "woord " * 20_000, "text_en": "nog een tekst"})
    kept = words_on(client.get(reverse("account_login")))
    assert [len(text) for text in kept] == [KEPT_MAX_LENGTH]


def test_a_page_elsewhere_is_no_way_back(address):
    response = Client().post(address, FORM, headers={"Referer": "https://evil.invalid/"})
    assert response["Location"] == f"{reverse('account_login')}?next={address}"


@pytest.mark.parametrize("data", [{}, {"title": "Robotklas", "practice_date": "2026-03-20"}])
def test_without_words_there_is_only_the_sign_in_page(data, address):
    response = Client().post(address, data)
    assert (response.status_code, response["Location"]) == (302, f"{reverse('account_login')}?next={address}")


def test_a_form_that_a_script_sends_is_never_taken_away(address):
    response = Client().post(address, {"title": "Robotklas"}, headers={"X-Upload": "1"})
    assert response.status_code == 401
    assert 'data-ended="signedOut"' in text_of(response)
    assert words_on(response) == []


@pytest.mark.parametrize("user", ["teacher", None])
def test_a_token_of_before_gives_the_words_back_too(user, address, world):
    client = Client(enforce_csrf_checks=True)
    if user:
        client.force_login(getattr(world, user))
    response = client.post(address, FORM)
    assert response.status_code == 403
    assert words_on(response) == [TEXT]
    assert "Kopieer wat je typte, ga terug, laad de pagina opnieuw en plak het daar." in text_of(response)
    assert not Evidence.objects.exists()


def test_a_password_is_never_shown_back():
    secret = "vier losse woorden samen"
    response = Client(enforce_csrf_checks=True).post(
        reverse("account_login"), {"login": "iemand@test.example", "password": secret}
    )
    assert response.status_code == 403
    assert secret not in text_of(response)
