"""The corpus: every kind of file that people and attackers send, with what must come of it. Made on the spot, never committed.

`CASES` is the list. `reason` is why a file is refused, None when it becomes safe. `at_once` says whether the visitor hears it
on the form (name, size, first bytes) or after the check in the background (structure).
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, PngImagePlugin

from documents.checks.refusal import Reason
from tests.documents import files

AT_ONCE = {Reason.NO_NAME, Reason.TYPE, Reason.EMPTY, Reason.TOO_LARGE}


@dataclass(frozen=True)
class Case:
    """One file. `make` gives its bytes, `name` is what the sender calls it."""

    what: str
    name: str
    make: Callable[[], bytes]
    reason: Reason | None = None
    is_seen_at_once: bool = False

    @property
    def at_once(self) -> bool:
        return self.is_seen_at_once or self.reason in AT_ONCE

    def __str__(self):
        return self.what


def _sound(name, make, what=""):
    return Case(what or f"sound: {name}", name, make)


def _seen(what, name, make, reason=Reason.CONTENT):
    return Case(what, name, make, reason, is_seen_at_once=True)


# --- PDF -----------------------------------------------------------------------------------------------------------------

ONE_PAGE = {
    1: b"<</Type/Catalog/Pages 2 0 R>>",
    2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
}


def raw_pdf(objects=None, *, unnamed=b"", behind=b"") -> bytes:
    """A PDF written by hand. `unnamed` bytes stand between the objects and are in no table of contents."""
    objects = ONE_PAGE | (objects or {})
    body, offsets = b"%PDF-1.7\n", {}
    for number in sorted(objects):
        offsets[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    body += unnamed
    start, size = len(body), max(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        body += b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 00000 f \n"
    return body + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start) + behind


def stream(dictionary: bytes, data: bytes) -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (dictionary, len(data), data)


def catalog(entries: bytes) -> dict[int, bytes]:
    return {1: b"<</Type/Catalog/Pages 2 0 R%s>>" % entries}


SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"


def pdf_with_packed_script() -> bytes:
    """In an object stream that no table of contents speaks of: a reader that mends the file finds it."""
    packed = stream(b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode", zlib.compress(b"9 0 " + SCRIPT))
    return raw_pdf(catalog(b"/OpenAction 9 0 R"), unnamed=b"8 0 obj\n%s\nendobj\n" % packed)


def pdf_bomb_behind_a_reference() -> bytes:
    packed = zlib.compress(b" " * 150 * 1024 * 1024, 9)
    return raw_pdf({4: stream(b"/Filter 5 0 R", packed), 5: b"/FlateDecode"})


def pdf_with_many_pages_in_a_circle() -> bytes:
    return raw_pdf({2: b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>"})


def pdf_cut_in_half() -> bytes:
    content = files.pdf_about_scripts()
    return content[: len(content) // 2]


def pdf_of_many_objects(count=5_000) -> bytes:
    return raw_pdf({number: b"<</A(%d)/B[1 2 3]>>" % number for number in range(4, count)})


def pdf_of_lookalikes(start: bytes) -> bytes:
    """A stream full of what a reader that mends broken files takes for an object, two million times."""
    return raw_pdf({4: stream(b"", start * (18_000_000 // len(start)))})


LOOKALIKES = {
    "what is no object": lambda: pdf_of_lookalikes(b"1 0 obj<\xe2\x80\xb9"),
    "dictionaries that never end": lambda: pdf_of_lookalikes(b"1 0 obj<<"),
    "lists that never end": lambda: pdf_of_lookalikes(b"1 0 obj["),
    "empty objects": lambda: pdf_of_lookalikes(b"1 0 obj<<>>"),
}

PDF = [
    _sound("verslag.pdf", files.pdf),
    _sound("VERSLAG.PDF", files.pdf, "an ending in capitals"),
    _sound("les.pdf", files.pdf_about_scripts, "words about scripts, and a link"),
    _sound("rechten.pdf", lambda: files.pdf_with_password(user="", owner="baas"), "restrictions without a password"),
    _sound("met-de-hand.pdf", raw_pdf, "written by hand"),
    _sound("lange-staart.pdf", lambda: raw_pdf(behind=b"\r\n" * 5000 + b"\0" * 9000), "padding behind the end"),
    _sound("veel.pdf", pdf_of_many_objects, "five thousand objects"),
    _sound("invul.pdf", lambda: raw_pdf(catalog(b"/AcroForm<</Fields[]>>")), "a form without scripts"),
    _sound("scan.pdf", lambda: raw_pdf({4: stream(b"/Subtype/Image/Filter/DCTDecode", files.picture("JPEG"))}), "a scan"),
    Case("script", "a.pdf", files.pdf_with_javascript, Reason.ACTIVE_PDF),
    Case("script under an escaped name", "a.pdf", files.pdf_with_escaped_javascript, Reason.ACTIVE_PDF),
    Case("script in a compressed object", "a.pdf", files.pdf_with_hidden_javascript, Reason.ACTIVE_PDF),
    Case("script in an object nobody lists", "a.pdf", lambda: raw_pdf(unnamed=b"9 0 obj\n%s\nendobj\n" % SCRIPT), Reason.ACTIVE_PDF),
    Case("script in a compressed object nobody lists", "a.pdf", pdf_with_packed_script, Reason.ACTIVE_PDF),
    Case(
        "script whose kind is a reference",
        "a.pdf",
        lambda: raw_pdf(catalog(b"/OpenAction<</S 5 0 R/JS(x)>>") | {5: b"/JavaScript"}),
        Reason.ACTIVE_PDF,
    ),
    Case("script on a page", "a.pdf", lambda: raw_pdf({4: b"<</AA<</O %s>>>>" % SCRIPT}), Reason.ACTIVE_PDF),
    Case("script in the list of names", "a.pdf", lambda: raw_pdf(catalog(b"/Names<</JavaScript<</Names[(a)%s]>>>>" % SCRIPT)), Reason.ACTIVE_PDF),
    Case("launch", "a.pdf", lambda: files.pdf_with_action({"/S": "/Launch", "/F": "cmd.exe"}), Reason.ACTIVE_PDF),
    Case("submit", "a.pdf", lambda: files.pdf_with_action({"/S": "/SubmitForm"}), Reason.ACTIVE_PDF),
    Case("import of data", "a.pdf", lambda: files.pdf_with_action({"/S": "/ImportData"}), Reason.ACTIVE_PDF),
    Case("a document on a file server", "a.pdf", lambda: files.pdf_with_action({"/S": "/GoToR", "/F": "\\\\kwaad\\x"}), Reason.ACTIVE_PDF),
    Case("an address that opens by itself", "a.pdf", lambda: files.pdf_with_action({"/S": "/URI", "/URI": "https://kwaad.example"}), Reason.ACTIVE_PDF),
    Case("script in a link", "a.pdf", lambda: files.pdf_with_action({"/S": "/URI", "/URI": "JavaScript:x()"}), Reason.ACTIVE_PDF),
    Case("film", "a.pdf", lambda: raw_pdf({4: b"<</Type/Annot/Subtype/RichMedia>>"}), Reason.ACTIVE_PDF),
    Case("attachment", "a.pdf", files.pdf_with_attachment, Reason.ACTIVE_PDF),
    Case("attachment on a page", "a.pdf", lambda: raw_pdf({4: b"<</Type/Annot/Subtype/FileAttachment>>"}), Reason.ACTIVE_PDF),
    Case("XFA form", "a.pdf", files.pdf_with_xfa, Reason.ACTIVE_PDF),
    Case("a password to open it", "a.pdf", files.pdf_with_password, Reason.PASSWORD),
    Case("PDF bomb", "a.pdf", files.pdf_bomb, Reason.UNPACKED),
    Case("PDF bomb behind a reference", "a.pdf", pdf_bomb_behind_a_reference, Reason.UNPACKED),
    Case("packed twice", "a.pdf", lambda: raw_pdf({4: stream(b"/Filter[/FlateDecode/FlateDecode]", zlib.compress(zlib.compress(b"x")))}), Reason.UNPACKED),
    *(Case(f"18 MB of {what}", "a.pdf", make, Reason.TOO_COMPLEX) for what, make in LOOKALIKES.items()),
    Case("content at an address", "a.pdf", lambda: raw_pdf({4: stream(b"/F(https://kwaad.example/x)", b"")}), Reason.LINKED),
    Case("no pages", "a.pdf", lambda: files.pdf(lambda writer: writer.remove_page(0)), Reason.INCOMPLETE),
    Case("pages in a circle", "a.pdf", pdf_with_many_pages_in_a_circle, Reason.INCOMPLETE),
    Case("half a PDF", "a.pdf", pdf_cut_in_half, Reason.INCOMPLETE),
    Case("half a PDF with an end stuck on", "a.pdf", lambda: pdf_cut_in_half() + b"\n%%EOF\n", Reason.INCOMPLETE),
    Case("only a header", "a.pdf", lambda: b"%PDF-1.7\n", Reason.INCOMPLETE),
    Case("only a header and an end", "a.pdf", lambda: b"%PDF-1.7\n%%EOF\n", Reason.INCOMPLETE),
    Case("an archive behind it", "a.pdf", lambda: files.pdf() + files.archive({"a.txt": "x"}), Reason.INCOMPLETE),
    Case("a web page behind it", "a.pdf", lambda: files.pdf() + b"<script>x()</script>", Reason.INCOMPLETE),
    Case("a later version that was cut off", "a.pdf", lambda: files.pdf() + b"\n9 0 obj\n<</Type/Pa", Reason.INCOMPLETE),
    _seen("a web page in front of it", "a.pdf", lambda: b"<html></html>" + files.pdf()),
    _seen("empty lines in front of it", "a.pdf", lambda: b"\n\n\n" + files.pdf()),
]  # fmt: skip


# --- Office --------------------------------------------------------------------------------------------------------------


def office_with_field_in_another_folder() -> bytes:
    """The main part is called evil/main.dat; only its declared type says that a program opens it as a document."""
    parts = files.office_parts("docx", body=files.dde_field("DDEAUTO c:\\\\windows"))
    body = parts.pop("word/document.xml")
    moved = {name: text.replace("word/document.xml", "evil/main.dat") for name, text in parts.items()}
    return files.archive(moved | {"evil/main.dat": body})


def two_archives() -> bytes:
    """A reader that starts in front sees macros, one that starts from the directory at the end does not."""
    return files.office(extra={"word/vbaProject.bin": b"x"}) + files.office()


def something_between() -> bytes:
    """Bytes between the directory and its end."""
    data = files.office()
    return data[:-22] + b"MZ program" + data[-22:]


def office_with_wrong_checksum() -> bytes:
    content = b"<a>inhoud die klopt</a>"
    out = io.BytesIO(files.office())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as package:
        package.writestr("word/extra.xml", content)
    return out.getvalue().replace(content, b"<a>inhoud die liegt</a>")


def office_with_the_same_part_twice() -> bytes:
    out = io.BytesIO(files.office())
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("WORD/Document.xml", "<a/>")
    return out.getvalue()


def locked_entry() -> bytes:
    """The flag that says "encrypted" on each part."""
    data = bytearray(files.office())
    for start, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = data.find(start)
        while found >= 0:
            data[found + at] |= 1
            found = data.find(start, found + 1)
    return bytes(data)


def zipped(name, content) -> bytes:
    return files.archive({name: content})


def packed_bomb() -> bytes:
    return files.archive({"[Content_Types].xml": "<Types/>", "xl/a.bin": b"\0" * 150_000_000})


def office_with_macro_relation() -> bytes:
    """A part of no known name or type; its relation tells Word what is in it."""
    relation = '<Relationship Id="r1" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="x.dat"/>'
    return files.office(extra={"word/_rels/document.xml.rels": files.relationships(relation), "word/x.dat": b"x"})


MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
OLE_PACKAGE = b"\1" + "Ole10Native".encode("utf-16-le")

OFFICE = [
    _sound("nota.docx", files.office),
    _sound("cijfers.xlsx", lambda: files.office("xlsx")),
    _sound("dia's.pptx", lambda: files.office("pptx")),
    _sound("link.docx", lambda: files.office_linking("hyperlink", "https://voorbeeld.example/"), "a link to click on"),
    _sound("plaatje.docx", lambda: files.office_linking("image", "https://voorbeeld.example/a.png"), "a picture from the web"),
    _sound("velden.docx", lambda: files.office(body=files.dde_field("PAGE") + "<w:t>DDE auto</w:t>"), "fields and the word DDE"),
    _sound("sjabloon.docx", lambda: files.office_linking("attachedTemplate", r"file:///C:\Users\An\Huis%20stijl.dotx"), "a template on one's own disk"),
    _sound("tabel.xlsx", lambda: files.sheet("SUM(Tabel1[[#This Row],[Klas|Graad]])"), "a bar in the name of a column"),
    _sound("som.xlsx", lambda: files.sheet("SUM(A1:A9)&amp;&quot; | &quot;"), "formulas with a bar in quotes"),
    _sound("grafiek.pptx", lambda: files.office("pptx", {"ppt/embeddings/Chart.xlsx": files.office("xlsx")}), "the workbook of a chart"),
    Case("macros", "a.docx", lambda: files.office(extra={"word/vbaProject.bin": b"x"}), Reason.MACROS),
    Case("macros under another ending", "a.xlsx", lambda: files.office("xlsx", {"xl/vbaProject.bin": b"x"}), Reason.MACROS),
    Case("macros by their declared type", "a.docx", lambda: files.office(main_type=MACRO_TYPE), Reason.MACROS),
    Case("macro sheet", "a.xlsx", lambda: files.office("xlsx", {"xl/macrosheets/sheet1.xml": "<a/>"}), Reason.MACROS),
    Case("a workbook with macros packed inside", "a.docx", lambda: files.office(extra={"word/embeddings/b.xlsx": zipped("xl/vbaProject.bin", b"x")}), Reason.MACROS),
    Case("macro behind a button", "a.pptx", lambda: files.office("pptx", {"ppt/slides/s.xml": '<a action="ppaction://macro?name=x"/>'}), Reason.MACROS),
    _seen("old format or password", "a.docx", lambda: OLD, Reason.OLD_OR_LOCKED),
    Case("locked parts", "a.docx", locked_entry, Reason.PASSWORD),
    Case("remote template", "a.docx", lambda: files.office_linking("attachedTemplate", "https://kwaad.example/t.dotm"), Reason.LINKED),
    Case("template on a file server", "a.docx", lambda: files.office_linking("attachedTemplate", r"file:///\\kwaad\t.dotm"), Reason.LINKED),
    Case("template on a server in disguise", "a.docx", lambda: files.office_linking("attachedTemplate", "file:///%5C%5Ckwaad%5Ct.dotm"), Reason.LINKED),
    Case("DDE between columns", "a.xlsx", lambda: files.sheet("T[a]+cmd|' /C calc'!A0+T[b]"), Reason.LINKED),
    Case("macros by their relation", "a.docx", office_with_macro_relation, Reason.MACROS),
    Case("packed program in another folder", "a.docx", lambda: files.office(extra={"word/media/oleObject1.bin": OLD + OLE_PACKAGE}), Reason.ATTACHMENT),
    Case("macros in a part called .xml", "a.docx", lambda: files.office(extra={"word/thema.xml": OLD + "VBA".encode("utf-16-le") + b"\0\0"}), Reason.MACROS),
    Case("linked object", "a.docx", lambda: files.office_linking("oleObject", "file:///c:/x.xls"), Reason.LINKED),
    Case("a frame from elsewhere", "a.docx", lambda: files.office_linking("frame", "https://kwaad.example/"), Reason.LINKED),
    Case("a picture from a file server", "a.docx", lambda: files.office_linking("image", r"file:\\kwaad\x.png"), Reason.LINKED),
    Case("script as a link", "a.docx", lambda: files.office_linking("hyperlink", "javascript:x()"), Reason.LINKED),
    Case("external workbook", "a.xlsx", lambda: files.office("xlsx", {"xl/externalLinks/l1.xml": "<a/>"}), Reason.LINKED),
    Case("DDE field", "a.docx", lambda: files.office(body=files.dde_field("DDEAUTO c:\\\\windows")), Reason.LINKED),
    Case("DDE field in pieces", "a.docx", lambda: files.office(body=files.dde_field("D", "DEAU", "TO c:")), Reason.LINKED),
    Case("DDE field in a part of another name", "a.docx", office_with_field_in_another_folder, Reason.LINKED),
    Case("DDE formula", "a.xlsx", lambda: files.sheet("cmd|' /C calc'!A0"), Reason.LINKED),
    Case("start of a program", "a.pptx", lambda: files.office("pptx", {"ppt/slides/s.xml": '<a action="ppaction://program"/>'}), Reason.LINKED),
    Case("packed program", "a.docx", lambda: files.office(extra={"word/embeddings/ole.bin": OLE_PACKAGE}), Reason.ATTACHMENT),
    Case("an archive packed inside", "a.docx", lambda: files.office(extra={"word/embeddings/b.zip": zipped("a.exe", b"MZ")}), Reason.ATTACHMENT),
    Case("a program packed inside", "a.docx", lambda: files.office(extra={"word/media/foto.png": b"MZ\x90\x00" + b"\0" * 99}), Reason.ATTACHMENT),
    Case("an archive bomb in an archive", "a.docx", lambda: files.office(extra={"word/embeddings/b.xlsx": packed_bomb()}), Reason.UNPACKED),
    Case("entities", "a.docx", files.office_with_entities, Reason.UNPACKED),
    Case("document type in a relation", "a.docx", lambda: files.office(extra={"word/_rels/a.rels": "<!DOCTYPE a><a/>"}), Reason.ODD),
    Case("unsafe path", "a.docx", lambda: files.office(extra={"../../evil.xml": "<a/>"}), Reason.INCOMPLETE),
    Case("path from the root", "a.docx", lambda: files.office(extra={"/etc/evil.xml": "<a/>"}), Reason.INCOMPLETE),
    Case("path of Windows", "a.docx", lambda: files.office(extra={"c:\\evil.xml": "<a/>"}), Reason.INCOMPLETE),
    Case("symbolic link", "a.docx", files.office_with_symlink, Reason.INCOMPLETE),
    Case("the same part twice", "a.docx", office_with_the_same_part_twice, Reason.INCOMPLETE),
    Case("archive bomb", "a.docx", files.office_bomb, Reason.UNPACKED),
    Case("lying size", "a.docx", files.office_with_lying_size, Reason.INCOMPLETE),
    Case("too many parts", "a.docx", files.office_with_many_parts, Reason.UNPACKED),
    Case("wrong checksum", "a.docx", office_with_wrong_checksum, Reason.INCOMPLETE),
    Case("something behind the archive", "a.docx", lambda: files.office() + b"MZ program", Reason.INCOMPLETE),
    Case("something between directory and end", "a.docx", something_between, Reason.INCOMPLETE),
    Case("two archives in a row", "a.docx", two_archives, Reason.INCOMPLETE),
    Case("not XML", "a.docx", lambda: files.office(extra={"word/styles.xml": "<a><b></a>"}), Reason.INCOMPLETE),
    Case("half a document", "a.docx", lambda: files.office()[:300], Reason.INCOMPLETE),
    _seen("a workbook called .docx", "a.docx", lambda: files.office("xlsx", {}), Reason.CONTENT),
    Case("a bare archive", "a.docx", lambda: zipped("readme.txt", "x"), Reason.INCOMPLETE),
]  # fmt: skip


# --- OpenDocument --------------------------------------------------------------------------------------------------------

ON_EVENT = '<e:event-listener xmlns:e="e" xmlns:x="x" x:href="vnd.sun.star.script:a"/>'
INLINE_BASIC = '<o:module xmlns:o="o" o:name="M" o:language="StarBasic">x</o:module>'
EMPTY_LIBRARY = {"Basic/Standard/script-lb.xml": "<!DOCTYPE library><library/>", "Basic/script-lc.xml": "<a/>"}

OLD_TYPE = '<!DOCTYPE manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd">'


def open_document_packed_again() -> bytes:
    parts = files.open_document_parts()
    return files.archive({name: parts[name] for name in reversed(parts)})


OPEN_DOCUMENT = [
    _sound("nota.odt", files.open_document),
    _sound("cijfers.ods", lambda: files.open_document("ods")),
    _sound("dia's.odp", lambda: files.open_document("odp")),
    _sound("leeg.odt", lambda: files.open_document(extra=EMPTY_LIBRARY), "an empty macro library"),
    _sound("oud.odt", lambda: files.open_document(extra={"META-INF/manifest.xml": OLD_TYPE + "<manifest/>"}), "the document type of OpenOffice"),
    _sound("herpakt.odt", open_document_packed_again, "the type not in front"),
    Case("entities in a known document type", "a.odt", lambda: files.open_document(extra={"META-INF/manifest.xml": OLD_TYPE[:-1] + '[<!ENTITY a "x">]><manifest/>'}), Reason.UNPACKED),
    Case("macros in OpenDocument", "a.odt", lambda: files.open_document(extra={"Basic/Standard/M.xml": "<a/>"}), Reason.MACROS),
    Case("a script in OpenDocument", "a.odt", lambda: files.open_document(extra={"Scripts/python/x.py": "x"}), Reason.MACROS),
    Case("macro on an event", "a.odt", lambda: files.open_document(content=ON_EVENT), Reason.MACROS),
    Case("Basic in the text itself", "a.odt", lambda: files.open_document(content=INLINE_BASIC), Reason.MACROS),
    Case("locked OpenDocument", "a.odt", lambda: files.open_document(manifest="<encryption-data/>"), Reason.PASSWORD),
    Case("DDE in OpenDocument", "a.ods", lambda: files.open_document("ods", content='<o:dde-source xmlns:o="o"/>'), Reason.LINKED),
    Case("document type in OpenDocument", "a.odt", lambda: files.open_document(content="<!DOCTYPE a><a/>"), Reason.ODD),
    Case("no type in front", "a.odt", lambda: files.archive({"content.xml": "<a/>", "mimetype": "x"}), Reason.INCOMPLETE),
    Case("half an OpenDocument", "a.odt", lambda: files.open_document()[:200], Reason.INCOMPLETE),
    Case("bomb in OpenDocument", "a.odt", lambda: files.open_document(extra={"Pictures/a.bin": b"\0" * 150_000_000}), Reason.UNPACKED),
    _seen("a sheet called .odt", "a.odt", lambda: files.open_document("ods")),
]  # fmt: skip


# --- Pictures and films --------------------------------------------------------------------------------------------------


def png_with_text_bomb() -> bytes:
    """A comment that unpacks to 200 MB."""
    packed = zlib.compress(b"a" * 200_000_000, 9)
    chunk = b"zTXt" + b"Comment\0\0" + packed
    return files.picture("PNG")[:33] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + (
        files.picture("PNG")[33:]
    )  # fmt: skip


def png_with_place() -> bytes:
    about = PngImagePlugin.PngInfo()
    about.add_text("Location", "GEHEIMEPLEK")
    return files.picture("PNG", pnginfo=about)


def animated_webp() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (40, 20), colour) for colour in ("red", "blue", "green")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


def two_photos_in_one() -> bytes:
    """What many telephones call .jpg."""
    out = io.BytesIO()
    photo = Image.new("RGB", (40, 20), "red")
    photo.save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (40, 20), "blue")])
    return out.getvalue()


def film_with_place() -> bytes:
    """An Android film: where it was made stands in a box beside the film."""
    place = files.box(b"udta", files.box(b"\xa9xyz", b"\x00\x12\x15\xc7+51.0543+003.7174/"))
    movie = files.box(b"moov", files.box(b"mvhd", b"\0" * 100) + files.box(b"trak", b"\0" * 20) + place)
    return files.box(b"ftyp", b"isom\0\0\2\0isommp42") + movie + files.box(b"mdat", b"film" * 50)


def _jpeg_behind(rest):
    return lambda: files.picture("JPEG") + rest


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>'

PICTURES = [
    _sound("foto.jpg", files.photo_with_gps, "a telephone's photo"),
    _sound("foto.jpeg", lambda: files.picture("JPEG")),
    _sound("foto.JPG", lambda: files.picture("JPEG", "CMYK"), "a photo for print"),
    _sound("grijs.jpg", lambda: files.picture("JPEG", "L"), "a grey photo"),
    _sound("dubbel.jpg", two_photos_in_one, "two photos in one"),
    _sound("scherm.png", lambda: files.picture("PNG")),
    _sound("doorzichtig.png", lambda: files.picture("PNG", "RGBA"), "a see-through picture"),
    _sound("palet.png", lambda: files.picture("PNG", "P", transparency=0), "a palette"),
    _sound("plek.png", png_with_place, "a picture that tells where it was made"),
    _sound("beeld.webp", lambda: files.picture("WEBP")),
    _sound("beweegt.webp", animated_webp, "a picture that moves"),
    _sound("staart.jpg", _jpeg_behind(b"<script>GEHEIMESTAART</script>"), "a script behind a photo"),
    _sound("archief.jpg", _jpeg_behind(files.archive({"a.exe": b"MZ"})), "an archive behind a photo"),
    Case("too many pixels", "a.png", lambda: files.png_header(60_000, 60_000), Reason.PIXELS),
    Case("one very wide row", "a.png", lambda: files.png_header(2_000_000_000, 1), Reason.PIXELS),
    Case("a header that promises more than there is", "a.png", lambda: files.png_header(5000, 5000), Reason.INCOMPLETE),
    Case("a comment that is a bomb", "a.png", png_with_text_bomb, Reason.INCOMPLETE),
    Case("half a photo", "a.jpg", lambda: files.photo_with_gps()[:-200], Reason.INCOMPLETE),
    Case("a photo without its last bytes", "a.jpg", lambda: files.picture("JPEG")[:-2], Reason.INCOMPLETE),
    Case("a picture without its last bytes", "a.png", lambda: files.picture("PNG")[:-12], Reason.INCOMPLETE),
    Case("a WebP without its last bytes", "a.webp", lambda: files.picture("WEBP")[:-4], Reason.INCOMPLETE),
    Case("only the first bytes of a photo", "a.jpg", lambda: b"\xff\xd8\xff\xe0<?php x(); ?>", Reason.INCOMPLETE),
    Case("only the first bytes of a picture", "a.png", lambda: b"\x89PNG\r\n\x1a\n" + SVG, Reason.INCOMPLETE),
    _seen("a GIF called .png", "a.png", lambda: files.picture("GIF")),
    _seen("a PNG called .jpg", "a.jpg", lambda: files.picture("PNG")),
    _seen("a drawing called .png", "a.png", lambda: SVG),
    _seen("a web page called .jpg", "a.jpg", lambda: b"<html><script>x()</script></html>"),
    _sound("film.mp4", files.mp4),
    _sound("vakantie.mp4", film_with_place, "a film that tells where it was made"),
    _sound("stukken.mp4", lambda: files.mp4().replace(b"mdat", b"moof"), "a film in fragments"),
    Case("a QuickTime film", "a.mp4", lambda: files.mp4(b"qt  ", b"qt  "), Reason.CONTENT),
    Case("a photo in the boxes of a film", "a.mp4", lambda: files.mp4(b"heic", b"mif1heic"), Reason.CONTENT),
    Case("an archive behind a film", "a.mp4", lambda: files.mp4() + b"PK\x03\x04 rest", Reason.INCOMPLETE),
    Case("no film", "a.mp4", lambda: files.box(b"ftyp", b"isom\0\0\0\0isom") + files.box(b"mdat", b"x"), Reason.INCOMPLETE),
    Case("half a film", "a.mp4", lambda: files.mp4()[:-50], Reason.INCOMPLETE),
    Case("boxes that do not fit", "a.mp4", lambda: files.mp4().replace(files.box(b"trak", b"\0" * 20), b"\0\0\xff\xfftrak" + b"\0" * 20), Reason.INCOMPLETE),
]  # fmt: skip


# --- Names and types -----------------------------------------------------------------------------------------------------

PROGRAM = b"MZ\x90\x00" + b"\0" * 200

NAMES = [
    *(
        Case(f"the type .{ending}", f"bestand.{ending}", lambda: b"anything", Reason.TYPE)
        for ending in (
            "svg",
            "html",
            "htm",
            "xml",
            "js",
            "zip",
            "rar",
            "7z",
            "gz",
            "exe",
            "bat",
            "scr",
            "lnk",
            "jar",
            "apk",
            "gif",
            "bmp",
            "tiff",
            "heic",
            "txt",
            "csv",
            "rtf",
            "doc",
            "xls",
            "ppt",
            "docm",
            "xlsm",
            "pptm",
            "dotx",
            "mov",
            "avi",
            "php",
            "eml",
        )
    ),  # fmt: skip
    Case("two endings, the last one bad", "poster.pdf.exe", files.pdf, Reason.TYPE),
    _seen("two endings, the last one a lie", "poster.exe.pdf", lambda: PROGRAM),
    _sound("poster.v2.final.pdf", files.pdf, "dots in the name"),
    _sound("Réële foto’s & plannen (2026).pdf", files.pdf, "accents, quotes and signs"),
    _sound("\U0001f600 blij.pdf", files.pdf, "a smiley"),
    _sound("CON.pdf", files.pdf, "a name that Windows keeps for itself"),
    _sound("=cmd|' /C calc'!A0.pdf", files.pdf, "a name that is a formula"),
    _sound("ë" * 120 + ".pdf", files.pdf, "a very long name"),
    _seen("direction turned round", "foto\u202efdp.exe.pdf", lambda: PROGRAM),
    Case("no ending", "verslag", files.pdf, Reason.NO_NAME),
    Case("only an ending", ".pdf", files.pdf, Reason.NO_NAME),
    Case("an empty file", "leeg.pdf", lambda: b"", Reason.EMPTY),
    Case("an empty picture", "leeg.png", lambda: b"", Reason.EMPTY),
    Case("one byte too many", "groot.pdf", lambda: files.pdf().ljust(25 * 1024 * 1024 + 1, b" "), Reason.TOO_LARGE),
    _seen("a program", "spel.pdf", lambda: PROGRAM),
    _seen("a shell script", "spel.pdf", lambda: b"#!/bin/sh\nrm -rf /\n"),
    _seen("plain text", "nota.pdf", lambda: b"gewone tekst"),
    _seen("an RTF document", "nota.docx", lambda: b"{\\rtf1 x}"),
    _seen("a RAR archive", "nota.docx", lambda: b"Rar!\x1a\x07\x00"),
    _seen("nothing but zeros", "nota.pdf", lambda: b"\0" * 1000),
]

CASES = [*PDF, *OFFICE, *OPEN_DOCUMENT, *PICTURES, *NAMES]
