"""Addresses and names as people and lists write them: compared without accents, case and punctuation, shown properly."""

import re
import unicodedata

_BETWEEN_FIGURES = re.compile(r"(?<=\d)[\W_]+(?=\d)")
# Inside a name these stay small: Heist-op-den-Berg, 's-Gravenwezel.
_SMALL = {"op", "den", "de", "der", "het", "aan", "bij", "in", "ter", "ten", "van", "en", "s", "t"}


def collapse(text: str) -> str:
    """One space where there were several, none at the ends; composed characters."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def key(text: str) -> str:
    """Letters and digits only, without case and accents: "Sint-Niklaas " and "SINT NIKLAAS" are one."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if char.isalnum())


def address_key(street: str, postal_code: str) -> str:
    """What identifies an address. Between two figures a sign counts: 1-12 is another house than 112."""
    return f"{postal_code.strip()}:" + "-".join(key(part) for part in _BETWEEN_FIGURES.split(street))


def proper(text: str) -> str:
    """Title case for what was written in capitals only; anything else stays as it is."""
    text = collapse(text)
    if not text.isupper():
        return text
    words = re.split(r"([ \-'’(/.]+)", text.lower())
    return "".join(_capital(word, is_first=index == 0) for index, word in enumerate(words))


def _capital(word: str, *, is_first: bool) -> str:
    if word in _SMALL and not is_first:
        return word
    return word.upper() if word[:1].isdigit() else word[:1].upper() + word[1:]
