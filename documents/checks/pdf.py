"""PDF: no scripts, no actions that start something, nothing packed inside, no password, complete, of a sane size.

Names can be written escaped and objects can be compressed, so raw bytes are never searched: every object is read and looked
at. Ordinary links and forms without scripts stay allowed, and so do restrictions that open without a password.
"""

import logging
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import LimitReachedError
from pypdf.filters import decode_stream_data
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject, read_object

from documents.checks.refusal import Reason, Refusal

MAX_UNPACKED = 100 * 1024 * 1024
# Pictures without loss are large by nature: a scan of one page in colour is 25 MB once unpacked.
MAX_UNPACKED_IMAGES = 500 * 1024 * 1024
# What a document of 25 MB needs at most, many times over. Each object costs ten to twenty microseconds.
MAX_OBJECTS = 150_000
# Bytes that only look like the start of an object: a few by chance in compressed data, and in a text about PDF.
MAX_LOOKALIKES = 2_000
# Faults that the reader passes over, each with a line in its log. It forgives without end, so the lines are counted.
MAX_FAULTS = 10_000

ACTIVE_ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute",
}  # fmt: skip
ACTIVE_OBJECTS = {"/EmbeddedFile", "/FileAttachment", "/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"}
_COMPRESSED = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}
_OBJECT = re.compile(rb"(?<!\d)\d{1,10}\s+\d{1,5}\s+obj\b")
# Behind the end: an archive, a page, a program, or a later version of the document that was cut off. Padding is fine.
_SECOND_FILE = re.compile(rb"PK\x03\x04|PK\x05\x06|<\s*[a-z!?]|MZ|\x7fELF|#!|\d\s+obj\b", re.IGNORECASE)


def check(path: Path) -> None:
    """Raise Refusal when this PDF is broken, locked, active or a bomb."""
    data = path.read_bytes()
    _body, end, rest = data.rpartition(b"%%EOF")
    if not end or _SECOND_FILE.search(rest):
        raise Refusal(Reason.INCOMPLETE)
    try:
        with _counted_faults():
            _check_document(PdfReader(BytesIO(data)), data)
    except (Refusal, MemoryError):
        raise
    except _TooManyFaults:
        raise Refusal(Reason.TOO_COMPLEX) from None
    except LimitReachedError:
        raise Refusal(Reason.UNPACKED) from None
    except Exception:  # whatever a hostile file makes the parser raise, the file is not one we can vouch for
        raise Refusal(Reason.INCOMPLETE) from None


class _TooManyFaults(BaseException):
    """No Exception: the reader catches those, and would forgive this one too."""


class _Faults(logging.Handler):
    left = MAX_FAULTS

    def emit(self, record: logging.LogRecord) -> None:
        self.left -= 1
        if self.left < 0:
            raise _TooManyFaults


@contextmanager
def _counted_faults() -> Iterator[None]:
    """What the reader says about a file is counted, and printed nowhere."""
    log, faults = logging.getLogger("pypdf"), _Faults()
    propagate = log.propagate
    log.addHandler(faults)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(faults)
        log.propagate = propagate


def _check_document(reader: PdfReader, data: bytes) -> None:
    if reader.is_encrypted and not _opens_without_password(reader):
        raise Refusal(Reason.PASSWORD)
    if len(reader.pages) == 0:
        raise Refusal(Reason.INCOMPLETE)
    unpacked = _Budget()
    effort = _Effort(len(data))
    for found in _objects(reader, data, effort):
        _look_inside(found)
        if isinstance(found, StreamObject):
            unpacked.count(found)
            if _value(found, "/Type") == "/ObjStm":
                for packed in _packed_objects(found, reader, effort):
                    _look_inside(packed)
    _look_inside(reader.trailer)


def _opens_without_password(reader: PdfReader) -> bool:
    try:
        return bool(reader.decrypt(""))
    except NotImplementedError:
        return False


class _Effort:
    """What reading a document may cost. A small file can name the same bytes a million times, or overlap itself."""

    def __init__(self, size: int) -> None:
        self.objects = MAX_OBJECTS
        self.lookalikes = MAX_LOOKALIKES
        self.bytes = 3 * size

    def spend(self, *, objects: int = 0, lookalikes: int = 0, read: int = 0) -> None:
        self.objects -= objects
        self.lookalikes -= lookalikes
        self.bytes -= read
        if min(self.objects, self.lookalikes, self.bytes) < 0:
            raise Refusal(Reason.TOO_COMPLEX)


def _objects(reader: PdfReader, data: bytes, effort: _Effort) -> Iterator[object]:
    """Every object: those that the table of contents names, and those that only a reader which mends files would find."""
    known = set()
    for generation, table in list(reader.xref.items()):
        effort.spend(objects=len(table))
        for number, offset in list(table.items()):
            known.add(offset)
            yield reader.get_object(IndirectObject(number, generation, reader))
    for match in _OBJECT.finditer(data):
        if match.start() not in known:
            yield from _parsed(data, match.end(), reader, effort)


def _packed_objects(stream: StreamObject, reader: PdfReader, effort: _Effort) -> Iterator[object]:
    """What lies inside a compressed object stream, whether or not the table of contents names it."""
    data = stream.get_data()
    first = int(_value(stream, "/First") or 0)
    numbers = data[:first].split()
    for offset in numbers[1 : 2 * int(_value(stream, "/N") or 0) : 2]:
        yield from _parsed(data, first + int(offset), reader, effort)


def _parsed(data: bytes, start: int, reader: PdfReader, effort: _Effort) -> list[object]:
    """The object that starts here, or nothing when these bytes only look like one."""
    stream = BytesIO(data)
    while data[start : start + 1].isspace():
        start += 1
    stream.seek(start)
    try:
        found: list[object] = [read_object(stream, reader)]
    except Exception:  # not an object after all
        found = []
    effort.spend(objects=len(found), lookalikes=1 - len(found), read=stream.tell() - start)
    return found


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
    action = _value(entry, "/S")
    if action in ACTIVE_ACTIONS or (action == "/URI" and _is_script(_value(entry, "/URI"))):
        raise Refusal(Reason.ACTIVE_PDF)
    if {_value(entry, "/Type"), _value(entry, "/Subtype")} & ACTIVE_OBJECTS:
        raise Refusal(Reason.ACTIVE_PDF)
    if isinstance(entry, StreamObject) and ("/F" in entry or "/Ref" in entry):  # its content stands elsewhere
        raise Refusal(Reason.LINKED)
    if "/EF" in entry or "/XFA" in entry or ("/JS" in entry and action):
        raise Refusal(Reason.ACTIVE_PDF)
    if _calls_home(_value(entry, "/OpenAction")):
        raise Refusal(Reason.ACTIVE_PDF)
    triggers = _value(entry, "/AA")
    if isinstance(triggers, DictionaryObject) and any(_calls_home(_value(triggers, name)) for name in triggers):
        raise Refusal(Reason.ACTIVE_PDF)


def _value(entry: DictionaryObject, key: str) -> Any:
    """What stands under `key`, also when it is written as a reference to another object; None without it."""
    value = entry.get(key)
    return value.get_object() if isinstance(value, IndirectObject) else value


def _calls_home(action: object) -> bool:
    """Whether this opens an address without anyone clicking on it."""
    return isinstance(action, DictionaryObject) and _value(action, "/S") == "/URI"


def _is_script(address: object) -> bool:
    return str(address).strip().lower().startswith(("javascript:", "vbscript:", "data:"))


class _Budget:
    """Counts what the streams of a document unpack to, and refuses past the limits."""

    def __init__(self) -> None:
        self.images = 0
        self.others = 0

    def count(self, stream: StreamObject) -> None:
        is_image = _value(stream, "/Subtype") == "/Image"
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
    filters = _value(stream, "/Filter") or []
    filters = [str(name.get_object()) for name in (filters if isinstance(filters, list) else [filters])]
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
