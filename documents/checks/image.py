"""Photos: the header first, then a full decode, then written anew. What is not picture does not survive: no GPS, no tail."""

from pathlib import Path

from PIL import Image, ImageFile, ImageOps

from documents.checks.refusal import Reason, Refusal

MAX_PIXELS = 50_000_000
# MPO is what many telephones write under the name .jpg: a JPEG with a second picture behind it.
FORMATS = {"png": ["PNG"], "jpg": ["JPEG", "MPO"], "jpeg": ["JPEG", "MPO"], "webp": ["WEBP"]}
LARGE_WEBP = 4_000_000
# Needed to show the picture as it was; everything else in the header stays behind.
KEPT = ("transparency", "icc_profile")
# Quick rather than small: a picture of 50 million pixels has to be done within seconds.
_HOW = {
    "PNG": {"compress_level": 2},
    "JPEG": {"quality": 90},
    "WEBP": {"quality": 90, "method": 0},
}

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
        ImageOps.exif_transpose(image, in_place=True)
        image.info = {key: value for key, value in image.info.items() if key in KEPT}
        _write(image, FORMATS[extension][0], clean)
    except MemoryError:
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


def _write(image: Image.Image, format_: str, clean: Path) -> None:
    if format_ == "JPEG" and image.mode not in ("L", "RGB", "CMYK"):
        image = image.convert("RGB")
    kept = {key: image.info[key] for key in KEPT if key in image.info}
    # A WebP keeps its transparency in its own channel.
    if format_ != "PNG":
        kept.pop("transparency", None)
    try:
        image.save(clean, format_, exif=b"", **kept, **_HOW[format_])
    except ValueError:
        # WebP has no place for the detail of some very large pictures (its "partition 0 overflow"): half the width then.
        if format_ != "WEBP" or image.width * image.height < LARGE_WEBP:
            raise
        image.reduce(2).save(clean, format_, exif=b"", **kept, **_HOW[format_])
