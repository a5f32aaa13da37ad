"""What must happen happens: once, also after failures, and never for ever."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs import services
from jobs.enums import JobState
from jobs.models import Heartbeat, Job
from jobs.registry import handler_of, kinds

pytestmark = pytest.mark.django_db

KIND = "tests.deed"


def enqueue(object_id=7):
    return services.enqueue(KIND, object_id)


def after(seconds):
    """Move the clock; ticking goes on."""
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds))


def fail(message="kapot"):
    def behave(object_id):
        raise RuntimeError(message)

    return behave


# --- enqueue ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_cause_that_is_rolled_back_leaves_no_job_and_no_message(deeds, published):
    def change_of_mind():
        with transaction.atomic():
            enqueue()
            raise RuntimeError

    pytest.raises(RuntimeError, change_of_mind)
    assert not Job.objects.exists()
    assert published == []


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_told_after_the_commit_and_not_before(deeds, published):
    with transaction.atomic():
        job = enqueue()
        assert published == []
    assert published == [(job.pk, "default")]


def test_asking_twice_is_one_job_that_happens_once(deeds, published):
    first, second = enqueue(), enqueue()
    assert first.pk == second.pk
    assert services.run(first.pk, worker="m1") == JobState.DONE
    assert services.run(first.pk, worker="m2") is None
    assert deeds.done == [7]


def test_an_unknown_kind_is_refused_at_once_and_not_left_in_the_table():
    with pytest.raises(KeyError):
        services.enqueue("tests.nobody", 1)
    assert not Job.objects.exists()


def test_what_was_done_happens_again_when_it_is_asked_again(deeds, published):
    services.run(enqueue().pk, worker="m1")
    job = enqueue()
    assert (job.state, job.attempts, job.done_at) == (JobState.WAITING, 0, None)
    services.run(job.pk, worker="m2")
    assert deeds.done == [7, 7]


def test_what_is_asked_while_it_runs_happens_once_more(deeds, published):
    def ask_again(object_id):
        if len(deeds.done) == 1:
            enqueue()

    deeds.behave = ask_again
    job = enqueue()
    assert services.run(job.pk, worker="m1") == JobState.WAITING
    assert services.run(job.pk, worker="m2") == JobState.DONE
    assert services.run(job.pk, worker="m3") is None
    assert deeds.done == [7, 7]


def test_two_kinds_for_one_object_are_two_jobs(deeds, published):
    assert len({enqueue().pk, services.enqueue("notifications.send", 7).pk}) == 2


def test_the_database_itself_holds_one_job_per_kind_and_object():
    facts = {"kind": KIND, "object_id": 1, "next_try_at": timezone.now(), "wake_at": timezone.now()}
    Job.objects.create(**facts)
    with pytest.raises(IntegrityError, match=r"one_job_per_kind_and_object|UNIQUE"), transaction.atomic():
        Job.objects.create(**facts)


# --- failing, giving up, parking --------------------------------------------------------------------------------------


def test_a_failure_waits_longer_each_time_and_is_then_parked_with_its_reason(deeds, published):
    deeds.behave = fail()
    job = enqueue()
    waits = []
    for attempt in range(1, 4):
        with after(sum(waits) + attempt):
            services.run(job.pk, worker=f"m{attempt}")
            job.refresh_from_db()
            waits.append(round((job.next_try_at - timezone.now()).total_seconds()))
    assert waits[:2] == [10, 60]
    assert (job.state, job.attempts, job.last_error) == (JobState.PARKED, 3, "RuntimeError: kapot")
    assert deeds.parked == [(7, "RuntimeError: kapot")]


def test_during_the_back_off_a_stray_message_starts_nothing(deeds, published):
    deeds.behave = fail()
    job = enqueue()
    services.run(job.pk, worker="m1")
    assert services.run(job.pk, worker="m2") is None
    assert enqueue().attempts == 1
    assert services.run(job.pk, worker="m3") is None
    assert deeds.done == [7]


def test_after_a_failure_it_can_still_succeed_and_forgets_the_error(deeds, published):
    deeds.behave = fail()
    job = enqueue()
    services.run(job.pk, worker="m1")
    deeds.behave = lambda object_id: None
    with after(11):
        assert services.run(job.pk, worker="m2") == JobState.DONE
    job.refresh_from_db()
    assert (job.last_error, job.attempts) == ("", 2)


@pytest.mark.parametrize(
    ("sentence", "shown"), [("Het adres bestaat niet.", "Het adres bestaat niet."), ("", "given up")]
)
def test_giving_up_parks_at_once(deeds, published, sentence, shown):
    def behave(object_id):
        raise services.GiveUp(sentence)

    deeds.behave = behave
    job = enqueue()
    assert services.run(job.pk, worker="m1") == JobState.PARKED
    job.refresh_from_db()
    assert (job.attempts, job.last_error) == (1, shown)
    assert deeds.parked == [(7, shown)]


def test_a_parked_job_stays_parked_until_someone_asks(deeds, published):
    deeds.behave = fail()
    job = enqueue()
    Job.objects.update(attempts=2)
    services.run(job.pk, worker="m1")
    assert services.run(job.pk, worker="m2") is None
    with after(3600):
        assert services.sweep() == 0
    assert len(deeds.parked) == 1
    services.retry(job=job)
    deeds.behave = lambda object_id: None
    assert services.run(job.pk, worker="m3") == JobState.DONE


def test_retry_leaves_a_job_alone_that_is_not_parked(deeds, published):
    job = enqueue()
    Job.objects.update(state=JobState.RUNNING, claimed_by="m1", attempts=1)
    assert (services.retry(job=job).state, services.retry(job=job).attempts) == (JobState.RUNNING, 1)


def test_a_fault_in_on_parked_does_not_undo_the_parking(deeds, published):
    deeds.behave, deeds.on_parked_behave = fail(), fail("ook kapot")
    job = enqueue()
    Job.objects.update(attempts=2)
    assert services.run(job.pk, worker="m1") == JobState.PARKED


def test_an_error_text_that_the_database_cannot_hold_does_not_stop_the_parking(deeds, published):
    deeds.behave = fail("nul \x00" + "x" * 5000)
    job = enqueue()
    services.run(job.pk, worker="m1")
    job.refresh_from_db()
    assert job.last_error.startswith("RuntimeError: nul xxx")
    assert len(job.last_error) == services.ERROR_MAX_LENGTH


# --- workers that die -------------------------------------------------------------------------------------------------


class WorkerDied(BaseException):
    """Nothing after this runs in that process."""


def die(object_id):
    raise WorkerDied


def start_and_die(deeds, job, worker):
    deeds.behave = die
    with pytest.raises(WorkerDied):
        services.run(job.pk, worker=worker)
    deeds.behave = lambda object_id: None


def test_the_same_message_again_means_its_worker_died_so_it_takes_over_at_once(deeds, published):
    job = enqueue()
    start_and_die(deeds, job, "m1")
    assert services.run(job.pk, worker="m1") == JobState.DONE
    assert deeds.done == [7, 7]


def test_another_message_waits_for_the_end_of_the_lease(deeds, published, settings):
    job = enqueue()
    start_and_die(deeds, job, "m1")
    assert services.run(job.pk, worker="m2") is None
    with after(settings.JOB_LEASE_SECONDS - 5):
        assert (services.sweep(), services.run(job.pk, worker="m2")) == (0, None)
    with after(settings.JOB_LEASE_SECONDS + 1):
        assert (services.sweep(), services.run(job.pk, worker="m2")) == (1, JobState.DONE)


def test_a_job_that_kills_each_worker_is_parked_after_the_last_attempt(deeds, published):
    job = enqueue()
    for _attempt in range(3):
        start_and_die(deeds, job, "m1")
    assert services.run(job.pk, worker="m1") is None
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.PARKED, 3)
    assert deeds.parked == [(7, "The worker stopped each time while doing this.")]
    assert deeds.done == [7, 7, 7]


def test_a_worker_that_comes_back_late_does_not_overrule_the_one_that_took_over(deeds, published):
    job = enqueue()

    def meanwhile_someone_else_finishes(object_id):
        deeds.behave = lambda object_id: None
        assert services.run(job.pk, worker="m1") == JobState.DONE
        raise RuntimeError("te laat")

    deeds.behave = meanwhile_someone_else_finishes
    assert services.run(job.pk, worker="m1") == JobState.DONE
    job.refresh_from_db()
    assert (job.state, job.attempts, job.last_error) == (JobState.DONE, 2, "")


def test_the_lease_is_longer_than_a_task_may_live(settings):
    assert settings.JOB_LEASE_SECONDS > settings.CELERY_TASK_TIME_LIMIT
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("visibility_timeout", 300) > settings.CELERY_TASK_TIME_LIMIT


# --- sweep and health -------------------------------------------------------------------------------------------------


def test_the_sweep_leaves_a_fresh_job_to_its_own_message(deeds, published):
    enqueue()
    assert services.sweep() == 0


def test_the_sweep_publishes_a_job_whose_message_got_lost_and_leaves_the_healthy_ones(deeds, published):
    lost, done, running = enqueue(1), enqueue(2), enqueue(3)
    services.run(done.pk, worker="m1")
    Job.objects.filter(pk=running.pk).update(state=JobState.RUNNING, wake_at=timezone.now() + timedelta(seconds=100))
    with after(16):
        assert services.sweep() == 1
    assert published == [(lost.pk, "default")]


def test_a_backlog_is_not_published_over_and_over(deeds, published):
    enqueue()
    with after(16):
        assert [services.sweep(), services.sweep()] == [1, 0]
    with after(16 + 61):
        assert services.sweep() == 1


def test_the_sweep_leaves_a_kind_that_nobody_knows(deeds, published):
    Job.objects.create(kind="tests.nobody", object_id=1, next_try_at=timezone.now(), wake_at=timezone.now())
    assert services.sweep() == 0


def test_health_is_the_age_of_the_oldest_open_job_also_in_a_backlog(deeds, published):
    assert services.oldest_overdue_seconds() == 0
    enqueue()
    with after(400):
        services.sweep()
        assert 399 < services.oldest_overdue_seconds() < 402


def test_what_is_done_parked_or_planned_for_later_is_not_overdue(deeds, published):
    done, failing = enqueue(1), enqueue(2)
    services.run(done.pk, worker="m1")
    deeds.behave = fail()
    services.run(failing.pk, worker="m2")
    with after(9):
        assert services.oldest_overdue_seconds() == 0


def test_the_background_is_alive_for_a_minute_after_a_worker_swept(published):
    assert not services.background_is_alive()
    services.sweep()
    assert services.background_is_alive()
    with after(61):
        assert not services.background_is_alive()
        services.sweep()
        assert services.background_is_alive()
    assert Heartbeat.objects.count() == 1


# --- the registry -----------------------------------------------------------------------------------------------------


def test_every_handler_is_registered_on_a_queue_that_a_worker_takes(settings):
    queues = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    assert {handler_of(kind).queue for kind in kinds()} <= queues
    assert "notifications.send" in kinds()
