"""The life of an uploaded file: stored, checked in the background, then safe or refused. The one door for every upload.

For other floors: `validate_upload` on a form field, `store(upload=, organisation=, purpose=, by=) -> Document` inside
`atomic_with_files`, `remove(document=, by=)`; `selectors.storage_of(organisation)` says how much room is left. One document
is one file: what has several files has several documents.
A newcomer's mistake: storing a file inside a plain transaction. Use `atomic_with_files`, so that a rollback also takes the
files along that were written for it.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from accounts.models import Organisation
from documents import antivirus, inspection
from documents.checks import names, types
from documents.checks.refusal import Reason, Refusal
from documents.enums import WHO_HEARS_OF_REFUSAL, DocumentPurpose, DocumentState
from documents.models import Document, Download
from documents.refusals import sentence
from documents.selectors import storage_of
from jobs.services import enqueue

CHECK = "documents.check"
SCAN = "documents.scan"
MAX_SIZE = types.MAX_SIZE
# At once, and on one thing.
MAX_FILES = 20
MEGABYTE = 1024 * 1024

_written: ContextVar[list[str] | None] = ContextVar("files written in this transaction", default=None)


@contextmanager
def atomic_with_files() -> Iterator[None]:
    """A transaction that removes the files stored inside it when it fails. Works as a decorator too; may be nested."""
    outer = _written.get()
    mine: list[str] = []
    token = _written.set(mine)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for name in mine:
            default_storage.delete(name)
        raise
    finally:
        _written.reset(token)
    if outer is not None:
        outer.extend(mine)


def validate_upload(upload) -> None:
    """What can be said at once about an upload: name, size, type by its first bytes. For the `validators` of a file field.

    Raises ValidationError with one sentence. The structure is checked later, in the background.
    """
    try:
        _identify(upload)
    except Refusal as refusal:
        raise ValidationError(sentence(refusal.reason, refusal.facts), code=refusal.reason) from None


def _identify(upload):
    """Clean name, extension and type of an upload; raises Refusal."""
    name, extension = names.clean(upload.name or "")
    if upload.size > MAX_SIZE:
        raise Refusal(Reason.TOO_LARGE, size=-(-upload.size // MEGABYTE), maximum=MAX_SIZE // MEGABYTE)
    upload.seek(0)
    head = upload.read(types.HEAD_SIZE)
    upload.seek(0)
    return name, extension, types.file_type(extension, head)


def store(*, upload, organisation, purpose, by) -> Document:
    """Keep an upload of `organisation` and have it checked. Raises ValidationError with one sentence.

    The caller has asked the policy. The file is written first and disappears again when the transaction fails. Until then
    other uploads of this organisation wait, so that they cannot pass its limit together.
    """
    validate_upload(upload)
    name, _extension, file_type = _identify(upload)
    document = Document(
        organisation=organisation,
        purpose=purpose,
        name=name,
        content_type=file_type.content_type,
        size=upload.size,
        sha256=sha256_of(upload),
        uploaded_by=by,
    )
    with atomic_with_files():
        _find_room(organisation, upload.size)
        _write(document, upload)
        document.save()
        enqueue(CHECK, document.pk)
    return document


def _find_room(organisation, size):
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if size > storage_of(organisation).left:
        raise ValidationError(sentence(Reason.FULL), code=Reason.FULL)


def sha256_of(file) -> str:
    """Hexadecimal SHA-256 of an open file, which is rewound before and after."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


def _write(document, content):
    document.file.save(document.name, content, save=False)
    _written.get().append(document.file.name)
    # The row will be on the disk after the commit; so must the file be, also when the power fails.
    with document.file.open("rb") as stored:
        os.fsync(stored.fileno())


def check(document_id) -> None:
    """Look inside a stored file and settle its state. Running it twice changes nothing the second time."""
    document = Document.objects.get(pk=document_id)
    if document.state != DocumentState.CHECKING:
        return
    _name, extension = names.clean(document.name)
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        verdict = inspection.inspect(Path(document.file.path), extension, Path(folder) / "clean")
        if verdict.reason:
            refuse(document_id, verdict.reason, verdict.facts)
        else:
            _pass(document_id, verdict.clean)


@atomic_with_files()
def _pass(document_id, clean):
    """The structure is sound: safe, or on to the virus scanner when there is one."""
    document = _being_checked(document_id)
    if document is None:
        return
    if clean and not _replace(document, clean):
        refuse(document_id, Reason.FULL)
        return
    if antivirus.is_switched_on():
        enqueue(SCAN, document_id)
    else:
        document.state = DocumentState.SAFE
    document.save()


def _being_checked(document_id):
    """The locked row, or None when its state was settled meanwhile."""
    document = Document.objects.select_for_update().get(pk=document_id)
    return document if document.state == DocumentState.CHECKING else None


def _replace(document, clean):
    """Keep the clean copy instead of what was uploaded; the original goes once that is certain.

    A picture without loss may come out a little larger. False when there is no room for that; other uploads of this
    organisation wait meanwhile, as in `store`.
    """
    original, growth = document.file.name, clean.stat().st_size - document.size
    if growth > 0:
        try:
            _find_room(document.organisation, growth)
        except ValidationError:
            return False
    with clean.open("rb") as handle:
        content = File(handle)
        document.size, document.sha256 = content.size, sha256_of(content)
        _write(document, content)
    transaction.on_commit(lambda: default_storage.delete(original))
    return True


def scan(document_id) -> None:
    """Ask the virus scanner. Without its verdict (antivirus.Unavailable) the file stays under check, closed to all."""
    document = Document.objects.get(pk=document_id)
    if document.state != DocumentState.CHECKING:
        return
    if not antivirus.is_switched_on():  # switched off since: on purpose, and "not scanned" stays visible
        _settle_as_safe(document_id, scanned_at=None)
    elif antivirus.has_virus(Path(document.file.path)):
        refuse(document_id, Reason.VIRUS)
    else:
        _settle_as_safe(document_id, scanned_at=timezone.now())


@transaction.atomic
def _settle_as_safe(document_id, *, scanned_at):
    document = _being_checked(document_id)
    if document:
        document.state, document.scanned_at = DocumentState.SAFE, scanned_at
        document.save()


@transaction.atomic
def refuse(document_id, reason, facts=None) -> None:
    """Refuse a file that was being checked. The row keeps the sentence, in the portal's language; the bytes go.

    The owning floor tells the uploader (documents.enums.WHO_HEARS_OF_REFUSAL).
    """
    document = _being_checked(document_id)
    if document is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        document.refusal = sentence(reason, facts)
    _drop_bytes(document, DocumentState.REFUSED)
    import_string(WHO_HEARS_OF_REFUSAL[DocumentPurpose(document.purpose)])(document)


def give_up(document_id, _reason) -> None:
    """The check itself kept failing: closed, with a sentence for the uploader. Staff see the cause on the parked job."""
    refuse(document_id, Reason.UNCHECKED)


@transaction.atomic
def remove(*, document, by) -> None:
    """Take a file away, which makes room. The row stays, with its name and SHA-256. The caller has asked the policy.

    `by` is the person who does it, for the log of the floor above. Removing twice is removing once.
    """
    document = Document.objects.select_for_update().get(pk=document.pk)
    if document.state != DocumentState.REMOVED:
        _drop_bytes(document, DocumentState.REMOVED)


def _drop_bytes(document, state):
    stored = str(document.file.name)
    document.state, document.file = state, ""
    document.save()
    if stored:
        transaction.on_commit(lambda: default_storage.delete(stored))


def record_download(*, document, by) -> Download:
    """Write down who takes this file, before the first byte leaves."""
    organisations = ", ".join(membership.organisation.name for membership in by.active_memberships)
    return Download.objects.create(document=document, by=by, organisations=organisations)
