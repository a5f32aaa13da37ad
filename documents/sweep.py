"""The cleaner: files without a row, rows without a file, checks that nobody is busy with any more.

A newcomer's mistake: trusting an empty folder. When the whole folder is away (a disk that is not mounted), nothing is
concluded from that. Running it twice changes nothing the second time.
"""

import hashlib
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone, translation

from documents.checks.refusal import Reason
from documents.enums import DocumentState
from documents.models import Document
from documents.refusals import sentence
from documents.services import CHECK, SCAN
from jobs.models import Job
from jobs.services import enqueue

logger = logging.getLogger(__name__)

SWEEP = "documents.sweep"
# An upload that is under way may have its file before its row: only what is older is an orphan.
GRACE = timedelta(days=1)
# A check takes a minute; who is still waiting after an hour was forgotten, or met a scanner that was down.
STUCK = timedelta(hours=1)
FOLDER = "documents"


@dataclass(frozen=True)
class Swept:
    """How many of each were found."""

    orphans: int = 0
    leftovers: int = 0
    missing: int = 0
    returned: int = 0
    restarted: int = 0


def sweep() -> Swept:
    """Put disk and database in step again, and start stuck checks once more."""
    root = Path(default_storage.path(FOLDER))
    leftovers, restarted = _remove_leftovers(), _restart_checks()
    if not root.is_dir():
        if Document.objects.exclude(file="").exists():
            logger.error("documents: the folder with uploads is away, so nothing is swept")
        return Swept(leftovers=leftovers, restarted=restarted)
    # The disk first: a file that is stored after this look is in neither list.
    on_disk = dict(_files(root))
    known = set(Document.objects.exclude(file="").values_list("file", flat=True))
    found = Swept(
        orphans=_remove_orphans(on_disk, known),
        leftovers=leftovers,
        missing=_flag_missing(on_disk),
        returned=_take_back(on_disk),
        restarted=restarted,
    )
    if found.missing:
        logger.error("documents: %s files are no longer on the disk", found.missing)
    return found


def _files(root: Path) -> Iterator[tuple[str, float]]:
    """Stored name and time of change of each file."""
    for folder in os.scandir(root):
        if folder.is_dir(follow_symlinks=False):
            for file in os.scandir(folder):
                yield f"{FOLDER}/{folder.name}/{file.name}", file.stat(follow_symlinks=False).st_mtime


def _remove_orphans(on_disk: dict[str, float], known: set[str]) -> int:
    before = (timezone.now() - GRACE).timestamp()
    orphans = [name for name, changed in on_disk.items() if name not in known and changed < before]
    for name in orphans:
        default_storage.delete(name)
    return len(orphans)


def _remove_leftovers() -> int:
    """Halves of uploads and work folders of checks that were killed."""
    before, removed = (timezone.now() - GRACE).timestamp(), 0
    for top, _folders, names in os.walk(settings.FILE_UPLOAD_TEMP_DIR, topdown=False):
        for name in names:
            path = Path(top) / name
            if path.lstat().st_mtime < before:
                path.unlink()
                removed += 1
        is_work_folder = Path(top) != Path(settings.FILE_UPLOAD_TEMP_DIR)
        if is_work_folder and not os.listdir(top) and os.lstat(top).st_mtime < before:
            os.rmdir(top)
    return removed


def _flag_missing(on_disk: dict[str, float]) -> int:
    rows = Document.objects.filter(state=DocumentState.SAFE).values_list("pk", "file")
    return sum(_lose(pk) for pk, name in rows.iterator() if name not in on_disk)


@transaction.atomic
def _lose(pk: int) -> bool:
    document = Document.objects.select_for_update().get(pk=pk)
    if document.state != DocumentState.SAFE or default_storage.exists(str(document.file.name)):
        return False
    with translation.override(settings.LANGUAGE_CODE):
        document.refusal = sentence(Reason.MISSING)
    document.state = DocumentState.MISSING
    document.save()
    return True


def _take_back(on_disk: dict[str, float]) -> int:
    rows = Document.objects.filter(state=DocumentState.MISSING).values_list("pk", "file")
    return sum(_find(pk) for pk, name in rows.iterator() if name in on_disk)


@transaction.atomic
def _find(pk: int) -> bool:
    """Safe again, when these are the same bytes as those that were checked."""
    document = Document.objects.select_for_update().get(pk=pk)
    with document.file.open("rb") as file:
        is_same = hashlib.file_digest(file, "sha256").hexdigest() == document.sha256
    if document.state != DocumentState.MISSING or not is_same:
        return False
    document.state, document.refusal = DocumentState.SAFE, ""
    document.save()
    return True


def _restart_checks() -> int:
    """Checks that were parked (a scanner that was down) or never started get a new series of attempts."""
    stuck = Document.objects.filter(state=DocumentState.CHECKING, uploaded_at__lt=timezone.now() - STUCK).values_list(
        "pk", flat=True
    )
    restarted = 0
    for pk in stuck:
        jobs = Job.objects.filter(kind__in=[CHECK, SCAN], object_id=pk)
        if not jobs.open().exists():
            enqueue(SCAN if jobs.filter(kind=SCAN).exists() else CHECK, pk)
            restarted += 1
    return restarted
