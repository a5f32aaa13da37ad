"""The front page of the back office: how much waits, and a link to exactly that."""

import re

import pytest
from django.utils import timezone

from companies.models import Intake
from in2stem.worklists import worklists
from jobs.models import Job
from jobs.services import enqueue
from notifications.models import OutboundMail
from practices.models import Practice
from schools.models import Evidence
from tests.certificates.scenery import make_stage
from tests.in2stem.test_asks import write_evidence


@pytest.fixture
def busy_world(world):
    """Rows in each pile, and rows that look like them but do not wait."""
    stage = make_stage(world)
    certificate = stage.issue()
    type(certificate).objects.filter(pk=certificate.pk).update(state="failed", failed_reason="Geen logo")
    accepted = Intake.objects.get()
    intake_in(accepted, "submitted")
    intake_in(accepted, "submitted")
    intake_in(accepted, "in_contact")
    intake_in(accepted, "refined", refined_at=timezone.now())
    Intake.objects.filter(pk=accepted.pk).update(refined_at=None)
    write_evidence(world, world.school, "Ingediend", state="submitted")
    write_evidence(world, world.school, "Concept")
    for number, state in enumerate(("review", "review", "draft")):
        Practice.objects.create(
            title=f"P{number}", slug=f"p{number}", author=world.owner, workgroup=stage.workgroup, state=state
        )
    OutboundMail.objects.all().delete()
    for reason, sent_at in (("Adres bestaat niet", None), ("", None), ("", timezone.now())):
        OutboundMail.objects.create(
            to="iemand@test.example", event="x", subject="x", text="x", failed_reason=reason, sent_at=sent_at
        )
    Job.objects.all().delete()
    for number, state in enumerate(("parked", "waiting", "waiting")):
        job = enqueue("notifications.send", number)
        Job.objects.filter(pk=job.pk).update(state=state)
    return world


def intake_in(like, state, **fields):
    """Another intake with the details of `like`, not decided."""
    import uuid

    undecided = {"decided_at": None, "decided_by": None, "organisation": None, "refined_at": None, "trajectory": None}
    values = {field.attname: getattr(like, field.attname) for field in Intake._meta.fields if not field.primary_key}
    for name, value in (undecided | fields).items():
        values[Intake._meta.get_field(name).attname] = value
    keys = {"submission_key": uuid.uuid4(), "fingerprint": uuid.uuid4().hex}
    return Intake.objects.create(**values | keys | {"state": state})


EXPECTED = {
    "Inschrijvingen om te contacteren": 2,
    "Gecontacteerde inschrijvingen": 1,
    "Inschrijvingen om te beslissen": 1,
    "Aanvaarde inschrijvingen om te verfijnen": 1,
    "Bewijs om na te kijken": 1,
    "Praktijken om na te lezen": 2,
    "Certificaten die mislukten": 1,
    "Mails die niet vertrokken": 1,
    "Werk op de achtergrond dat vastzit": 1,
}


@pytest.mark.django_db
def test_every_pile_is_counted_in_one_query(busy_world, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert {str(pile.title): pile.count for pile in worklists()} == EXPECTED


@pytest.mark.django_db
def test_empty_piles_are_shown_too(world):
    assert {str(pile.title): pile.count for pile in worklists()} == dict.fromkeys(EXPECTED, 0)


@pytest.mark.django_db
def test_the_front_page_shows_them_and_each_link_opens_a_list_with_that_many_rows(busy_world, sign_in_as):
    client = sign_in_as(busy_world.facilitator)
    page = client.get("/beheer/").content.decode()
    found = re.findall(r'<a href="([^"]+)"><span class="fig">(\d+)</span> ([^<]+)</a>', page)
    assert {title.strip(): int(count) for _url, count, title in found} == EXPECTED
    # A mail that still waits for its turn is in the same list of the admin, so that one shows more.
    waiting = {"Mails die niet vertrokken": 1}
    for url, count, title in found:
        response = client.get(url.replace("&amp;", "&"))
        assert response.status_code == 200
        rows = response.context["cl"].result_count
        assert rows == int(count) + waiting.get(title.strip(), 0)


@pytest.mark.django_db
def test_members_do_not_enter_the_back_office(busy_world, sign_in_as):
    for person in (busy_world.owner, busy_world.teacher, busy_world.expert):
        assert sign_in_as(person).get("/beheer/").status_code in (302, 403)
    assert Evidence.objects.count() == 2
