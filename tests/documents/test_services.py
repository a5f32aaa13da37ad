"""Storing and checking: what is kept, what is refused with which sentence, and that no file is left behind."""

import hashlib
import signal
import subprocess

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from documents import inspection, services
from documents.checks.refusal import Reason
from documents.enums import DocumentPurpose, DocumentState
from documents.models import Document, StorageLimit
from jobs.enums import JobState
from jobs.models import Job
from jobs.registry import handler_of
from jobs.services import run
from tests.documents import files
from tests.documents.conftest import upload

pytestmark = pytest.mark.django_db


def test_an_upload_is_kept_with_its_true_type_size_and_hash_and_waits_for_its_check(stored, world, empty_disk):
    content = files.pdf()
    document = stored(content, "Mijn  verslag.PDF")
    assert (document.name, document.content_type, document.size) == (
        "Mijn verslag.pdf",
        "application/pdf",
        len(content),
    )
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.state == DocumentState.CHECKING
    assert [path.read_bytes() for path in empty_disk()] == [content]
    assert "verslag" not in document.file.name
    assert Job.objects.get().kind == services.CHECK


def test_a_sound_file_becomes_safe_and_a_second_check_changes_nothing(stored):
    document = stored(files.pdf())
    services.check(document.pk)
    services.check(document.pk)
    document.refresh_from_db()
    assert (document.state, document.refusal) == (DocumentState.SAFE, "")


def test_the_job_checks_the_file(stored):
    document = stored(files.pdf())
    assert run(Job.objects.get().pk, worker="test") == JobState.DONE
    document.refresh_from_db()
    assert document.is_safe


def test_a_hostile_file_is_refused_with_a_dutch_sentence_and_its_bytes_are_gone(
    stored, empty_disk, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        document = stored(files.pdf_with_javascript())
        services.check(document.pk)
    document.refresh_from_db()
    assert document.state == DocumentState.REFUSED
    assert document.refusal == (
        "Deze PDF bevat een script of bijlage. Druk het document af naar een nieuwe PDF en probeer opnieuw."
    )
    assert empty_disk() == []


def test_a_photo_is_replaced_by_its_clean_copy(stored, empty_disk, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        document = stored(files.photo_with_gps(), "foto.jpg")
        services.check(document.pk)
    document.refresh_from_db()
    (kept,) = empty_disk()
    assert document.is_safe
    assert b"GEHEIMMERK" not in kept.read_bytes()
    assert document.sha256 == hashlib.sha256(kept.read_bytes()).hexdigest()
    assert document.size == kept.stat().st_size


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "macro.docm",
            b"PK\x03\x04",
            "Dit bestandstype aanvaarden we niet. Bezorg een PDF, foto, Office-document, OpenDocument of MP4.",
        ),
        (
            "verslag.pdf",
            files.office("docx"),
            "Dit bestand heet .pdf, maar het is een Word-document. Bewaar het als PDF of pas de extensie aan.",
        ),
        (
            "verslag.pdf",
            b"gewone tekst",
            "Dit bestand heet .pdf, maar er zit iets anders in. Bewaar het opnieuw als PDF.",
        ),
        ("verslag.pdf", b"", "Dit bestand is leeg. Kies een ander bestand."),
        (
            "verslag",
            b"%PDF-",
            "Dit bestand heeft geen goede naam. Geef het een naam met een extensie, bijvoorbeeld poster.pdf.",
        ),
        (
            "oud.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 50,
            "Dit document heeft een wachtwoord of een oud formaat. Bewaar het zonder wachtwoord als .docx, .xlsx of .pptx.",
        ),
    ],
)
def test_what_can_be_said_at_once_is_said_at_once(name, content, sentence, stored, empty_disk):
    with pytest.raises(ValidationError) as refused:
        stored(content, name)
    assert refused.value.messages == [sentence]
    assert not Document.objects.exists()
    assert empty_disk() == []


def test_a_file_of_exactly_the_limit_is_accepted_and_one_byte_more_is_not(stored, empty_disk):
    content = files.pdf()
    at_the_limit = content + b" " * (services.MAX_SIZE - len(content))
    assert stored(at_the_limit).size == services.MAX_SIZE
    with pytest.raises(ValidationError) as refused:
        stored(at_the_limit + b" ")
    assert refused.value.messages == ["Dit bestand is 26 MB groot. Het maximum is 25 MB."]
    assert len(empty_disk()) == 1


def store_and_fail(transaction_, stored):
    with transaction_:
        stored(files.pdf())
        raise RuntimeError


def test_a_rollback_takes_the_file_along(stored, empty_disk):
    with pytest.raises(RuntimeError):
        store_and_fail(services.atomic_with_files(), stored)
    assert not Document.objects.exists()
    assert empty_disk() == []


def test_a_plain_transaction_leaves_the_file_behind(stored, empty_disk):
    """The negative control: why atomic_with_files exists."""
    with pytest.raises(RuntimeError):
        store_and_fail(transaction.atomic(), stored)
    assert len(empty_disk()) == 1


def test_a_failure_inside_takes_only_its_own_file_along(stored, empty_disk):
    with services.atomic_with_files():
        kept = stored(files.pdf())
        with pytest.raises(RuntimeError):
            store_and_fail(services.atomic_with_files(), stored)
    assert [path.name for path in empty_disk()] == [kept.file.name.rsplit("/", 1)[-1]]


def test_a_child_that_ran_out_of_processor_time_refuses_the_file(stored, monkeypatch):
    monkeypatch.setattr(inspection.subprocess, "run", _ended_by_its_limit)
    document = stored(files.pdf())
    services.check(document.pk)
    document.refresh_from_db()
    assert (
        document.refusal
        == "We konden dit bestand niet nakijken: het is te ingewikkeld. Bewaar het als een eenvoudige PDF."
    )


def _ended_by_its_limit(*args, **how):
    return subprocess.CompletedProcess(args, returncode=-signal.SIGXCPU)


def test_a_check_that_is_out_of_order_is_tried_again_and_then_fails_closed(stored, monkeypatch):
    def broken(*args):
        raise RuntimeError("no module named pypdf")

    monkeypatch.setattr(inspection, "inspect", broken)
    document, job = stored(files.pdf()), Job.objects.get()
    for attempt in range(4):
        Job.objects.update(next_try_at="2020-01-01T00:00Z")
        run(job.pk, worker=f"worker {attempt}")
    job.refresh_from_db()
    document.refresh_from_db()
    assert job.state == JobState.PARKED
    assert document.state == DocumentState.REFUSED
    assert document.refusal == "We konden dit bestand niet nakijken door een probleem bij ons. Laad het opnieuw op."


def test_the_child_process_refuses_a_bomb_within_five_seconds(tmp_path):
    path = tmp_path / "bomb"
    path.write_bytes(files.office_bomb())
    assert inspection.inspect(path, "docx", tmp_path / "clean").reason == Reason.UNPACKED


def test_stored_names_never_meet(stored):
    names = {stored(files.pdf()).file.name for _number in range(5)}
    assert len(names) == 5


def test_the_purpose_and_the_uploader_are_on_record(world):
    document = services.store(
        upload=upload(files.pdf()), organisation=world.school, purpose=DocumentPurpose.LABEL_PROOF, by=world.teacher
    )
    assert (document.purpose, document.uploaded_by, document.organisation) == (
        DocumentPurpose.LABEL_PROOF,
        world.teacher,
        world.school,
    )


def test_a_machine_that_is_too_busy_says_nothing_about_the_file(stored, monkeypatch):
    document = stored(files.picture("WEBP"), "foto.webp")
    monkeypatch.setattr(inspection, "WALL_SECONDS", 0.01)
    job = Job.objects.get()
    assert run(job.pk, worker="test") == JobState.WAITING
    document.refresh_from_db()
    assert document.state == DocumentState.CHECKING
    monkeypatch.undo()
    Job.objects.update(next_try_at=timezone.now())
    assert run(job.pk, worker="test") == JobState.DONE
    document.refresh_from_db()
    assert document.is_safe


def test_a_reader_that_crashes_is_a_fact_about_the_file(monkeypatch, tmp_path):
    crashed = subprocess.CompletedProcess([], -signal.SIGSEGV)
    monkeypatch.setattr(inspection.subprocess, "run", lambda *args, **how: crashed)
    assert inspection.inspect(tmp_path, "pdf", tmp_path).reason == Reason.TOO_COMPLEX


def test_a_check_that_was_killed_is_tried_again(monkeypatch, tmp_path):
    killed = subprocess.CompletedProcess([], -signal.SIGKILL)
    monkeypatch.setattr(inspection.subprocess, "run", lambda *args, **how: killed)
    with pytest.raises(RuntimeError, match="-9"):
        inspection.inspect(tmp_path, "pdf", tmp_path)


def test_a_clean_copy_that_no_longer_fits_is_refused_and_the_limit_holds(stored, world, monkeypatch):
    document = stored(files.picture("PNG"), "foto.png")
    StorageLimit.objects.create(organisation=world.school, megabytes=1)

    def grow(path, extension, clean):
        clean.write_bytes(b"x" * 2_000_000)
        return inspection.Verdict(clean=clean)

    monkeypatch.setattr(inspection, "inspect", grow)
    services.check(document.pk)
    document.refresh_from_db()
    assert (document.state, document.refusal) == (
        DocumentState.REFUSED,
        "Jullie opslagruimte is vol. Verwijder een oud bestand of contacteer Voka.",
    )


def test_checks_wait_in_a_queue_of_their_own():
    assert {handler_of(kind).queue for kind in (services.CHECK, services.SCAN)} == {"checks"}
