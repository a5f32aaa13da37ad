"""The life of a job: enqueue, claim, run, sweep, retry.

enqueue() writes the row in the caller's transaction and wakes a worker after commit. Whatever happens to broker or worker,
sweep() finds what is overdue and publishes it again; after the handler's maximum of attempts the job is parked.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jobs import broker
from jobs.enums import JobState
from jobs.models import Heartbeat, Job
from jobs.registry import handler_of, kinds

logger = logging.getLogger(__name__)

# Room for the wake-up call after commit before the sweep steps in.
FIRST_GRACE = timedelta(seconds=15)
# What was published but not yet claimed is left alone this long, so a backlog is not published over and over.
PUBLISH_GRACE = timedelta(seconds=60)
BACK_OFF = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
SWEEP_BATCH = 500
ALIVE = timedelta(seconds=60)
ERROR_MAX_LENGTH = 2000


class GiveUp(Exception):
    """Raised by a handler when trying again cannot help: the job is parked at once with this sentence."""


@transaction.atomic
def enqueue(kind, object_id) -> Job:
    """Make sure that `kind` happens for this object after the current transaction. Asking twice is asking once.

    A job that was done or parked before starts again with a clean slate. One that is running happens once more after it:
    its handler may have read the object before the caller's change. KeyError when no handler is registered for `kind`.
    """
    handler = handler_of(kind)
    now = timezone.now()
    job, created = Job.objects.select_for_update().get_or_create(
        kind=kind, object_id=object_id, defaults={"next_try_at": now, "wake_at": now + FIRST_GRACE}
    )
    if not created and job.state in (JobState.DONE, JobState.PARKED):
        _start_over(job)
    elif job.state == JobState.RUNNING:
        job.is_asked_again = True
        job.save(update_fields=["is_asked_again"])
    _wake_after_commit(job, handler)
    return job


@transaction.atomic
def retry(*, job) -> Job:
    """Give a parked job a new series of attempts."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state == JobState.PARKED:
        _start_over(job)
        _wake_after_commit(job, handler_of(job.kind))
    return job


def _start_over(job):
    job.state, job.attempts, job.done_at = JobState.WAITING, 0, None
    job.claimed_by = job.last_error = ""
    job.is_asked_again = False
    job.next_try_at = timezone.now()
    job.wake_at = job.next_try_at + FIRST_GRACE
    job.save()


def _wake_after_commit(job, handler):
    transaction.on_commit(lambda: broker.publish(job.pk, queue=handler.queue))


def run(job_id, *, worker) -> JobState | None:
    """Do one job if it is free. `worker` is the id of the broker's message.

    Returns the state it ended in, or None when there was nothing to do (already done, or in another worker's hands).
    """
    job = _claim(job_id, worker)
    if job is None:
        return None
    handler = handler_of(job.kind)
    try:
        handler.function(job.object_id)
    except GiveUp as reason:
        return _settle(job, error=str(reason) or "given up", give_up=True)
    except Exception as error:  # a handler's fault must never stop the next job
        logger.exception("job %s failed", job)
        return _settle(job, error=f"{type(error).__name__}: {error}", give_up=job.attempts >= handler.max_attempts)
    return _settle(job, error="")


@transaction.atomic
def _claim(job_id, worker):
    """Take the job, or None. The same message seen twice means that its first worker died: take over at once."""
    now = timezone.now()
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        return None
    # A first try never waits for the clock: web and worker may be on machines whose clocks differ.
    fresh = job.state == JobState.WAITING and (job.attempts == 0 or job.next_try_at <= now)
    orphaned = job.state == JobState.RUNNING and (job.next_try_at <= now or job.claimed_by == worker)
    if not (fresh or orphaned):
        return None
    handler = handler_of(job.kind)
    if job.attempts >= handler.max_attempts:
        _park(job, job.last_error or "The worker stopped each time while doing this.", handler)
        return None
    job.state, job.claimed_by, job.is_asked_again = JobState.RUNNING, worker, False
    job.next_try_at = job.wake_at = now + timedelta(seconds=settings.JOB_LEASE_SECONDS)
    job.attempts += 1
    job.save()
    return job


@transaction.atomic
def _settle(job, *, error, give_up=False):
    current = Job.objects.select_for_update().get(pk=job.pk)
    is_ours = (current.state, current.claimed_by, current.attempts) == (JobState.RUNNING, job.claimed_by, job.attempts)
    if not is_ours:
        return current.state  # another worker took over meanwhile; its outcome counts
    handler = handler_of(current.kind)
    if current.is_asked_again:
        _start_over(current)
        _wake_after_commit(current, handler)
    elif not error:
        current.state, current.done_at, current.last_error = JobState.DONE, timezone.now(), ""
        current.save()
    elif give_up:
        _park(current, error, handler)
    else:
        current.state, current.last_error = JobState.WAITING, _storable(error)
        current.next_try_at = timezone.now() + BACK_OFF[min(current.attempts, len(BACK_OFF)) - 1]
        current.wake_at = current.next_try_at
        current.save()
    return current.state


def _park(job, reason, handler):
    job.state, job.last_error = JobState.PARKED, _storable(reason)
    job.save()
    logger.error("job %s parked after %s attempts: %s", job, job.attempts, job.last_error)
    if handler.on_parked:
        try:
            with transaction.atomic():
                handler.on_parked(job.object_id, job.last_error)
        except Exception:  # its fault must not undo the parking, or this job would come back for ever
            logger.exception("job %s: on_parked failed", job)


def _storable(error):
    """PostgreSQL refuses NUL in text, and an error may quote anything."""
    return error.replace("\x00", "")[:ERROR_MAX_LENGTH]


def sweep() -> int:
    """Publish every overdue job again and note that the background is alive. Returns how many were published.

    Two sweeps at once share the work: a row that one has in hand is skipped by the other.
    """
    now = timezone.now()
    Heartbeat.objects.update_or_create(pk=1, defaults={"seen_at": now})
    with transaction.atomic():
        to_wake = Job.objects.select_for_update(skip_locked=True).to_wake(now).filter(kind__in=kinds())
        jobs = list(to_wake.order_by("wake_at")[:SWEEP_BATCH])
        Job.objects.filter(pk__in=[job.pk for job in jobs]).update(wake_at=now + PUBLISH_GRACE)
    return sum(broker.publish(job.pk, queue=handler_of(job.kind).queue) for job in jobs)


def background_is_alive() -> bool:
    """Whether a worker was heard in the last minute; False also when beat or broker is down."""
    return Heartbeat.objects.filter(seen_at__gte=timezone.now() - ALIVE).exists()


def oldest_overdue_seconds() -> float:
    """Age in seconds of the oldest job that should have happened by now: the portal's health figure."""
    now = timezone.now()
    first = Job.objects.overdue(now).order_by("next_try_at").values_list("next_try_at", flat=True).first()
    return (now - first).total_seconds() if first else 0.0
