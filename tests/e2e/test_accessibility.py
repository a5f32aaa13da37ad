"""The gate: every page, for everyone, is free of axe's findings in both themes, wide and narrow, and speaks Dutch.

Each page is read for each person. In the browser each page is opened once, and again whenever it has something that no page
before it had: same tags, classes and states is the same to axe, whatever the words. Of the back office, where Django draws the
same list, form and history for each model, it is each sort of page that is opened once. That links have words and fields a label
is read on every page.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as django_settings
from django.test import Client
from django.urls import resolve, reverse
from playwright.sync_api import Page

from in2stem.demo.world import PASSWORD
from tests.companies.conftest import STEPS, address, form_data
from tests.companies.conftest import walk as post_the_steps
from tests.e2e import addresses, pages
from tests.e2e.demo_site import ADDRESS, person
from tests.e2e.inspection import SCRIPT, Inspector
from tests.e2e.reading import Reading

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
# Two tests for each, so that two processes share a walk.
PARTS = (0, 1)
WALKS = [(login, part) for login in EVERYONE.values() for part in PARTS]
# Their addresses hold a secret, which is no reason for another title.
WITH_A_SECRET = {"invitation", "account_confirm_email", "companies:sent-results", "companies:resume"}
# Someone whose sign-in has a second step, halfway and past it.
CAREFUL = "tweede-stap"
OF_A_SECOND_STEP = (
    "mfa_index", "mfa_reauthenticate", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
)  # fmt: skip
# The back office is many pages: each part is a test of its own, so that two processes share them.
PARTS_OF_THE_BACK_OFFICE = 3
OF_EACH_MODEL = re.compile(r"admin:\w+_(changelist|add|change|history)")


@pytest.fixture
def site(demo: str, settings) -> str:
    settings.ROOT_URLCONF = addresses.__name__
    return demo


class Gate:
    """What was looked at in this process."""

    def __init__(self) -> None:
        self.inspector = Inspector()
        self.names, self.kinds, self.orders = set[str](), set[str](), set[Any]()

    def is_new(self, name: str, reading: Reading) -> bool:
        """Whether the page must be opened: the first of its address, or with a part or an order of headings not yet seen."""
        known = name in self.names and reading.kinds <= self.kinds and reading.order in self.orders
        self.names.add(name)
        self.kinds |= reading.kinds
        self.orders.add(reading.order)
        return not known


@pytest.fixture(scope="session")
def gate() -> Gate:
    return Gate()


def sort_of_page(view: str) -> str:
    """The name of an address; for what Django draws for each model, what it draws."""
    drawn = OF_EACH_MODEL.fullmatch(view)
    return f"admin:{drawn[1]}" if drawn else view


class Walk:
    """One person's walk past many pages: what was wrong, and which addresses share a title."""

    def __init__(self, page: Page, client: Client, gate: Gate) -> None:
        self.page, self.client, self.gate = page, client, gate
        self.found: list[str] = []
        self.titles: dict[str, set[str]] = {}

    def past(self, path: str) -> int | None:
        """The status of the answer; None when this person is sent to another page."""
        address = path.partition("?")[0]
        view = resolve(address).view_name
        response = self.client.get(path, follow=True)
        if resolve(response.request["PATH_INFO"]).view_name != view:
            return None
        reading = Reading.of(response.content.decode())
        if response.status_code == 200:
            self.titles.setdefault(reading.title, set()).add(view if view in WITH_A_SECRET else address)
        found = reading.faults()
        if self.gate.is_new(sort_of_page(view), reading):
            self.page.goto(path)
            found += self.gate.inspector.faults(self.page)
        self.found += [f"{path}: {fault}" for fault in found]
        return response.status_code

    def end(self) -> None:
        shared = [f"{title}: {paths}" for title, paths in self.titles.items() if len(paths) > 1]
        if self.found or shared:
            pytest.fail("\n".join([*self.found, *shared]), pytrace=False)


def signed_in(login: str) -> Client:
    """Signed in a moment ago with a password, so that no page asks for it again."""
    client = Client()
    if login:
        answer = client.post(reverse("account_login"), {"login": ADDRESS.format(login), "password": PASSWORD})
        assert answer.status_code == 302
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.fixture
def walk(desktop: Page, site: str, gate: Gate) -> Callable[[Client], Walk]:
    def started(client: Client) -> Walk:
        if cookie := client.cookies.get(django_settings.SESSION_COOKIE_NAME):
            desktop.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
        desktop.add_init_script(SCRIPT)
        return Walk(desktop, client, gate)

    return started


def test_every_address_is_known_here_and_has_an_example_that_opens(site):
    examples = pages.examples()
    known, existing = {*examples, *pages.NO_PAGE}, {*pages.names(), *addresses.OF_TESTS}
    assert sorted(existing - known - addresses.OF_TESTS) == [], (
        "add a line for each to examples() in tests/e2e/pages.py"
    )
    assert sorted(known - existing) == [], "these addresses are gone: take their lines out of tests/e2e/pages.py"
    people = [signed_in(login) for login in ("voka", "", "school", "zonder-organisatie")]
    closed = [
        name
        for name, paths in examples.items()
        if name not in {*OF_A_SECOND_STEP, "mfa_authenticate"}
        and not any(client.get(path).status_code == 200 for path in paths for client in people)
    ]
    assert " ".join(closed) == "", "nobody can open the examples of these"


@pytest.mark.parametrize(("login", "part"), WALKS, ids=[f"{who} {part}" for who in EVERYONE for part in PARTS])
def test_every_page_of_the_portal(walk, login, part):
    walk = walk(signed_in(login))
    for name, paths in list(pages.examples().items())[part :: len(PARTS)]:
        if login and name in pages.VISITORS_ONLY:
            continue
        for path in paths:
            walk.past(path)
    walk.end()


def test_the_pages_of_a_second_step(walk):
    client = signed_in(CAREFUL)
    TOTP.activate(person(CAREFUL), generate_totp_secret())
    RecoveryCodes.activate(person(CAREFUL))
    past = walk(client)
    assert {name: past.past(reverse(name)) for name in OF_A_SECOND_STEP} == dict.fromkeys(OF_A_SECOND_STEP, 200)
    past.end()
    halfway = walk(signed_in(CAREFUL))
    assert halfway.past(reverse("mfa_authenticate")) == 200
    halfway.end()


def test_the_steps_of_signing_up(walk):
    client, data = signed_in(""), form_data()
    assert post_the_steps(client, data, upto="toestemming").status_code == 302
    walk = walk(client)
    assert {walk.past(address(step)) for step in STEPS} == {200}
    # And as they come back with mistakes.
    walk.page.goto(address(STEPS[0]))
    walk.page.locator("[name=company_name]").fill("")
    walk.page.locator("[name=company_name]").press("Enter")
    walk.page.wait_for_selector("[role=alert]")
    walk.found += walk.gate.inspector.faults(walk.page)
    walk.end()


def test_the_gate_catches_a_broken_page(walk):
    """A control: an input without a label, faint words, a tiny button and a plank that sticks out are each found."""
    walk = walk(signed_in(""))
    walk.page.goto("/hulp/")
    assert walk.gate.inspector.faults(walk.page) == []
    walk.page.evaluate(
        """() => {
          const add = (tag, style, text = "") => {
            const element = document.createElement(tag);
            element.textContent = text;
            Object.assign(element.style, style);
            document.querySelector("main").append(element);
          };
          add("input", {});
          add("p", {color: "#bbb", background: "#fff"}, "Bleek");
          add("button", {width: "8px", height: "8px", padding: "0", border: "0"}, "x");
          add("button", {width: "8px", height: "8px", padding: "0", border: "0"}, "y");
          add("div", {width: "700px", height: "9px"});
        }"""
    )
    found = walk.gate.inspector.faults(walk.page)
    rules = ("label:", "color-contrast:", "target-size:", "wider than the screen:")
    assert [rule for rule in rules if not any(rule in fault for fault in found)] == []
    page = Reading.of(
        "<title> · IN2STEM</title><h1>A</h1><h1 id=a>B</h1><p id=a aria-labelledby=c>Please wait for the mail and read it"
        "</p><p><a href=/ class=x><i></i></a><label for=d>D</label><input id=d><input id=e><button><img alt=F></button>"
    )
    assert len(page.faults()) == 7


@pytest.mark.parametrize("login", ["", "bedrijf"], ids=["visitor", "company"])
def test_the_error_pages(walk, login):
    walk = walk(signed_in(login))
    answers = {status: walk.past(f"/test/fout/{status}/") for status in addresses.ERRORS}
    assert answers == {status: 200 if status == 500 else status for status in addresses.ERRORS}
    for status in addresses.ERRORS:
        walk.page.goto(f"/test/fout/{status}/")
        assert walk.page.locator("main a, main button").count() > 0, f"{status}: no way forward"
    walk.end()


@pytest.mark.parametrize("part", range(PARTS_OF_THE_BACK_OFFICE))
def test_every_page_of_the_back_office(walk, part):
    walk = walk(signed_in("voka"))
    for paths in list(pages.back_office().values())[part::PARTS_OF_THE_BACK_OFFICE]:
        for path in paths:
            walk.past(path)
    walk.end()
