"""The life of an action point, and when it is late."""

import datetime

import pytest
from django.utils import timezone

from phases.enums import Phase
from tests.workgroups.scenery import closed_point, conflict, membership
from workgroups import services
from workgroups.enums import ActionEvent, ActionState
from workgroups.models import ActionPoint

pytestmark = pytest.mark.django_db


def test_an_action_point_leaves_its_whole_life_in_its_history(scene):
    world = scene.in_phase(Phase.ACTION).world
    point = services.add_action_point(
        workgroup=scene.workgroup,
        title="Bellen",
        due_on=datetime.date(2026, 2, 1),
        by=world.teacher,
        owner=membership(scene, "owner"),
    )
    act = {"action_point": point}
    services.start_action_point(**act, by=world.owner)
    services.drop_action_point(**act, reason="Niemand nam op", by=world.owner)
    services.reopen_action_point(**act, by=world.owner)
    services.update_action_point(**act, title="Mailen", due_on=point.due_on, by=world.teacher)
    services.complete_action_point(**act, by=world.teacher)
    log = [(row.event, row.by, row.note) for row in point.log.order_by("id")]
    assert log == [
        (ActionEvent.ADDED, world.teacher, ""),
        (ActionEvent.STARTED, world.owner, ""),
        (ActionEvent.DROPPED, world.owner, "Niemand nam op"),
        (ActionEvent.REOPENED, world.owner, ""),
        (ActionEvent.CHANGED, world.teacher, ""),
        (ActionEvent.COMPLETED, world.teacher, ""),
    ]
    point.refresh_from_db()
    assert (point.state, point.closed_by, point.closed_reason) == (ActionState.DONE, world.teacher, "")


def test_a_closed_action_point_stays_as_it_is(scene):
    world, point = scene.in_phase(Phase.ACTION).world, closed_point(scene)
    act = {"action_point": point, "by": world.chair}
    closed = ["Dit actiepunt is al gesloten. Heropen het eerst."]
    day = {"title": "x", "due_on": point.due_on}
    assert conflict(lambda: services.start_action_point(**act)) == closed
    assert conflict(lambda: services.complete_action_point(**act)) == closed
    assert conflict(lambda: services.drop_action_point(reason="Toch niet", **act)) == closed
    assert conflict(lambda: services.update_action_point(**day, **act)) == closed
    assert ActionPoint.objects.get().state == ActionState.DONE


def test_an_action_point_is_started_once_and_dropped_with_a_reason(scene):
    act = {"action_point": scene.in_phase(Phase.ACTION).action_point(), "by": scene.world.chair}
    services.start_action_point(**act)
    assert conflict(lambda: services.start_action_point(**act)) == ["Iemand is al aan dit actiepunt begonnen."]
    assert conflict(lambda: services.drop_action_point(reason=" ", **act)) == [
        "Schrijf waarom dit actiepunt gesloten wordt zonder dat het gedaan is."
    ]
    assert conflict(lambda: services.reopen_action_point(**act)) == ["Dit actiepunt staat nog open."]


def test_lateness_counts_only_while_it_is_open(scene):
    late = timezone.localdate() - datetime.timedelta(days=10)
    assert scene.action_point(due_on=late).days_late == 10
    assert scene.action_point(due_on=timezone.localdate()).days_late == 0
    closed = closed_point(scene)
    closed.due_on = late
    assert closed.days_late == 0
