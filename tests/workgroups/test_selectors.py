"""What the bars, the balance, the to-do list and a certificate read from the workgroups."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from phases.enums import Phase
from tests.workgroups.scenery import make_workgroup
from workgroups import selectors, services
from workgroups.enums import Direction, MeasurementKind, SeatRole
from workgroups.models import Measurement, Objective, Seat

pytestmark = pytest.mark.django_db


def line_of(scene, *measured, **values):
    objective = scene.objective(**values)
    for value in measured:
        Measurement.objects.create(
            objective=objective,
            value=Decimal(value),
            measured_on=datetime.date(2026, 2, 1),
            kind=MeasurementKind.INTERIM,
            by=scene.world.chair,
        )
    line = selectors.objective_line(Objective.objects.with_history().get(pk=objective.pk))
    places = tuple(bar and bar.share for bar in (line.bullet.start, line.bullet.now))
    return (line.start, line.now, line.target), (*places, line.bullet.target)


def test_a_bar_ends_a_third_past_the_target(scene):
    assert line_of(scene, 24) == (("10", "24", "20"), (37.5, 90.0, 75.0))


def test_a_bar_grows_when_a_value_runs_past_it(scene):
    assert line_of(scene, 100) == (("10", "100", "20"), (10.0, 100.0, 20.0))


def test_a_bar_starts_below_zero_when_a_value_does(scene):
    texts, shares = line_of(scene, -10)
    assert texts == ("10", "-10", "20")
    assert shares == (50.0, 0.0, 75.0)


def test_a_bar_without_figures_is_empty_and_does_not_break(scene):
    assert line_of(scene, baseline_value=None, target_value=None) == (("", "", ""), (None, None, None))
    assert line_of(scene, baseline_value=0, target_value=0) == (("0", "", "0"), (0.0, None, 0.0))


def test_figures_are_written_the_belgian_way(scene):
    assert line_of(scene, "12.50", baseline_value=Decimal("0.25"), target_value=Decimal("1000"))[0] == (
        "0,25",
        "12,5",
        "1000",
    )


def test_the_most_recent_measurement_is_where_it_stands(scene):
    assert line_of(scene, 12, 14)[0][1] == "14"


def test_an_adjusted_target_keeps_the_first_one_in_view(scene):
    objective = scene.in_phase(Phase.ACTION).objective()
    for target in (18, 16):
        services.adjust_target(objective=objective, new_target=Decimal(target), reason="Minder", by=scene.world.chair)
    line = selectors.objective_line(Objective.objects.with_history().get())
    assert line.note == "Tegen 30/06/2026, doel bijgestuurd, eerst 20"
    titles = {entry.title for entry in selectors.objective_history(objective)}
    assert titles == {"Doel van 20 naar 18", "Doel van 18 naar 16"}


def test_the_balance_counts_current_people_per_kind(scene):
    counts = {share.kind: share.count for share in selectors.balance(scene.again())}
    assert counts == {"school": 1, "company": 2, "voka": 1}
    empty = make_workgroup(scene.world, "Leeg", people=False)
    assert {share.kind: share.count for share in selectors.balance(empty)} == {"school": 0, "company": 0}


def test_the_roster_starts_with_chair_and_facilitator(scene):
    people = [seat.membership.user for seat in selectors.roster(scene.again())]
    world = scene.world
    assert people == [world.chair, world.facilitator, world.owner, world.teacher]


def test_my_action_points_are_mine_and_open(scene):
    world = scene.in_phase(Phase.ACTION).world
    mine = scene.action_point(title="Van mij", owner=world.membership(world.teacher))
    scene.action_point(title="Van een ander", owner=world.membership(world.owner))
    scene.action_point(title="Van niemand")
    done = scene.action_point(title="Klaar", owner=world.membership(world.teacher))
    services.complete_action_point(action_point=done, by=world.teacher)
    assert list(selectors.my_open_action_points(world.teacher)) == [mine]


def test_contributions_count_the_workgroups_of_one_organisation_in_one_trajectory(scene):
    world = scene.in_phase(Phase.EVALUATION).world
    other = make_workgroup(world, "Robots", people=False)
    services.seat(
        workgroup=other, membership=world.membership(world.neighbour), role=SeatRole.PARTICIPANT, by=world.administrator
    )
    for owner in (world.owner, world.teacher, None):
        point = scene.action_point(owner=world.membership(owner) if owner else None)
        services.complete_action_point(action_point=point, by=world.chair)
    dropped = scene.action_point(owner=world.membership(world.owner))
    services.drop_action_point(action_point=dropped, reason="Niet nodig", by=world.chair)
    for value in (20, 19):
        services.measure(
            objective=scene.objective(),
            value=value,
            measured_on=timezone.localdate(),
            kind=MeasurementKind.FINAL,
            by=world.chair,
        )
    found = selectors.contributions_of(world.company, world.trajectory)
    assert [(row.workgroup, row.roles) for row in found.workgroups] == [(scene.workgroup, ("chair", "participant"))]
    assert (found.action_points_done, found.own_action_points_done) == (3, 1)
    assert (found.objectives_reached, found.objectives_total) == (1, 2)
    assert [row.workgroup for row in selectors.contributions_of(world.other_company, world.trajectory).workgroups] == [
        other
    ]
    assert selectors.contributions_of(world.company, world.other_trajectory).workgroups == ()
    assert selectors.contributions_of(world.partner, world.trajectory).workgroups == ()


def test_who_left_the_workgroup_still_contributed_but_a_seat_taken_back_at_once_did_not(scene):
    world = scene.world
    for seat in Seat.objects.filter(membership__organisation=world.company):
        services.unseat(seat=seat, by=world.administrator)
    mistake = services.seat(
        workgroup=scene.workgroup,
        membership=world.membership(world.neighbour),
        role=SeatRole.PARTICIPANT,
        by=world.administrator,
    )
    services.unseat(seat=mistake, by=world.administrator)
    assert len(selectors.contributions_of(world.company, world.trajectory).workgroups) == 1
    assert selectors.contributions_of(world.other_company, world.trajectory).workgroups == ()


def test_the_workgroup_of_a_dropped_priority_is_no_contribution(scene):
    services.drop_priority(priority=scene.priority, reason="Te duur", by=scene.world.administrator)
    assert selectors.contributions_of(scene.world.company, scene.world.trajectory).workgroups == ()


def test_lower_is_better_reaches_its_target_from_above(scene):
    objective = scene.objective(direction=Direction.DOWN, baseline_value=Decimal(30))
    assert objective.is_reached_with(Decimal(20))
    assert not objective.is_reached_with(Decimal(21))


def test_an_objective_whose_day_has_passed_without_an_outcome_says_so_in_words(scene):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    objective = scene.objective(due_on=yesterday)

    def tag():
        line = selectors.objective_line(Objective.objects.with_history().get(pk=objective.pk))
        return str(line.tag), line.tone

    assert tag() == ("Datum voorbij", "warn")
    Objective.objects.filter(pk=objective.pk).update(due_on=timezone.localdate())
    assert tag() == ("Nog niet gemeten", "")
    Objective.objects.filter(pk=objective.pk).update(due_on=yesterday)
    Measurement.objects.create(
        objective=objective, value=25, measured_on=yesterday, kind=MeasurementKind.FINAL, by=scene.world.chair
    )
    assert tag() == ("Doel gehaald", "ok")
