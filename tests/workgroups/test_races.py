"""Two people at the same moment, on PostgreSQL: one chair, no action point behind a need that was just checked.

The negative controls take the trajectory's lock away and show that both then believe they may.
"""

import datetime

import pytest
from django.db import IntegrityError

from accounts.policy import Conflict
from phases import services as phases
from phases.enums import Phase
from phases.models import Trajectory, TrajectoryQuerySet
from tests.races import Meeting, at_the_same_time
from tests.workgroups.scenery import make_scene, make_workgroup
from workgroups import services
from workgroups.enums import ActionState, SeatRole
from workgroups.models import ActionPoint, ActionPointLog, Seat
from workgroups.services import action, door, workgroup

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene(committed_world):
    return make_scene(committed_world)


@pytest.fixture
def without_lock(monkeypatch):
    """Negative control: every row lock of a trajectory is a plain read."""
    monkeypatch.setattr(
        TrajectoryQuerySet, "select_for_update", lambda queryset, **options: queryset.all(), raising=False
    )


@pytest.fixture
def meeting(monkeypatch):
    """Whoever is about to write a seat waits there for the other."""
    meeting, save = Meeting(), workgroup.save

    def save_when_both_are_here(row):
        if isinstance(row, Seat):
            row.full_clean()
            meeting.wait()
            row.save()
            return row
        return save(row)

    monkeypatch.setattr(workgroup, "save", save_when_both_are_here)
    return meeting


def two_chairs(scene):
    """Two staff members each choose a chair for an empty workgroup; returns the workgroup and what came of it."""
    world, empty = scene.world, make_workgroup(scene.world, "Nieuw", people=False)

    def choose(user, by):
        return lambda: services.seat(workgroup=empty, membership=world.membership(user), role=SeatRole.CHAIR, by=by)

    return empty, at_the_same_time(choose(world.chair, world.administrator), choose(world.neighbour, world.facilitator))


def test_two_chairs_at_the_same_moment_leave_one_and_tell_the_second(scene, monkeypatch):
    meeting, end_empty = Meeting(), workgroup.end_empty_seats

    def end_when_both_are_here(group):
        meeting.wait()
        end_empty(group)

    monkeypatch.setattr(workgroup, "end_empty_seats", end_when_both_are_here)
    empty, results = two_chairs(scene)
    assert not meeting.met
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Seat"]
    loser = next(result for result in results if isinstance(result, Conflict))
    assert loser.reasons == ["Deze werkgroep heeft al een voorzitter. Beëindig eerst die plaats."]
    assert empty.seats.filter(role=SeatRole.CHAIR).count() == 1


def test_without_the_lock_only_the_constraint_keeps_two_chairs_apart(scene, meeting, without_lock):
    empty, results = two_chairs(scene)
    assert meeting.met
    assert sorted(type(result).__name__ for result in results) == ["IntegrityError", "Seat"]
    loser = next(result for result in results if isinstance(result, IntegrityError))
    assert "one_active_chair_per_workgroup" in str(loser)
    assert empty.seats.filter(role=SeatRole.CHAIR).count() == 1


def done_and_dropped(scene, monkeypatch):
    """One member says done while the chair drops the same action point."""
    meeting, close = Meeting(), action._close

    def close_when_both_are_here(*arguments):
        meeting.wait()
        return close(*arguments)

    monkeypatch.setattr(action, "_close", close_when_both_are_here)
    point, world = scene.in_phase(Phase.ACTION).action_point(), scene.world
    results = at_the_same_time(
        lambda: services.complete_action_point(action_point=point, by=world.teacher),
        lambda: services.drop_action_point(action_point=point, reason="Te laat", by=world.chair),
    )
    return point, results


def test_an_action_point_is_closed_once(scene, monkeypatch):
    point, results = done_and_dropped(scene, monkeypatch)
    assert sorted(type(result).__name__ for result in results) == ["ActionPoint", "Conflict"]
    assert ActionPointLog.objects.filter(action_point=point).count() == 1


def test_without_the_lock_an_action_point_is_closed_twice(scene, monkeypatch, without_lock):
    point, results = done_and_dropped(scene, monkeypatch)
    assert [type(result).__name__ for result in results] == ["ActionPoint", "ActionPoint"]
    assert ActionPointLog.objects.filter(action_point=point).count() == 2


def move_and_add(scene, monkeypatch):
    """Voka moves the trajectory to phase 4 while a member adds an action point."""
    world = scene.in_phase(Phase.ACTION).world
    services.state_no_practice_reason(workgroup=scene.again(), reason="Nog te pril", by=world.administrator)
    meeting, choose, require_open = Meeting(), phases._choose, door.require_open

    def choose_when_both_are_here(*arguments):
        chosen = choose(*arguments)
        meeting.wait()
        return chosen

    def open_when_both_are_here(*arguments):
        require_open(*arguments)
        meeting.wait()

    monkeypatch.setattr(phases, "_choose", choose_when_both_are_here)
    monkeypatch.setattr(door, "require_open", open_when_both_are_here)
    return at_the_same_time(
        lambda: phases.move(trajectory=world.trajectory, to=Phase.EVALUATION, by=world.administrator),
        lambda: services.add_action_point(
            workgroup=scene.again(), title="Bellen", due_on=datetime.date(2026, 2, 1), by=world.teacher
        ),
    )


def test_no_action_point_slips_in_behind_a_need_that_was_just_checked(scene, monkeypatch):
    move_and_add(scene, monkeypatch)
    phase = Trajectory.objects.get(pk=scene.world.trajectory.pk).phase
    still_open = ActionPoint.objects.filter(state=ActionState.OPEN).count()
    assert (phase, still_open) in [(Phase.EVALUATION, 0), (Phase.ACTION, 1)]


def test_without_the_lock_an_open_action_point_reaches_phase_4(scene, monkeypatch, without_lock):
    move_and_add(scene, monkeypatch)
    assert Trajectory.objects.get(pk=scene.world.trajectory.pk).phase == Phase.EVALUATION
    assert ActionPoint.objects.filter(state=ActionState.OPEN).count() == 1
