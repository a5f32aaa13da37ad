"""PDF: no scripts, no actions that start something, nothing packed inside, no password, complete, of a sane size.

Names can be written escaped and objects can be compressed, so raw bytes are never searched: every object is read and looked
at. Ordinary links and forms without scripts stay allowed, and so do restrictions that open without a password.
"""

import zlib
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import LimitReachedError
from pypdf.filters import decode_stream_data
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from documents.checks.refusal import Reason, Refusal

MAX_UNPACKED = 100 * 1024 * 1024
# Pictures without loss are large by nature: a scan of one page in colour is 25 MB once unpacked.
MAX_UNPACKED_IMAGES = 500 * 1024 * 1024
TAIL_SIZE = 2048

ACTIVE_ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/Movie", "/Sound", "/RichMediaExecute",
}  # fmt: skip
ACTIVE_OBJECTS = {"/EmbeddedFile", "/FileAttachment", "/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"}
_COMPRESSED = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}


def check(path: Path) -> None:
    """Raise Refusal when this PDF is broken, locked, active or a bomb."""
    with path.open("rb") as file:
        file.seek(-min(TAIL_SIZE, path.stat().st_size), 2)
        if b"%%EOF" not in file.read():
            raise Refusal(Reason.INCOMPLETE)
        try:
            _check_document(PdfReader(file))
        except (Refusal, MemoryError):
            raise
        except LimitReachedError:
            raise Refusal(Reason.UNPACKED) from None
        except Exception:  # whatever a hostile file makes the parser raise, the file is not one we can vouch for
            raise Refusal(Reason.INCOMPLETE) from None


def _check_document(reader: PdfReader) -> None:
    if reader.is_encrypted and not _opens_without_password(reader):
        raise Refusal(Reason.PASSWORD)
    if len(reader.pages) == 0:
        raise Refusal(Reason.INCOMPLETE)
    unpacked = _Budget()
    for number, generation in _object_numbers(reader):
        found = reader.get_object(IndirectObject(number, generation, reader))
        _look_inside(found)
        if isinstance(found, StreamObject):
            unpacked.count(found)
    _look_inside(reader.trailer)


def _opens_without_password(reader: PdfReader) -> bool:
    try:
        return bool(reader.decrypt(""))
    except NotImplementedError:
        return False


def _object_numbers(reader: PdfReader) -> list[tuple[int, int]]:
    plain = [(number, generation) for generation, table in reader.xref.items() for number in table]
    packed = [(number, 0) for number in reader.xref_objStm]
    return plain + packed


def _look_inside(found: object) -> None:
    """Look at one object and what is written inside it; what it refers to has a turn of its own."""
    waiting = [found]
    while waiting:
        current = waiting.pop()
        if isinstance(current, DictionaryObject):
            _look_at(current)
            waiting.extend(current.values())
        elif isinstance(current, ArrayObject):
            waiting.extend(current)


def _look_at(entry: DictionaryObject) -> None:
    action = entry.get("/S")
    if action in ACTIVE_ACTIONS or (action == "/URI" and _is_script(entry.get("/URI"))):
        raise Refusal(Reason.ACTIVE_PDF)
    if {entry.get("/Type"), entry.get("/Subtype")} & ACTIVE_OBJECTS:
        raise Refusal(Reason.ACTIVE_PDF)
    if "/EF" in entry or "/XFA" in entry or ("/JS" in entry and action):
        raise Refusal(Reason.ACTIVE_PDF)


def _is_script(address: object) -> bool:
    return str(address).strip().lower().startswith(("javascript:", "vbscript:", "data:"))


class _Budget:
    """Counts what the streams of a document unpack to, and refuses past the limits."""

    def __init__(self) -> None:
        self.images = 0
        self.others = 0

    def count(self, stream: StreamObject) -> None:
        is_image = stream.get("/Subtype") == "/Image"
        room = MAX_UNPACKED_IMAGES - self.images if is_image else MAX_UNPACKED - self.others
        size = _unpacked_size(stream, room)
        if size > room:
            raise Refusal(Reason.UNPACKED)
        if is_image:
            self.images += size
        else:
            self.others += size


def _unpacked_size(stream: StreamObject, room: int) -> int:
    """Bytes after unpacking; stops counting just past `room`. Camera formats (JPEG ...) count as they are."""
    filters = stream.get("/Filter", [])
    filters = [str(name) for name in (filters if isinstance(filters, list) else [filters])]
    packed = [name for name in filters if name in _COMPRESSED]
    if len(packed) > 1:
        raise Refusal(Reason.UNPACKED)
    if not packed:
        return len(stream._data)
    if filters[0] in ("/FlateDecode", "/Fl"):
        return _inflated_size(stream._data, room)
    return len(decode_stream_data(stream))


def _inflated_size(data: bytes, room: int) -> int:
    inflater, size = zlib.decompressobj(), 0
    while data and size <= room:
        try:
            size += len(inflater.decompress(data, 1024 * 1024))
        except zlib.error:
            break  # viewers show what they can of a damaged stream; it cannot grow any further
        data = inflater.unconsumed_tail
    return size
