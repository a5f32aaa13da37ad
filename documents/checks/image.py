"""Photos: the header first, then a full decode, then written anew. What is not picture does not survive: no GPS, no tail."""

from pathlib import Path

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from documents.checks.refusal import Reason, Refusal

MAX_PIXELS = 50_000_000
# MPO is what many telephones write under the name .jpg: a JPEG with a second picture behind it.
FORMATS = {"png": ["PNG"], "jpg": ["JPEG", "MPO"], "jpeg": ["JPEG", "MPO"], "webp": ["WEBP"]}
# Needed to show the picture as it was; everything else in the header stays behind.
KEPT = ("transparency", "icc_profile")
_HOW = {
    "PNG": {},
    "JPEG": {"quality": 90, "optimize": True},
    "WEBP": {"quality": 90, "method": 4},
}

ImageFile.LOAD_TRUNCATED_IMAGES = False
# Counted here, on the header, with a sentence of our own.
Image.MAX_IMAGE_PIXELS = None


def check(path: Path, extension: str, clean: Path) -> None:
    """Write a clean copy to `clean`; Refusal when there is no sound picture of a sane size in `path`."""
    try:
        with Image.open(path, formats=FORMATS[extension]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Refusal(Reason.PIXELS)
            image.load()
            ImageOps.exif_transpose(image, in_place=True)
            image.info = {key: value for key, value in image.info.items() if key in KEPT}
            _write(image, FORMATS[extension][0], clean)
    except (Refusal, MemoryError):
        raise
    except UnidentifiedImageError:
        raise Refusal(Reason.INCOMPLETE) from None
    except Exception:  # a decoder may raise anything on bytes that were made to break it
        raise Refusal(Reason.INCOMPLETE) from None


def _write(image: Image.Image, format_: str, clean: Path) -> None:
    if format_ == "JPEG" and image.mode not in ("L", "RGB", "CMYK"):
        image = image.convert("RGB")
    kept = {key: image.info[key] for key in KEPT if key in image.info}
    # A WebP keeps its transparency in its own channel.
    if format_ != "PNG":
        kept.pop("transparency", None)
    image.save(clean, format_, exif=b"", **kept, **_HOW[format_])
