"""MP4: boxes that fit into each other from the first byte to the last. The film itself is not decoded."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from documents.checks.refusal import Reason, Refusal

# Brands of files that a browser plays as video/mp4. QuickTime, HEIC and AVIF use the same boxes and are something else.
BRANDS = (b"iso", b"mp4", b"avc1", b"M4V", b"dash", b"MSNV", b"mmp4", b"f4v ", b"3gp")
OTHERS = (b"qt  ", b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"M4A ", b"M4B ")
MAX_BOXES = 100_000


def check(path: Path) -> None:
    """Raise Refusal when the boxes do not fit, or when this is another format in the same kind of box."""
    size = path.stat().st_size
    seen: set[bytes] = set()
    with path.open("rb") as file:
        for index, (kind, start, end) in enumerate(_boxes(file, 0, size)):
            if index == 0:
                _check_brand(file, kind, start, end)
            if kind == b"moov":
                _check_movie(file, start, end)
            seen.add(kind)
    if not {b"ftyp", b"moov"} <= seen or not seen & {b"mdat", b"moof"}:
        raise Refusal(Reason.INCOMPLETE)


def _check_brand(file: BinaryIO, kind: bytes, start: int, end: int) -> None:
    if kind != b"ftyp" or not 8 <= end - start <= 1024:
        raise Refusal(Reason.INCOMPLETE)
    file.seek(start)
    data = file.read(end - start)
    major, compatible = data[:4], [data[at : at + 4] for at in range(8, len(data), 4)]
    if major in OTHERS or not any(brand.startswith(BRANDS) for brand in (major, *compatible)):
        raise Refusal(Reason.CONTENT, extension="mp4", found="")


def _check_movie(file: BinaryIO, start: int, end: int) -> None:
    kinds = {kind for kind, _start, _end in _boxes(file, start, end)}
    if not {b"mvhd", b"trak"} <= kinds:
        raise Refusal(Reason.INCOMPLETE)


def _boxes(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the content of each box; they must fill `at` to `end` exactly."""
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
        yield kind, content, at + size
        at += size
    raise Refusal(Reason.TOO_COMPLEX)


def _is_kind(kind: bytes) -> bool:
    return len(kind) == 4 and all(0x20 <= byte <= 0x7E or byte == 0xA9 for byte in kind)
