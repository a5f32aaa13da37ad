"""Where the files of dossiers and reports stand on disk, and how they get there: under another name first, then whole.

What a newcomer gets wrong: naming a file after something a person typed. The name is made of the row's number and chance.
"""

import os
import secrets
import time
from pathlib import Path

from django.core.files.storage import default_storage

FOLDER = "exports"
PART = ".part"
GRACE_SECONDS = 24 * 3600


def new_name(kind: str, pk: int, ending: str) -> str:
    """A name in the storage that nobody can guess."""
    return f"{FOLDER}/{kind}-{pk}-{secrets.token_hex(8)}.{ending}"


def path_of(name: str) -> Path:
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def part_of(name: str) -> Path:
    """Where it grows until it is whole."""
    path = path_of(name)
    return path.with_name(path.name + PART)


def settle(name: str) -> int:
    """What grew is whole: give it its name, on the disk for certain. Answers its size."""
    part = part_of(name)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.chmod(0o600)
    part.replace(path_of(name))
    return path_of(name).stat().st_size


def forget(*names: str) -> None:
    """Take away what was made, and what was being made."""
    for name in filter(None, names):
        path_of(name).unlink(missing_ok=True)
        part_of(name).unlink(missing_ok=True)


def sweep_orphans(known: set[str]) -> int:
    """Files that no row knows, older than a day. Answers how many."""
    folder, before, swept = Path(default_storage.path(FOLDER)), time.time() - GRACE_SECONDS, 0
    for path in folder.glob("*") if folder.is_dir() else ():
        name = f"{FOLDER}/{path.name.removesuffix(PART)}"
        if name not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            swept += 1
    return swept
