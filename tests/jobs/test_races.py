"""Two workers, two sweeps, two requests in the same moment: each job happens once. With negative controls."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from jobs import services
from jobs.enums import JobState
from jobs.models import Job, JobQuerySet
from tests.races import Meeting, at_the_same_time

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

KIND = "tests.deed"


@pytest.fixture
def without_locks(monkeypatch):
    """The negative control: every lock of jobs is gone."""
    monkeypatch.setattr(JobQuerySet, "select_for_update", lambda self, **options: self)


@pytest.fixture
def meeting_while_sweeping(monkeypatch):
    """Between choosing the jobs and marking them as published, a sweep waits for the other one."""
    meeting = Meeting()

    class Grace:
        def __radd__(self, now):
            meeting.wait()
            return now + timedelta(seconds=60)

    monkeypatch.setattr(services, "PUBLISH_GRACE", Grace())
    return meeting


@pytest.fixture
def meeting_while_claiming(monkeypatch):
    """Having looked at the job and not yet having taken it, a worker waits for the other one."""
    meeting = Meeting()
    handler_of = services.handler_of

    def slow(kind):
        meeting.wait()
        return handler_of(kind)

    def arm():
        monkeypatch.setattr(services, "handler_of", slow)

    meeting.arm = arm
    return meeting


def overdue_jobs(number):
    now = timezone.now()
    return [Job.objects.create(kind=KIND, object_id=n, next_try_at=now, wake_at=now) for n in range(number)]


def test_two_sweeps_at_once_publish_each_job_once(deeds, published, meeting_while_sweeping):
    jobs = overdue_jobs(20)
    assert sorted(at_the_same_time(services.sweep, services.sweep)) == [0, 20]
    assert sorted(published) == [(job.pk, "default") for job in jobs]
    assert meeting_while_sweeping.met


def test_negative_control_without_the_lock_two_sweeps_publish_twice(
    deeds, published, meeting_while_sweeping, without_locks
):
    overdue_jobs(20)
    assert at_the_same_time(services.sweep, services.sweep) == [20, 20]
    assert len(published) == 40


def two_workers(job):
    return at_the_same_time(lambda: services.run(job.pk, worker="m1"), lambda: services.run(job.pk, worker="m2"))


def test_two_workers_at_once_do_a_job_once(deeds, published, meeting_while_claiming):
    job = services.enqueue(KIND, 7)
    meeting_while_claiming.arm()
    assert sorted(two_workers(job), key=str) == [None, JobState.DONE]
    assert deeds.done == [7]
    assert not meeting_while_claiming.met


def test_negative_control_without_the_lock_two_workers_do_it_twice(
    deeds, published, meeting_while_claiming, without_locks
):
    job = services.enqueue(KIND, 7)
    meeting_while_claiming.arm()
    two_workers(job)
    assert deeds.done == [7, 7]


def test_two_requests_that_ask_for_the_same_at_once_make_one_job(deeds, published, monkeypatch):
    meeting = Meeting()
    get = QuerySet.get

    def get_when_both_are_here(self, *args, **kwargs):
        try:
            return get(self, *args, **kwargs)
        except Job.DoesNotExist:
            meeting.wait()
            raise

    monkeypatch.setattr(JobQuerySet, "get", get_when_both_are_here)
    first, second = at_the_same_time(lambda: services.enqueue(KIND, 7), lambda: services.enqueue(KIND, 7))
    assert meeting.met
    assert first.pk == second.pk
    assert Job.objects.count() == 1
