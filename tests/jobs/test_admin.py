"""Voka's page for background work: what is parked, why, and a button to try again."""

import pytest
from django.urls import reverse

from jobs import services
from jobs.enums import JobState
from jobs.models import Job

pytestmark = pytest.mark.django_db

LIST = "/beheer/jobs/job/"


@pytest.fixture
def parked(deeds, published):
    def fail(object_id):
        raise services.GiveUp("Het logo ontbreekt.")

    deeds.behave = fail
    job = services.enqueue("tests.deed", 7)
    services.run(job.pk, worker="m1")
    return job


def test_staff_see_what_is_parked_and_why(sign_in_as, world, parked):
    client = sign_in_as(world.facilitator)
    assert "tests.deed" in client.get(f"{LIST}?state__exact=parked").content.decode()
    page = client.get(reverse("admin:jobs_job_change", args=[parked.pk])).content.decode()
    assert "Het logo ontbreekt." in page


def test_trying_again_gives_a_new_series_of_attempts_and_leaves_the_rest(sign_in_as, world, parked, published):
    waiting = services.enqueue("tests.deed", 8)
    data = {"action": "try_again", "_selected_action": [parked.pk, waiting.pk]}
    page = sign_in_as(world.facilitator).post(LIST, data, follow=True).content.decode()
    assert "1 taak start opnieuw." in page
    parked.refresh_from_db()
    assert (parked.state, parked.attempts, parked.last_error) == (JobState.WAITING, 0, "")


def test_nobody_edits_adds_or_deletes_a_job(sign_in_as, world, parked):
    client = sign_in_as(world.administrator)
    client.post(reverse("admin:jobs_job_change", args=[parked.pk]), {"state": "done", "attempts": "0"})
    assert Job.objects.get(pk=parked.pk).state == JobState.PARKED
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(reverse("admin:jobs_job_delete", args=[parked.pk]), {"post": "yes"}).status_code == 403
    assert Job.objects.filter(pk=parked.pk).exists()
