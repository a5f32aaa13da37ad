"""A walk over every address: each view says who it is for, and keeps to it.

Two families say it in their own way, and are listed here with the reason; a new address of theirs fails the walk.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

pytestmark = pytest.mark.django_db

# The back office: PortalAdminSite and PortalModelAdmin ask the policy on every page (tests/accounts/test_admin.py).
BACK_OFFICE = "admin"
# allauth's own views: for everyone, because they are the way in ...
ALLAUTH_PUBLIC = {
    "account_login",
    "account_logout",  # shows a signed-out visitor the way home
    "account_inactive",
    "account_signup",  # says that accounts come by invitation
    "account_email_verification_sent",
    "account_confirm_email",  # holds a secret key
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",  # holds a secret key
    "account_reset_password_from_key_done",
    "account_confirm_login_code",  # sends away whoever did not ask for a code; codes are off
    "mfa_authenticate",  # the second step, only after the first
}
# ... or for who is signed in, which allauth checks itself.
ALLAUTH_MEMBERS = {
    "account_reauthenticate",
    "account_email",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}
SAMPLES = {"int": "1", "slug": "x", "uuid": str(uuid.UUID(int=0)), "str": "x", "path": "x"}
METHODS = ["get", "post", "head", "options", "put", "patch", "delete"]


@dataclass(frozen=True)
class Address:
    name: str
    path: str
    view: Any

    @property
    def access(self) -> str | None:
        return getattr(self.view, "access", None)


def addresses(patterns: list[Any], path: str = "/", names: tuple[str, ...] = ()) -> Iterator[Address]:
    """Every address with sample values for what varies, without the back office."""
    for pattern in patterns:
        filled = path + filled_in(pattern)
        if isinstance(pattern, URLResolver):
            if pattern.namespace != BACK_OFFICE:
                namespace = (pattern.namespace,) if pattern.namespace else ()
                yield from addresses(pattern.url_patterns, filled, names + namespace)
        else:
            yield Address(":".join([*names, pattern.name or filled]), filled, pattern.callback)


def filled_in(pattern: URLPattern | URLResolver) -> str:
    match pattern.name if isinstance(pattern, URLPattern) else None:
        case "account_confirm_email":
            return "confirm-email/x/"
        case "account_reset_password_from_key":
            return "password/reset/key/1-x/"
    text = str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        kind = next(key for key in SAMPLES if type(converter).__name__.lower().startswith(key.replace("str", "string")))
        text = text.replace(f"<{kind}:{name}>", SAMPLES[kind]).replace(f"<{name}>", SAMPLES[kind])
    return text


ALL = list(addresses(get_resolver().url_patterns))
OURS = [address for address in ALL if address.name not in ALLAUTH_PUBLIC | ALLAUTH_MEMBERS]


def ids(address: Address) -> str:
    return address.name


def of(access: str) -> list[Address]:
    return [address for address in OURS if address.access == access]


def test_the_walk_finds_the_pages_that_people_rely_on() -> None:
    names = {address.name for address in ALL}
    assert {"home", "my-next-step", "phases:move", "companies:intake", "invitation", "account_login"} <= names
    assert names >= ALLAUTH_PUBLIC | ALLAUTH_MEMBERS
    assert "<" not in "".join(address.path for address in ALL)


def test_every_view_says_who_it_is_for() -> None:
    assert [address.name for address in OURS if address.access not in {"public", "members", "staff"}] == []


@pytest.mark.parametrize("method", METHODS)
def test_a_visitor_is_sent_to_sign_in_from_everything_that_is_not_public(method: str) -> None:
    strays = {}
    for address in [*of("members"), *of("staff")]:
        response = getattr(Client(), method)(address.path)
        if (response.status_code, response.headers.get("Location")) != (
            302,
            f"{reverse('account_login')}?next={address.path}",
        ):
            strays[address.name] = response.status_code
    assert strays == {}


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_gets_no_account_page_of_allauth_either(method: str) -> None:
    for address in ALL:
        if address.name in ALLAUTH_MEMBERS:
            response = getattr(Client(), method)(address.path)
            assert response.status_code == 302, address.name
            assert response.headers["Location"].startswith(reverse("account_login")), address.name


@pytest.mark.parametrize("method", METHODS)
def test_the_back_office_sends_a_visitor_to_sign_in(method: str) -> None:
    for path in ("/beheer/", "/beheer/login/", "/beheer/accounts/user/", "/beheer/bestaat-niet/", "/beheer/jsi18n/"):
        response = getattr(Client(), method)(path)
        assert response.status_code == 302, path
        assert response.headers["Location"].startswith(reverse("account_login")), path


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_for_voka_refuses_a_member(world: Any, sign_in_as: Any, method: str) -> None:
    client = sign_in_as(world.owner)
    strays = {address.name: getattr(client, method)(address.path).status_code for address in of("staff")}
    assert set(strays.values()) <= {403}, strays


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", [None, "stranger", "administrator"])
def test_no_address_breaks_on_something_that_does_not_exist(world: Any, method: str, name: str | None) -> None:
    strays = {}
    client = Client(raise_request_exception=False)
    if name:
        client.force_login(getattr(world, name))
    # Signing out comes last.
    for address in sorted(ALL, key=lambda address: address.name == "account_logout"):
        # Without background work /readyz rightly says 503.
        status = getattr(client, method)(address.path).status_code
        if status >= 500 and address.path != "/readyz":
            strays[address.name] = status
    assert strays == {}
