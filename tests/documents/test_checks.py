"""The content checks: every accepted type passes, and each hostile file is refused for its own reason."""

import io
import time

import pytest
from PIL import Image

from documents.checks import names, structure, types
from documents.checks.refusal import Reason, Refusal
from tests.documents import files


def verdict(content, extension, tmp_path) -> Reason | None:
    """What the first bytes and then the structure check say about this content."""
    path = tmp_path / "upload"
    path.write_bytes(content)
    try:
        types.file_type(extension, content[: types.HEAD_SIZE])
        structure.check(path, extension, tmp_path / "clean")
    except Refusal as refusal:
        return refusal.reason
    return None


@pytest.mark.parametrize("extension", sorted(types.ACCEPTED))
def test_a_sound_file_of_every_accepted_type_passes(extension, tmp_path):
    assert verdict(files.sound()[extension], extension, tmp_path) is None


@pytest.mark.parametrize("extension", sorted(types.ACCEPTED))
def test_half_a_file_is_not_complete(extension, tmp_path):
    content = files.sound()[extension]
    assert verdict(content[: len(content) // 2], extension, tmp_path) == Reason.INCOMPLETE


@pytest.mark.parametrize(
    ("actual", "claimed"),
    [(actual, claimed) for actual in types.ACCEPTED for claimed in types.ACCEPTED if actual != claimed],
)
def test_a_file_never_passes_under_another_type(actual, claimed, tmp_path):
    if {actual, claimed} == {"jpg", "jpeg"}:
        return
    assert verdict(files.sound()[actual], claimed, tmp_path) in (Reason.CONTENT, Reason.INCOMPLETE)


@pytest.mark.parametrize(
    "extension", ["svg", "html", "zip", "exe", "gif", "txt", "doc", "xls", "ppt", "docm", "heic", ""]
)
def test_other_types_are_refused_by_their_ending(extension):
    with pytest.raises(Refusal) as refused:
        types.file_type(extension, b"anything")
    assert refused.value.reason == Reason.TYPE


PDFS = {
    "script": (files.pdf_with_javascript, Reason.ACTIVE_PDF),
    "escaped script": (files.pdf_with_escaped_javascript, Reason.ACTIVE_PDF),
    "script in a compressed object": (files.pdf_with_hidden_javascript, Reason.ACTIVE_PDF),
    "launch": (lambda: files.pdf_with_action({"/S": "/Launch", "/F": "cmd.exe"}), Reason.ACTIVE_PDF),
    "submit": (lambda: files.pdf_with_action({"/S": "/SubmitForm"}), Reason.ACTIVE_PDF),
    "script in a link": (lambda: files.pdf_with_action({"/S": "/URI", "/URI": "JavaScript:x()"}), Reason.ACTIVE_PDF),
    "attachment": (files.pdf_with_attachment, Reason.ACTIVE_PDF),
    "XFA form": (files.pdf_with_xfa, Reason.ACTIVE_PDF),
    "password": (files.pdf_with_password, Reason.PASSWORD),
    "bomb": (files.pdf_bomb, Reason.UNPACKED),
    "no pages": (lambda: files.pdf(lambda writer: writer.remove_page(0)), Reason.INCOMPLETE),
    "web page first": (lambda: b"<html></html>" + files.pdf(), Reason.CONTENT),
    "only a header": (lambda: b"%PDF-1.7\n", Reason.INCOMPLETE),
    "only a header and an end": (lambda: b"%PDF-1.7\n%%EOF\n", Reason.INCOMPLETE),
}


@pytest.mark.parametrize("name", PDFS)
def test_a_pdf_is_refused_for(name, tmp_path):
    make, reason = PDFS[name]
    content = make()
    started = time.monotonic()
    assert verdict(content, "pdf", tmp_path) == reason
    assert time.monotonic() - started < 5


def test_the_hidden_script_really_is_hidden():
    assert b"JavaScript" not in files.pdf_with_hidden_javascript()
    assert b"/JavaScript" not in files.pdf_with_escaped_javascript()


def test_words_about_scripts_and_links_stay_allowed_in_a_pdf(tmp_path):
    assert verdict(files.pdf_about_scripts(), "pdf", tmp_path) is None


def test_a_pdf_with_restrictions_that_opens_without_password_is_accepted(tmp_path):
    assert verdict(files.pdf_with_password(user="", owner="baas"), "pdf", tmp_path) is None


MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
OFFICE = {
    "macros": (lambda: files.office(extra={"word/vbaProject.bin": b"x"}), "docx", Reason.MACROS),
    "macros by their declared type": (lambda: files.office(main_type=MACRO_TYPE), "docx", Reason.MACROS),
    "macro sheet": (lambda: files.office("xlsx", {"xl/macrosheets/sheet1.xml": "<a/>"}), "xlsx", Reason.MACROS),
    "old format or password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "docx", Reason.OLD_OR_LOCKED),
    "remote template": (
        lambda: files.office_linking("attachedTemplate", "https://kwaad.example/t.dotm"),
        "docx",
        Reason.LINKED,
    ),
    "linked object": (lambda: files.office_linking("oleObject", "file:///c:/x.xls"), "docx", Reason.LINKED),
    "picture from a file server": (lambda: files.office_linking("image", r"file:\\kwaad\x.png"), "docx", Reason.LINKED),
    "script as a link": (lambda: files.office_linking("hyperlink", "javascript:x()"), "docx", Reason.LINKED),
    "external workbook": (lambda: files.office("xlsx", {"xl/externalLinks/l1.xml": "<a/>"}), "xlsx", Reason.LINKED),
    "DDE field": (lambda: files.office(body=files.dde_field("DDEAUTO c:\\\\windows")), "docx", Reason.LINKED),
    "DDE field in pieces": (lambda: files.office(body=files.dde_field("D", "DEAU", "TO c:")), "docx", Reason.LINKED),
    "DDE formula": (lambda: files.sheet("cmd|' /C calc'!A0"), "xlsx", Reason.LINKED),
    "start of a program": (
        lambda: files.office("pptx", {"ppt/slides/s.xml": '<a action="ppaction://program"/>'}),
        "pptx",
        Reason.LINKED,
    ),
    "packed program": (
        lambda: files.office(extra={"word/embeddings/ole.bin": b"\1" + "Ole10Native".encode("utf-16-le")}),
        "docx",
        Reason.ATTACHMENT,
    ),
    "packed workbook with macros": (
        lambda: files.office(extra={"word/embeddings/b.xlsx": files.archive({"xl/vbaProject.bin": b"x"})}),
        "docx",
        Reason.MACROS,
    ),
    "entities": (files.office_with_entities, "docx", Reason.UNPACKED),
    "unsafe path": (lambda: files.office(extra={"../../evil.xml": "<a/>"}), "docx", Reason.INCOMPLETE),
    "symbolic link": (files.office_with_symlink, "docx", Reason.INCOMPLETE),
    "bomb": (files.office_bomb, "docx", Reason.UNPACKED),
    "lying size": (files.office_with_lying_size, "docx", Reason.INCOMPLETE),
    "too many parts": (files.office_with_many_parts, "docx", Reason.UNPACKED),
    "something behind the archive": (lambda: files.office() + b"MZ program", "docx", Reason.INCOMPLETE),
    "another main part": (lambda: files.office("xlsx"), "docx", Reason.CONTENT),
    "a bare archive": (lambda: files.archive({"readme.txt": "x"}), "docx", Reason.INCOMPLETE),
}


@pytest.mark.parametrize("name", OFFICE)
def test_an_office_document_is_refused_for(name, tmp_path):
    make, extension, reason = OFFICE[name]
    content = make()
    started = time.monotonic()
    assert verdict(content, extension, tmp_path) == reason
    assert time.monotonic() - started < 5


SOUND_OFFICE = {
    "links to click on": (lambda: files.office_linking("hyperlink", "https://voorbeeld.example/"), "docx"),
    "picture from the web": (lambda: files.office_linking("image", "https://voorbeeld.example/a.png"), "docx"),
    "fields and the word DDE": (lambda: files.office(body=files.dde_field("PAGE") + "<w:t>DDE auto</w:t>"), "docx"),
    "formulas with a bar in quotes": (lambda: files.sheet("SUM(A1:A9)&amp;&quot; | &quot;"), "xlsx"),
    "the workbook of a chart": (
        lambda: files.office("pptx", {"ppt/embeddings/Chart.xlsx": files.office("xlsx")}),
        "pptx",
    ),
}


@pytest.mark.parametrize("name", SOUND_OFFICE)
def test_an_office_document_stays_allowed_with(name, tmp_path):
    make, extension = SOUND_OFFICE[name]
    assert verdict(make(), extension, tmp_path) is None


OPEN_DOCUMENTS = {
    "macros": (lambda: files.open_document(extra={"Basic/Standard/Module1.xml": "<a/>"}), Reason.MACROS),
    "script": (lambda: files.open_document(extra={"Scripts/python/x.py": "x"}), Reason.MACROS),
    "password": (lambda: files.open_document(manifest="<encryption-data/>"), Reason.PASSWORD),
    "macro on an event": (
        lambda: files.open_document(
            content='<e:event-listener xmlns:e="e" xmlns:x="x" x:href="vnd.sun.star.script:a"/>'
        ),
        Reason.MACROS,
    ),
    "DDE": (lambda: files.open_document(content='<o:dde-source xmlns:o="o"/>'), Reason.LINKED),
    "another type inside": (lambda: files.open_document("ods"), Reason.CONTENT),
    "document type": (lambda: files.open_document(content="<!DOCTYPE a><a/>"), Reason.UNPACKED),
    "no type in front": (lambda: files.archive({"content.xml": "<a/>", "mimetype": "x"}), Reason.INCOMPLETE),
}


@pytest.mark.parametrize("name", OPEN_DOCUMENTS)
def test_an_open_document_is_refused_for(name, tmp_path):
    make, reason = OPEN_DOCUMENTS[name]
    assert verdict(make(), "odt", tmp_path) == reason


def test_an_open_document_with_an_empty_macro_library_stays_allowed(tmp_path):
    extra = {"Basic/Standard/script-lb.xml": "<!DOCTYPE library><library/>", "Basic/script-lc.xml": "<a/>"}
    assert verdict(files.open_document(extra=extra), "odt", tmp_path) is None


def test_a_photo_loses_its_place_its_maker_and_whatever_hangs_behind_it(tmp_path):
    content = files.photo_with_gps() + b"<script>GEHEIMESTAART</script>"
    assert verdict(content, "jpg", tmp_path) is None
    clean = (tmp_path / "clean").read_bytes()
    assert b"GEHEIMMERK" in content
    assert b"GEHEIM" not in clean
    with Image.open(io.BytesIO(clean)) as image:
        assert dict(image.getexif()) == {}
        assert image.size == (30, 60)  # turned upright, as it was meant to be seen


@pytest.mark.parametrize(
    ("extension", "format_", "mode"),
    [("png", "PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")]
    + [("jpg", "JPEG", mode) for mode in ("L", "RGB", "CMYK")]
    + [("webp", "WEBP", mode) for mode in ("RGB", "RGBA")],
)
def test_a_picture_of_every_kind_survives(extension, format_, mode, tmp_path):
    assert verdict(files.picture(format_, mode), extension, tmp_path) is None
    with Image.open(tmp_path / "clean") as image:
        image.load()
        assert (image.format, image.mode, image.size) == (format_, mode, (40, 20))


def test_see_through_colours_of_a_palette_survive(tmp_path):
    content = files.picture("PNG", "P", transparency=0)
    assert verdict(content, "png", tmp_path) is None
    with Image.open(tmp_path / "clean") as image:
        assert image.info["transparency"] == 0


def test_a_picture_of_too_many_pixels_is_refused_on_its_header(tmp_path):
    started = time.monotonic()
    assert verdict(files.png_header(60_000, 60_000), "png", tmp_path) == Reason.PIXELS
    assert time.monotonic() - started < 1


FILMS = {
    "another brand": (lambda: files.mp4(b"qt  ", b"qt  "), Reason.CONTENT),
    "a photo in the same boxes": (lambda: files.mp4(b"heic", b"mif1heic"), Reason.CONTENT),
    "something behind it": (lambda: files.mp4() + b"PK\x03\x04 rest", Reason.INCOMPLETE),
    "no film": (lambda: files.box(b"ftyp", b"isom\0\0\0\0isom") + files.box(b"mdat", b"x"), Reason.INCOMPLETE),
    "boxes that do not fit": (
        lambda: files.mp4().replace(files.box(b"trak", b"\0" * 20), b"\0\0\xff\xfftrak" + b"\0" * 20),
        Reason.INCOMPLETE,
    ),
}


@pytest.mark.parametrize("name", FILMS)
def test_a_film_is_refused_for(name, tmp_path):
    make, reason = FILMS[name]
    assert verdict(make(), "mp4", tmp_path) == reason


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("verslag.PDF", "verslag.pdf"),
        ("C:\\Mijn documenten\\verslag.pdf", "verslag.pdf"),
        ("../../etc/verslag.pdf", "verslag.pdf"),
        ("  twee   woorden .pdf ", "twee woorden.pdf"),
        ("re\u0308eel.pdf", "r\u00ebeel.pdf"),
        ("foto\u202egpj.pdf", "fotogpj.pdf"),
        ("regel\r\neinde\x00.pdf", "regel einde.pdf"),
        ("a.tar.gz.pdf", "a.tar.gz.pdf"),
    ],
)
def test_a_file_name_is_kept_clean(typed, kept):
    assert names.clean(typed) == (kept, "pdf")


def test_a_long_file_name_keeps_its_ending_and_fits_in_bytes():
    name, extension = names.clean("\u00eb" * 300 + ".docx")
    assert extension == "docx"
    assert len(name.encode()) <= names.MAX_BYTES
    assert name.endswith("\u00eb.docx")


@pytest.mark.parametrize("name", ["", "verslag", ".pdf", "...pdf", "verslag.", " .pdf"])
def test_a_name_without_stem_or_ending_is_refused(name):
    with pytest.raises(Refusal) as refused:
        names.clean(name)
    assert refused.value.reason == Reason.NO_NAME
