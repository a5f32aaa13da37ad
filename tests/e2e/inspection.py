"""What is wrong with a page that is open in the browser: axe-core's findings and our own rules, as sentences.

Each rule runs where it can differ: all of axe wide and narrow, and what colours decide once more in the dark.
"""

import re
from functools import cache

import polib
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from playwright.sync_api import Page, ViewportSize

HEIGHT = 900
WIDE, NARROW, NARROWEST = 1280, 360, 320
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The only rules that look at colours; the dark theme changes nothing else.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
EVERYTHING = {"runOnly": STANDARDS, "resultTypes": ["violations"]}
COLOURS = {"runOnly": {"type": "rule", "values": COLOUR_RULES}, "resultTypes": ["violations"]}

# Without the animations, or axe would measure a colour on its way from one theme to the other.
RUN_AXE = """async options => {
  document.getAnimations().forEach(animation => animation.finish());
  const results = await axe.run(options);
  return results.violations.flatMap(rule => rule.nodes.map(
    node => `${rule.id}: ${node.target.join(" ")} in ${node.html.slice(0, 160)}`));
}"""

# Text that people see or hear, outside what says that it is in another language.
READ = """() => {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.textContent.trim();
    if (words && !walker.currentNode.parentElement.closest("[lang='en'], script, style")) texts.push(words);
  }
  for (const element of document.querySelectorAll("[aria-label], [alt], [placeholder], [title]"))
    for (const name of ["aria-label", "alt", "placeholder", "title"])
      if (element.getAttribute(name)) texts.push(element.getAttribute(name));
  return {
    title: document.title,
    language: document.documentElement.lang,
    headings: document.querySelectorAll("h1").length,
    texts: [...new Set(texts)],
  };
}"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter(element => element.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(element => element.outerHTML.slice(0, 160))"""
ENGLISH_WORDS = re.compile(r"\b(the|and|your|you|please|this|have|has|are|from|select)\b", re.IGNORECASE)


@cache
def _untranslated() -> frozenset[str]:
    """English texts of the catalogue that differ in Dutch: none of them belongs on a Dutch page."""
    catalogue = polib.pofile(f"{settings.BASE_DIR}/locale/nl/LC_MESSAGES/django.po")
    return frozenset(entry.msgid for entry in catalogue if entry.msgid.lower() != entry.msgstr.lower()) - {"", "Label"}


def faults(page: Page) -> list[str]:
    """Everything that is wrong with this page, in both themes and at each width. The page ends wide and light."""
    page.evaluate(AXE_SCRIPT)
    found = [*_faults_of_content(page), *sideways(page)]
    for width in (NARROW, WIDE):
        _resize(page, width)
        for theme, rules in (("dark", COLOURS), ("light", EVERYTHING)):
            page.emulate_media(color_scheme=theme)
            found += [f"{theme}, {width}: {fault}" for fault in page.evaluate(RUN_AXE, rules)]
    return found


def sideways(page: Page) -> list[str]:
    """What makes the page scroll sideways on the narrowest phone."""
    _resize(page, NARROWEST)
    return [f"{NARROWEST}: wider than the screen: {element}" for element in page.evaluate(TOO_WIDE)]


def _resize(page: Page, width: int) -> None:
    page.set_viewport_size(ViewportSize(width=width, height=HEIGHT))


def _faults_of_content(page: Page) -> list[str]:
    read = page.evaluate(READ)
    found = []
    if read["headings"] != 1:
        found.append(f"{read['headings']} headings of the first level")
    if not read["title"].split("·")[0].strip():
        found.append("no title")
    if not read["language"].startswith("nl"):
        return found
    for text in read["texts"]:
        if text in _untranslated() or len(ENGLISH_WORDS.findall(text)) > 1:
            found.append(f"English: {text[:100]!r}")
    return found
