"""Photos: the header first, then a full decode, then written anew. What is not picture does not survive: no GPS, no tail.

A newcomer's mistake: writing anew at a quality of one's own. A photo that was squeezed to 2 MB would come back as 5 MB, more
than the school still has room for.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageFile, ImageOps
from PIL.JpegImagePlugin import get_sampling

from documents.checks.refusal import Reason, Refusal

MAX_PIXELS = 50_000_000
# MPO is what many telephones write under the name .jpg: a JPEG with a second picture behind it.
FORMATS = {"png": ["PNG"], "jpg": ["JPEG", "MPO"], "jpeg": ["JPEG", "MPO"], "webp": ["WEBP"]}
LARGE_WEBP = 4_000_000
# Needed to show the picture as it was; everything else in the header stays behind.
KEPT = ("transparency", "icc_profile")
# A little more than came in is no reason to give up detail.
SLACK = 64 * 1024

ImageFile.LOAD_TRUNCATED_IMAGES = False
# Counted here, on the header, with a sentence of our own.
Image.MAX_IMAGE_PIXELS = None


def check(path: Path, extension: str, clean: Path) -> None:
    """Write a clean copy to `clean`; Refusal when there is no sound picture of a sane size in `path`."""
    _check_end(path, extension)
    try:
        image = Image.open(path, formats=FORMATS[extension])
        if image.width * image.height > MAX_PIXELS:
            raise Refusal(Reason.PIXELS)
        image.load()
    except (Refusal, MemoryError):
        raise
    except Exception:  # a decoder may raise anything on bytes that were made to break it
        raise Refusal(Reason.INCOMPLETE) from None
    try:
        format_ = FORMATS[extension][0]
        ways = list(_ways(image, format_))
        ImageOps.exif_transpose(image, in_place=True)
        image.info = {key: value for key, value in image.info.items() if key in KEPT}
        _write(image, format_, ways, path.stat().st_size + SLACK, clean)
    except (Refusal, MemoryError):
        raise
    except Exception:  # it could be read, so the picture is whole; an encoder reports a lack of memory in its own way
        raise Refusal(Reason.TOO_COMPLEX) from None


def _check_end(path: Path, extension: str) -> None:
    """The mark that closes a picture is there: a decoder forgives a few missing bytes, and fills in what is gone."""
    data = path.read_bytes()
    if extension == "webp":
        is_whole = len(data) >= int.from_bytes(data[4:8], "little") + 8
    elif extension == "png":
        is_whole = b"IEND\xaeB`\x82" in data
    else:
        is_whole = b"\xff\xd9" in data
    if not is_whole:
        raise Refusal(Reason.INCOMPLETE)


def _ways(image: Image.Image, format_: str) -> Iterator[dict[str, Any]]:
    """How to write it, best first. Quick rather than small: a picture of 50 million pixels has to be done within seconds."""
    if format_ == "JPEG":
        # As coarse as it was: that loses next to nothing and comes to the same size.
        tables, sampling = getattr(image, "quantization", None), get_sampling(image)
        if tables and image.mode in ("L", "RGB", "CMYK"):
            yield {"qtables": tables} | ({"subsampling": sampling} if sampling >= 0 else {})
        yield {"quality": 85}
        yield {"quality": 60}
    elif format_ == "WEBP":
        yield {"quality": 90, "method": 0}
        yield {"quality": 70, "method": 0}
    else:
        yield {"compress_level": 2}
        yield {"compress_level": 6}


def _write(image: Image.Image, format_: str, ways: list[dict[str, Any]], room: int, clean: Path) -> None:
    """The first way that needs no more room than the upload had; else the last one, if it is no larger than an upload may be."""
    if format_ == "JPEG" and image.mode not in ("L", "RGB", "CMYK"):
        image = image.convert("RGB")
    kept = {key: image.info[key] for key in KEPT if key in image.info}
    # A WebP keeps its transparency in its own channel.
    if format_ != "PNG":
        kept.pop("transparency", None)
    is_written = False
    for how in ways:
        is_written = _fits(image, format_, clean, kept | how)
        if is_written and clean.stat().st_size <= room:
            return
    if not is_written and not _fits(image.reduce(2), format_, clean, kept | ways[-1]):
        raise Refusal(Reason.TOO_COMPLEX)


def _fits(image: Image.Image, format_: str, clean: Path, how: dict[str, Any]) -> bool:
    """Whether it could be written within the limit on files that this process has (documents.checks.__main__)."""
    try:
        image.save(clean, format_, exif=b"", **how)
    except OSError:  # an encoder does not say which
        return False
    except ValueError:
        # WebP has no place for the detail of some very large pictures (its "partition 0 overflow"): half the width then.
        if format_ != "WEBP" or image.width * image.height < LARGE_WEBP:
            raise
        return False
    return True
