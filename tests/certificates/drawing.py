"""Certificates as PDF, and as a picture of it: helpers of the tests that look at what was drawn."""

import io
import subprocess

from PIL import Image

from certificates import rendering
from tests.certificates.scenery import FACTS, SERIAL, TOKEN

DPI = 300


def draw(**changes) -> bytes:
    return rendering.render(facts={**FACTS, **changes}, number=SERIAL, token=TOKEN)


def picture(pdf: bytes, dpi: int = DPI, box: tuple[int, int, int, int] | None = None) -> Image.Image:
    """The page, or the part of it within `box` (left, top, right and bottom in millimetres)."""
    command: list[str] = ["pdftoppm", "-r", str(dpi), "-singlefile"]
    if box:
        left, top, right, bottom = (round(side * dpi / 25.4) for side in box)
        command += ["-x", str(left), "-y", str(top), "-W", str(right - left), "-H", str(bottom - top)]
    page = subprocess.run([*command, "-"], input=pdf, capture_output=True, check=True)
    return Image.open(io.BytesIO(page.stdout)).convert("RGB")
