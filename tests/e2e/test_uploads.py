"""Sending a file as a teacher does, in a real browser: progress, a connection that breaks, and no script at all."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from schools.models import Evidence
from schools.selectors import current_criteria
from tests.cast import World
from tests.documents import files

LOST = (
    "De verbinding viel weg, dus er is niets bewaard. Wat je invulde, staat er nog. "
    "Kijk je internet na en verstuur het opnieuw."
)
PHOTO = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": files.photo_with_gps()}


@pytest.fixture
def fill_in(committed_world: World, site, sign_in):
    """`fill_in(page, file)`: a teacher at the form for new evidence, everything filled in."""

    def fill(page: Page, file):
        sign_in(page, committed_world.teacher)
        page.goto(f"{new_evidence(committed_world)}?criterium={current_criteria()[0].number}")
        page.fill("[name=title]", "Robotklas")
        page.fill("[name=practice_date]", "2026-03-20")
        page.fill("[name=text]", "We bouwden een robot.")
        page.check("[name=pupils_confirmed]")
        page.set_input_files("input[type=file]", file)

    return fill


def new_evidence(world: World) -> str:
    return reverse("schools:evidence-new", args=[world.school.pk])


def save(page: Page):
    page.locator("main form .savebar .btn-primary").click()


def test_a_photo_arrives_and_the_teacher_lands_on_the_evidence_with_its_message(phone, fill_in):
    fill_in(phone, PHOTO)
    save(phone)
    expect(phone.locator("h1")).to_have_text("Robotklas")
    expect(phone.locator("main")).to_contain_text("foto.jpg")
    expect(phone.locator("main")).to_contain_text("Wordt gecontroleerd")
    assert Evidence.objects.count() == 1


def test_a_slow_line_shows_how_far_it_is(desktop, fill_in):
    fill_in(desktop, {"name": "groot.pdf", "mimeType": "application/pdf", "buffer": files.pdf().ljust(3_000_000)})
    line = desktop.context.new_cdp_session(desktop)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 1_000_000},
    )
    save(desktop)
    bar = desktop.get_by_role("progressbar", name="Hoeveel van je bestanden verstuurd is")
    expect(bar).to_be_visible()
    expect(desktop.get_by_role("status").filter(has_text="Aan het versturen")).to_have_text(
        re.compile(r"Aan het versturen: [1-9]0% klaar\.")
    )
    expect(desktop.locator("h1")).to_have_text("Robotklas", timeout=20_000)


def test_a_connection_that_breaks_says_so_and_keeps_what_was_typed(desktop, fill_in, committed_world):
    fill_in(desktop, PHOTO)
    address = re.compile(re.escape(new_evidence(committed_world)))
    desktop.route(address, lambda route: route.abort("connectionreset"))
    save(desktop)
    expect(desktop.get_by_role("alert").filter(has_text="verbinding")).to_have_text(LOST)
    expect(desktop.locator("[name=title]")).to_have_value("Robotklas")
    expect(desktop.get_by_role("progressbar")).to_be_hidden()
    desktop.unroute(address)
    save(desktop)
    expect(desktop.locator("h1")).to_have_text("Robotklas")
    assert Evidence.objects.count() == 1


def test_a_file_that_is_refused_stands_beside_what_was_typed(desktop, fill_in):
    fill_in(desktop, {"name": "spel.exe", "mimeType": "image/jpeg", "buffer": b"MZ"})
    save(desktop)
    expect(desktop.locator("main")).to_contain_text("Dit bestandstype aanvaarden we niet.")
    expect(desktop.locator("[name=title]")).to_have_value("Robotklas")
    assert desktop.evaluate("document.activeElement.getAttribute('role')") == "alert"


def test_a_file_that_is_too_large_is_not_even_sent(desktop, fill_in, tmp_path):
    large = tmp_path / "groot.pdf"
    large.write_bytes(files.pdf().ljust(26 * 1024 * 1024))
    fill_in(desktop, large)
    save(desktop)
    complaint = desktop.get_by_role("alert").filter(has_text="Een bestand mag hoogstens 25 MB groot zijn.")
    expect(complaint).to_be_visible()
    expect(desktop.locator("[name=title]")).to_have_value("Robotklas")
    assert not Evidence.objects.exists()


def test_without_script_a_photo_arrives_too(no_javascript, fill_in):
    fill_in(no_javascript, PHOTO)
    save(no_javascript)
    expect(no_javascript.locator("h1")).to_have_text("Robotklas")
    assert Evidence.objects.count() == 1
