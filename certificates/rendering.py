"""Draws one certificate as PDF/A-3a with WeasyPrint, which takes long to load: import this module inside a function.

Measured advice kept here (`make bench`): one TTF per face, one font configuration, one parsed style sheet and one copy of
each drawing per process, no cache that grows, and a fetcher that knows only our own files. Same facts, same bytes. It never
draws half a certificate: anything WeasyPrint complains about is an error here.
"""

import io
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import segno
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from certificates.design import ASSETS, CODE_FACE, FACES, FONTS, PICTURES, SHEET
from certificates.facts import shown_enterprise_number
from certificates.pictures import Picture, compress_once

QR_CODE = "qr.png"
# Trying all eight masks costs four times as much, and any mask is readable.
QR_MASK = 3

# The text beside the drawing: how wide, and how high name, sentence and workgroups may be together; in millimetres.
NAME_WIDTH, TEXT_WIDTH = 144.0, 136.0
TEXT_HEIGHT = 50.0
NAME_HEIGHT = 31.0
POINT = 25.4 / 72
# Sizes in points, and the height of a line as a part of its size; the style sheet has the same figures.
NAME_SIZES = (31, 27, 23, 19, 16, 13.5, 11, 9.5)
NAME_LEADING, SENTENCE_LEADING, SEATS_LEADING = 1.08, 1.4, 1.35
DENSITIES = (("", 13.5, 10.5), ("dense", 11, 9), ("densest", 9.5, 8))  # class, sentence, workgroups
FIXED_SENTENCE = "Dit bedrijf bouwt mee aan sterk STEM-onderwijs, samen met de scholen van het traject ."

OTHER_SEATS = " en actief in nog 10 andere"

MAX_DEEDS = 3
MAX_WORKGROUPS = 2


class Unprintable(Exception):
    """These facts can never become a certificate; the text says why, in the reader's language. Trying again cannot help."""


class RenderFailed(Exception):
    """Something on this machine is missing or broken; once mended, the same certificate can be made."""


@dataclass(frozen=True)
class Text:
    """A value with the style-sheet class of the face that has all its letters."""

    value: str
    face: str

    def __str__(self) -> str:
        return self.value


class BundledFiles(URLFetcher):
    """Hands out our own files and refuses everything else, loudly: no network, no disk, no `data:`."""

    def __init__(self, **made_now: bytes) -> None:
        super().__init__(allowed_protocols=["asset"], allow_redirects=False)
        self.made_now = made_now

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        name = url.removeprefix("asset:") if url.startswith("asset:") else ""
        if name == QR_CODE and "qr_code" in self.made_now:
            return URLFetcherResponse(url, self.made_now["qr_code"], {"Content-Type": "image/png"})
        if name not in ASSETS:
            raise FatalURLFetchingError(f"A certificate may not load {url[:80]}")
        return URLFetcherResponse(url, _read(name), {"Content-Type": ASSETS[name][1]})


def _read(name: str) -> bytes:
    try:
        return ASSETS[name][0].read_bytes()
    except OSError as error:
        raise FatalURLFetchingError(f"{name} cannot be read: {error}") from error


@dataclass(frozen=True)
class Workshop:
    """What is made once per process: loaded fonts, the parsed style sheet and the drawings, each under its address."""

    fonts: FontConfiguration
    sheet: CSS
    pictures: dict[str, Picture]


@lru_cache(maxsize=1)
def _workshop_of(process_id: int) -> Workshop:
    fonts, fetcher = FontConfiguration(), BundledFiles()
    with _no_complaints():
        sheet = CSS(string=SHEET.read_text(encoding="utf-8"), font_config=fonts, url_fetcher=fetcher)
        pictures = {f"asset:{name}": _picture(name, fetcher) for name in PICTURES}
    return Workshop(fonts, sheet, pictures)


def _picture(name: str, fetcher: BundledFiles) -> Picture:
    try:
        return Picture(f"asset:{name}", _read(name), fetcher)
    except ElementTree.ParseError as error:
        raise RenderFailed(f"{name} is damaged: {error}") from error


def warm_up() -> None:
    """Load fonts, style sheet and drawings for this process; after a fork the child makes its own."""
    _workshop_of(os.getpid())


def render(*, facts: dict[str, Any], number: str, token: str) -> bytes:
    """The finished PDF. Raises Unprintable or RenderFailed."""
    try:
        context = _context(facts, number, token)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unprintable(_("What should be printed is damaged. Call the people who maintain the portal.")) from error
    html = render_to_string("certificates/pdf/certificate.html", context)
    return write_pdf(html, qr_code=_qr_code(context["qr_address"]))


def write_pdf(html: str, *, qr_code: bytes) -> bytes:
    """HTML to PDF with our fonts and files only; RenderFailed when anything at all is missing."""
    workshop = _workshop()
    with _no_complaints():
        return HTML(string=html, url_fetcher=BundledFiles(qr_code=qr_code)).write_pdf(
            stylesheets=[workshop.sheet],
            font_config=workshop.fonts,
            # A copy: WeasyPrint adds the square of this certificate, which the next one must not find.
            cache=dict(workshop.pictures),
            finisher=compress_once,
            pdf_variant="pdf/a-3a",
        )


def _workshop() -> Workshop:
    return _workshop_of(os.getpid())


@contextmanager
def _no_complaints() -> Iterator[None]:
    """WeasyPrint only logs a picture it cannot draw and goes on; here a complaint is a failure."""
    listener = _Complaints()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(listener)
    try:
        yield
    except FatalURLFetchingError as error:
        raise RenderFailed(str(error)) from error
    finally:
        logger.removeHandler(listener)
    if listener.heard:
        raise RenderFailed("; ".join(listener.heard)[:1000])


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


# --- What stands where ------------------------------------------------------------------------------------------------


def _context(facts: dict[str, Any], number: str, token: str) -> dict[str, Any]:
    address = urlsplit(facts["base_url"])
    company, trajectory = text(facts["company"], bold=True), text(facts["trajectory"], bold=True)
    if not company.value:
        raise Unprintable(_("The company has no name."))
    seats = [{"name": text(seat["name"], bold=True), "role": text(seat["role"])} for seat in facts["workgroups"]]
    layout = fit(company, trajectory, [f"{seat['role']} in de werkgroep {seat['name']}, " for seat in seats])
    deeds = [{"count": int(deed["count"]), "words": text(deed["words"])} for deed in facts["contributions"]]
    return {
        "number": _code(number),
        "company": company,
        "layout": layout,
        "trajectory": trajectory,
        "chamber": facts["chamber"],
        "deeds": deeds[:MAX_DEEDS],
        "seats": seats[: layout.workgroups],
        "more_seats": len(seats) - layout.workgroups,
        "signatory_name": text(facts["signatory"]["name"], bold=True),
        "signatory_title": text(facts["signatory"]["title"]),
        "enterprise_number": _code(shown_enterprise_number(facts)),
        "school_years": text(facts["school_years"]),
        "issued_on": date.fromisoformat(facts["issued_on"]),
        "site": _code(f"{address.netloc}/c/"),
        "token": _code(token),
        "qr_address": f"{facts['base_url']}/C/{token}".upper(),
    }


@lru_cache(maxsize=len(ASSETS))
def _widths(name: str) -> dict[int, float]:
    """Advance width in em of each character that the font has."""
    font = TTFont(io.BytesIO((FONTS / f"{name}.ttf").read_bytes()))
    em, advances = font["head"].unitsPerEm, font["hmtx"]
    return {code: advances[glyph][0] / em for code, glyph in font.getBestCmap().items()}


def text(value: str, *, bold: bool = False) -> Text:
    """The value with the first face that has all its letters; Unprintable names the letters that no face has."""
    for face, regular, heavy in FACES:
        lacking = _lacking(value, heavy if bold else regular)
        if not lacking:
            return Text(value, face)
    raise Unprintable(_missing_letters(value, lacking))


def _code(value: str) -> Text:
    if lacking := _lacking(value, CODE_FACE):
        raise Unprintable(_missing_letters(value, lacking))
    return Text(value, "")


def _lacking(value: str, font: str) -> list[str]:
    return sorted({letter for letter in value if ord(letter) not in _widths(font)})


def _missing_letters(value: str, letters: list[str]) -> str:
    sentence = _(
        "Our typefaces cannot print %(letters)s in “%(text)s”. Write it in Latin letters and issue the certificate again."
    )
    return sentence % {"letters": " ".join(letters), "text": value}


@dataclass(frozen=True)
class Layout:
    """How large the name is (points), how dense the text (class in the style sheet), how many workgroups are named."""

    name_size: float
    density: str
    workgroups: int

    @property
    def name_class(self) -> str:
        return f"s{self.name_size}".replace(".", "-")


def fit(company: Text, trajectory: Text, seats: list[str]) -> Layout:
    """The roomiest layout in which all text fits beside the drawing, whatever its length."""
    for named in range(min(len(seats), MAX_WORKGROUPS), -1, -1):
        for density, sentence_size, seats_size in DENSITIES:
            below = _height(
                FIXED_SENTENCE + trajectory.value, trajectory.face, TEXT_WIDTH, sentence_size, SENTENCE_LEADING
            )
            if named:
                below += 1.5 + _height(
                    "".join(seats[:named]) + OTHER_SEATS * (named < len(seats)),
                    "",
                    TEXT_WIDTH,
                    seats_size,
                    SEATS_LEADING,
                )
            for size in NAME_SIZES:
                name = _height(company.value, company.face, NAME_WIDTH, size, NAME_LEADING)
                if name <= NAME_HEIGHT and name + below <= TEXT_HEIGHT:
                    return Layout(size, density, named)
    return Layout(NAME_SIZES[-1], DENSITIES[-1][0], 0)


def _height(value: str, face: str, width: float, size: float, leading: float) -> float:
    """Millimetres that `value` takes at `size` points. All letters count as bold, so the answer is never too small."""
    heavy = next(heavy for name, _regular, heavy in FACES if name == face)
    # A workgroup may need the other face: what the first one lacks is counted as a wide letter.
    advances = [[_widths(heavy).get(ord(letter), 1.0) for letter in word] for word in _words(value)]
    return _lines(advances, width / (size * POINT)) * size * leading * POINT


def _words(value: str) -> list[str]:
    """Pieces between which a line may end: after a space or a hyphen."""
    return re.findall(r"[^\s-]*(?:[\s-]+|$)", value)[:-1] or [value]


def _lines(words: list[list[float]], room: float) -> int:
    """How many lines these words take, as a browser breaks them; a word wider than a line is broken anywhere."""
    lines, filled = 1, 0.0
    for word in words:
        if filled and filled + sum(word) > room:
            lines, filled = lines + 1, 0.0
        for letter in word:
            if filled + letter > room:
                lines, filled = lines + 1, 0.0
            filled += letter
    return lines


def _qr_code(address: str) -> bytes:
    """A black and white PNG, four pixels per module, without margin: the style sheet keeps the white around it."""
    picture = io.BytesIO()
    segno.make_qr(address, error="m", mask=QR_MASK, boost_error=False).save(picture, kind="png", scale=4, border=0)
    return picture.getvalue()
