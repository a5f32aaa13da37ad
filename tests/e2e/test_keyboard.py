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
MOST_STEPS = 10
# What is typed in the fields of the sign-up, and what is ticked; the first choice is taken of everything else.
SIGN_UP = {
    "postal_code": "2300",
    "municipality": "Turnhout",
    "sector": "Bouw",
    "headcount_band": "50",
    "contact_first_name": "Greet",
    "contact_last_name": "Janssens",
    "contact_email": "greet@staalbouw.example",
    "contact_phone": "014580102",
}
TO_TICK = {"privacy"}
SKIP_LINK = "Ga naar de inhoud"
NAME_OF_FOCUS = "() => document.activeElement.name || document.activeElement.textContent.trim()"
# What is wrong with how the focus shows, or nothing. There must be a ring around the stop itself, or around the label or card
# that stands for it; it left the stop before; and the stop is on the screen, not behind anything. A page scrolls to its focus
# when it is drawn, so two drawings go first.
FAULT_OF_FOCUS = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const stop = document.activeElement, before = window.ringBefore;
  const hasRing = element => {
    const {outlineStyle, outlineWidth, outlineColor} = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && !/, 0\\)$/.test(outlineColor);
  };
  const ring = [stop, ...(stop.labels ?? []), stop.parentElement, stop.nextElementSibling].find(
    element => element && hasRing(element));
  window.ringBefore = ring;
  if (!ring) return "no ring";
  if (before && before !== ring && !before.contains(stop) && hasRing(before)) return `ring stays at ${before.outerHTML}`;
  const {left, right, top, bottom} = ring.getBoundingClientRect();
  const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2, y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
  const inFront = right - left > 1 && bottom - top > 1 && document.elementFromPoint(x, y);
  if (!inFront) return "not on the screen";
  return [stop, ring, ...(stop.labels ?? [])].some(element => element.contains(inFront) || inFront.contains(element))
    ? "" : `behind ${inFront.outerHTML}`;
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
            if self.page.evaluate("document.activeElement === document.body"):
                # Past the end of the page, to the bar of the browser.
                continue
            stops.append(self.stop)
            assert self.page.evaluate(FAULT_OF_FOCUS) == "", f"focus on {stops[-1]!r}, after {stops[-4:-1]}"
            if stops[-1] == name:
                return
        pytest.fail(f"the Tab key never stops at {name!r}, only at {stops}")

    def fill_in(self, name: str, text: str) -> None:
        self.tab_to(name)
        self.page.keyboard.type(text)

    def fill_in_this_step(self, texts: dict[str, str]) -> None:
        """Go through the fields of a step from here, and on to the next page with the button at its end."""
        for _ in range(FARTHEST):
            self.press("Tab")
            name = self.stop
            assert self.page.evaluate(FAULT_OF_FOCUS) == "", f"focus on {name!r}"
            kind = self.page.evaluate("document.activeElement.type ?? ''")
            if (
                kind == "radio"
                and not self.page.evaluate("new FormData(document.activeElement.form).has(document.activeElement.name)")
                or name in TO_TICK
            ):
                self.press("Space")
            elif name in texts:
                self.page.keyboard.type(texts[name])
            elif kind == "submit" and self.page.evaluate("document.activeElement.matches('main .btn-primary')"):
                with self.page.expect_navigation():
                    self.press("Enter")
                return
        pytest.fail(f"the Tab key never stops at a button to go on, on {self.page.url}")

    def is_brought_to_the_errors(self) -> None:
        """After a form came back the focus is on its list of errors, whose first link leads to the field."""
        self.page.wait_for_function(FOCUS_IS_IN_ERRORS)
        self.press("Tab")
        assert self.page.evaluate("document.activeElement.matches('[role=alert] a')")
        assert self.page.evaluate(FAULT_OF_FOCUS) == ""


@pytest.fixture
def keyboard(desktop: Page) -> Keyboard:
    # Else a page glides to its focus, and is looked at on its way.
    desktop.emulate_media(reduced_motion="reduce")
    return Keyboard(desktop)


@pytest.mark.parametrize("path", ["/", "/inschrijven/", "/account/login/"])
def test_the_first_stop_skips_to_the_content(keyboard, desktop, committed_world, path):
    desktop.goto(path)
    keyboard.tab_to(SKIP_LINK)
    keyboard.press("Enter")
    assert desktop.evaluate("document.activeElement.id") == "content"
    keyboard.press("Tab")
    assert desktop.evaluate("document.activeElement.closest('main') !== null")


def test_signing_up_a_company(keyboard, desktop, committed_world):
    """Every step of the form, with whatever fields it has: type, choose, and press the button to go on."""
    desktop.goto("/inschrijven/")
    keyboard.fill_in("company_name", "Staalbouw Kempen nv")
    keyboard.press("Enter")
    keyboard.is_brought_to_the_errors()
    keyboard.press("Enter")
    assert keyboard.stop == "enterprise_number"
    desktop.keyboard.type("0566988259")
    for _step in range(MOST_STEPS):
        keyboard.fill_in_this_step(SIGN_UP)
        if "/bedankt/" in desktop.url:
            break
    intake = Intake.objects.get()
    assert (intake.company_name, intake.sector, intake.headcount_band) == (
        "Staalbouw Kempen nv",
        "construction",
        "50-249",
    )
    assert intake.answers.count() >= 13


def test_signing_in_after_a_mistake(keyboard, desktop, committed_world):
    desktop.goto("/account/login/")
    keyboard.fill_in("login", committed_world.owner.email)
    keyboard.fill_in("password", "verkeerd")
    keyboard.press("Enter")
    desktop.wait_for_function(FOCUS_IS_IN_ERRORS)
    keyboard.fill_in("password", PASSWORD)
    keyboard.press("Enter")
    desktop.wait_for_url("**/mijn/")


def test_adding_evidence_with_a_file(
    keyboard: Keyboard, desktop: Page, committed_world: World, sign_in: Callable[..., None], tmp_path: Path
) -> None:
    planning = tmp_path / "planning.pdf"
    planning.write_bytes(files.pdf())
    sign_in(desktop, committed_world.teacher)
    desktop.goto(f"/scholen/{committed_world.school.pk}/bewijs/nieuw/")
    keyboard.tab_to("Bewaar als concept")
    keyboard.press("Enter")
    keyboard.is_brought_to_the_errors()
    keyboard.fill_in("title", "Projectweek koeltechniek")
    keyboard.tab_to("file")
    # What Enter opens here is the window of the system, which no page can drive.
    desktop.locator("input[type=file]:focus").set_input_files(planning)
    keyboard.fill_in("text", "Wat we deden, met wie, en wat er sindsdien anders is.")
    keyboard.tab_to("practice_date")
    keyboard.press("0", "2", "0", "2", "2", "0", "2", "6")
    keyboard.tab_to("1 Instructie")
    keyboard.press("Enter")
    keyboard.tab_to("criteria")
    keyboard.press("Space")
    keyboard.tab_to("pupils_confirmed")
    keyboard.press("Space")
    keyboard.tab_to("Bewaar als concept")
    keyboard.press("Enter")
    expect(desktop.locator("main")).to_contain_text("Projectweek koeltechniek")
    assert desktop.get_by_role("alert").all_inner_texts() == []
    assert [document.name for document in Evidence.objects.get().documents] == ["planning.pdf"]


def test_moving_a_trajectory_to_the_next_phase(keyboard, desktop, committed_world, sign_in):
    sign_in(desktop, committed_world.administrator)
    desktop.goto(committed_world.trajectory.get_absolute_url())
    keyboard.tab_to("Start fase 2")
    keyboard.press("Enter")
    keyboard.is_brought_to_the_errors()
    keyboard.tab_to("Doorgaan met een reden")
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
