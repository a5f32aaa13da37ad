"""A real worker on a real Redis, killed in the middle of its work: everything happens in the end, and once.

The work is sending mail to a real (if small) mail server; it holds the worker at the moment before a mail is accepted.
"""

import os
import signal
import time

import pytest
import redis
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jobs import services, tasks
from jobs.enums import JobState
from jobs.models import Job
from notifications.models import OutboundMail
from notifications.services import queue_rendered
from tests.jobs import handlers
from tests.smtp import MailServer
from tests.worker import WorkerProcess

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mail_server():
    with MailServer() as server:
        yield server


@pytest.fixture
def notes(tmp_path):
    """What the handlers of tests/jobs/handlers.py wrote down, line by line."""
    return lambda: (tmp_path / "notes").read_text().splitlines() if (tmp_path / "notes").exists() else []


@pytest.fixture
def worker(tmp_path, mail_server):
    from in2stem.celery import app

    app.control.purge()
    worker = WorkerProcess(
        tmp_path,
        include="tests.jobs.handlers",
        EMAIL_URL=mail_server.url,
        JOB_LEASE_SECONDS="3",
        **{handlers.FOLDER: str(tmp_path)},
    )
    worker.start()
    yield worker
    worker.kill9()
    app.control.purge()


@transaction.atomic
def queue_a_mail(number=1):
    return queue_rendered(
        event="tests/mail", to=f"iemand{number}@test.example", subject=f"Mail {number}", text="Dag.\n"
    )


def is_sent(mail):
    return lambda: OutboundMail.objects.filter(pk=mail.pk, sent_at__isnull=False).exists()


def job_of(mail):
    return Job.objects.get(kind="notifications.send", object_id=mail.pk)


def subjects(mail_server):
    return sorted(mail["Subject"] for mail in mail_server.mails)


def test_a_worker_wakes_up_and_does_the_job(worker, mail_server):
    mail = queue_a_mail()
    worker.wait_for(is_sent(mail))
    assert subjects(mail_server) == ["Mail 1"]
    # The job is closed a moment after its mail is marked as sent.
    worker.wait_for(lambda: job_of(mail).state == JobState.DONE)
    assert job_of(mail).attempts == 1


def test_a_killed_child_costs_seconds_and_the_mail_leaves_once(worker, mail_server):
    """Measured in reliability: with acks_late alone this task would be lost (M1)."""

    def kill_the_first(number):
        if number == 1:
            for child in worker.children:
                os.kill(child, signal.SIGKILL)
            time.sleep(0.5)
            return b"451 nobody is there to hear this"
        return None

    mail_server.before_accepting = kill_the_first
    began = time.monotonic()
    mail = queue_a_mail()
    worker.wait_for(is_sent(mail), timeout=30)
    assert time.monotonic() - began < 20
    assert subjects(mail_server) == ["Mail 1"]
    # The mail is out a moment before that is committed.
    worker.wait_for(lambda: job_of(mail).state == JobState.DONE, timeout=10)
    assert job_of(mail).attempts == 2


def test_a_killed_machine_is_healed_by_the_sweep_after_the_lease(worker, mail_server):
    def pull_the_plug(number):
        if number == 1:
            worker.kill9()
            return b"451 nobody is there to hear this"
        return None

    mail_server.before_accepting = pull_the_plug
    mails = [queue_a_mail(number) for number in range(1, 6)]
    worker.process.wait(30)
    assert mail_server.mails == []
    worker.start()
    worker.wait_for(lambda: len(mail_server.mails) == 4)
    # The negative control: its message died with the worker, and only the sweep looks in the database.
    time.sleep(4)
    [orphan] = [mail for mail in mails if not is_sent(mail)()]
    assert (job_of(orphan).state, job_of(orphan).attempts) == (JobState.RUNNING, 1)
    tasks.sweep.delay()
    worker.wait_for(is_sent(orphan))
    assert subjects(mail_server) == ["Mail 1", "Mail 2", "Mail 3", "Mail 4", "Mail 5"]
    assert sorted(job_of(mail).attempts for mail in mails) == [1, 1, 1, 1, 2]


def test_an_emptied_redis_loses_no_job(worker, mail_server):
    worker.stop()
    for number in range(1, 6):
        queue_a_mail(number)
    client = redis.Redis.from_url(settings.REDIS_URL)
    assert client.llen("default") == 5
    client.flushdb()
    worker.start()
    Job.objects.update(wake_at=timezone.now())
    tasks.sweep.delay()
    worker.wait_for(lambda: OutboundMail.objects.filter(sent_at=None).count() == 0)
    assert subjects(mail_server) == ["Mail 1", "Mail 2", "Mail 3", "Mail 4", "Mail 5"]


def test_a_mail_that_the_server_refuses_for_good_is_parked_and_staff_can_read_why(worker, mail_server):
    mail_server.on_recipient = lambda address: b"550 unknown mailbox"
    mail = queue_a_mail()
    worker.wait_for(lambda: job_of(mail).state == JobState.PARKED)
    mail.refresh_from_db()
    assert mail.failed_reason == "De mailserver weigert dit adres: 550 unknown mailbox"
    assert (mail.sent_at, job_of(mail).attempts) == (None, 1)


def test_a_mail_that_the_server_cannot_take_now_is_tried_again(worker, mail_server):
    mail_server.before_accepting = lambda number: b"451 try later" if number == 1 else None
    mail = queue_a_mail()
    worker.wait_for(lambda: job_of(mail).last_error)
    assert job_of(mail).state == JobState.WAITING
    Job.objects.update(next_try_at=timezone.now(), wake_at=timezone.now())
    tasks.sweep.delay()
    worker.wait_for(is_sent(mail))
    assert subjects(mail_server) == ["Mail 1"]


def test_poison_is_parked_after_its_attempts_and_the_others_go_on(worker, mail_server, notes):
    """Measured: without a count in the database a task that kills its process runs for ever (M3)."""
    with transaction.atomic():
        poison = services.enqueue(handlers.POISON, 1)
    mail = queue_a_mail()
    worker.wait_for(lambda: Job.objects.filter(pk=poison.pk, state=JobState.PARKED).exists(), timeout=60)
    worker.wait_for(is_sent(mail))
    assert notes() == ["tried 1", "tried 1", "tried 1", "parked 1"]
    poison.refresh_from_db()
    assert (poison.attempts, poison.last_error) == (3, "The worker stopped each time while doing this.")


def test_one_worker_takes_both_queues(worker, notes):
    with transaction.atomic():
        services.enqueue(handlers.NOTE, 5)
    worker.wait_for(lambda: notes() == ["did 5"])
