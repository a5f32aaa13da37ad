"""The third check: open a file as the type it says it is. Only ever called in a child process with limits."""

from importlib import import_module
from pathlib import Path

from documents.checks.types import ACCEPTED


def check(path: Path, extension: str, clean: Path) -> None:
    """Raise Refusal, or return. `clean` then exists when the file had to be written anew (photos, films)."""
    kind = ACCEPTED[extension].check
    # Only the reader that is needed: a PDF library and a picture library take longer to load than most files to check.
    reader = import_module(f"documents.checks.{kind}")
    if kind == "image":
        reader.check(path, extension, clean)
    elif kind == "video":
        reader.check(path, clean)
    elif kind in ("office", "opendocument"):
        reader.check(path, extension)
    else:
        reader.check(path)
