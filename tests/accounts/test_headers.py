"""What every answer tells the browser: load nothing from elsewhere, sit in no frame, and keep no personal page."""

import pytest

pytestmark = pytest.mark.django_db

PUBLIC = ["/", "/privacy/", "/inschrijven/", "/account/login/"]


def directives(response):
    parts = response.headers["Content-Security-Policy"].split(";")
    return {name: values for name, *values in (part.split() for part in parts if part.strip())}


@pytest.mark.parametrize("path", [*PUBLIC, "/bestaat-niet/", "/mijn/", "/healthz", "/account/uitnodiging/x/"])
def test_every_answer_carries_the_security_headers(client, path):
    response = client.get(path)
    policy = directives(response)
    assert policy["default-src"] == ["'self'"]
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/mijn/", "/trajecten/", "/account/profiel/", "/", "/bestaat-niet/", "/beheer/"])
def test_nothing_a_signed_in_person_sees_is_kept(sign_in_as, world, path):
    response = sign_in_as(world.owner).get(path)
    assert {"no-store", "private"} <= set(response.headers["Cache-Control"].replace(" ", "").split(","))


@pytest.mark.parametrize("path", ["/", "/privacy/"])
def test_a_public_page_for_a_visitor_may_be_kept(client, path):
    assert "no-store" not in client.get(path).headers.get("Cache-Control", "")


@pytest.mark.parametrize("path", ["/account/uitnodiging/x/", "/account/login/"])
def test_pages_with_a_secret_in_the_address_or_a_password_are_not_kept(client, path):
    assert "no-store" in client.get(path).headers["Cache-Control"]


def test_a_cookie_cannot_be_read_by_scripts_nor_sent_from_elsewhere(client, world):
    response = client.post("/account/login/", {"login": world.owner.email, "password": "een-lang-wachtwoord"})
    for name in ("sessionid", "csrftoken"):
        assert response.cookies[name]["httponly"], name
        assert response.cookies[name]["samesite"] == "Lax", name
