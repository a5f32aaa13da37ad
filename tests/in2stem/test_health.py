"""What operators ask: is it alive, is it ready, and if not, what is not well."""

from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils import timezone

from jobs import services
from jobs.models import Heartbeat, Job


@pytest.fixture
def beating(db):
    Heartbeat.objects.create(pk=1, seen_at=timezone.now())


def ready(client):
    response = client.get("/readyz")
    assert response.headers["Content-Type"] == "application/json"
    assert "no-store" in response.headers["Cache-Control"]
    return response.status_code, response.json()


@pytest.mark.django_db
def test_alive_says_ok_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_ready_when_the_background_beats_and_nothing_is_late(client, beating):
    assert ready(client) == (
        200,
        {"ready": True, "database": True, "background": True, "oldest_overdue_job_seconds": 0},
    )


def test_not_ready_when_no_worker_was_heard_for_a_minute(client, beating):
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        status, facts = ready(client)
    assert (status, facts["ready"], facts["background"]) == (503, False, False)


@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (301, 503)])
def test_not_ready_when_a_job_is_late_for_five_minutes(client, beating, seconds, status):
    now = timezone.now()
    Job.objects.create(kind="tests.late", object_id=1, next_try_at=now - timedelta(seconds=seconds), wake_at=now)
    answered, facts = ready(client)
    assert answered == status
    assert abs(facts["oldest_overdue_job_seconds"] - seconds) <= 1


@pytest.mark.django_db
def test_not_ready_without_the_database_and_no_error_page(client, monkeypatch):
    def gone(*args, **kwargs):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(connection, "cursor", gone)
    assert ready(client) == (503, {"ready": False, "database": False})


def test_what_is_parked_is_for_staff_and_not_for_the_load_balancer(client, beating):
    now = timezone.now()
    Job.objects.create(
        kind="tests.parked", object_id=1, state="parked", next_try_at=now - timedelta(days=1), wake_at=now
    )
    assert ready(client)[0] == 200
    assert services.oldest_overdue_seconds() == 0
