"""A PDF as a person sees it: poppler's picture of its first page."""

import subprocess
from pathlib import Path


def first_page_as_picture(pdf: Path, folder: Path, *, dots_per_inch: int = 150) -> Path:
    """A PNG of the first page, written in `folder`."""
    stem = folder / "page"
    subprocess.run(["pdftoppm", "-r", str(dots_per_inch), "-png", "-singlefile", str(pdf), str(stem)], check=True)
    return stem.with_suffix(".png")
