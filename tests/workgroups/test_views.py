"""The pages of workgroups and steering groups: who gets in, what stands on them, and what they cost."""

import datetime
import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.policy import Action, may
from phases.enums import Phase
from phases.models import Participation
from tests.workgroups.scenery import at, make_workgroup, membership, steering, text
from workgroups import services
from workgroups.enums import MeasurementKind, SeatRole
from workgroups.models import (
    ActionPoint,
    ActionPriority,
    Measurement,
    Objective,
    Seat,
    SteeringSeat,
    TargetAdjustment,
    Workgroup,
)

pytestmark = pytest.mark.django_db
FINAL = MeasurementKind.FINAL


# --- Who gets in ------------------------------------------------------------------------------------------------------


MEMBERS = (
    "administrator",
    "facilitator",
    "chair",
    "owner",
    "teacher",
    "expert",
    "colleague",
    "neighbour",
    "other_teacher",
)


def every_page(scene):
    """Every page about the scene: GET addresses, and POST addresses with their input."""
    point, objective = scene.action_point(title="GEHEIM actiepunt"), scene.objective(title="GEHEIM doel")
    seat = Seat.objects.get(workgroup=scene.workgroup, membership=membership(scene, "teacher"))
    steering_seat = SteeringSeat.objects.first()
    gets = [
        steering(scene),
        at(scene, "detail"),
        at(scene, "objective", objective.pk),
        at(scene, "action_point", point.pk),
    ]
    reason = {"reason": "omdat"}
    posts = {
        steering(scene, "edit_charter"): {"charter": "x"},
        steering(scene, "appoint"): {"membership": membership(scene, "neighbour").pk, "role": "member"},
        steering(scene, "end_steering_seat", steering_seat.pk): {},
        steering(scene, "propose_priority"): {"title": "x"},
        steering(scene, "edit_priority", scene.priority.pk): {"title": "x"},
        steering(scene, "decide_priority", scene.priority.pk): {},
        steering(scene, "drop_priority", scene.priority.pk): reason,
        steering(scene, "create_workgroup", scene.priority.pk): {"name": "x"},
        at(scene, "edit"): {"name": "x"},
        at(scene, "add_seat"): {"membership": membership(scene, "neighbour").pk, "role": "participant"},
        at(scene, "end_seat", seat.pk): {},
        at(scene, "no_practice"): reason,
        at(scene, "add_objective"): {"title": "x"},
        at(scene, "edit_objective", objective.pk): {"title": "x"},
        at(scene, "measure", objective.pk): {"value": "1", "measured_on": "2026-02-01", "kind": "final"},
        at(scene, "explain", objective.pk): {"explanation": "omdat"},
        at(scene, "not_measured", objective.pk): reason,
        at(scene, "adjust", objective.pk): reason | {"new_target": "1"},
        at(scene, "add_action_point"): {"title": "x", "due_on": "2026-02-01"},
        at(scene, "edit_action_point", point.pk): {"title": "x", "due_on": "2026-02-01"},
        at(scene, "start_action_point", point.pk): {},
        at(scene, "complete_action_point", point.pk): {},
        at(scene, "drop_action_point", point.pk): reason,
        at(scene, "reopen_action_point", point.pk): {},
    }
    return gets, posts


def rows():
    """Everything that a forbidden POST could have changed."""
    tables = (ActionPriority, Workgroup, Seat, SteeringSeat, Objective, TargetAdjustment, Measurement, ActionPoint)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("name", MEMBERS)
def test_members_of_the_trajectory_read_all_pages(scene, sign_in_as, name):
    gets, _posts = every_page(scene)
    client = sign_in_as(getattr(scene.world, name))
    assert {address: client.get(address).status_code for address in gets} == dict.fromkeys(gets, 200)


def test_a_stranger_finds_nothing_and_changes_nothing(scene, sign_in_as):
    gets, posts = every_page(scene)
    client, before = sign_in_as(scene.world.stranger), rows()
    for address in gets:
        response = client.get(address)
        assert (address, response.status_code) == (address, 404)
        assert "GEHEIM" not in response.content.decode()
    for address, data in posts.items():
        assert (address, client.post(address, data).status_code) == (address, 404)
    assert rows() == before


@pytest.mark.parametrize("name", ["colleague", "neighbour", "other_teacher"])
def test_a_participant_outside_the_workgroup_may_not_act(scene, sign_in_as, name):
    _gets, posts = every_page(scene)
    for phase in (Phase.PRIORITIES, Phase.ACTION, Phase.EVALUATION):
        scene.in_phase(phase)
        client, before = sign_in_as(getattr(scene.world, name)), rows()
        for address, data in posts.items():
            assert (address, client.post(address, data).status_code) == (address, 403)
        assert rows() == before


def test_a_visitor_is_sent_to_sign_in(scene, client):
    gets, posts = every_page(scene)
    before = rows()
    for response in [*(client.get(address) for address in gets), *(client.post(address) for address in posts)]:
        assert response.status_code == 302
        assert response.url.startswith("/account/login/?next=/")
    assert rows() == before


def test_deeds_are_not_done_by_get(scene, sign_in_as):
    _gets, posts = every_page(scene)
    client, before = sign_in_as(scene.world.administrator), rows()
    for address in posts:
        assert client.get(address).status_code in (200, 405)
    assert rows() == before


def test_objects_of_another_workgroup_are_not_found_below_this_one(scene, sign_in_as):
    other = make_workgroup(scene.world, "Andere groep", people=False)
    point, objective = scene.action_point(), scene.objective()
    for row in (point, objective):
        type(row).objects.filter(pk=row.pk).update(workgroup=other)
    elsewhere = ActionPriority.objects.create(trajectory=scene.world.other_trajectory, title="Elders")
    client, before = sign_in_as(scene.world.administrator), rows()
    addresses = [
        at(scene, "action_point", point.pk),
        at(scene, "drop_action_point", point.pk),
        at(scene, "objective", objective.pk),
        at(scene, "measure", objective.pk),
        steering(scene, "drop_priority", elsewhere.pk),
        steering(scene, "create_workgroup", elsewhere.pk),
        at(scene, "objective", 999_999_999),
        reverse("workgroups:detail", args=[999_999_999]),
        "/werkgroepen/99999999999999999999999/",
    ]
    for address in addresses:
        assert (address, client.post(address, {"reason": "x"}).status_code) == (address, 404)
    assert rows() == before


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_shows_only_workgroups_of_own_trajectories(scene, sign_in_as):
    elsewhere = make_workgroup(scene.world, "Elders", trajectory=scene.world.other_trajectory, people=False)
    page = reverse("workgroups:list")
    shown = {}
    for name in ("neighbour", "stranger", "facilitator"):
        response = sign_in_as(getattr(scene.world, name)).get(page)
        shown[name] = set(response.context["page_obj"].object_list)
        assert ("Elders" in response.content.decode()) == (elsewhere in shown[name])
    assert shown == {
        "neighbour": {scene.workgroup},
        "stranger": {elsewhere},
        "facilitator": {scene.workgroup, elsewhere},
    }


def test_the_queryset_and_the_policy_agree_on_who_sees_a_workgroup_former_participants_too(scene):
    world = scene.world
    Participation.objects.filter(organisation=world.other_company).update(left_on=timezone.localdate())
    workgroup = Workgroup.objects.get()
    for name in (*MEMBERS, "stranger"):
        user = getattr(world, name)
        sees = workgroup in Workgroup.objects.visible_to(user)
        assert (name, sees) == (name, may(user, Action.SEE_WORKGROUP, workgroup)) == (name, name != "stranger")
    assert not Workgroup.objects.visible_to(AnonymousUser()).exists()


def test_the_list_narrows_to_one_trajectory_and_refuses_nonsense(scene, sign_in_as):
    elsewhere = make_workgroup(scene.world, "Elders", trajectory=scene.world.other_trajectory, people=False)
    client, page = sign_in_as(scene.world.facilitator), reverse("workgroups:list")
    response = client.get(page, {"traject": "ander-traject", "page": "x"})
    assert list(response.context["page_obj"].object_list) == [elsewhere]
    response = client.get(page, {"traject": "bestaat-niet"})
    assert response.status_code == 200
    assert list(response.context["page_obj"].object_list) == []
    response = sign_in_as(scene.world.stranger).get(page, {"traject": "testtraject"})
    assert list(response.context["page_obj"].object_list) == []


def cost(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_list_costs_the_same_with_one_row_as_with_three(scene, sign_in_as):
    client, page = sign_in_as(scene.world.owner), reverse("workgroups:list")
    with_one = cost(client, page)
    for title in ("Tweede", "Derde"):
        make_workgroup(scene.world, title)
    assert len(client.get(page).context["page_obj"].object_list) == 3
    assert cost(client, page) == with_one <= 8


def fill(scene, number):
    for count in range(number):
        point = scene.action_point(title=f"Punt {count}", owner=membership(scene, "teacher"))
        point.log.create(event="added", by=scene.world.owner)
        objective = scene.objective(title=f"Doel {count}", owner=membership(scene, "owner"))
        Measurement.objects.create(
            objective=objective, value=12, measured_on=timezone.localdate(), kind=FINAL, by=scene.world.chair
        )
        TargetAdjustment.objects.create(
            objective=objective, old_target=20, new_target=21, reason="x", by=scene.world.chair
        )
        scene.workgroup.practices.create(
            title=f"Praktijk {count}", slug=f"p{count}-{point.pk}", author=scene.world.owner
        )


@pytest.mark.parametrize("name", ["facilitator", "owner", "neighbour"])
def test_the_page_of_a_workgroup_costs_the_same_with_one_of_each_as_with_three(scene, sign_in_as, name):
    client, page = sign_in_as(getattr(scene.world, name)), at(scene, "detail")
    fill(scene, 1)
    with_one = cost(client, page)
    fill(scene, 2)
    assert cost(client, page) == with_one <= 16


def test_the_steering_groups_page_costs_the_same_with_one_priority_as_with_three(scene, sign_in_as):
    client, page = sign_in_as(scene.world.owner), steering(scene)
    with_one = cost(client, page)
    for title in ("Tweede", "Derde"):
        make_workgroup(scene.world, title)
    assert cost(client, page) == with_one <= 10


# --- What stands on the pages -----------------------------------------------------------------------------------------


def test_the_page_says_that_a_chair_from_industry_or_a_partner_is_preferred_and_allows_one_from_a_school(
    scene, sign_in_as
):
    sentence = "Een voorzitter uit een bedrijf of van een externe partner heeft de voorkeur. Deze voorzitter komt uit een school: dat mag."
    client = sign_in_as(scene.world.owner)
    assert sentence not in text(client.get(at(scene, "detail")))
    by = scene.world.administrator
    services.unseat(seat=scene.again().chair, by=by)
    services.seat(workgroup=scene.workgroup, membership=membership(scene, "other_teacher"), role=SeatRole.CHAIR, by=by)
    assert sentence in text(client.get(at(scene, "detail")))


def test_the_page_tells_who_is_still_missing(scene, sign_in_as):
    client = sign_in_as(scene.world.owner)
    assert "Scholen en bedrijven zitten er samen in" in text(client.get(at(scene, "detail")))
    services.unseat(seat=scene.again().chair, by=scene.world.administrator)
    page = text(client.get(at(scene, "detail")))
    assert "De werkgroep ‘Stagetrajecten’ heeft nog geen voorzitter." in page
    assert "Een voorzitter uit een bedrijf of van een externe partner heeft de voorkeur." in page


def test_late_action_points_are_counted_in_words(scene, sign_in_as):
    today = timezone.localdate()
    for days in (1, 10):
        scene.action_point(due_on=today - datetime.timedelta(days=days))
    scene.action_point(due_on=today)
    page = text(sign_in_as(scene.world.owner).get(at(scene, "detail")))
    assert "3 staan open. 2 zijn te laat." in page
    assert "10 dagen te laat" in page
    assert "1 dag te laat" in page


def test_everything_people_type_is_shown_as_typed(scene, sign_in_as):
    evil = '"><svg/onload=alert(1)>{{7*7}}{% debug %}'
    world = scene.in_phase(Phase.ACTION).world
    services.update_workgroup(workgroup=scene.workgroup, name=evil, charter=evil, by=world.administrator)
    objective = services.add_objective(
        workgroup=scene.workgroup,
        title=evil,
        indicator=evil,
        unit=evil[:40],
        by=world.administrator,
        target_value=Decimal(2),
    )
    services.adjust_target(objective=objective, new_target=Decimal(3), reason=evil, by=world.chair)
    point = services.add_action_point(
        workgroup=scene.workgroup, title=evil, description=evil, due_on=timezone.localdate(), by=world.teacher
    )
    services.drop_action_point(action_point=point, reason=evil, by=world.chair)
    services.state_no_practice_reason(workgroup=scene.workgroup, reason=evil, by=world.chair)
    client = sign_in_as(world.administrator)
    for address in (
        at(scene, "detail"),
        at(scene, "objective", objective.pk),
        at(scene, "action_point", point.pk),
        steering(scene),
    ):
        page = text(client.get(address))
        assert "<svg/onload" not in page
        assert "&lt;svg/onload=alert(1)&gt;{{7*7}}{% debug %}" in page or address == steering(scene)
        assert ">49" not in page


@pytest.mark.parametrize("name", ["administrator", "expert", "chair", "teacher", "neighbour"])
@pytest.mark.parametrize("phase", list(Phase))
def test_no_button_leads_to_a_refusal(scene, sign_in_as, name, phase):
    """Whatever link or button a person sees in whatever phase works for that person."""
    fill(scene, 1)
    scene.action_point(title="Tweede punt")
    scene.in_phase(phase)
    client = sign_in_as(getattr(scene.world, name))
    point, objective = ActionPoint.objects.first(), Objective.objects.first()
    pages = [
        steering(scene),
        at(scene, "detail"),
        at(scene, "objective", objective.pk),
        at(scene, "action_point", point.pk),
    ]
    found_on = {}
    for page in pages:
        response = client.get(page)
        assert (page, response.status_code) == (page, 200)
        html = response.content.decode()
        main = html[html.index("<main") : html.index("</main>")]
        found_on |= dict.fromkeys(re.findall(r'href="(/(?:stuurgroep|werkgroepen|praktijken)/[^"#]*)', main), page)
    for link in found_on.keys() - pages:
        assert (found_on[link], link, client.get(link).status_code) == (found_on[link], link, 200)
