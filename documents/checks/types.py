"""The accepted types, and what a file is by its first bytes. The client's Content-Type is never looked at."""

import re
from dataclasses import dataclass

from documents.checks.refusal import Reason, Refusal

HEAD_SIZE = 4096
MAX_SIZE = 25 * 1024 * 1024

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class FileType:
    """One accepted type. `signatures` are the answers of `signature_of` that fit it; `check` names its module."""

    content_type: str
    signatures: frozenset[str]
    check: str


ACCEPTED = {
    "pdf": FileType("application/pdf", frozenset({"pdf"}), "pdf"),
    "png": FileType("image/png", frozenset({"png"}), "image"),
    "jpg": FileType("image/jpeg", frozenset({"jpeg"}), "image"),
    "jpeg": FileType("image/jpeg", frozenset({"jpeg"}), "image"),
    "webp": FileType("image/webp", frozenset({"webp"}), "image"),
    # The first bytes of an archive do not always tell what is in it; the structure check does.
    "docx": FileType(f"{_OOXML}wordprocessingml.document", frozenset({"word", "zip"}), "office"),
    "xlsx": FileType(f"{_OOXML}spreadsheetml.sheet", frozenset({"excel", "zip"}), "office"),
    "pptx": FileType(f"{_OOXML}presentationml.presentation", frozenset({"powerpoint", "zip"}), "office"),
    "odt": FileType(f"{_ODF}text", frozenset({"odt", "zip"}), "opendocument"),
    "ods": FileType(f"{_ODF}spreadsheet", frozenset({"ods", "zip"}), "opendocument"),
    "odp": FileType(f"{_ODF}presentation", frozenset({"odp", "zip"}), "opendocument"),
    "mp4": FileType("video/mp4", frozenset({"mp4"}), "video"),
}

# What else may come in, so that the refusal can name it.
_SIGNATURES = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
    (b"{\\rtf", "rtf"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"#!", "program"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
)
_OFFICE_FOLDERS = {b"word": "word", b"xl": "excel", b"ppt": "powerpoint"}
_OFFICE_ENTRY = re.compile(rb"PK\x03\x04.{26}(word|xl|ppt)/", re.DOTALL)
_ODF_ENTRY = re.compile(rb"mimetypeapplication/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)")
_ODF_KINDS = {b"text": "odt", b"spreadsheet": "ods", b"presentation": "odp"}
_MARKUP = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<(!doctype html|html|head|body|script|svg|\?xml|!--)", re.IGNORECASE)


def file_type(extension: str, head: bytes) -> FileType:
    """The accepted type of this extension; Refusal when it is not on the list or the first bytes say otherwise."""
    accepted = ACCEPTED.get(extension)
    if accepted is None:
        raise Refusal(Reason.TYPE)
    if not head:
        raise Refusal(Reason.EMPTY)
    found = signature_of(head)
    if found in accepted.signatures:
        return accepted
    if found == "old_office" and accepted.check == "office":
        raise Refusal(Reason.OLD_OR_LOCKED)
    raise Refusal(Reason.CONTENT, extension=extension, found=found)


def signature_of(head: bytes) -> str:
    """What the first bytes say this is; "" when they say nothing we know."""
    if head.startswith(b"PK\x03\x04"):
        return _archive_kind(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return "mp4"
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    return "markup" if _MARKUP.match(head) else ""


def _archive_kind(head: bytes) -> str:
    if office := _OFFICE_ENTRY.search(head):
        return _OFFICE_FOLDERS[office[1]]
    if odf := _ODF_ENTRY.search(head):
        return _ODF_KINDS[odf[1]]
    return "zip"
