"""The gate: every page, for everyone, is free of axe's findings in both themes, wide and narrow, and speaks Dutch.

What a page shows differs by person; content that someone before already had in front of them is not looked at again.
"""

import re
from collections.abc import Callable

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import resolve, reverse
from playwright.sync_api import Page

from in2stem.demo.world import PASSWORD
from tests.e2e import addresses, pages
from tests.e2e.demo_site import ADDRESS
from tests.e2e.inspection import faults

# Who looks at every page of the portal, by their name in the demo world.
EVERYONE = {
    "visitor": "",
    "administrator": "voka",
    "facilitator": "facilitator",
    "company": "bedrijf",
    "school": "school",
    "chair": "voorzitter",
    "steering chair": "stuurgroep",
    "company elsewhere": "buiten",
    "without organisation": "zonder-organisatie",
}
# The back office is many pages: each part is a test of its own, so that two processes share them.
PARTS_OF_THE_BACK_OFFICE = 3


@pytest.fixture
def site(demo: str, settings) -> str:
    settings.ROOT_URLCONF = addresses.__name__
    return demo


@pytest.fixture(scope="session")
def seen() -> set[str]:
    """The content of every page that was looked at in this process."""
    return set()


class Walk:
    """One person's walk past many pages: what was wrong, and which addresses share a title."""

    def __init__(self, page: Page, client: Client, seen: set[str]) -> None:
        self.page, self.client, self.seen = page, client, seen
        self.found: list[str] = []
        self.titles: dict[str, set[str]] = {}

    def past(self, path: str) -> None:
        address = path.partition("?")[0]
        response = self.client.get(path, follow=True)
        if resolve(response.request["PATH_INFO"]).view_name != resolve(address).view_name:
            return  # this person is sent to another page
        content = content_of(response.content.decode())
        if content in self.seen:
            return
        self.seen.add(content)
        self.page.goto(path)
        self.found += [f"{path}: {fault}" for fault in faults(self.page)]
        if response.status_code == 200:
            self.titles.setdefault(self.page.title(), set()).add(address)

    def end(self) -> None:
        shared = [f"{title}: {paths}" for title, paths in self.titles.items() if len(paths) > 1]
        if self.found or shared:
            pytest.fail("\n".join([*self.found, *shared]), pytrace=False)


def content_of(html: str) -> str:
    """What differs from page to page: title and main part, without the secret of its forms."""
    title, main = (re.search(rf"<{tag}\b.*</{tag}>", html, re.DOTALL) for tag in ("title", "main"))
    text = f"{title.group() if title else ''}{main.group() if main else html}"
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def signed_in(login: str) -> Client:
    """Signed in a moment ago with a password, so that no page asks for it again."""
    client = Client()
    if login:
        answer = client.post(reverse("account_login"), {"login": ADDRESS.format(login), "password": PASSWORD})
        assert answer.status_code == 302
    return client


@pytest.fixture
def walk(desktop: Page, site: str, seen: set[str]) -> Callable[[Client], Walk]:
    def started(client: Client) -> Walk:
        if cookie := client.cookies.get(django_settings.SESSION_COOKIE_NAME):
            desktop.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
        return Walk(desktop, client, seen)

    return started


@pytest.mark.parametrize("login", EVERYONE.values(), ids=EVERYONE)
def test_every_page_of_the_portal(walk, login):
    walk = walk(signed_in(login))
    for name, paths in pages.examples().items():
        if login and name in pages.VISITORS_ONLY:
            continue
        for path in paths:
            walk.past(path)
    walk.end()


@pytest.mark.parametrize("part", range(PARTS_OF_THE_BACK_OFFICE))
def test_every_page_of_the_back_office(walk, part):
    walk = walk(signed_in("voka"))
    for paths in list(pages.back_office().values())[part::PARTS_OF_THE_BACK_OFFICE]:
        for path in paths:
            walk.past(path)
    walk.end()
