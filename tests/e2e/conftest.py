"""Real Chromium on a live server. Pages are in Dutch.

A script error, a CSP violation, a request to another host or a 5xx answer fails the test at its end.

Playwright's sync API runs an event loop in this thread, so Django has to be told that its database calls here are fine.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client
from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    ViewportSize,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from tests.e2e import demo_site
from tests.services import find_chromium

SCREENSHOTS = Path(django_settings.BASE_DIR) / "docs" / "screenshots"
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# Debian's Chromium, in a container, without a word to the network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# So that the pictures in the repository stay small; flat drawings lose nothing by it.
COLOURS_OF_A_PICTURE = 128
TIMEOUT_MILLISECONDS = 15_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("needs Chromium: run bin/system-packages test")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()
        # Django keeps the connections of a thread with an event loop apart: nobody else would close them.
        connections.close_all()


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """The address of the portal, without a slash at the end; links in mails and QR codes lead there too."""
    settings.BASE_URL = live_server.url
    return live_server.url


@pytest.fixture(scope="session")
def _demo_database(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[dict[str, Any]]:
    with django_db_blocker.unblock(), demo_site.copy_of_the_database(tmp_path_factory.mktemp("demo")) as database:
        with demo_site.pointed_at(database):
            demo_site.fill()
        yield database


@pytest.fixture
def demo(_demo_database: dict[str, Any], db: None, settings: Any) -> Iterator[str]:
    """The demo world on its own database, and the address that serves it. For looking: what a test changes in it stays."""
    with demo_site.pointed_at(_demo_database):
        server = LiveServer("localhost")
        settings.BASE_URL = server.url
        yield server.url
        server.stop()


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """`open_page(size=PHONE, java_script_enabled=False)` gives a page with its own cookies, closed afterwards."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note_answer(response: Response) -> None:
        if response.status >= 500:
            complaints.append(f"{response.status} {response.url}")

    def note_request(request: Request) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            complaints.append(f"a request to someone else: {request.url}")

    def note(message: ConsoleMessage) -> None:
        # A 403 or 404 that the test asks for is logged as an error too; that is not one.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            where = message.page.url if message.page else ""
            complaints.append(f"{where}: {message.text}")

    def opened(size: ViewportSize | None = None, **options: Any) -> Page:
        context = browser.new_context(
            viewport=size or DESKTOP, locale="nl-BE", timezone_id="Europe/Brussels", base_url=site, **options
        )
        context.set_default_timeout(TIMEOUT_MILLISECONDS)
        contexts.append(context)
        page = context.new_page()
        page.on("request", note_request)
        page.on("response", note_answer)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def desktop(open_page: Callable[..., Page]) -> Page:
    return open_page(DESKTOP)


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    return open_page(PHONE, is_mobile=True, has_touch=True)


@pytest.fixture
def no_javascript(open_page: Callable[..., Page]) -> Page:
    return open_page(DESKTOP, java_script_enabled=False)


@pytest.fixture
def sign_in(site: str) -> Callable[[Page, Any], None]:
    """`sign_in(page, user)` gives the page that person's session, without the form."""

    def signed_in(page: Page, user: Any) -> None:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])

    return signed_in


@pytest.fixture
def screenshot(tmp_path: Path) -> Callable[[Page, str], Path]:
    """`screenshot(page, "name")` shows the top of a page as it fits its screen.

    It writes docs/screenshots/name.png with UPDATE_SCREENSHOTS=1, else a temporary file.
    """

    def taken(page: Page, name: str) -> Path:
        folder = SCREENSHOTS if os.environ.get("UPDATE_SCREENSHOTS") == "1" else tmp_path
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        page.evaluate("window.scrollTo(0, 0)")
        page.screenshot(path=path, animations="disabled")
        with Image.open(path) as picture:
            picture.convert("RGB").quantize(COLOURS_OF_A_PICTURE).save(path, optimize=True)
        return path

    return taken
