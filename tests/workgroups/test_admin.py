"""The back office of phases 2 to 4: comfortable for Voka, closed for others, and under the same rules as the pages."""

import datetime
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from phases.enums import Phase
from tests.workgroups.scenery import make_workgroup, put_in_phase
from workgroups.enums import ActionState, PriorityState, SeatRole
from workgroups.models import ActionPoint, ActionPriority, Objective, Seat, SteeringGroup, Workgroup

pytestmark = pytest.mark.django_db
TABLES = ("steeringgroup", "actionpriority", "workgroup")
INLINES = ("seats", "objectives", "action_points")


def page(table, name, *arguments):
    return reverse(f"admin:workgroups_{table}_{name}", args=arguments)


def empty_rows(*prefixes):
    """The management data of inlines without rows."""
    return {f"{p}-{n}_FORMS": "0" for p in prefixes for n in ("TOTAL", "INITIAL")}


def rows(prefix, *forms, initial=0):
    """The data of an inline: existing rows first."""
    data = {f"{prefix}-TOTAL_FORMS": str(len(forms)), f"{prefix}-INITIAL_FORMS": str(initial)}
    for number, fields in enumerate(forms):
        data |= {f"{prefix}-{number}-{name}": value for name, value in fields.items()}
    return data


def words(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def membership(scene, name):
    return scene.world.membership(getattr(scene.world, name))


def workgroup_form(scene, **inlines):
    data = {"name": scene.workgroup.name, "charter": ""} | empty_rows(*INLINES)
    for rows_of_one in inlines.values():
        data |= rows_of_one
    return data


@pytest.mark.parametrize("table", TABLES)
def test_only_voka_enters(scene, sign_in_as, table):
    addresses = [page(table, "changelist"), page(table, "add"), page(table, "change", 1)]
    for name in ("owner", "teacher", "expert", "chair", "stranger"):
        client = sign_in_as(getattr(scene.world, name))
        assert {client.get(address).status_code for address in addresses} <= {302, 403}
    client = sign_in_as(scene.world.facilitator)
    obj = {"steeringgroup": SteeringGroup, "actionpriority": ActionPriority, "workgroup": Workgroup}[
        table
    ].objects.first()
    for address in (page(table, "changelist"), page(table, "add"), page(table, "change", obj.pk)):
        assert client.get(address).status_code == 200
    assert client.post(page(table, "delete", obj.pk), {"post": "yes"}).status_code == 403


def test_phase_2_can_be_set_up_in_the_back_office(world, sign_in_as):
    put_in_phase(world.trajectory, Phase.PRIORITIES)
    client = sign_in_as(world.facilitator)
    client.post(page("steeringgroup", "add"), {"trajectory": world.trajectory.pk, "charter": "Samen kiezen"})
    group = SteeringGroup.objects.get(charter="Samen kiezen")
    people = [
        {"membership": world.membership(world.expert).pk, "role": "chair"},
        {"membership": world.membership(world.teacher).pk, "role": "member"},
    ]
    client.post(page("steeringgroup", "change", group.pk), {"charter": "Samen kiezen"} | rows("seats", *people))
    assert [(seat.membership.user, seat.role) for seat in group.seats.order_by("id")] == [
        (world.expert, "chair"),
        (world.teacher, "member"),
    ]
    client.post(
        page("actionpriority", "add"),
        {"trajectory": world.trajectory.pk, "title": "Robots", "description": "", "themes": ""},
    )
    priority = ActionPriority.objects.get(title="Robots")
    assert priority.state == PriorityState.PROPOSED
    action = {"action": "decide", "_selected_action": [priority.pk], "reason": "Unaniem"}
    client.post(page("actionpriority", "changelist"), action)
    priority.refresh_from_db()
    assert (priority.state, priority.decision, priority.decided_by) == (
        PriorityState.DECIDED,
        "Unaniem",
        world.facilitator,
    )
    client.post(
        page("workgroup", "add"), {"priority": priority.pk, "name": "Robots", "charter": "", "wanted_profiles": ["hr"]}
    )
    workgroup = Workgroup.objects.get(priority=priority)
    assert workgroup.wanted_profiles == ["hr"]
    people = [
        {"membership": world.membership(world.chair).pk, "role": "chair"},
        {"membership": world.membership(world.facilitator).pk, "role": "facilitator"},
    ]
    objective = {
        "title": "Meer robots",
        "indicator": "Robots",
        "unit": "stuks",
        "direction": "up",
        "baseline_value": "0",
        "target_value": "2,5",
        "due_on": f"{timezone.localdate():%d/%m/%Y}",
    }
    point = {"title": "Robot kopen", "description": "", "due_on": "01/03/2026"}
    data = {"name": "Robots", "charter": ""}
    data |= rows("seats", *people) | rows("action_points", point)
    wrong = rows("objectives", objective | {"target_value": "0", "due_on": "01/01/2020"})
    response = client.post(page("workgroup", "change", workgroup.pk), data | wrong)
    assert response.status_code == 200
    for sentence in ("De streefwaarde moet dus hoger zijn dan de startwaarde.", "Deze datum ligt in het verleden."):
        assert sentence in response.content.decode()
    data |= rows("objectives", objective)
    response = client.post(page("workgroup", "change", workgroup.pk), data)
    assert response.status_code == 302
    assert {(seat.membership.user, seat.role) for seat in workgroup.seats.all()} == {
        (world.chair, "chair"),
        (world.facilitator, "facilitator"),
    }
    assert Objective.objects.get().target_value == Decimal("2.5")
    assert ActionPoint.objects.get().log.get().by == world.facilitator


def test_a_wrong_seat_is_refused_beside_its_row(scene, sign_in_as):
    client = sign_in_as(scene.world.facilitator)
    wrong = {
        "neighbour": ("chair", "Deze werkgroep heeft al een voorzitter. Beëindig eerst die plaats."),
        "stranger": ("participant", "Vreemde Firma nv neemt niet deel aan dit traject."),
        "administrator": (
            "participant",
            "Voka faciliteert een werkgroep; de voorzitter en de deelnemers komen uit het netwerk.",
        ),
    }
    for name, (role, sentence) in wrong.items():
        data = workgroup_form(scene, seats=rows("seats", {"membership": membership(scene, name).pk, "role": role}))
        response = client.post(page("workgroup", "change", scene.workgroup.pk), data)
        assert response.status_code == 200
        assert sentence in response.content.decode()
    assert Seat.objects.count() == 4


def test_a_seat_is_ended_with_a_tick_and_never_rewritten(scene, sign_in_as):
    seat = Seat.objects.get(membership=membership(scene, "teacher"))
    row = {
        "id": seat.pk,
        "workgroup": scene.workgroup.pk,
        "membership": membership(scene, "neighbour").pk,
        "role": "chair",
    }
    client, address = sign_in_as(scene.world.facilitator), page("workgroup", "change", scene.workgroup.pk)
    client.post(address, workgroup_form(scene, seats=rows("seats", row, initial=1)))
    seat.refresh_from_db()
    assert (seat.membership, seat.role, seat.ended_on) == (membership(scene, "teacher"), SeatRole.PARTICIPANT, None)
    client.post(address, workgroup_form(scene, seats=rows("seats", row | {"ends": "on"}, initial=1)))
    seat.refresh_from_db()
    assert (seat.role, seat.ended_on) == (SeatRole.PARTICIPANT, timezone.localdate())


def test_fixed_figures_are_read_only_from_phase_3_on(scene, sign_in_as):
    objective = scene.objective()
    scene.in_phase(Phase.ACTION)
    row = {
        "id": objective.pk,
        "workgroup": scene.workgroup.pk,
        "title": "Beter gezegd",
        "target_value": "1",
        "baseline_value": "1",
        "due_on": "01/01/2030",
    }
    data = workgroup_form(scene, objectives=rows("objectives", row, initial=1))
    sign_in_as(scene.world.administrator).post(page("workgroup", "change", scene.workgroup.pk), data)
    objective.refresh_from_db()
    assert (objective.title, objective.target_value, objective.baseline_value) == (
        "Beter gezegd",
        Decimal(20),
        Decimal(10),
    )
    assert objective.due_on == datetime.date(2026, 6, 30)


def test_the_state_of_an_action_point_cannot_be_typed(scene, sign_in_as):
    point = scene.in_phase(Phase.ACTION).action_point()
    row = {
        "id": point.pk,
        "workgroup": scene.workgroup.pk,
        "title": "Nieuw",
        "description": "",
        "due_on": "01/03/2026",
        "state": "done",
    }
    data = workgroup_form(scene, points=rows("action_points", row, initial=1))
    sign_in_as(scene.world.facilitator).post(page("workgroup", "change", scene.workgroup.pk), data)
    point.refresh_from_db()
    assert (point.title, point.state) == ("Nieuw", ActionState.OPEN)
    assert point.log.get().event == "changed"


def test_what_a_service_refuses_is_told_and_nothing_of_the_form_is_saved(scene, sign_in_as):
    closed = scene.action_point(state=ActionState.DONE, closed_at=timezone.now(), closed_by=scene.world.chair)
    row = {
        "id": closed.pk,
        "workgroup": scene.workgroup.pk,
        "title": "Toch anders",
        "description": "",
        "due_on": "01/03/2026",
    }
    data = workgroup_form(scene, points=rows("action_points", row, initial=1)) | {"name": "Andere naam"}
    response = sign_in_as(scene.in_phase(Phase.ACTION).world.facilitator).post(
        page("workgroup", "change", scene.workgroup.pk), data
    )
    assert response.status_code == 302
    assert words(response) == ["Dit actiepunt is al gesloten. Heropen het eerst."]
    assert Workgroup.objects.get().name == "Stagetrajecten"


def test_priorities_are_decided_and_dropped_in_the_list_each_with_its_own_answer(scene, sign_in_as):
    proposed = ActionPriority.objects.create(trajectory=scene.world.trajectory, title="Robots")
    client, both = sign_in_as(scene.world.facilitator), [proposed.pk, scene.priority.pk]
    response = client.post(page("actionpriority", "changelist"), {"action": "decide", "_selected_action": both})
    assert set(words(response)) == {"Stagetrajecten: Deze prioriteit is al beslist op 15/01/2026.", "Beslist: 1."}
    response = client.post(page("actionpriority", "changelist"), {"action": "drop", "_selected_action": [proposed.pk]})
    assert words(response)[-1] == "Robots: Schrijf waarom deze prioriteit geschrapt wordt."
    client.post(
        page("actionpriority", "changelist"), {"action": "drop", "_selected_action": [proposed.pk], "reason": "Te duur"}
    )
    proposed.refresh_from_db()
    assert (proposed.state, proposed.decision) == (PriorityState.DROPPED, "Te duur")


def test_the_state_of_a_priority_cannot_be_typed(scene, sign_in_as):
    data = {
        "title": "Anders",
        "description": "",
        "themes": "",
        "state": "proposed",
        "decided_on": "",
        "trajectory": scene.world.other_trajectory.pk,
    }
    sign_in_as(scene.world.facilitator).post(page("actionpriority", "change", scene.priority.pk), data)
    priority = ActionPriority.objects.get()
    assert (priority.title, priority.state, priority.trajectory) == (
        "Anders",
        PriorityState.DECIDED,
        scene.world.trajectory,
    )


def test_a_person_is_found_by_name_and_by_organisation(scene, sign_in_as):
    client = sign_in_as(scene.world.facilitator)
    for table in ("seat", "steeringseat"):
        for term in ("Bea", "Lasrobots"):
            found = client.get(
                reverse("admin:autocomplete"),
                {"term": term, "app_label": "workgroups", "model_name": table, "field_name": "membership"},
            ).json()["results"]
            assert [row["id"] for row in found] == [str(membership(scene, "neighbour").pk)]


@pytest.mark.parametrize("table", TABLES)
def test_a_list_costs_the_same_with_one_row_as_with_three(scene, sign_in_as, table):
    client = sign_in_as(scene.world.facilitator)

    def cost():
        client.get(page(table, "changelist"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(table, "changelist")).status_code == 200
        return len(queries)

    with_one = cost()
    for title in ("Tweede", "Derde"):
        make_workgroup(scene.world, title, people=False)
    assert cost() == with_one <= 8
