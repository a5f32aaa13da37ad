"""A real worker draws certificates, and dies in the middle: it ends with one certificate, one file and one mail.

Nothing in the code helps. A lock on a row, a named pipe in the place of the file and a lock on a table hold the worker at three
moments of its work, and there it is killed.
"""

import hashlib
import os
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from certificates import services
from certificates.enums import Event
from certificates.models import Certificate
from jobs import tasks
from jobs.enums import JobState
from jobs.models import Job
from notifications.models import OutboundMail
from tests.certificates.scenery import another_company, text_of
from tests.worker import WorkerProcess

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.django_db(transaction=True)]

LEASE_SECONDS = 3


@pytest.fixture
def quiet_stage(committed_stage):
    """The stage without the mails that setting it up caused."""
    Job.objects.all().delete()
    OutboundMail.objects.all().delete()
    return committed_stage


@pytest.fixture
def worker(tmp_path):
    """Not started yet: a test first sets its trap."""
    from in2stem.celery import app

    app.control.purge()
    worker = WorkerProcess(tmp_path, MEDIA_ROOT=str(settings.MEDIA_ROOT), JOB_LEASE_SECONDS=str(LEASE_SECONDS))
    yield worker
    if worker._process:
        # Nothing of it is needed any more, and an orderly stop takes seconds.
        worker.kill9()
    app.control.purge()


def job_of(certificate):
    return Job.objects.get(kind=services.RENDER, object_id=certificate.pk)


def files():
    return sorted(path.name for path in Path(settings.MEDIA_ROOT).glob("certificates/*/*"))


def part_file(certificate) -> Path:
    """Where the worker writes before it renames."""
    year = certificate.facts["issued_on"][:4]
    path = Path(settings.MEDIA_ROOT) / "certificates" / year / f"{certificate.number}.pdf.part"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def worker_is(condition):
    """Whether another connection to this database is in the state that `condition` describes."""

    def ask():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                f"WHERE datname = current_database() AND pid <> pg_backend_pid() AND {condition}"
            )
            return cursor.fetchone()[0] > 0

    return ask


waiting_for_a_lock = worker_is("wait_event_type = 'Lock'")
# It has the certificate's row and is busy with something else than the database: writing the file.
writing_the_file = worker_is("state = 'idle in transaction' AND query LIKE 'SELECT \"certificates_certificate\"%'")


def heal(worker, *certificates):
    """The machine comes back; beat's sweep finds what the dead worker held."""
    worker.start()

    def all_done():
        Job.objects.filter(state=JobState.WAITING).update(wake_at=timezone.now())
        # Leaves alone what the dead worker still holds: nobody may take it before the lease is over.
        tasks.sweep.delay()
        time.sleep(0.3)
        return all(job_of(certificate).state == JobState.DONE for certificate in certificates)

    worker.wait_for(all_done, timeout=90)
    worker.wait_for(lambda: not OutboundMail.objects.filter(sent_at=None).exists(), timeout=60)


def assert_made_exactly_once(worker, certificate):
    """One certificate, one whole file, one log entry and one mail that really left."""
    certificate.refresh_from_db()
    assert certificate.is_ready
    content = Path(certificate.pdf.path).read_bytes()
    assert files() == [f"{certificate.number}.pdf"]
    assert hashlib.sha256(content).hexdigest() == certificate.sha256
    assert certificate.number in text_of(content)
    assert list(Certificate.objects.values_list("number", flat=True)) == [certificate.number]
    assert list(certificate.log.order_by("id").values_list("event", flat=True)) == [Event.ISSUED, Event.RENDERED]
    assert [mail["To"] for mail in worker.mails] == ["olga.eigenaar@test.example"]


def test_a_worker_draws_what_was_issued_and_mails_the_company(quiet_stage, worker):
    worker.start()
    certificate = quiet_stage.issue()
    worker.wait_for(lambda: job_of(certificate).state == JobState.DONE, timeout=60)
    worker.wait_for(lambda: OutboundMail.objects.filter(sent_at__isnull=False).exists())
    assert_made_exactly_once(worker, certificate)
    assert job_of(certificate).attempts == 1
    assert "cannot draw certificates" not in worker.log


def test_killed_when_the_certificate_is_drawn_but_nothing_is_written(quiet_stage, worker):
    certificate = quiet_stage.issue()
    with transaction.atomic():
        Certificate.objects.select_for_update().get(pk=certificate.pk)
        worker.start()
        worker.wait_for(waiting_for_a_lock, timeout=60)
        worker.kill9()
    assert files() == []
    assert (job_of(certificate).state, job_of(certificate).attempts) == (JobState.RUNNING, 1)
    heal(worker, certificate)
    assert_made_exactly_once(worker, certificate)
    assert job_of(certificate).attempts == 2


def test_killed_while_the_file_is_being_written(quiet_stage, worker):
    certificate = quiet_stage.issue()
    part = part_file(certificate)
    os.mkfifo(part)  # to open it for writing is to wait for a reader, and none comes
    worker.start()
    worker.wait_for(writing_the_file, timeout=60)
    worker.kill9()
    part.unlink()
    part.write_bytes(b"%PDF-1.7 half a certif")  # what a disk would have kept
    assert not Certificate.objects.get(pk=certificate.pk).is_ready
    heal(worker, certificate)
    assert_made_exactly_once(worker, certificate)


def test_killed_when_the_file_is_there_but_nothing_is_committed(quiet_stage, worker):
    certificate = quiet_stage.issue()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE notifications_outboundmail IN ACCESS EXCLUSIVE MODE")
        worker.start()
        worker.wait_for(lambda: files() == [f"{certificate.number}.pdf"] and waiting_for_a_lock(), timeout=60)
        worker.kill9()
    assert not Certificate.objects.get(pk=certificate.pk).is_ready
    assert not OutboundMail.objects.exists()
    heal(worker, certificate)
    assert_made_exactly_once(worker, certificate)


def test_killed_with_five_in_the_queue_all_five_are_made_once(quiet_stage, worker):
    world = quiet_stage.world
    for number in range(4):
        another_company(quiet_stage, f"Bedrijf {number}")
    certificates = services.issue_to_all(trajectory=world.trajectory, by=world.facilitator)
    assert len(certificates) == 5
    os.mkfifo(part_file(certificates[2]))
    worker.start()
    worker.wait_for(writing_the_file, timeout=60)
    worker.wait_for(lambda: files() and (time.sleep(0.5) or writing_the_file()), timeout=60)
    worker.kill9()
    part_file(certificates[2]).unlink()
    heal(worker, *certificates)
    assert files() == sorted(f"{certificate.number}.pdf" for certificate in certificates)
    for certificate in certificates:
        certificate.refresh_from_db()
        assert hashlib.sha256(Path(certificate.pdf.path).read_bytes()).hexdigest() == certificate.sha256
        assert certificate.log.filter(event=Event.RENDERED).count() == 1
    assert len({certificate.sha256 for certificate in certificates}) == 5
    recipients = sorted(mail["To"] for mail in worker.mails)
    assert len(recipients) == len(set(recipients)) == 5


def test_a_certificate_that_kills_its_worker_each_time_is_parked_and_the_others_are_made(quiet_stage, worker):
    """Poison: five attempts, then a reason that staff can read."""
    extra = another_company(quiet_stage, "Extra nv")
    poison, healthy = quiet_stage.issue(), quiet_stage.issue(organisation=extra)
    Job.objects.filter(pk=job_of(poison).pk).update(state=JobState.RUNNING, attempts=5, wake_at=timezone.now())
    worker.start()

    def settled():
        tasks.sweep.delay()
        time.sleep(0.5)
        return job_of(poison).state == JobState.PARKED and job_of(healthy).state == JobState.DONE

    worker.wait_for(settled, timeout=90)
    poison.refresh_from_db()
    assert poison.failed_reason
    assert list(Certificate.objects.failed()) == [poison]
