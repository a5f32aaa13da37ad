"""Zip archives, for Office and OpenDocument: counted before they are unpacked, and counted again while they are.

Declared sizes lie, names point outside, and a second archive can hide behind the first; so the end of the directory must be
the end of the file, and each entry is read to its last byte (which also proves its checksum).
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from documents.checks.refusal import Reason, Refusal

MAX_ENTRIES = 2000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_DIRECTORY = 4 * 1024 * 1024
CHUNK = 256 * 1024
_END = b"PK\x05\x06"
_END_SIZE = 22
# The record and the locator that writers of very large archives add, also to small ones.
_END_64_SIZE = 56 + 20
_MAX_COMMENT = 65535
_PROGRAMS_AND_ARCHIVES = (b"MZ", b"\x7fELF", b"#!", b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
_SYMLINK = 0o120000
_FILE_TYPE_MASK = 0o170000


def opened(path: Path) -> zipfile.ZipFile:
    """The archive, once its directory and every entry's facts are found acceptable."""
    _check_end(path)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Refusal(Reason.INCOMPLETE) from None
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Refusal(Reason.UNPACKED)
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise Refusal(Reason.INCOMPLETE)
    # A reader that works from front to back would see another first entry than one that starts from the directory.
    if min((entry.header_offset for entry in entries), default=-1) != 0:
        raise Refusal(Reason.INCOMPLETE)
    for entry in entries:
        _check_entry(entry)
    return archive


def _check_end(path: Path) -> None:
    """The end-of-directory record closes the file and promises no more than we accept."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(-min(size, _END_SIZE + _MAX_COMMENT), 2)
        tail = file.read()
    start = tail.rfind(_END)
    if start < 0 or len(tail) - start < _END_SIZE:
        raise Refusal(Reason.INCOMPLETE)
    entries, directory_size, offset, comment = struct.unpack("<10xHIIH", tail[start : start + _END_SIZE])
    if start + _END_SIZE + comment != len(tail):
        raise Refusal(Reason.INCOMPLETE)
    if entries > MAX_ENTRIES or directory_size > MAX_DIRECTORY:
        raise Refusal(Reason.UNPACKED)
    between = size - len(tail) + start - offset - directory_size
    if between not in (0, _END_64_SIZE):
        raise Refusal(Reason.INCOMPLETE)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if entry.flag_bits & 0x1:
        raise Refusal(Reason.PASSWORD)
    unsafe = "\x00" in name or "\\" in name or ":" in name or name.startswith("/") or ".." in PurePosixPath(name).parts
    is_link = (entry.external_attr >> 16) & _FILE_TYPE_MASK == _SYMLINK
    if unsafe or is_link or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refusal(Reason.INCOMPLETE)


def parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each file of the archive with its content in chunks; refuses past the limit and on a wrong checksum.

    The caller must read every chunk before it asks for the next file.
    """
    total = 0
    for entry in archive.infolist():
        if entry.is_dir():
            continue

        def chunks(entry: zipfile.ZipInfo = entry) -> Iterator[bytes]:
            nonlocal total
            try:
                with archive.open(entry) as file:
                    while chunk := file.read(CHUNK):
                        total += len(chunk)
                        if total > MAX_UNPACKED:
                            raise Refusal(Reason.UNPACKED)
                        yield chunk
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
                raise Refusal(Reason.INCOMPLETE) from None

        yield entry.filename, chunks()


def read_part(archive: zipfile.ZipFile, name: str, *, at_most: int = 4 * 1024 * 1024) -> bytes:
    """A small part as a whole; refused when it is missing or unreasonably large."""
    try:
        with archive.open(name) as file:
            data = file.read(at_most + 1)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise Refusal(Reason.INCOMPLETE) from None
    if len(data) > at_most:
        raise Refusal(Reason.UNPACKED)
    return data


def drain(chunks: Iterator[bytes]) -> None:
    """Read to the end, which proves the checksum, and keep nothing. Refuses a program or an archive, whatever it is called."""
    for index, chunk in enumerate(chunks):
        if index == 0 and chunk.startswith(_PROGRAMS_AND_ARCHIVES):
            raise Refusal(Reason.ATTACHMENT)


def check_package(data: bytes) -> None:
    """A document inside a document (the workbook of a chart) is fine; any other archive is not, and neither is a bomb."""
    try:
        entries = zipfile.ZipFile(BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Refusal(Reason.ATTACHMENT) from None
    if "[Content_Types].xml" not in {entry.filename for entry in entries}:
        raise Refusal(Reason.ATTACHMENT)
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Refusal(Reason.UNPACKED)


def read_xml(
    chunks: Iterator[bytes],
    *,
    on_start: Callable[[str, dict[str, str]], None] | None = None,
    on_end: Callable[[str], None] | None = None,
    on_text: Callable[[str], None] | None = None,
    known_type: str = "",
) -> None:
    """Parse XML without ever expanding anything: a document type or an entity is refused before it can grow.

    Only a reference to a type whose public name starts with `known_type` is let through; it is never fetched.
    Element and attribute names come without their namespace prefix.
    """

    def on_type(_name: str, _address: str | None, public: str | None, has_more: int) -> None:
        if has_more or not (known_type and (public or "").startswith(known_type)):
            raise Refusal(Reason.UNPACKED if has_more else Reason.ODD)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = on_type
    parser.EntityDeclHandler = _no_entity
    if on_start:
        start = on_start
        parser.StartElementHandler = lambda name, attributes: start(
            _local(name), {_local(key): value for key, value in attributes.items()}
        )
    if on_end:
        end = on_end
        parser.EndElementHandler = lambda name: end(_local(name))
    if on_text:
        parser.CharacterDataHandler = on_text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise Refusal(Reason.INCOMPLETE) from None


def _no_entity(*_facts: object) -> None:
    raise Refusal(Reason.UNPACKED)


def _local(name: str) -> str:
    return name.rpartition(":")[2]
