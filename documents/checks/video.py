"""MP4: boxes that fit into each other from the first byte to the last. The film itself is not decoded.

Telephones write where a film was made beside it (`udta`, `meta`). Those boxes become `free` ones full of zeros, of the same
size: everything else refers to places in the file.
"""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from documents.checks.refusal import Reason, Refusal

# Brands of files that a browser plays as video/mp4. QuickTime, HEIC and AVIF use the same boxes and are something else.
BRANDS = (b"iso", b"mp4", b"avc1", b"M4V", b"dash", b"MSNV", b"mmp4", b"f4v ", b"3gp")
OTHERS = (b"qt  ", b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"M4A ", b"M4B ")
MAX_BOXES = 100_000
NOTES = (b"udta", b"meta")
TOP_NOTES = (b"udta", b"meta", b"uuid")


class Box(NamedTuple):
    """Where a box begins, where its content starts, and where both end."""

    kind: bytes
    at: int
    start: int
    end: int


def check(path: Path, clean: Path) -> None:
    """Raise Refusal when the boxes do not fit, or when this is another format in the same kind of box.

    Leaves a copy without place and maker in `clean` when there was something to take out.
    """
    seen: set[bytes] = set()
    notes: list[Box] = []
    with path.open("rb") as file:
        for index, box in enumerate(_boxes(file, 0, path.stat().st_size)):
            if index == 0:
                _check_brand(file, box)
            if box.kind == b"moov":
                _check_movie(file, box)
                notes += _notes(file, box)
            elif box.kind in TOP_NOTES:
                notes.append(box)
            seen.add(box.kind)
    if not {b"ftyp", b"moov"} <= seen or not seen & {b"mdat", b"moof"}:
        raise Refusal(Reason.INCOMPLETE)
    if notes:
        _blank(path, notes, clean)


def _check_brand(file: BinaryIO, box: Box) -> None:
    if box.kind != b"ftyp" or not 8 <= box.end - box.start <= 1024:
        raise Refusal(Reason.INCOMPLETE)
    file.seek(box.start)
    data = file.read(box.end - box.start)
    major, compatible = data[:4], [data[at : at + 4] for at in range(8, len(data), 4)]
    if major in OTHERS or not any(brand.startswith(BRANDS) for brand in (major, *compatible)):
        raise Refusal(Reason.CONTENT, extension="mp4", found="")


def _check_movie(file: BinaryIO, movie: Box) -> None:
    kinds = {box.kind for box in _boxes(file, movie.start, movie.end)}
    if not {b"mvhd", b"trak"} <= kinds:
        raise Refusal(Reason.INCOMPLETE)


def _notes(file: BinaryIO, movie: Box) -> Iterator[Box]:
    """What is told about the film and about its tracks."""
    for box in _boxes(file, movie.start, movie.end):
        if box.kind in NOTES:
            yield box
        elif box.kind == b"trak":
            # Inside a track only what can be read counts: a player decides about the rest.
            with contextlib.suppress(Refusal):
                yield from [inner for inner in _boxes(file, box.start, box.end) if inner.kind in NOTES]


def _blank(path: Path, notes: list[Box], clean: Path) -> None:
    shutil.copyfile(path, clean)
    with clean.open("r+b") as file:
        for box in notes:
            file.seek(box.at + 4)
            file.write(b"free")
            file.seek(box.start)
            file.write(bytes(box.end - box.start))


def _boxes(file: BinaryIO, at: int, end: int) -> Iterator[Box]:
    """Each box from `at` on; they must reach `end` exactly."""
    for _count in range(MAX_BOXES):
        if at == end:
            return
        file.seek(at)
        header = file.read(16)
        size, kind, content = int.from_bytes(header[:4]), header[4:8], at + 8
        if size == 1:
            size, content = int.from_bytes(header[8:16]), at + 16
        elif size == 0:
            size = end - at
        if len(header) < 8 or size < content - at or at + size > end or not _is_kind(kind):
            raise Refusal(Reason.INCOMPLETE)
        yield Box(kind, at, content, at + size)
        at += size
    raise Refusal(Reason.TOO_COMPLEX)


def _is_kind(kind: bytes) -> bool:
    return len(kind) == 4 and all(0x20 <= byte <= 0x7E or byte == 0xA9 for byte in kind)
