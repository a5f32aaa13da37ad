"""The PDF itself: what it says, to eyes, screen readers and archives, and always in the same bytes."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import zxingcpp
from django.conf import settings
from pypdf import PdfReader

from certificates import design
from tests.certificates.drawing import draw, picture
from tests.certificates.scenery import TOKEN, text_of

CHILD = {"DJANGO_SETTINGS_MODULE": "in2stem.settings"}


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return draw()


@pytest.fixture(scope="module")
def reader(pdf) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def test_every_fact_is_printed(pdf):
    text = text_of(pdf)
    for words in (
        "Voka reikt dit IN2STEM-certificaat uit aan",
        "Metaalconstructie Van den Eynde-Verschueren nv",
        "samen met de scholen van het traject Kempen 2025-2027.",
        "Voorzitter in de werkgroep Stagetrajecten die kloppen",
        "7 actiepunten uitgevoerd met de werkgroep",
        "1 goede praktijk gedeeld met het netwerk",
        "Ann-Sophie Depauw-Lemmens Directeur, Voka Mechelen-Kempen",
        "Certificaat IN2-2027-MK-0014",
        "Uitgereikt op 18/06/2027",
        "Ondernemingsnummer 1000.000.516",
        "Schooljaren 2025-2026 en 2026-2027",
        f"in2stem.voka.example/c/ {TOKEN}",
        "Dit is niet het Europese STEM School Label en geen keurmerk voor producten of diensten.",
    ):
        assert words in text


def test_it_is_one_page_a4_landscape(reader):
    (page,) = reader.pages
    width, height = (float(side) / 72 * 25.4 for side in page.mediabox.upper_right)
    assert (round(width), round(height)) == (297, 210)


def test_it_is_tagged_and_says_its_language_and_title(reader):
    catalogue = reader.trailer["/Root"]
    assert catalogue["/Lang"] == "nl-BE"
    assert catalogue["/MarkInfo"]["/Marked"].value is True
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert (
        reader.metadata.title == "IN2STEM-certificaat IN2-2027-MK-0014, Metaalconstructie Van den Eynde-Verschueren nv"
    )
    assert reader.metadata.author == "Voka Mechelen-Kempen"
    tags = list(structure(catalogue["/StructTreeRoot"]))
    assert [name for name, _alt in tags].count("/H1") == 1
    assert [alt for name, alt in tags if name == "/Figure"] == [
        "IN2STEM, een netwerk van Voka",
        "Tekening: de cirkels van scholen en bedrijven overlappen elkaar. In de overlapping staat de werkgroep.",
        "QR-code naar de pagina waar je dit certificaat nakijkt",
    ]


def structure(node):
    """Every structure element below `node`: its name and alternative text, in reading order."""
    if not hasattr(node, "get"):
        return
    if node.get("/S"):
        yield node["/S"], node.get("/Alt")
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        yield from structure(kid.get_object() if hasattr(kid, "get_object") else kid)


def test_all_text_is_tagged_and_read_in_a_sensible_order(pdf):
    """`pdftotext` follows the content, a screen reader the tags; both meet the name before the small print."""
    text = text_of(pdf)
    order = [
        "Voka reikt",
        "Metaalconstructie",
        "Dit bedrijf bouwt",
        "7 actie",
        "Ann-Sophie",
        "Dit is niet",
        "Certificaat IN2",
    ]
    assert [text.index(words) for words in order] == sorted(text.index(words) for words in order)


def test_it_claims_pdf_a_3a_with_an_output_intent(reader):
    catalogue = reader.trailer["/Root"]
    metadata = catalogue["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfaid:part[^0-9]{1,3}3", metadata)
    assert re.search(r"pdfaid:conformance[^A-Z]{1,3}A", metadata)
    (intent,) = catalogue["/OutputIntents"]
    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    assert reader.trailer["/ID"]


def test_every_font_is_ours_and_embedded(reader):
    fonts = reader.pages[0]["/Resources"]["/Font"]
    names = set()
    for font in fonts.values():
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "/FontFile2" in descriptor
        names.add(descriptor["/FontName"].partition("+")[2])
    assert names == {"Certificate", "Certificate-Bold", "Certificate-Code"}


def test_no_picture_is_smoothed_which_pdf_a_forbids(reader):
    pictures = [each.get_object() for each in reader.pages[0]["/Resources"]["/XObject"].values()]
    rasters = [each for each in pictures if each["/Subtype"] == "/Image"]
    assert [each["/Interpolate"].value for each in rasters] == [False]


def test_the_square_leads_to_the_public_page(pdf):
    (code,) = zxingcpp.read_barcodes(picture(pdf, dpi=150))
    assert code.text == f"HTTPS://IN2STEM.VOKA.EXAMPLE/C/{TOKEN}"


def test_the_same_facts_give_the_same_bytes(pdf):
    draw(company="Iemand anders nv")
    assert draw() == pdf


def test_another_process_gives_the_same_bytes(pdf):
    program = (
        "import sys, django; django.setup()\n"
        "from certificates import rendering\n"
        "from tests.certificates.scenery import FACTS, SERIAL, TOKEN\n"
        "sys.stdout.buffer.write(rendering.render(facts=FACTS, number=SERIAL, token=TOKEN))\n"
    )
    environment = {**os.environ, **CHILD, "PYTHONHASHSEED": "3", "TZ": "Asia/Tokyo"}
    other = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd=settings.BASE_DIR, env=environment
    )
    assert other.stdout == pdf


def test_importing_the_app_does_not_load_weasyprint():
    program = "import sys, django; django.setup(); import in2stem.urls; print('weasyprint' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=settings.BASE_DIR,
        env={**os.environ, **CHILD},
    )
    assert answer.stdout.strip() == "False"


def test_nothing_is_left_behind_in_the_folder_of_the_design():
    assert sorted(path.name for path in Path(design.FOLDER).iterdir()) == [
        "certificate.css",
        "certificate.html",
        "drawing.svg",
        "frame.svg",
        "logo.svg",
    ]
