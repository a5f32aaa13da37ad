"""The intake form as people meet it: on a narrow phone, with the keyboard alone, without JavaScript."""

import pytest

from companies.models import Intake
from tests.cast import make_world

NARROW = {"width": 360, "height": 740}


def fill_in(page):
    """Everything but the answers and the consent."""
    page.get_by_label("Naam van het bedrijf").fill("Staalbouw Kempen nv")
    page.get_by_label("Ondernemingsnummer").fill("BE 0566.988.259")
    page.get_by_label("Postcode").fill("2300")
    page.get_by_label("Gemeente").fill("Turnhout")
    page.get_by_label("Sector").select_option("metal_machines")
    page.get_by_label("Aantal werknemers").select_option("50-249")
    page.get_by_label("Voornaam").fill("Greet")
    page.get_by_label("Achternaam").fill("Janssens")
    page.get_by_label("E-mailadres").fill("greet@staalbouw.example")
    page.get_by_label("Telefoon").fill("014 58 01 02")


def choose_answers(page, count=13):
    for number in range(1, count + 1):
        page.locator(f"#div_id_answer_{number} input[value='{number % 5}']").check()


def widest(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.fixture
def world(transactional_db):
    return make_world()


def test_a_director_signs_up_on_a_narrow_phone(open_page, world, screenshot):
    page = open_page(NARROW, is_mobile=True, has_touch=True)
    page.goto("/inschrijven/")
    assert widest(page) == 360
    screenshot(page, "inschrijven-telefoon")
    fill_in(page)
    choose_answers(page, 12)
    page.get_by_role("button", name="Verstuur de inschrijving").click()
    assert page.get_by_role("alert").is_visible()
    assert widest(page) == 360
    screenshot(page, "inschrijven-telefoon-fout")
    page.get_by_role("alert").get_by_role("link", name="STEM-promotie").click()
    assert page.evaluate("document.activeElement.id") == "div_id_answer_13"
    page.locator("#div_id_answer_13 input[value=unknown]").tap()
    page.get_by_label("Ik heb de privacyverklaring gelezen").check()
    page.get_by_role("button", name="Verstuur de inschrijving").click()
    page.wait_for_url("**/inschrijven/bedankt/**")
    assert page.get_by_role("heading", name="Bedankt voor je inschrijving").is_visible()
    assert widest(page) == 360
    intake = Intake.objects.get()
    assert intake.answers.get(question__number=13).declared == "unknown"


def test_the_form_works_without_javascript(no_javascript, world, screenshot):
    page = no_javascript
    page.goto("/inschrijven/")
    screenshot(page, "inschrijven")
    fill_in(page)
    choose_answers(page)
    page.locator("#div_id_answer_1").get_by_text("Voeg een opmerking toe").click()
    page.get_by_label("Bedrijfsbezoeken: opmerking").fill("Elke lente")
    page.get_by_label("Ik heb de privacyverklaring gelezen").check()
    page.get_by_role("button", name="Verstuur de inschrijving").click()
    page.wait_for_url("**/inschrijven/bedankt/**")
    screenshot(page, "bedankt")
    assert Intake.objects.get().answers.get(question__number=1).remark == "Elke lente"


def test_the_whole_form_is_filled_in_with_the_keyboard_alone(desktop, world):
    page, keyboard = desktop, desktop.keyboard
    page.goto("/inschrijven/")

    def focused() -> str:
        return page.evaluate("document.activeElement.name || document.activeElement.tagName")

    def to(name):
        for _ in range(20):
            keyboard.press("Tab")
            if focused() == name:
                return
        pytest.fail(f"the Tab key never reaches {name}, but stands on {focused()}")

    for name, text in [("company_name", "Staalbouw Kempen nv"), ("enterprise_number", "0566988259")]:
        to(name)
        keyboard.type(text)
    for name, text in [
        ("postal_code", "2300"),
        ("municipality", "Turnhout"),
        ("sector", "Bouw"),
        ("headcount_band", "50"),
    ]:
        to(name)
        keyboard.type(text)
    for name, text in [
        ("contact_first_name", "Greet"),
        ("contact_last_name", "Janssens"),
        ("contact_email", "greet@staalbouw.example"),
        ("contact_phone", "014580102"),
    ]:
        to(name)
        keyboard.type(text)
    for number in range(1, 14):
        to(f"answer_{number}")
        keyboard.press("Space")
        keyboard.press("ArrowDown")
    to("privacy")
    keyboard.press("Space")
    keyboard.press("Enter")
    page.wait_for_url("**/inschrijven/bedankt/**")
    intake = Intake.objects.get()
    assert (intake.sector, intake.headcount_band) == ("construction", "50-249")
    assert set(intake.answers.values_list("declared", flat=True)) == {"1"}


def test_nobody_reaches_the_field_for_robots(desktop, world):
    desktop.goto("/inschrijven/")
    assert desktop.locator("[name=reply_subject]").get_attribute("tabindex") == "-1"
    hidden = desktop.locator("[aria-hidden=true]", has=desktop.locator("[name=reply_subject]"))
    assert hidden.bounding_box()["width"] <= 1
