"""What is wrong with a page that is open in the browser: axe-core's findings and what sticks out, as sentences."""

from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

HEIGHT = 900
WIDE, NARROW, NARROWEST = 1280, 360, 320
# Best practices and target-size (WCAG 2.2) included; nothing is switched off.
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
# Preloading would read style sheets anew through elements that our Content-Security-Policy refuses; no rule here needs it.
ONLY_VIOLATIONS = {"resultTypes": ["violations"], "preload": False}
EVERY_RULE = {"runOnly": STANDARDS, **ONLY_VIOLATIONS}
BUT_COLOURS = {**EVERY_RULE, "rules": {rule: {"enabled": False} for rule in COLOUR_RULES}}
OF_SIZE = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}, **ONLY_VIOLATIONS}
COLOURS = {"runOnly": {"type": "rule", "values": COLOUR_RULES}, **ONLY_VIOLATIONS}

# Gives our findings as sentences.
PREPARE = """
  window.findings = async (context, options) => {
    const results = await axe.run(context, options);
    return results.violations.flatMap(rule => rule.nodes.map(
      node => `${rule.id}: ${node.target.join(" ")} in ${node.html.slice(0, 160)}`));
  };
"""
# What a page carries along when it opens, so that nothing has to be sent to it later.
SCRIPT = AXE_SCRIPT + PREPARE
RUN = "options => findings(document, options)"
# On a phone some parts are hidden and others stand below each other. The first look remembers what shows; the second tells
# what else shows now, as kinds of element.
REMEMBER_WHAT_SHOWS = """() => {
  window.shown = new Set([...document.querySelectorAll("body *")].filter(element => element.checkVisibility()));
}"""
WHAT_ELSE_SHOWS = """() => [...new Set([...document.querySelectorAll("body *")]
  .filter(element => !window.shown.has(element) && element.checkVisibility())
  .map(element => [element.parentElement.parentElement, element.parentElement, element].map(
    ({localName, className, attributes}) => `${localName}.${className?.baseVal ?? className} ${[...attributes].map(({name}) => name)}`
  ).join("/")))]"""
# Animations end first, or axe would measure a colour on its way to the other theme.
# axe measures contrast element by element, slowly. What has the same text colour, size, weight and backgrounds as something
# that was measured before gets the same answer, so only the looks that are new are measured.
RUN_ON_NEW_LOOKS = """async ([options, known]) => {
  document.getAnimations().forEach(animation => animation.finish());
  const seen = new Set(known), backgrounds = new Map(), elements = [], looks = [];
  const background = element => {
    if (!element) return "";
    if (!backgrounds.has(element)) {
      const {backgroundColor, backgroundImage, opacity} = getComputedStyle(element);
      const own = backgroundColor === "rgba(0, 0, 0, 0)" && backgroundImage === "none" && opacity === "1"
        ? "" : `${backgroundColor} ${backgroundImage} ${opacity}/`;
      backgrounds.set(element, own + background(element.parentElement));
    }
    return backgrounds.get(element);
  };
  for (const element of document.body.querySelectorAll("*")) {
    const isText = element.matches("input, select, textarea") ||
      [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    if (!isText || !element.checkVisibility({visibilityProperty: true})) continue;
    const {color, fontSize, fontWeight, textDecorationLine} = getComputedStyle(element);
    const inText = element.matches("p a, li a") ? getComputedStyle(element.parentElement).color : "";
    const look = [color, fontSize, fontWeight, textDecorationLine, inText, background(element)].join(" ");
    if (seen.has(look)) continue;
    seen.add(look);
    looks.push(look);
    elements.push([element]);
  }
  return {looks, found: elements.length ? await findings({include: elements}, options) : []};
}"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter(element => element.getBoundingClientRect().right > innerWidth + 1)
    .filter(element => {
      for (let box = element.parentElement; box !== document.body; box = box.parentElement)
        if (getComputedStyle(box).overflowX !== "visible") return false;
      return true;
    }).slice(0, 3).map(element => element.outerHTML.slice(0, 160))"""


class Inspector:
    """Looks at one page after the other, and remembers every look whose contrast was measured."""

    def __init__(self) -> None:
        self.looks: set[str] = set()
        self.only_wide: set[str] = set()

    def faults(self, page: Page) -> list[str]:
        """What is wrong with the page that is open, in both themes and at each width. It ends wide and light.

        The page must have been opened with SCRIPT as its init script.
        """
        found = sideways(page, NARROWEST)
        self._look(page, NARROW, "light")
        found += [f"{NARROW}: {fault}" for fault in page.evaluate(RUN, BUT_COLOURS)]
        page.evaluate(REMEMBER_WHAT_SHOWS)
        found += self._faults_of_colour(page, f"{NARROW}")
        self._look(page, NARROW, "dark")
        found += self._faults_of_colour(page, f"dark, {NARROW}")
        self._look(page, WIDE, "dark")
        found += self._faults_of_colour(page, f"dark, {WIDE}")
        self._look(page, WIDE, "light")
        found += self._faults_of_colour(page, f"{WIDE}")
        else_shown = set(page.evaluate(WHAT_ELSE_SHOWS))
        rules = BUT_COLOURS if else_shown - self.only_wide else OF_SIZE
        self.only_wide |= else_shown
        found += [f"{WIDE}: {fault}" for fault in page.evaluate(RUN, rules)]
        return found

    def _look(self, page: Page, width: int, theme: Literal["light", "dark"]) -> None:
        page.set_viewport_size(ViewportSize(width=width, height=HEIGHT))
        page.emulate_media(color_scheme=theme)

    def _faults_of_colour(self, page: Page, where: str) -> list[str]:
        measured = page.evaluate(RUN_ON_NEW_LOOKS, [COLOURS, list(self.looks)])
        self.looks.update(measured["looks"])
        return [f"{where}: {fault}" for fault in measured["found"]]


def sideways(page: Page, *widths: int) -> list[str]:
    """What makes the page scroll sideways at these widths."""
    found = []
    for width in widths:
        page.set_viewport_size(ViewportSize(width=width, height=HEIGHT))
        found += [f"{width}: wider than the screen: {element}" for element in page.evaluate(TOO_WIDE)]
    return found
