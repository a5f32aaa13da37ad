"""Sending a file as a teacher does, in a real browser: progress, a connection that breaks, and no script at all."""

import re

import pytest
from django.conf import settings
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


def forget_who_it_is(page: Page):
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def complaint_of(page: Page):
    return page.locator("[data-upload-error]")


def test_whoever_was_signed_out_keeps_the_form_signs_in_beside_it_and_sends_it_again(
    desktop, fill_in, committed_world, sign_in
):
    fill_in(desktop, PHOTO)
    forget_who_it_is(desktop)
    save(desktop)
    expect(complaint_of(desktop)).to_contain_text("Je was intussen afgemeld, dus er is niets bewaard.")
    way_in = complaint_of(desktop).get_by_role("link", name="Aanmelden (opent in een nieuw tabblad)")
    expect(way_in).to_have_attribute("href", reverse("account_login"))
    expect(desktop.locator("[name=text]")).to_have_value("We bouwden een robot.")
    save(desktop)  # not signed in yet: nothing is sent, nothing is lost
    expect(complaint_of(desktop)).to_contain_text("Je was intussen afgemeld")
    assert not Evidence.objects.exists()
    # Signing in gives every page another token, as in the new tab.
    committed_world.teacher.set_password("een-lang-wachtwoord")
    committed_world.teacher.save()
    with desktop.context.expect_page() as opened:
        way_in.click()
    tab = opened.value
    tab.fill("[name=login]", committed_world.teacher.email)
    tab.fill("[name=password]", "een-lang-wachtwoord")
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_url(re.compile("/mijn/"))
    save(desktop)
    expect(desktop.locator("h1")).to_have_text("Robotklas")
    assert Evidence.objects.get().text == "We bouwden een robot."


def test_a_page_that_was_open_for_too_long_is_sent_with_one_more_click(desktop, fill_in):
    fill_in(desktop, PHOTO)
    desktop.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    save(desktop)
    expect(complaint_of(desktop)).to_have_text(
        "Deze pagina stond te lang open, dus er is niets bewaard. Wat je invulde, staat er nog. Verstuur het nog eens."
    )
    expect(desktop.locator("[name=title]")).to_have_value("Robotklas")
    save(desktop)
    expect(desktop.locator("h1")).to_have_text("Robotklas")


def test_without_script_whoever_was_signed_out_reads_what_was_typed(no_javascript, fill_in):
    fill_in(no_javascript, PHOTO)
    forget_who_it_is(no_javascript)
    save(no_javascript)
    expect(no_javascript.locator("h1")).to_have_text("Aanmelden")
    expect(no_javascript.get_by_label("Tekst 1")).to_have_value("We bouwden een robot.")


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
