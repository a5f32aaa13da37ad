"""Text of any length stays in its place on a certificate."""

import io
import re
import subprocess

import pytest
import zxingcpp
from pypdf import PdfReader

from certificates import rendering
from tests.certificates.drawing import draw, picture
from tests.certificates.scenery import FACTS, TOKEN, text_of

LONG_NAME = (
    "Internationale Maatschappij voor Duurzame Metaalconstructies, Werktuigbouw, Elektromechanica en Industriële "
    "Automatisering van de Antwerpse Kempen en het Hageland, vestiging Herentals-Grobbendonk nv"
)
WORKGROUP = (
    "Stagetrajecten die kloppen voor elke leerling van de tweede en de derde graad, met een vaste mentor in elk bedrijf"
)

EXTREMES = {
    "short": {"company": "ABC"},
    "45 letters": {"company": "Machinebouw Van den Eynde en Zonen Herentals"},
    "long name": {"company": LONG_NAME},
    "200 wide letters": {"company": "W" * 200},
    "all long": {
        "company": LONG_NAME,
        "trajectory": LONG_NAME[:120],
        "workgroups": [{"name": WORKGROUP, "role": "deelnemer"}] * 4,
        "contributions": [
            {"count": 12345, "words": "actiepunten uitgevoerd met de werkgroep"},
            {"count": 99, "words": "doelstellingen gehaald met de werkgroep"},
            {"count": 99, "words": "goede praktijken gedeeld met het netwerk"},
        ],
        "signatory": {"name": LONG_NAME[:80], "title": LONG_NAME[:100]},
        "school_years": "2025-2026 tot 2029-2030",
        "base_url": "https://certificaten.netwerk-industrie-onderwijs.mechelen-kempen.voka.example:8443",
    },
    "all wide": {
        "company": "W" * 200,
        "trajectory": "W" * 120,
        "workgroups": [{"name": "W" * 160, "role": "deelnemer"}] * 4,
        "signatory": {"name": "W" * 80, "title": "W" * 100},
    },
    "nothing but the name": {
        "workgroups": [],
        "contributions": [],
        "signatory": {"name": "Voka Mechelen-Kempen", "title": ""},
    },
}


def words_of(pdf: bytes) -> list[tuple[str, float, float, float, float]]:
    """Each word with left, top, right and bottom in millimetres."""
    page = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    found = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', page)
    return [(word, *(float(side) * 25.4 / 72 for side in sides)) for *sides, word in found]


@pytest.mark.parametrize("extreme", EXTREMES)
def test_text_of_any_length_stays_in_its_place(extreme):
    pdf = draw(**EXTREMES[extreme])
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    facts_used = {**FACTS, **EXTREMES[extreme]}
    drawing = {"scholen", "bedrijven", "werkgroep"}
    words = [word for word in words_of(pdf) if not (word[0] in drawing and word[1] > 174)]
    assert all(left > 13 and right < 284 and top > 13 and bottom < 197 for _word, left, top, right, bottom in words)
    line = min(top for word, _left, top, *_rest in words if word == "Label")
    head = [word for word in words if word[2] < line - 1]
    signed = [word for word in words if word[2] >= line - 1 and word[1] < 141]
    assert min(len(head), len(signed)) >= 1
    assert max(bottom for *_rest, bottom in head) < line
    assert max(right for _word, _left, _top, right, _bottom in head) < 174
    assert max(right for _word, _left, _top, right, _bottom in signed) < 141
    (code,) = zxingcpp.read_barcodes(picture(pdf, dpi=150))
    assert code.text.endswith(TOKEN)
    assert facts_used["company"].replace(" ", "") in text_of(pdf).replace(" ", "")


def test_a_short_name_is_large_and_a_long_one_is_smaller():
    sizes = [
        rendering.fit(rendering.text(name, bold=True), rendering.text("Kempen", bold=True), []).name_size
        for name in ("ABC bv", LONG_NAME[:60], LONG_NAME[:120], LONG_NAME)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert (sizes[0], sizes[-1] >= 13.5) == (31, True)
