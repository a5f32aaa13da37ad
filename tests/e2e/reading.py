"""A page as text, without a browser: what it is about, how it is built, and which English words were left on it."""

import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

import polib
from django.conf import settings

WITHOUT_END = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
REFERRING = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns")
READ_ALOUD = ("aria-label", "alt", "placeholder", "title")
# What axe looks at, beside tags and classes: that it is there, not what it says.
TELLING = {"role", "type", "href", "disabled", "hidden", "open", "tabindex", "scope", "required", "id", "for", "lang"}
ENGLISH_WORDS = re.compile(r"\b(the|and|your|you|please|this|have|has|are|from|select)\b", re.IGNORECASE)


@dataclass
class Reading(HTMLParser):
    """`Reading.of(html)` tells of a page."""

    title: str = ""
    language: str = ""
    headings: list[str] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)
    ids: list[str] = field(default_factory=list)
    references: set[str] = field(default_factory=set)
    # Every kind of element in the main part, as its path of tags, classes and what else axe looks at.
    kinds: set[str] = field(default_factory=set)
    _path: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    @classmethod
    def of(cls, html: str) -> "Reading":
        reading = cls()
        reading.feed(html)
        return reading

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
        found += [
            f"twice the same id: {name}" for name in sorted({name for name in self.ids if self.ids.count(name) > 1})
        ]
        found += [f"refers to what is not there: {name}" for name in sorted(self.references - set(self.ids))]
        found += [f"English: {text[:100]!r}" for text in sorted(self.texts) if _is_english(text)]
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        telling = sorted(name for name in given if name in TELLING or name.startswith("aria-"))
        kind = f"{tag}.{given.get('class', '')}.{given.get('type', '')}{telling}"
        if tag == "html":
            self.language = given.get("lang", "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.references.update(name for key in REFERRING for name in given.get(key, "").split())
        if given.get("lang") != "en":
            self.texts.update(given[name].strip() for name in READ_ALOUD if given.get(name))
        self._note(kind)
        if tag not in WITHOUT_END:
            self._path.append((tag, f"{kind} lang=en" if given.get("lang") == "en" else kind))

    def handle_endtag(self, tag: str) -> None:
        while self._path and self._path.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        text, tags = data.strip(), [tag for tag, _ in self._path]
        if not text or "script" in tags or "style" in tags:
            return
        if tags[-1:] == ["title"]:
            self.title = text
        self._note("#text")
        if not any(kind.endswith("lang=en") for _, kind in self._path):
            self.texts.add(text)

    def _note(self, kind: str) -> None:
        if any(tag == "main" for tag, _ in self._path):
            self.kinds.add("/".join([*(name for _, name in self._path), kind]))


def _is_english(text: str) -> bool:
    return text in _only_english() or len(ENGLISH_WORDS.findall(text)) > 1


@cache
def _only_english() -> frozenset[str]:
    """English texts of the catalogue that differ in Dutch: none of them belongs on a Dutch page."""
    catalogue = polib.pofile(f"{settings.BASE_DIR}/locale/nl/LC_MESSAGES/django.po")
    return frozenset(entry.msgid for entry in catalogue if entry.msgid.lower() != entry.msgstr.lower())
