"""The letters of a certificate: each looks like itself, and what no face has is named instead of drawn wrong."""

import io
import itertools
import re
import unicodedata

import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageDraw, ImageFont
from pypdf import PdfReader

from certificates import design, facts, rendering
from certificates.rendering import Unprintable
from tests.certificates.drawing import DPI, draw, picture
from tests.certificates.scenery import text_of

BOLD = design.FONTS / "schibsted-grotesk-650.ttf"


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
