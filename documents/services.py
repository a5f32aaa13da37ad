"""The life of an uploaded file: stored, checked in the background, then safe or refused.

A newcomer's mistake: storing a file inside a plain transaction. Use `atomic_with_files`, so that a rollback also takes the
files along that were written for it.
"""

import hashlib
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
from django.utils import translation
from django.utils.module_loading import import_string

from documents import inspection
from documents.checks import names, types
from documents.checks.refusal import Reason, Refusal
from documents.enums import WHO_HEARS_OF_REFUSAL, DocumentPurpose, DocumentState
from documents.models import Document
from documents.refusals import sentence
from jobs.services import enqueue

CHECK = "documents.check"
MAX_SIZE = 25 * 1024 * 1024
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

    The caller has asked the policy. The file is written first and disappears again when the transaction fails.
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
        _write(document, upload)
        document.save()
        enqueue(CHECK, document.pk)
    return document


def sha256_of(file) -> str:
    """Hexadecimal SHA-256 of an open file, which is rewound before and after."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


def _write(document, content):
    document.file.save(document.name, content, save=False)
    _written.get().append(document.file.name)


def check(document_id) -> None:
    """Look inside a stored file and settle its state. Running it twice changes nothing the second time."""
    document = Document.objects.get(pk=document_id)
    if document.state != DocumentState.CHECKING:
        return
    _name, extension = names.clean(document.name)
    with tempfile.TemporaryDirectory() as folder:
        verdict = inspection.inspect(Path(document.file.path), extension, Path(folder) / "clean")
        if verdict.reason:
            refuse(document_id, verdict.reason, verdict.facts)
        else:
            _accept(document_id, verdict.clean)


@atomic_with_files()
def _accept(document_id, clean):
    document = Document.objects.select_for_update().get(pk=document_id)
    if document.state != DocumentState.CHECKING:
        return
    if clean:
        _replace(document, clean)
    document.state = DocumentState.SAFE
    document.save()


def _replace(document, clean):
    """Keep the clean copy instead of what was uploaded; the original goes once that is certain."""
    original = document.file.name
    with clean.open("rb") as handle:
        content = File(handle)
        document.size, document.sha256 = content.size, sha256_of(content)
        _write(document, content)
    transaction.on_commit(lambda: default_storage.delete(original))


@transaction.atomic
def refuse(document_id, reason, facts=None) -> None:
    """Refuse a file that was being checked. The row keeps the sentence, in the portal's language; the bytes go.

    The owning floor tells the uploader (documents.enums.WHO_HEARS_OF_REFUSAL).
    """
    document = Document.objects.select_for_update().get(pk=document_id)
    if document.state != DocumentState.CHECKING:
        return
    stored = str(document.file.name)
    with translation.override(settings.LANGUAGE_CODE):
        document.refusal = sentence(reason, facts)
    document.state, document.file = DocumentState.REFUSED, ""
    document.save()
    import_string(WHO_HEARS_OF_REFUSAL[DocumentPurpose(document.purpose)])(document)
    transaction.on_commit(lambda: default_storage.delete(stored))


def give_up(document_id, _reason) -> None:
    """The check itself kept failing: closed, with a sentence for the uploader. Staff see the cause on the parked job."""
    refuse(document_id, Reason.UNCHECKED)
