"""The PDF itself: what it says, to eyes, screen readers and archives; that it never loads anything, and never goes out half."""

import io
import itertools
import os
import re
import subprocess
import sys
import threading
import unicodedata
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import zxingcpp
from django.conf import settings
from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageDraw, ImageFont
from pypdf import PdfReader

from certificates import checks, design, facts, rendering
from certificates.rendering import RenderFailed, Unprintable
from tests.certificates.scenery import FACTS, SERIAL, TOKEN, text_of

BOLD = design.FONTS / "schibsted-grotesk-650.ttf"
DPI = 300
CHILD = {"DJANGO_SETTINGS_MODULE": "in2stem.settings"}


def draw(**changes) -> bytes:
    return rendering.render(facts={**FACTS, **changes}, number=SERIAL, token=TOKEN)


def picture(pdf: bytes, dpi: int = DPI, box: tuple[int, int, int, int] | None = None) -> Image.Image:
    """The page, or the part of it within `box` (left, top, right and bottom in millimetres)."""
    command: list[str] = ["pdftoppm", "-r", str(dpi), "-singlefile"]
    if box:
        left, top, right, bottom = (round(side * dpi / 25.4) for side in box)
        command += ["-x", str(left), "-y", str(top), "-W", str(right - left), "-H", str(bottom - top)]
    page = subprocess.run([*command, "-"], input=pdf, capture_output=True, check=True)
    return Image.open(io.BytesIO(page.stdout)).convert("RGB")


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return draw()


@pytest.fixture(scope="module")
def reader(pdf) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


@pytest.fixture
def fresh_workshop():
    """Fonts and style sheet loaded anew, and left as they were."""
    rendering._workshop_of.cache_clear()
    yield
    rendering._workshop_of.cache_clear()


# --- What it says -----------------------------------------------------------------------------------------------------


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


# --- The letters ------------------------------------------------------------------------------------------------------


def drawn_name(pdf: bytes) -> Image.Image:
    """The ink of the company's name, cut out. The name of these tests is one letter of 31 points."""
    return cut_out(picture(pdf, box=(25, 53, 60, 73)))


def cut_out(image: Image.Image) -> Image.Image:
    ink = image.convert("L").point(lambda value: 255 if value < 128 else 0)
    return ink.crop(ink.getbbox())


def glyph(letter: str) -> Image.Image:
    """The letter straight from the font file, as large as on the certificate."""
    canvas = Image.new("L", (400, 400), 255)
    ImageDraw.Draw(canvas).text((100, 100), letter, font=ImageFont.truetype(BOLD, round(31 * DPI / 72)), fill=0)
    return cut_out(canvas)


def is_the_same(one: Image.Image, other: Image.Image) -> bool:
    """Same size within two pixels, and hardly any ink that only one of them has, shifted a pixel at most."""
    if abs(one.width - other.width) > 2 or abs(one.height - other.height) > 2:
        return False
    size = (max(one.width, other.width) + 2, max(one.height, other.height) + 2)
    paper = Image.new("L", size, 0)
    paper.paste(other, (1, 1))
    differences = []
    for shift in itertools.product(range(3), range(3)):
        sheet = Image.new("L", size, 0)
        sheet.paste(one, shift)
        differences.append(sum(ImageChops.difference(sheet, paper).histogram()[128:]))
    return min(differences) < 0.08 * sum(paper.histogram()[128:])


@pytest.mark.parametrize("letter", "Łøğőéëïç")
def test_a_letter_with_an_accent_looks_like_itself(letter):
    assert is_the_same(drawn_name(draw(company=letter)), glyph(letter))
    bare = {"Ł": "L", "ø": "o"}.get(letter) or unicodedata.normalize("NFD", letter)[0]
    assert not is_the_same(drawn_name(draw(company=bare)), glyph(letter))


def test_two_font_files_for_one_face_draw_wrong_letters(tmp_path, monkeypatch, fresh_workshop):
    """The negative control of the test above: the usual web fonts, split in latin and latin-ext, fail it."""
    faces = []
    for name, letters in (("latin", range(0x20, 0x100)), ("latin-ext", range(0x100, 0x250))):
        options = subset.Options()
        options.glyph_names = False
        part = subset.load_font(str(BOLD), options)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=letters)
        subsetter.subset(part)
        part.save(tmp_path / f"{name}.ttf")
        monkeypatch.setitem(design.ASSETS, f"{name}.ttf", (tmp_path / f"{name}.ttf", "font/ttf"))
        faces.append(
            f'@font-face {{ font-family: "Certificate"; font-weight: 700; src: url("asset:{name}.ttf"); '
            f"unicode-range: U+{letters[0]:X}-{letters[-1]:X} }}"
        )
    sheet = tmp_path / "split.css"
    whole = '@font-face { font-family: "Certificate"; font-weight: 700; src: url("asset:schibsted-grotesk-650.ttf") }'
    text = design.SHEET.read_text()
    assert whole in text
    sheet.write_text(text.replace(whole, "\n".join(faces)))
    monkeypatch.setattr(rendering, "SHEET", sheet)
    # Text of the other half comes first on the page, and takes the shared place.
    pdf = draw(company="Ł", trajectory="Kempen 2025-2027")
    assert "Ł" in text_of(pdf)
    assert not is_the_same(drawn_name(pdf), glyph("Ł"))


@pytest.mark.parametrize("name", ["Nguyễn Văn Ọ", "Кирил ООД", "Ελληνική ΑΕ"])
def test_a_name_that_our_letter_lacks_is_set_as_a_whole_in_the_second_one(name):
    pdf = draw(company=name)
    assert name in text_of(pdf)
    fonts = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"]
    assert any("Certificate-Other" in font.get_object()["/BaseFont"] for font in fonts.values())


@pytest.mark.parametrize("where", ["company", "trajectory", "workgroup", "signatory"])
def test_letters_that_no_face_has_are_named_instead_of_drawn_wrong(where):
    changes = {
        "company": {"company": "漢 nv"},
        "trajectory": {"trajectory": "漢 nv"},
        "workgroup": {"workgroups": [{"name": "漢 nv", "role": "deelnemer"}]},
        "signatory": {"signatory": {"name": "漢 nv", "title": ""}},
    }[where]
    with pytest.raises(Unprintable, match="漢 in “漢 nv”"):
        draw(**changes)


def test_the_bundled_fonts_have_the_letters_of_our_neighbours():
    letters = "àâäáãåæçéèêëíìîïñóòôöõøœúùûüýÿßÀÉÈÇÑÖØÜŁłŃńŚśŹźŻżĄąĘęĆćČčĎďĚěŇňŘřŠšŤťŮůŽžĞğİıŞşŐőŰűĂăȘșȚțĐđŒŸ&’“”–—‑•€"
    for face in (BOLD, design.FONTS / "schibsted-grotesk-400.ttf"):
        cmap = TTFont(face).getBestCmap()
        assert [letter for letter in letters if ord(letter) not in cmap] == []


def test_each_face_is_one_file():
    faces = re.findall(r"@font-face \{ (.*?); src", design.SHEET.read_text())
    assert len(faces) == len(set(faces)) == 5


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("  Boor\tmachines \n nv ", "Boor machines nv"),
        ("Caf\u0065\u0301 nv", "Café nv"),
        ("\u202eevil\u202c nv", "evil nv"),
        ("nul\x00 en\u200bnul", "nul ennul"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_name_is_one_clean_line(typed, printed):
    assert facts.printable(typed) == printed


# --- Nothing comes in, nothing half goes out --------------------------------------------------------------------------


class Canary(HTTPServer):
    """A server on this machine that nobody should ever visit."""

    def __init__(self):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.server.visits.append(self.path)
                self.send_response(302 if self.path == "/away" else 200)
                self.send_header("Location", "/inside")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.visits = []
        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture(scope="module")
def canary():
    server = Canary()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


PAYLOADS = {
    "img": '<img src="{url}/i.png">',
    "import": '<style>@import url("{url}/a.css");</style>',
    "background": '<p style="background:url({url}/b.png)">x</p>',
    "font-face": '<style>@font-face{{font-family:q;src:url({url}/q.ttf)}}</style><b style="font-family:q">q</b>',
    "inline svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{url}/s.png" width="9" height="9"/></svg>',
    "svg in data": '<img alt="x" src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E%3Cimage href=%22{url}/d.png%22/%3E%3C/svg%3E">',
    "redirect": '<img alt="x" src="{url}/away">',
    "link attachment": '<link rel="attachment" href="file://{file}">',
    "a attachment": '<a rel="attachment" href="file://{file}">x</a>',
    "embed": '<embed src="{url}/e"><object data="{url}/o"></object>',
    "iframe": '<iframe src="{url}/f"></iframe>',
}


@pytest.fixture
def payload(request, canary, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("kanarie-in-de-mijn")
    return PAYLOADS[request.param].format(url=f"http://127.0.0.1:{canary.server_port}", file=secret)


@pytest.mark.parametrize("payload", PAYLOADS, indirect=True)
def test_markup_in_a_name_is_only_text(payload, canary):
    everywhere = {
        "company": payload,
        "trajectory": payload,
        "workgroups": [{"name": payload, "role": "deelnemer"}],
        "signatory": {"name": payload, "title": payload},
    }
    pdf = draw(**everywhere)
    assert canary.visits == []
    assert "/EmbeddedFiles" not in PdfReader(io.BytesIO(pdf)).trailer["/Root"].get("/Names", {})
    squeezed = "".join(text_of(pdf).split())
    assert squeezed.count("".join(payload.split())) >= 4


@pytest.mark.parametrize("payload", PAYLOADS, indirect=True)
def test_even_markup_that_was_let_through_loads_nothing(payload, canary):
    """Escaping is one lock, the fetcher another: here the first one stands open."""
    pdf = b""
    with suppress(RenderFailed):
        pdf = rendering.write_pdf(f'<html lang="nl"><title>x</title><body>{payload}</body></html>', qr_code=b"")
    assert canary.visits == []
    assert b"kanarie-in-de-mijn" not in pdf
    assert not pdf or "/EmbeddedFiles" not in PdfReader(io.BytesIO(pdf)).trailer["/Root"].get("/Names", {})


def test_the_canary_is_awake(canary):
    """The negative control: WeasyPrint's own fetcher does visit it."""
    from weasyprint import HTML

    HTML(string=PAYLOADS["img"].format(url=f"http://127.0.0.1:{canary.server_port}")).write_pdf()
    assert canary.visits == ["/i.png"]
    canary.visits.clear()


@pytest.mark.parametrize("name", ["logo.svg", "drawing.svg", "frame.svg", "inter-600.ttf", "schibsted-grotesk-400.ttf"])
@pytest.mark.parametrize("damage", ["missing", "empty", "nonsense"])
def test_a_certificate_never_leaves_without_a_part_of_its_design(name, damage, tmp_path, monkeypatch, fresh_workshop):
    path = tmp_path / name
    if damage != "missing":
        path.write_bytes(b"" if damage == "empty" else b"<svg><nonsense")
    monkeypatch.setitem(design.ASSETS, name, (path, design.ASSETS[name][1]))
    with pytest.raises(RenderFailed):
        draw()


def test_a_missing_part_is_noticed_at_start_up(tmp_path, monkeypatch):
    assert checks.design_is_complete() == []
    monkeypatch.setitem(design.ASSETS, "logo.svg", (tmp_path / "logo.svg", "image/svg+xml"))
    (error,) = checks.design_is_complete()
    assert error.id == "certificates.E001"


@pytest.mark.parametrize("missing", list(FACTS))
def test_damaged_facts_are_refused(missing):
    if missing in ("rules_version", "design_version"):
        return  # kept on record, not printed
    with pytest.raises(Unprintable):
        rendering.render(facts={key: FACTS[key] for key in FACTS if key != missing}, number=SERIAL, token=TOKEN)


def test_a_company_without_a_name_gets_no_certificate():
    with pytest.raises(Unprintable, match="geen naam"):
        draw(company="")


# --- Whatever the length ----------------------------------------------------------------------------------------------

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
