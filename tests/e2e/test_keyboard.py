"""The main jobs with the keyboard alone. Wherever the Tab key stops you see where you are, and a mistake is brought to you."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from companies.models import Intake
from phases.enums import Phase
from phases.models import PhaseChange
from schools.models import Evidence
from tests.cast import PASSWORD, World
from tests.documents import files

FARTHEST = 60
NAME_OF_FOCUS = "() => document.activeElement.name || document.activeElement.textContent.trim()"
# A ring around the stop itself, or around the label or card that stands for it, on the screen and not behind anything.
FOCUS_IS_VISIBLE = """() => {
  const stop = document.activeElement;
  const shown = [stop, ...(stop.labels ?? []), stop.parentElement, stop.nextElementSibling].find(element => {
    if (!element) return false;
    const {outlineStyle, outlineWidth, outlineColor} = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && !/, 0\\)$/.test(outlineColor);
  });
  if (!shown) return false;
  const box = shown.getBoundingClientRect();
  return box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}"""
FOCUS_IS_IN_ERRORS = "() => document.activeElement.matches('[role=alert]') && document.activeElement.matches(':focus')"


class Keyboard:
    """Someone who only has a keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def stop(self) -> str:
        """Where the focus is: the name of a field, or the words on a link or button."""
        return self.page.evaluate(NAME_OF_FOCUS)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, name: str) -> None:
        """Press Tab until it stops there; at each stop you see where you are."""
        stops = []
        for _ in range(FARTHEST):
            self.press("Tab")
            stops.append(self.stop)
            assert self.page.evaluate(FOCUS_IS_VISIBLE), f"no visible focus on {stops[-1]!r}, after {stops[-4:-1]}"
            if stops[-1] == name:
                return
        pytest.fail(f"the Tab key never stops at {name!r}, only at {stops}")

    def fill_in(self, name: str, text: str) -> None:
        self.tab_to(name)
        self.page.keyboard.type(text)

    def is_brought_to_the_errors(self) -> None:
        """After a form came back the focus is on its list of errors, whose first link leads to the field."""
        self.page.wait_for_function(FOCUS_IS_IN_ERRORS)
        self.press("Tab")
        assert self.page.evaluate("document.activeElement.matches('[role=alert] a')")
        assert self.page.evaluate(FOCUS_IS_VISIBLE)


@pytest.fixture
def keyboard(desktop: Page) -> Keyboard:
    return Keyboard(desktop)


@pytest.mark.parametrize("path", ["/", "/inschrijven/", "/account/login/"])
def test_the_first_stop_skips_to_the_content(keyboard, desktop, committed_world, path):
    desktop.goto(path)
    keyboard.tab_to("Naar de inhoud")
    keyboard.press("Enter")
    assert desktop.evaluate("document.activeElement.id") == "content"
    keyboard.press("Tab")
    assert desktop.evaluate("document.activeElement.closest('main') !== null")


def test_signing_up_a_company(keyboard, desktop, committed_world):
    desktop.goto("/inschrijven/")
    keyboard.fill_in("company_name", "Staalbouw Kempen nv")
    keyboard.press("Enter")
    keyboard.is_brought_to_the_errors()
    keyboard.press("Enter")
    assert keyboard.stop == "enterprise_number"
    desktop.keyboard.type("0566988259")
    for name, text in (
        ("postal_code", "2300"),
        ("municipality", "Turnhout"),
        ("sector", "Bouw"),
        ("headcount_band", "50"),
        ("contact_first_name", "Greet"),
        ("contact_last_name", "Janssens"),
        ("contact_email", "greet@staalbouw.example"),
        ("contact_phone", "014580102"),
    ):
        keyboard.fill_in(name, text)
    for number in range(1, 14):
        keyboard.tab_to(f"answer_{number}")
        keyboard.press("Space", "ArrowDown")
    keyboard.tab_to("privacy")
    keyboard.press("Space", "Enter")
    desktop.wait_for_url("**/inschrijven/bedankt/**")
    intake = Intake.objects.get()
    assert (intake.company_name, intake.sector, intake.headcount_band) == (
        "Staalbouw Kempen nv",
        "construction",
        "50-249",
    )
    assert set(intake.answers.values_list("declared", flat=True)) == {"1"}


def test_signing_in_after_a_mistake(keyboard, desktop, committed_world):
    desktop.goto("/account/login/")
    keyboard.fill_in("login", committed_world.owner.email)
    keyboard.fill_in("password", "verkeerd")
    keyboard.press("Enter")
    desktop.wait_for_function(FOCUS_IS_IN_ERRORS)
    keyboard.fill_in("password", PASSWORD)
    keyboard.press("Enter")
    expect(desktop).to_have_url(lambda url: url.endswith("/mijn/"))


def test_adding_evidence_with_a_file(
    keyboard: Keyboard, desktop: Page, committed_world: World, sign_in: Callable[..., None], tmp_path: Path
) -> None:
    planning = tmp_path / "planning.pdf"
    planning.write_bytes(files.pdf())
    sign_in(desktop, committed_world.teacher)
    desktop.goto(f"/scholen/{committed_world.school.pk}/bewijs/nieuw/")
    keyboard.tab_to("Bewaar als ontwerp")
    keyboard.press("Enter")
    keyboard.is_brought_to_the_errors()
    keyboard.fill_in("title", "Projectweek koeltechniek")
    keyboard.tab_to("criteria")
    keyboard.press("Space")
    keyboard.tab_to("practice_date")
    keyboard.press("1", "2", "0", "3", "2", "0", "2", "6")
    keyboard.fill_in("text", "Wat we deden, met wie, en wat er sindsdien anders is.")
    keyboard.tab_to("file")
    with desktop.expect_file_chooser() as chooser:
        keyboard.press("Enter")
    chooser.value.set_files(planning)
    keyboard.tab_to("pupils_confirmed")
    keyboard.press("Space")
    keyboard.tab_to("Bewaar als ontwerp")
    keyboard.press("Enter")
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Projectweek koeltechniek")
    assert Evidence.objects.get().document.name == "planning.pdf"


def test_moving_a_trajectory_to_the_next_phase(keyboard, desktop, committed_world, sign_in):
    sign_in(desktop, committed_world.administrator)
    desktop.goto(committed_world.trajectory.get_absolute_url())
    keyboard.tab_to("Start fase 2")
    keyboard.press("Enter")
    keyboard.is_brought_to_the_errors()
    keyboard.tab_to("Verdergaan met een reden")
    keyboard.press("Enter")
    keyboard.tab_to("Start fase 2 met een reden")
    keyboard.press("Enter")
    keyboard.is_brought_to_the_errors()
    keyboard.press("Enter")
    assert keyboard.stop == "reason"
    desktop.keyboard.type("De scholen vullen hun zelfevaluatie volgende week aan.")
    keyboard.tab_to("Start fase 2 met een reden")
    keyboard.press("Enter")
    expect(desktop.get_by_text("Het traject staat nu in fase 2")).to_be_visible()
    assert PhaseChange.objects.get().target == Phase.PRIORITIES
