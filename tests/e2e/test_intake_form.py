"""The intake form as people meet it: on a narrow phone, with the keyboard alone, without JavaScript."""

import re

import pytest

from companies.models import Intake
from tests.cast import make_world

NARROW = {"width": 360, "height": 740}


NEXT = re.compile("^Volgende")
SEND = "Verstuur de inschrijving"


def go_on(page):
    page.get_by_role("button", name=NEXT).click()


def fill_in_company(page):
    page.get_by_label("Naam van het bedrijf").fill("Staalbouw Kempen nv")
    page.get_by_label("Ondernemingsnummer").fill("BE 0566.988.259")
    page.get_by_label("Postcode").fill("2300")
    page.get_by_label("Gemeente").fill("Turnhout")
    page.get_by_label("Sector").select_option("metal_machines")
    page.get_by_label("Aantal werknemers").select_option("50-249")
    go_on(page)


def fill_in_contact(page):
    page.get_by_label("Voornaam").fill("Greet")
    page.get_by_label("Achternaam").fill("Janssens")
    page.get_by_label("E-mailadres").first.fill("greet@staalbouw.example")
    page.get_by_label("Telefoon").fill("014 58 01 02")
    go_on(page)


def answer(page, *numbers):
    for number in numbers:
        page.locator(f"#div_id_answer_{number} input[value='{number % 5}']").check()


def widest(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.fixture
def world(transactional_db):
    return make_world()


def test_a_director_signs_up_on_a_narrow_phone(open_page, world, screenshot):
    page = open_page(NARROW, is_mobile=True, has_touch=True)
    page.goto("/inschrijven/")
    widths = {widest(page)}
    screenshot(page, "inschrijven-telefoon")
    fill_in_company(page)
    widths.add(widest(page))
    fill_in_contact(page)
    answer(page, 1, 2, 3, 4)
    go_on(page)
    assert page.get_by_role("alert").is_visible()
    widths.add(widest(page))
    screenshot(page, "inschrijven-telefoon-fout")
    page.get_by_role("alert").get_by_role("link", name="Eindproject").click()
    assert page.evaluate("document.activeElement.id") == "div_id_answer_5"
    page.locator("#div_id_answer_5 input[value=unknown]").tap()
    go_on(page)
    answer(page, 6, 7, 8, 9, 10)
    go_on(page)
    answer(page, 11, 12, 13)
    go_on(page)
    widths.add(widest(page))
    page.get_by_label("STEM", exact=True).check()
    go_on(page)
    page.get_by_label("Ik heb de privacyverklaring gelezen").check()
    widths.add(widest(page))
    go_on(page)
    widths.add(widest(page))
    screenshot(page, "inschrijven-telefoon-nalezen")
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url("**/inschrijven/bedankt/**")
    assert page.get_by_role("heading", name="Bedankt voor je inschrijving").is_visible()
    assert widths | {widest(page)} == {360}
    intake = Intake.objects.get()
    assert (intake.answers.get(question__number=5).declared, intake.study_domains) == ("unknown", ["stem"])


def test_the_form_works_without_javascript_and_back_and_forth(no_javascript, world, screenshot):
    page = no_javascript
    page.goto("/inschrijven/")
    screenshot(page, "inschrijven")
    fill_in_company(page)
    fill_in_contact(page)
    answer(page, 1, 2, 3, 4, 5)
    page.locator("#div_id_answer_1").get_by_text("Voeg een opmerking toe").click()
    page.get_by_label("Bedrijfsbezoeken: opmerking").fill("Elke lente")
    go_on(page)
    page.get_by_role("button", name="Terug naar de vorige stap").click()
    assert page.get_by_label("Bedrijfsbezoeken: opmerking").input_value() == "Elke lente"
    go_on(page)
    answer(page, 6, 7, 8, 9, 10)
    page.get_by_role("button", name="Bewaar en ga later verder").click()
    page.get_by_role("link", name="Nu verdergaan").click()
    assert page.url.endswith("/inschrijven/stap/samenwerking-3/")
    answer(page, 11, 12, 13)
    go_on(page)
    page.get_by_label("Hoeveel plaatsen").fill("veel")
    page.get_by_role("button", name="Terug naar de vorige stap").click()
    go_on(page)
    assert page.get_by_label("Hoeveel plaatsen").input_value() == "veel"
    page.get_by_label("Hoeveel plaatsen").fill("3")
    go_on(page)
    page.get_by_label("Ik heb de privacyverklaring gelezen").check()
    go_on(page)
    page.locator("button[name=go][value=contact]").click()
    page.get_by_label("Voornaam").fill("Griet")
    go_on(page)
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url("**/inschrijven/bedankt/**")
    screenshot(page, "bedankt")
    intake = Intake.objects.get()
    assert intake.contact_first_name == "Griet"
    assert intake.answers.get(question__number=1).remark == "Elke lente"


def test_while_typing_the_number_is_read_back_and_the_municipality_offered(desktop, world):
    desktop.goto("/inschrijven/")
    desktop.get_by_label("Ondernemingsnummer").fill("be 566988259")
    desktop.get_by_label("Postcode").fill("9190")
    desktop.get_by_text("We lezen dit als 0566.988.259.").wait_for()
    desktop.get_by_label("Gemeente").focus()
    desktop.locator("#municipalities option[value=Kemzeke]").wait_for(state="attached")
    assert desktop.get_by_label("Gemeente").input_value() == ""
    desktop.get_by_label("Postcode").fill("2300")
    desktop.get_by_label("Gemeente").focus()
    desktop.wait_for_function("document.querySelector('[name=municipality]').value === 'Turnhout'")
    desktop.keyboard.type("Zevendonk")
    assert desktop.get_by_label("Gemeente").input_value() == "Zevendonk"


def test_what_there_is_to_say_about_a_number_stands_in_one_place(desktop, world):
    desktop.goto("/inschrijven/")
    go_on(desktop)
    number, about = desktop.get_by_label("Ondernemingsnummer"), desktop.locator("#about-the-number")
    assert about.inner_text() == "Vul je ondernemingsnummer in."
    for typed, said, is_wrong in (
        ("0440966354", "We lezen dit als 0440.966.354.", None),
        ("0440966355", "de laatste twee cijfers kloppen niet", "true"),
        ("0440966354", "We lezen dit als 0440.966.354.", None),
    ):
        number.fill(typed)
        number.blur()
        about.get_by_text(said).wait_for()
        assert about.locator("p").count() == 1
        assert number.get_attribute("aria-invalid") == is_wrong


def test_answers_are_saved_while_one_goes_down_the_page(open_page, world):
    page = open_page(NARROW, is_mobile=True, has_touch=True)
    page.goto("/inschrijven/")
    fill_in_company(page)
    fill_in_contact(page)
    answer(page, 1, 2, 3, 4)
    page.get_by_text("Bewaard om").wait_for()
    page.reload()
    assert page.locator("input:checked").count() == 4
    page.route("**/bewaar/", lambda route: route.fulfill(status=413, body="Too much"))
    page.locator("#div_id_answer_5 input[value='3']").check()
    page.get_by_text("Niet bewaard, we proberen het opnieuw.").wait_for()
    page.unroute("**/bewaar/")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_text("Bewaard om").wait_for()
    page.reload()
    assert page.locator("input:checked").count() == 5


def test_the_whole_form_is_filled_in_with_the_keyboard_alone(desktop, world):
    page, keyboard = desktop, desktop.keyboard
    page.goto("/inschrijven/")

    def focused() -> str:
        return page.evaluate("(({name, textContent}) => name || textContent.trim())(document.activeElement)")

    def to(name):
        for _ in range(30):
            keyboard.press("Tab")
            if focused() == name:
                return
        pytest.fail(f"the Tab key never reaches {name}, but stands on {focused()}")

    def type_in(**texts):
        for name, text in texts.items():
            to(name)
            keyboard.type(text)

    def leads_to(step):
        with page.expect_navigation(url=f"**/{step}/**"):
            keyboard.press("Enter")

    type_in(company_name="Staalbouw Kempen nv", enterprise_number="0566988259", postal_code="2300")
    type_in(municipality="Turnhout", sector="Bouw", headcount_band="50", website="www.staalbouw.example")
    leads_to("contact")
    type_in(contact_first_name="Greet", contact_last_name="Janssens")
    type_in(contact_email="greet@staalbouw.example", contact_phone="014580102")
    leads_to("samenwerking-1")
    for numbers, step in (
        ((1, 2, 3, 4, 5), "samenwerking-2"),
        ((6, 7, 8, 9, 10), "samenwerking-3"),
        ((11, 12, 13), "wensen"),
    ):
        for number in numbers:
            to(f"answer_{number}")
            keyboard.press("Space")
            keyboard.press("ArrowDown")
        to(f"volume_{number}")
        leads_to(step)
    to("study_domains")
    keyboard.press("Space")
    to("languages")
    leads_to("toestemming")
    to("privacy")
    keyboard.press("Space")
    leads_to("nalezen")
    to(SEND)
    leads_to("bedankt")
    intake = Intake.objects.get()
    assert (intake.sector, intake.headcount_band) == ("construction", "50-249")
    assert intake.study_domains == ["language_culture"]
    assert set(intake.answers.values_list("declared", flat=True)) == {"1"}


def test_nobody_reaches_the_field_for_robots(desktop, world):
    desktop.goto("/inschrijven/")
    assert desktop.locator("[name=reply_subject]").get_attribute("tabindex") == "-1"
    hidden = desktop.locator("[aria-hidden=true]", has=desktop.locator("[name=reply_subject]"))
    assert hidden.bounding_box()["width"] <= 1
