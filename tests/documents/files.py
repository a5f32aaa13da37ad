"""Files for the tests, made on the spot: sound ones of every accepted type, and hostile ones that are never committed.

Each function returns bytes. A hostile file is a sound one with exactly one thing wrong, so that a refusal can only mean that.
"""

import io
import struct
import zipfile
import zlib

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

OOXML = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "docx": ("word/document.xml", f"{OOXML}wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{OOXML}spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{OOXML}presentationml.presentation.main+xml"),
}
ODF = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


# --- PDF -----------------------------------------------------------------------------------------------------------


def pdf(change=None) -> bytes:
    """A one-page PDF; `change(writer)` may add something to it."""
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    if change:
        change(writer)
    return _written(writer)


def _written(writer) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_with_action(action) -> bytes:
    """Opens with an action, e.g. {"/S": "/Launch"}."""

    def change(writer):
        entry = DictionaryObject({NameObject(k): _pdf_value(v) for k, v in action.items()})
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(entry)

    return pdf(change)


def _pdf_value(value):
    return NameObject(value) if value.startswith("/") else TextStringObject(value)


def pdf_with_javascript() -> bytes:
    return pdf_with_action({"/S": "/JavaScript", "/JS": "app.alert('hallo');"})


def pdf_with_escaped_javascript() -> bytes:
    """The name is written as /JavaScr#69pt: a search in the raw bytes does not find it."""
    return pdf_with_javascript().replace(b"/JavaScript", b"/JavaScr#69pt")


def pdf_with_hidden_javascript() -> bytes:
    """The action sits in a compressed object stream: not one readable byte of it is in the file."""
    inner = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
    packed = zlib.compress(b"5 0 " + inner)
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        4: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
    }
    body, offsets = b"%PDF-1.5\n", {}
    for number, content in objects.items():
        offsets[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    rows = b"\x00" + struct.pack(">HB", 0, 0)
    rows += b"".join(b"\x01" + struct.pack(">HB", offsets[number], 0) for number in objects)
    rows += b"\x02" + struct.pack(">HB", 4, 0)
    rows += b"\x01" + struct.pack(">HB", start, 0)
    table = zlib.compress(rows)
    body += (
        b"6 0 obj\n<</Type/XRef/Size 7/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n%s\nendstream\nendobj\n"
        % (
            len(table),
            table,
        )
    )
    return body + b"startxref\n%d\n%%%%EOF\n" % start


def pdf_with_attachment() -> bytes:
    return pdf(lambda writer: writer.add_attachment("virus.exe", b"MZ"))


def pdf_with_xfa() -> bytes:
    def change(writer):
        form = DictionaryObject({NameObject("/XFA"): ArrayObject([]), NameObject("/Fields"): ArrayObject([])})
        writer.root_object[NameObject("/AcroForm")] = writer._add_object(form)

    return pdf(change)


def pdf_with_password(user="geheim", owner="baas") -> bytes:
    return pdf(lambda writer: writer.encrypt(user, owner, algorithm="AES-256"))


def pdf_bomb(megabytes=300) -> bytes:
    """A content stream of a few hundred kB that unpacks to hundreds of MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1024 * 1024) for _ in range(megabytes)) + packer.flush()

    def change(writer):
        stream = StreamObject()
        stream._data = packed
        stream[NameObject("/Filter")] = NameObject("/FlateDecode")
        stream[NameObject("/Length")] = NumberObject(len(packed))
        writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)

    return pdf(change)


def pdf_about_scripts() -> bytes:
    """Ordinary text and a link that only mention scripts: sound."""

    def change(writer):
        stream = DecodedStreamObject()
        stream.set_data(b"BT (The words /JavaScript /Launch and /EmbeddedFile in a lesson.) Tj ET")
        writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
        writer.add_uri(0, "https://voorbeeld.example/javascript", (10, 10, 50, 50))

    return pdf(change)


# --- Office and OpenDocument -------------------------------------------------------------------------------------------


def archive(parts, *, stored=()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            method = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            package.writestr(name, content, compress_type=method)
    return out.getvalue()


def office_parts(extension, *, body="", types="", main_type=None) -> dict:
    main, declared = MAIN[extension]
    return {
        "[Content_Types].xml": (
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/{main}" ContentType="{main_type or declared}"/>{types}</Types>'
        ),
        "_rels/.rels": relationships(f'<Relationship Id="r1" Type="{RELATIONSHIPS}/officeDocument" Target="{main}"/>'),
        main: f'<?xml version="1.0"?><w:document {W}>{body}</w:document>',
    }


def relationships(content) -> str:
    return (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{content}</Relationships>"
    )


def office(extension="docx", extra=None, **how) -> bytes:
    return archive(office_parts(extension, **how) | (extra or {}))


def office_linking(kind, target) -> bytes:
    """A Word document with one external relationship."""
    row = f'<Relationship Id="r9" Type="{RELATIONSHIPS}/{kind}" Target="{target}" TargetMode="External"/>'
    return office(extra={"word/_rels/document.xml.rels": relationships(row)})


def open_document_parts(extension="odt", *, content="<office/>", manifest="") -> dict:
    return {
        "mimetype": ODF[extension],
        "content.xml": f'<?xml version="1.0"?>{content}',
        "META-INF/manifest.xml": f'<?xml version="1.0"?><manifest>{manifest}</manifest>',
    }


def open_document(extension="odt", extra=None, **how) -> bytes:
    return archive(open_document_parts(extension, **how) | (extra or {}), stored=["mimetype"])


def office_bomb(megabytes=200) -> bytes:
    return office(extra={"word/media/image1.bin": b"\x00" * (megabytes * 1024 * 1024)})


def office_with_lying_size() -> bytes:
    """The directory declares 10 bytes for a part that unpacks to 50 MB."""
    part, size = b"word/media/image1.bin", 50 * 1024 * 1024
    data = bytearray(office(extra={part.decode(): b"\x00" * size}))
    data[:] = bytes(data).replace(struct.pack("<I", size), struct.pack("<I", 10))
    return bytes(data)


def office_with_many_parts(count=2500) -> bytes:
    return office(extra={f"word/media/{n}.txt": "x" for n in range(count)})


def office_with_entities() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    parts = office_parts("docx")
    parts["word/styles.xml"] = f'<?xml version="1.0"?><!DOCTYPE lol [{entities}]><lol>&a9;</lol>'
    return archive(parts)


def office_with_symlink() -> bytes:
    out = io.BytesIO(office())
    with zipfile.ZipFile(out, "a") as package:
        link = zipfile.ZipInfo("word/media/link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        package.writestr(link, "/etc/passwd")
    return out.getvalue()


def dde_field(*pieces) -> str:
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'


def sheet(formula) -> bytes:
    return office("xlsx", {"xl/worksheets/sheet1.xml": f"<worksheet><c><f>{formula}</f><v>1</v></c></worksheet>"})


# --- Pictures and films ------------------------------------------------------------------------------------------------


def picture(format_="PNG", mode="RGB", size=(40, 20), **how) -> bytes:
    image = Image.new(mode, size)
    if mode == "P":
        image.putpalette([n % 256 for n in range(768)])
    out = io.BytesIO()
    image.save(out, format_, **how)
    return out.getvalue()


def photo_with_gps(orientation=6) -> bytes:
    """A telephone's photo: turned, and saying where it was taken and with what."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "GEHEIMMERK"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (51.0, 9.0, 36.0)
    return picture("JPEG", size=(60, 30), exif=exif)


def png_header(width, height) -> bytes:
    """A PNG that declares a size and holds one row of nothing."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00")) + chunk(b"IEND", b"")


def box(kind, content=b"") -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def mp4(brand=b"isom", compatible=b"isommp42") -> bytes:
    movie = box(b"moov", box(b"mvhd", b"\x00" * 100) + box(b"trak", b"\x00" * 20))
    return box(b"ftyp", brand + b"\x00\x00\x02\x00" + compatible) + movie + box(b"mdat", b"film" * 50)


def sound() -> dict[str, bytes]:
    """One sound file of every accepted type."""
    return {
        "pdf": pdf(),
        "png": picture("PNG"),
        "jpg": picture("JPEG"),
        "jpeg": picture("JPEG"),
        "webp": picture("WEBP"),
        "docx": office("docx"),
        "xlsx": office("xlsx"),
        "pptx": office("pptx"),
        "odt": open_document("odt"),
        "ods": open_document("ods"),
        "odp": open_document("odp"),
        "mp4": mp4(),
    }
