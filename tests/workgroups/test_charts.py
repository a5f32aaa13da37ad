"""The workgroups of a trajectory beside each other on the page of its steering group."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from charts import Bar
from tests.workgroups.scenery import make_workgroup
from workgroups import selectors
from workgroups.enums import Direction, MeasurementKind, PriorityState
from workgroups.models import Measurement, Objective

pytestmark = pytest.mark.django_db


def measure(objective, value, by, kind=MeasurementKind.INTERIM):
    Measurement.objects.create(
        objective=objective, value=Decimal(value), measured_on=datetime.date(2026, 2, 1), kind=kind, by=by
    )


def page_of(trajectory):
    return reverse("workgroups:steering_group", args=[trajectory.slug])


def test_every_objective_stands_between_the_same_start_and_target(scene):
    up = scene.objective()
    down = scene.objective(title="Minder afhakers", direction=Direction.DOWN, baseline_value=20, target_value=10)
    scene.objective(title="Nog niet gemeten")
    for objective in (up, down):
        measure(objective, 15, scene.world.chair)
    make_workgroup(scene.world, "Tweede")
    dropped = make_workgroup(scene.world, "Geschrapt", people=False)
    type(dropped.priority).objects.filter(pk=dropped.priority_id).update(
        state=PriorityState.DROPPED, decision="Te duur"
    )
    make_workgroup(scene.world, "Elders", trajectory=scene.world.other_trajectory, people=False)
    groups = selectors.progress_by_workgroup(scene.world.owner, scene.world.trajectory)
    assert [(group.name, group.url, [(line.name, line.way.bar) for line in group.lines]) for group in groups] == [
        (
            "Stagetrajecten",
            scene.workgroup.get_absolute_url(),
            [
                ("Meer vaste mentoren", Bar(20.0, 30.0, 50.0)),
                ("Minder afhakers", Bar(20.0, 30.0, 50.0)),
                ("Nog niet gemeten", None),
            ],
        ),
        ("Tweede", groups[1].url, []),
    ]
    assert selectors.progress_in_a_sentence(groups) == ("Gehaald: 0 van de 3 doelstellingen. 1 is nog niet gemeten.")


def test_a_stranger_sees_no_progress(scene):
    scene.objective()
    assert selectors.progress_by_workgroup(scene.world.stranger, scene.world.trajectory) == []


def test_where_lower_is_better_the_bar_says_so(scene):
    objective = scene.objective(direction=Direction.DOWN, baseline_value=20, target_value=10)
    line = selectors.objective_line(Objective.objects.with_history().get(pk=objective.pk))
    assert line.note == "Tegen 30/06/2026, lager is beter"


def test_the_steering_group_compares_the_workgroups(scene, sign_in_as):
    measure(scene.objective(), 20, scene.world.chair, MeasurementKind.FINAL)
    page = sign_in_as(scene.world.owner).get(page_of(scene.world.trajectory)).content.decode()
    assert "Gehaald: 1 van 1 doelstelling." in page
    assert "Doel gehaald" in page
    assert 'aria-label="Meer vaste mentoren: start 10, nu 20, doel 20 (plaatsen)"' in page


def test_before_there_are_workgroups_there_is_nothing_to_compare(world, sign_in_as):
    page = sign_in_as(world.owner).get(page_of(world.trajectory)).content.decode()
    assert 'id="doelstellingen"' not in page


def test_the_page_costs_the_same_for_one_and_for_three_workgroups(scene, sign_in_as):
    client, counts = sign_in_as(scene.world.owner), []
    measure(scene.objective(), 15, scene.world.chair)
    for title in ("Tweede", "Derde", "Vierde"):
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(scene.world.trajectory))
        counts.append(len(queries))
        workgroup = make_workgroup(scene.world, title)
        objective = Objective.objects.create(workgroup=workgroup, title=title, baseline_value=1, target_value=2)
        measure(objective, 1, scene.world.chair)
    assert counts == [counts[0]] * 3
    assert counts[0] < 25


def test_the_page_of_an_objective_has_its_figures_as_a_table_too(scene, sign_in_as):
    objective = scene.objective(baseline_value=None)
    page = sign_in_as(scene.world.owner).get(objective.get_absolute_url()).content.decode()
    assert "Bekijk als tabel" in page
    assert "start nog niet bekend, nu nog niet gemeten, doel 20 (plaatsen)" in page
