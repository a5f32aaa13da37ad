"""The cleaner: disk and database agree again, and nothing that still counts is touched."""

import os
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents import services, sweep
from documents.enums import DocumentState
from documents.models import Document
from documents.sweep import Swept
from jobs.enums import JobState
from jobs.models import Job
from jobs.services import run
from jobs.tasks import start
from tests.documents import files

pytestmark = pytest.mark.django_db

TWO_DAYS = 2 * 24 * 3600


def age(path, seconds=TWO_DAYS):
    os.utime(path, (time.time() - seconds,) * 2)


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = settings.MEDIA_ROOT / "incoming"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir(parents=True)
    return settings.MEDIA_ROOT


@pytest.fixture
def safe(media, stored):
    document = stored(files.pdf())
    services.check(document.pk)
    document.refresh_from_db()
    return document


def orphan(media, name="ab/abcdef", seconds=TWO_DAYS):
    path = media / "documents" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"van niemand")
    age(path, seconds)
    return path


def test_a_file_without_a_row_goes_after_a_day_and_a_file_with_a_row_stays(media, safe):
    old, young = orphan(media), orphan(media, "ab/jong", seconds=60)
    age(safe.file.path)
    assert sweep.sweep() == Swept(orphans=1)
    assert (old.exists(), young.exists(), os.path.exists(safe.file.path)) == (False, True, True)
    assert sweep.sweep() == Swept()


def test_halves_of_uploads_and_work_folders_go_after_a_day(media, safe):
    incoming = media / "incoming"
    (incoming / "tmpwerk").mkdir()
    for name, seconds in (("half.upload.pdf", TWO_DAYS), ("nu.upload.pdf", 60), ("tmpwerk/clean", TWO_DAYS)):
        (incoming / name).write_bytes(b"x")
        age(incoming / name, seconds)
    assert sweep.sweep() == Swept(leftovers=2)
    age(incoming / "tmpwerk")
    sweep.sweep()
    assert sorted(path.name for path in incoming.iterdir()) == ["nu.upload.pdf"]


def test_a_row_whose_file_is_gone_says_so_and_is_closed(media, safe):
    os.unlink(safe.file.path)
    assert sweep.sweep() == Swept(missing=1)
    safe.refresh_from_db()
    assert safe.state == DocumentState.MISSING
    assert safe.refusal == (
        "We zijn dit bestand kwijt: het staat niet meer op onze schijf. Laad het opnieuw op of contacteer Voka."
    )
    assert sweep.sweep() == Swept()


def test_a_file_that_comes_back_unchanged_is_safe_again(media, safe):
    content = safe.file.read()
    os.unlink(safe.file.path)
    sweep.sweep()
    with open(safe.file.path, "wb") as file:
        file.write(content)
    assert sweep.sweep() == Swept(returned=1)
    safe.refresh_from_db()
    assert (safe.state, safe.refusal) == (DocumentState.SAFE, "")


def test_a_file_that_comes_back_changed_stays_closed(media, safe):
    os.unlink(safe.file.path)
    sweep.sweep()
    with open(safe.file.path, "wb") as file:
        file.write(files.pdf_with_javascript())
    assert sweep.sweep() == Swept()
    safe.refresh_from_db()
    assert safe.state == DocumentState.MISSING


def test_when_the_whole_folder_is_away_nothing_is_concluded_from_that(media, safe, caplog):
    (media / "documents").rename(media / "elders")
    assert sweep.sweep() == Swept()
    safe.refresh_from_db()
    assert safe.is_safe
    assert "the folder with uploads is away" in caplog.text


def test_an_empty_portal_has_nothing_to_sweep(media):
    assert sweep.sweep() == Swept()


def test_a_check_that_was_forgotten_starts_again_and_one_that_is_busy_does_not(media, stored):
    forgotten, busy = stored(files.pdf()), stored(files.pdf())
    Document.objects.update(uploaded_at=timezone.now() - timedelta(hours=2))
    Job.objects.filter(object_id=forgotten.pk).delete()
    Job.objects.filter(object_id=busy.pk).update(attempts=2)
    assert sweep.sweep() == Swept(restarted=1)
    assert Job.objects.get(object_id=forgotten.pk).kind == services.CHECK
    assert Job.objects.get(object_id=busy.pk).attempts == 2


def test_beat_starts_the_cleaner_as_a_job_and_twice_is_once(media, safe):
    old = orphan(media)
    start(sweep.SWEEP)
    start(sweep.SWEEP)
    job = Job.objects.get(kind=sweep.SWEEP)
    assert run(job.pk, worker="test") == JobState.DONE
    assert not old.exists()


def test_the_beat_of_the_portal_knows_the_cleaner(settings):
    assert [
        entry["args"]
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
        if entry["task"] == "jobs.tasks.start" and entry["args"][0].startswith("documents")
    ] == [[sweep.SWEEP]]


def test_the_cleaner_can_be_asked_by_hand(media, safe, capsys):
    orphan(media)
    call_command("sweep_documents")
    assert capsys.readouterr().out.startswith("1 weesbestanden en 0 resten verwijderd")


def test_the_cleaner_costs_the_same_with_one_and_with_three_files(media, stored):
    def count():
        with CaptureQueriesContext(connection) as queries:
            sweep.sweep()
        return len(queries)

    services.check(stored(files.pdf()).pk)
    first = count()
    for _number in range(2):
        services.check(stored(files.pdf()).pk)
    assert count() == first
