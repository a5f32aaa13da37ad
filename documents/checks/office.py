"""Word, Excel and PowerPoint: no macros, no password, nothing that is fetched or started when someone opens it.

Ordinary hyperlinks and formulas stay allowed. Macros hide under harmless extensions, so the parts and their declared types
count, never the name of the file.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from urllib.parse import unquote

from documents.checks import archive
from documents.checks.refusal import Reason, Refusal

_MAIN = "application/vnd.openxmlformats-officedocument."
MAIN_TYPES = {
    f"{_MAIN}wordprocessingml.document.main+xml": "docx",
    f"{_MAIN}spreadsheetml.sheet.main+xml": "xlsx",
    f"{_MAIN}presentationml.presentation.main+xml": "pptx",
}
FOUND = {"docx": "word", "xlsx": "excel", "pptx": "powerpoint"}

_MACRO_TYPE = re.compile(r"macroenabled|vbaproject|vbadata|macrosheet|intlmacrosheet|dialogsheet", re.IGNORECASE)
_MACRO_RELATION = re.compile(
    r"/(word)?(vbaproject|vbadata|xl(intl)?macrosheet|dialogsheet|activexcontrol\w*)$", re.IGNORECASE
)
_MACRO_PART = re.compile(r"(^|/)(vbaproject|vbadata)[^/]*$|(^|/)(macrosheets|dialogsheets|activex)/", re.IGNORECASE)
_EXTERNAL_PART = re.compile(r"(^|/)externallinks/", re.IGNORECASE)
_PICTURE_OR_FILM = ("/image", "/video", "/media", "/audio")
_DDE_FIELD = re.compile(r"(^|\s)DDE(AUTO)?\s", re.IGNORECASE)
# Between quotes and in the name of a column of a table, Tabel1[[#This Row],[Klas|Graad]], a bar is only text.
_DDE_FORMULA = re.compile(r"""("[^"]*"|'[^']*'|\[(?:[^\[\]']|'.)*\])|(\|)""")
# The template of one's own school, on a disk with a letter. Not on a server: \\\\server, file://server.
_ON_OWN_DISK = re.compile(r"(file:/{2,3})?[a-z]:[\\/](?![\\/])", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_PACKAGE = "Ole10Native".encode("utf-16-le")
_VBA_NAMES = (b"vbaProject.bin", "VBA".encode("utf-16-le") + b"\x00\x00")


def check(path: Path, extension: str) -> None:
    """Raise Refusal when this Office document is broken, locked, active, linked or something else than it says."""
    with archive.opened(path) as package:
        names = package.namelist()
        if any(_MACRO_PART.search(name) for name in names):
            raise Refusal(Reason.MACROS)
        if any(_EXTERNAL_PART.search(name) for name in names):
            raise Refusal(Reason.LINKED)
        types = _check_main_part(package, extension)
        for name, chunks in archive.parts(package):
            is_xml = _type_of(name, types).lower().endswith(("+xml", "/xml"))
            _check_part(name, chunks, extension, is_xml=is_xml or name.lower().endswith(".xml"))


def _check_main_part(package: zipfile.ZipFile, extension: str) -> dict[str, str]:
    """The part that a program opens first is of the type that the extension promises. Returns the declared types."""
    types, targets = _declared_types(package), _main_targets(package)
    if any(_MACRO_TYPE.search(declared) for declared in types.values()):
        raise Refusal(Reason.MACROS)
    if len(targets) != 1:
        raise Refusal(Reason.INCOMPLETE)
    main = posixpath.normpath("/" + targets[0])
    found = MAIN_TYPES.get(_type_of(main.lstrip("/"), types))
    if found != extension:
        raise Refusal(Reason.CONTENT, extension=extension, found=FOUND.get(found or "", ""))
    if main.lstrip("/") not in package.namelist():
        raise Refusal(Reason.INCOMPLETE)
    return types


def _type_of(name: str, types: dict[str, str]) -> str:
    """The declared content type of a part; part names do not look at case."""
    return types.get(f"/{name}".lower()) or types.get("." + name.rpartition(".")[2].lower(), "")


def _declared_types(package: zipfile.ZipFile) -> dict[str, str]:
    """Content type per part ("/word/document.xml") and per default extension (".xml")."""
    types: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Override":
            types[posixpath.normpath(attributes.get("PartName", "")).lower()] = attributes.get("ContentType", "")
        elif name == "Default":
            types["." + attributes.get("Extension", "").lower()] = attributes.get("ContentType", "")

    archive.read_xml(iter([archive.read_part(package, "[Content_Types].xml")]), on_start=start)
    return types


def _main_targets(package: zipfile.ZipFile) -> list[str]:
    targets: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
            targets.append(attributes.get("Target", ""))

    archive.read_xml(iter([archive.read_part(package, "_rels/.rels")]), on_start=start)
    return targets


def _check_part(name: str, chunks: Iterator[bytes], extension: str, *, is_xml: bool) -> None:
    lower = name.lower()
    first = next(chunks, b"")
    chunks = chain([first], chunks)
    # What it is, not what it is called or where it lies: an object of a program may stand in any folder.
    if first.startswith(_OLE) or "/embeddings/" in lower:
        _check_binary(b"".join(chunks))
    elif lower.endswith(".rels"):
        archive.read_xml(chunks, on_start=_check_relationship)
    elif is_xml and not lower.endswith(".vml"):
        _check_xml(extension, chunks)
    elif lower.endswith(".vml"):
        # Old drawings are often not well-formed; a document type is the only thing that can hurt in them.
        if any(b"<!DOCTYPE" in chunk.upper() or b"<!ENTITY" in chunk.upper() for chunk in chunks):
            raise Refusal(Reason.UNPACKED)
    else:
        archive.drain(chunks)


def _check_relationship(name: str, attributes: dict[str, str]) -> None:
    """What a document may fetch from elsewhere: only what someone clicks on, pictures and films from the web, and the
    template on one's own disk. A macro may lie in a part of any name and type: its relation gives it away."""
    if name != "Relationship":
        return
    kind, target = attributes.get("Type", ""), attributes.get("Target", "").strip().lower()
    if _MACRO_RELATION.search(kind):
        raise Refusal(Reason.MACROS)
    if attributes.get("TargetMode", "").lower() != "external":
        return
    if kind.endswith("/attachedTemplate") and _ON_OWN_DISK.match(unquote(target)):
        return
    if kind.endswith("/hyperlink"):
        if target.startswith(("javascript:", "vbscript:", "data:")):
            raise Refusal(Reason.LINKED)
    elif not (kind.endswith(_PICTURE_OR_FILM) and target.startswith(("http://", "https://"))):
        raise Refusal(Reason.LINKED)


def _check_xml(extension: str, chunks: Iterator[bytes]) -> None:
    """By the kind of document, not by the folder of the part: a part may be called anything."""
    if extension == "docx":
        _check_word_fields(chunks)
    elif extension == "xlsx":
        _check_formulas(chunks)
    else:
        archive.read_xml(chunks, on_start=_check_slide_action)


def _check_word_fields(chunks: Iterator[bytes]) -> None:
    """A DDE field starts a program. Its instruction may be cut into many pieces, so a whole field is put together."""
    field: list[str] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if name == "fldChar":
            field.append(" ")
        elif name == "fldSimple":
            field.append(f" {attributes.get('instr', '')} ")
        inside = name == "instrText"

    def end(name: str) -> None:
        nonlocal inside
        inside = False

    def text(data: str) -> None:
        if inside:
            field.append(data)

    archive.read_xml(chunks, on_start=start, on_end=end, on_text=text)
    if _DDE_FIELD.search("".join(field) + " "):
        raise Refusal(Reason.LINKED)


def _check_formulas(chunks: Iterator[bytes]) -> None:
    """A DDE formula is written program|topic!item; a bar inside quotes is only text."""
    formula: list[str] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        inside = name in ("f", "definedName")
        formula.clear()

    def end(name: str) -> None:
        nonlocal inside
        if inside and any(match[2] for match in _DDE_FORMULA.finditer("".join(formula))):
            raise Refusal(Reason.LINKED)
        inside = False

    def text(data: str) -> None:
        if inside:
            formula.append(data)

    archive.read_xml(chunks, on_start=start, on_end=end, on_text=text)


def _check_slide_action(name: str, attributes: dict[str, str]) -> None:
    action = attributes.get("action", "").lower()
    if action.startswith("ppaction://macro"):
        raise Refusal(Reason.MACROS)
    if action.startswith("ppaction://program"):
        raise Refusal(Reason.LINKED)


def _check_binary(data: bytes) -> None:
    """What lies packed inside: a chart's workbook is fine, a workbook with macros or a packed program is not."""
    if any(name in data for name in _VBA_NAMES):
        raise Refusal(Reason.MACROS)
    if _OLE_PACKAGE in data:
        raise Refusal(Reason.ATTACHMENT)
    if data.startswith(b"PK\x03\x04"):
        archive.check_package(data)
