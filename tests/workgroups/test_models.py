"""What the database itself refuses, and what an objective and a seat say of themselves."""

import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.history import AppendOnlyError
from accounts.models import User
from accounts.services import end_membership
from workgroups.enums import ActionState, Direction, MeasurementKind, Outcome, PriorityState, SeatRole, SteeringRole
from workgroups.models import (
    ActionPointLog,
    ActionPriority,
    Measurement,
    Seat,
    SteeringSeat,
    TargetAdjustment,
    Workgroup,
)

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 2, 1)


def refused(constraint, write):
    """The database refuses `write` by this rule."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    if connection.vendor == "postgresql":
        assert constraint in str(error.value)


def test_a_workgroup_has_one_active_chair_and_one_active_facilitator(scene):
    others = {SeatRole.CHAIR: scene.world.neighbour, SeatRole.FACILITATOR: scene.world.administrator}
    for role, user in others.items():
        membership = scene.world.membership(user)
        refused(
            f"one_active_{role.value}_per_workgroup",
            lambda m=membership, r=role: Seat.objects.create(workgroup=scene.workgroup, membership=m, role=r),
        )
    assert Seat.objects.filter(workgroup=scene.workgroup).count() == 4


def test_a_person_has_one_open_seat_in_a_workgroup_and_may_come_back(scene):
    membership = scene.world.membership(scene.world.teacher)

    def again():
        return Seat.objects.create(workgroup=scene.workgroup, membership=membership)

    refused("one_open_seat_per_person_and_workgroup", again)
    Seat.objects.filter(workgroup=scene.workgroup, membership=membership).update(ended_on=TODAY)
    assert again().ended_on is None


def test_a_steering_group_has_one_active_chair(scene):
    group = scene.world.trajectory.steering_group
    membership = scene.world.membership(scene.world.neighbour)
    refused(
        "one_active_chair_per_steering_group",
        lambda: SteeringSeat.objects.create(steering_group=group, membership=membership, role=SteeringRole.CHAIR),
    )


def test_a_seat_does_not_end_before_it_starts(scene):
    seats = Seat.objects.filter(workgroup=scene.workgroup)
    refused("a_seat_ends_after_it_starts", lambda: seats.update(ended_on=datetime.date(2020, 1, 1)))


def test_a_settled_priority_says_when_and_by_whom_and_a_dropped_one_why(scene):
    priorities = ActionPriority.objects.filter(pk=scene.priority.pk)
    refused("a_settled_priority_says_when_and_by_whom", lambda: priorities.update(decided_on=None))
    refused("a_dropped_priority_has_a_reason", lambda: priorities.update(state=PriorityState.DROPPED, decision=""))


def test_a_priority_has_one_workgroup(scene):
    refused("priority_id", lambda: Workgroup.objects.create(priority=scene.priority, name="Nog een"))


def test_a_dropped_action_point_has_a_reason_and_a_closed_one_says_when_and_by_whom(scene):
    closed = {"closed_at": timezone.now(), "closed_by": scene.world.chair}
    refused("a_dropped_action_point_has_a_reason", lambda: scene.action_point(state=ActionState.DROPPED, **closed))
    refused("a_closed_action_point_says_when_and_by_whom", lambda: scene.action_point(state=ActionState.DONE))
    refused("a_closed_action_point_says_when_and_by_whom", lambda: scene.action_point(**closed))


def test_an_adjusted_target_has_a_reason(scene):
    facts = {"objective": scene.objective(), "new_target": 5, "by": scene.world.chair}
    refused("an_adjusted_target_has_a_reason", lambda: TargetAdjustment.objects.create(**facts, reason=""))


def history_rows(scene):
    objective, point, by = scene.objective(), scene.action_point(), scene.world.chair
    return [
        Measurement.objects.create(
            objective=objective, value=12, measured_on=TODAY, kind=MeasurementKind.INTERIM, by=by
        ),
        TargetAdjustment.objects.create(
            objective=objective, old_target=20, new_target=18, reason="Minder plaatsen", by=by
        ),
        ActionPointLog.objects.create(action_point=point, event="added", by=by),
    ]


def test_measurements_adjusted_targets_and_history_only_grow(scene):
    for row in history_rows(scene):
        table = type(row)
        for change in (row.save, row.delete, table.objects.all().delete, lambda t=table: t.objects.update(by=1)):
            with pytest.raises(AppendOnlyError):
                change()


@pytest.mark.postgres
def test_postgresql_refuses_to_rewrite_history_too(scene):
    for row in history_rows(scene):
        table = row._meta.db_table
        for sql in (f"UPDATE {table} SET by_id = by_id", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)
        assert type(row).objects.filter(pk=row.pk).exists()


def test_a_seat_counts_only_while_the_person_works_there_and_may_sign_in(scene):
    world = scene.world
    end_membership(membership=world.membership(world.teacher), by=world.administrator)
    User.objects.filter(pk=world.owner.pk).update(is_active=False)
    workgroup = scene.again()
    assert {seat.membership.user for seat in workgroup.current_seats} == {world.chair, world.facilitator}
    assert not workgroup.has_seat(world.teacher)
    assert not workgroup.has_seat(world.owner)


def test_only_chair_and_facilitator_lead(scene):
    workgroup, world = scene.again(), scene.world
    leaders = [
        user
        for user in (world.chair, world.facilitator, world.owner, world.teacher, world.neighbour)
        if workgroup.is_led_by(user)
    ]
    assert leaders == [world.chair, world.facilitator]


def outcome(scene, *finals, **values):
    objective = scene.objective(**values)
    for value in finals:
        Measurement.objects.create(
            objective=objective, value=value, measured_on=TODAY, kind=MeasurementKind.FINAL, by=scene.world.chair
        )
    return objective.outcome


@pytest.mark.parametrize(
    ("direction", "value", "expected"),
    [
        (Direction.UP, 20, Outcome.REACHED),
        (Direction.UP, 25, Outcome.REACHED),
        (Direction.UP, 15, Outcome.PARTLY),
        (Direction.UP, 10, Outcome.MISSED),
        (Direction.UP, 5, Outcome.MISSED),
        (Direction.DOWN, 20, Outcome.REACHED),
        (Direction.DOWN, 3, Outcome.REACHED),
        (Direction.DOWN, 25, Outcome.PARTLY),
        (Direction.DOWN, 30, Outcome.MISSED),
        (Direction.DOWN, 40, Outcome.MISSED),
    ],
)
def test_the_outcome_knows_which_way_is_better(scene, direction, value, expected):
    start = 10 if direction == Direction.UP else 30
    assert outcome(scene, value, direction=direction, baseline_value=Decimal(start)) == expected


def test_the_outcome_without_a_final_measurement(scene):
    assert outcome(scene) == Outcome.NOT_YET
    assert outcome(scene, not_measured_reason="De school stopte") == Outcome.NOT_MEASURED
    objective = scene.objective()
    Measurement.objects.create(
        objective=objective, value=99, measured_on=TODAY, kind=MeasurementKind.INTERIM, by=scene.world.chair
    )
    assert objective.outcome == Outcome.UNDER_WAY


def test_the_final_measurement_recorded_last_counts(scene):
    assert outcome(scene, 25, 12) == Outcome.PARTLY
    assert outcome(scene, 12, 25) == Outcome.REACHED


def test_without_a_target_nothing_is_reached_or_missed(scene):
    assert outcome(scene, 12, target_value=None) == Outcome.UNDER_WAY
