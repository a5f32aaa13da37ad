"""Voka's reading list in the back office."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practices.enums import PracticeState
from practices.models import Practice
from tests.practices.conftest import published, submitted, write

pytestmark = pytest.mark.django_db
LIST = "/beheer/practices/practice/"


def words(response):
    return {str(message) for message in get_messages(response.wsgi_request)}


def choose(client, action, *practices, **more):
    return client.post(LIST, {"action": action, "_selected_action": [practice.pk for practice in practices], **more})


def states():
    return dict(Practice.objects.values_list("title", "state"))


def test_only_voka_enters_and_nobody_types_a_state(scene, sign_in_as):
    practice = submitted(scene)
    change = reverse("admin:practices_practice_change", args=[practice.pk])
    for name in ("owner", "teacher", "chair", "stranger"):
        client = sign_in_as(getattr(scene.world, name))
        assert {client.get(LIST).status_code, client.get(change).status_code} <= {302, 403}
    client = sign_in_as(scene.world.facilitator)
    assert client.get(LIST, {"state__exact": "review"}).status_code == 200
    assert client.get(change).status_code == 200
    client.post(change, {"state": "published", "title": "Anders"})
    assert states() == {practice.title: PracticeState.REVIEW}
    assert client.get("/beheer/practices/practice/add/").status_code == 403


def test_sharing_from_the_list_says_of_each_what_happened(scene, sign_in_as):
    draft, waiting = write(scene, title="Concept"), submitted(scene, title="Klaar", is_public=False)
    response = choose(sign_in_as(scene.world.facilitator), "publish", draft, waiting)
    assert words(response) == {
        "Gedeeld: 1.",
        "Concept: Deze praktijk is nog een concept. Ze moet eerst aan Voka gegeven worden.",
    }
    assert states() == {"Concept": PracticeState.DRAFT, "Klaar": PracticeState.PUBLISHED}
    assert not Practice.objects.get(title="Klaar").is_public


def test_sharing_with_everyone_from_the_list(scene, sign_in_as):
    choose(sign_in_as(scene.world.facilitator), "publish_for_everyone", submitted(scene))
    assert Practice.objects.get().is_public


def test_sending_back_from_the_list_asks_what_has_to_change(scene, sign_in_as):
    practice, client = submitted(scene, title="Klaar"), sign_in_as(scene.world.facilitator)
    assert words(choose(client, "send_back", practice)) == {"Klaar: Schrijf wat er anders moet."}
    assert states() == {"Klaar": PracticeState.REVIEW}
    choose(client, "send_back", practice, comment="Wat kostte het?")
    practice.refresh_from_db()
    assert (practice.state, practice.review_comment) == (PracticeState.DRAFT, "Wat kostte het?")


def test_the_list_costs_the_same_with_one_row_as_with_three(scene, sign_in_as):
    client = sign_in_as(scene.world.facilitator)

    def cost():
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        return len(queries)

    published(scene, title="Eerste")
    with_one = cost()
    for title in ("Tweede", "Derde"):
        submitted(scene, title=title)
    assert cost() == with_one <= 8
