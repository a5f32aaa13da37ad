"""A page as text, without a browser: what it is about, how it is built, and which English words were left on it."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html.parser import HTMLParser
from typing import NamedTuple

import polib
from django.conf import settings

WITHOUT_END = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
REFERRING = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns")
READ_ALOUD = ("aria-label", "alt", "placeholder", "title")
# What axe looks at, beside tags and classes: that it is there, not what it says.
TELLING = {"role", "type", "href", "disabled", "hidden", "open", "tabindex", "scope", "required", "id", "for", "lang"}
NAMING = ("aria-label", "aria-labelledby", "alt", "title")
FIELDS = {"input", "select", "textarea"}
WITHOUT_A_LABEL = {"hidden", "submit", "button", "reset"}
ENGLISH_WORDS = re.compile(r"\b(the|and|your|you|please|this|have|has|are|from|select)\b", re.IGNORECASE)
# What differs each time that the same page is answered. Whoever may not come in gets the same refusal at many addresses.
OF_ONE_ANSWER = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=nonce=")[^"]+')
# The back office names parts of its pages after the model or the field that they show; no style is about one of those.
NAMED_AFTER = re.compile(r"\b(app|model|field|column)-[\w-]+")


class Place(NamedTuple):
    """Where in the page an element is."""

    tag: str = ""
    path: str = ""
    is_in_main: bool = False
    is_in_label: bool = False
    is_english: bool = False
    is_silent: bool = False


OUTSIDE = Place()


@dataclass
class Reading(HTMLParser):
    """`Reading.of(html)` tells of a page."""

    title: str = ""
    language: str = ""
    headings: list[str] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)
    ids: list[str] = field(default_factory=list)
    references: set[str] = field(default_factory=set)
    # Labels' fields, the fields that only a label can name, and the links and buttons without a word: a browser may have shown
    # their like on another page, where they had one.
    labelled: set[str] = field(default_factory=set)
    fields: list[tuple[str, str]] = field(default_factory=list)
    nameless: list[str] = field(default_factory=list)
    # Every kind of element in the main part, as its path of tags, classes and what else axe looks at.
    kinds: set[str] = field(default_factory=set)
    _path: list[Place] = field(default_factory=list)
    # Links and buttons that are open and had no word yet, by their depth.
    _wordless: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    @classmethod
    def of(cls, html: str) -> "Reading":
        return _read(OF_ONE_ANSWER.sub("", html))

    @property
    def order(self) -> tuple[str, ...]:
        """How the levels of the headings follow each other."""
        return tuple(tag for tag, before in zip(self.headings, ["", *self.headings], strict=False) if tag != before)

    def faults(self) -> list[str]:
        found = []
        if self.headings.count("h1") != 1:
            found.append(f"{self.headings.count('h1')} headings of the first level")
        if not self.title.partition("·")[0].strip():
            found.append("no title")
        found += [f"twice the same id: {name}" for name, times in sorted(Counter(self.ids).items()) if times > 1]
        found += [f"refers to what is not there: {name}" for name in sorted(self.references - set(self.ids))]
        found += [f"no label: {kind}" for name, kind in self.fields if name not in self.labelled]
        found += [f"no words: {kind}" for kind in self.nameless]
        found += [f"English: {text[:100]!r}" for text in sorted(self.texts) if _is_english(text)]
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        telling = sorted(name for name in given if name in TELLING or name.startswith("aria-"))
        classes = NAMED_AFTER.sub(r"\1", given.get("class", ""))
        kind = f"{tag}.{classes}.{given.get('type', '')}{telling}"
        if tag == "html":
            self.language = given.get("lang", "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.references.update(name for key in REFERRING for name in given.get(key, "").split())
        if given.get("lang") != "en":
            self.texts.update(given[name].strip() for name in READ_ALOUD if given.get(name))
        above = self._path[-1] if self._path else OUTSIDE
        is_named = any(given.get(name) for name in NAMING)
        if is_named:
            self._wordless.clear()
        elif tag == "button" or (tag == "a" and "href" in given):
            self._wordless.append((len(self._path), f"{kind} {given.get('href', '')}"))
        elif tag in FIELDS and given.get("type") not in WITHOUT_A_LABEL and not above.is_in_label:
            self.fields.append((given.get("id", ""), f"{kind} {given.get('name', '')}"))
        if tag == "label" and given.get("for"):
            self.labelled.add(given["for"])
        path = f"{above.path}/{kind}" if above.path else kind
        if above.is_in_main:
            self.kinds.add(path)
        if tag not in WITHOUT_END:
            self._path.append(
                Place(
                    tag,
                    path=path,
                    is_in_main=above.is_in_main or tag == "main",
                    is_in_label=above.is_in_label or tag == "label",
                    is_english=above.is_english or given.get("lang") == "en",
                    is_silent=above.is_silent or tag in ("script", "style"),
                )
            )

    def handle_endtag(self, tag: str) -> None:
        while self._path and self._path.pop().tag != tag:
            pass
        while self._wordless and self._wordless[-1][0] >= len(self._path):
            self.nameless.append(self._wordless.pop()[1])

    def handle_data(self, data: str) -> None:
        text, here = data.strip(), self._path[-1] if self._path else OUTSIDE
        if not text or here.is_silent:
            return
        self._wordless.clear()
        if here.tag == "title":
            self.title = text
        if here.is_in_main:
            self.kinds.add(f"{here.path}/#text")
        if not here.is_english:
            self.texts.add(text)


@lru_cache(maxsize=64)
def _read(html: str) -> Reading:
    reading = Reading()
    reading.feed(html)
    return reading


@cache
def _is_english(text: str) -> bool:
    return text in _only_english() or len(ENGLISH_WORDS.findall(text)) > 1


@cache
def _only_english() -> frozenset[str]:
    """English texts of the catalogue that differ in Dutch: none of them belongs on a Dutch page."""
    catalogue = polib.pofile(f"{settings.BASE_DIR}/locale/nl/LC_MESSAGES/django.po")
    return frozenset(entry.msgid for entry in catalogue if entry.msgid.lower() != entry.msgstr.lower())
