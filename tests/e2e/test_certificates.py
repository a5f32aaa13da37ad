"""Certificates in a real browser: Voka issues, the list follows the PDF by itself, a stranger checks it, on any screen."""

import re

import pytest
from playwright.sync_api import Page, expect

from certificates import services
from certificates.models import Certificate, CertificateRules
from tests.certificates.scenery import another_company, make_stage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(committed_world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    stage = make_stage(committed_world)
    CertificateRules.objects.create(
        trajectory=stage.world.trajectory,
        signatory_name="Ann-Sophie Depauw",
        signatory_title="Directeur, Voka Testkamer",
    )
    return stage


def fits(page: Page) -> bool:
    """No sideways scrolling."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_voka_issues_and_the_list_follows_the_pdf_by_itself(stage, desktop, sign_in, screenshot):
    another_company(stage, "Extra nv")
    sign_in(desktop, stage.world.facilitator)
    desktop.goto("/certificaten/")
    desktop.get_by_role("link", name="Reik certificaten uit").click()
    screenshot(desktop, "certificaten-traject")
    desktop.get_by_role("link", name="Reik uit aan alle bedrijven die in aanmerking komen").click()
    screenshot(desktop, "certificaten-uitreiken")
    desktop.get_by_role("button", name="Reik 2 certificaten uit").click()
    expect(desktop.get_by_text("2 certificaten zijn uitgereikt.")).to_be_visible()
    desktop.goto("/certificaten/")
    expect(desktop.get_by_text("In aanmaak", exact=True)).to_have_count(2)
    screenshot(desktop, "certificaten-in-aanmaak")
    for certificate in Certificate.objects.all():
        services.render(certificate.pk)
    expect(desktop.get_by_text("In aanmaak", exact=True)).to_have_count(0, timeout=10_000)
    expect(desktop.get_by_text("Klaar", exact=True)).to_have_count(2)
    with desktop.expect_download() as download:
        desktop.get_by_role("link", name=re.compile("Download")).first.click()
    assert re.fullmatch(r"IN2STEM-certificaat-IN2-\d{4}-TE-000\d\.pdf", download.value.suggested_filename)


def test_without_javascript_a_link_loads_the_page_again(stage, no_javascript, sign_in, screenshot):
    certificate = stage.issue()
    sign_in(no_javascript, stage.world.owner)
    no_javascript.goto("/certificaten/")
    expect(no_javascript.get_by_text("In aanmaak", exact=True)).to_be_visible()
    services.render(certificate.pk)
    no_javascript.get_by_role("link", name="Laad de pagina opnieuw").click()
    expect(no_javascript.get_by_text("Klaar", exact=True)).to_be_visible()
    screenshot(no_javascript, "certificaten-bedrijf")


def test_a_company_sees_what_it_still_needs(stage, phone, sign_in, screenshot):
    CertificateRules.objects.update(min_action_points_done=2)
    sign_in(phone, stage.world.owner)
    phone.goto("/certificaten/")
    expect(phone.get_by_text("Nog 1 actiepunt uit te voeren.")).to_be_visible()
    assert fits(phone)
    screenshot(phone, "certificaten-op-weg")


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_a_stranger_checks_a_certificate(stage, request, screen, screenshot):
    page = request.getfixturevalue(screen)
    certificate = stage.issue()
    services.render(certificate.pk)
    page.goto("/c/")
    screenshot(page, f"certificaat-controleren-{screen}")
    page.get_by_label("Code of nummer").fill("IN2-2026-TE")
    page.get_by_role("button", name="Kijk na").click()
    expect(page.get_by_text("Dit is geen code of nummer van een certificaat.").last).to_be_visible()
    page.get_by_label("Code of nummer").fill(certificate.number)
    page.get_by_label("Ondernemingsnummer").fill("1000.000.516")
    page.get_by_role("button", name="Kijk na").click()
    expect(page.get_by_role("heading", name="Dit certificaat is geldig")).to_be_visible()
    assert fits(page)
    screenshot(page, f"certificaat-geldig-{screen}")
    services.revoke(
        certificate=certificate, reason="De bedrijfsnaam op het certificaat was fout.", by=stage.world.facilitator
    )
    page.reload()
    expect(page.get_by_role("heading", name="Dit certificaat geldt niet meer")).to_be_visible()
    screenshot(page, f"certificaat-ingetrokken-{screen}")
    page.goto("/c/ONBEKEND/")
    expect(page.get_by_role("heading", name="We kennen dit certificaat niet")).to_be_visible()
    screenshot(page, f"certificaat-onbekend-{screen}")


def test_revoking_in_the_browser_warns_that_everyone_reads_the_reason(stage, desktop, sign_in, screenshot):
    certificate = stage.issue()
    sign_in(desktop, stage.world.facilitator)
    desktop.goto("/certificaten/")
    desktop.get_by_role("link", name=f"Trek in {certificate.number}").click()
    expect(desktop.get_by_text("Iedereen die het certificaat nakijkt, leest deze reden.")).to_be_visible()
    desktop.get_by_label("Reden").fill("De naam was fout.")
    screenshot(desktop, "certificaat-intrekken")
    desktop.get_by_role("button", name="Trek het certificaat in").click()
    expect(desktop.get_by_text(f"Certificaat {certificate.number} is ingetrokken.")).to_be_visible()
