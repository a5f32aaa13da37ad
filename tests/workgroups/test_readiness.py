"""Each need of phases 2, 3 and 4: what blocks it, in which words, and when it is clear."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from phases.enums import Phase
from tests.workgroups.scenery import make_steering_group, make_workgroup
from workgroups import readiness, services
from workgroups.enums import MeasurementKind, SeatRole, SteeringRole

pytestmark = pytest.mark.django_db


def sentences(need, trajectory):
    """What blocks, as a new request sees it."""
    fresh = type(trajectory).objects.get(pk=trajectory.pk)
    return [blocker.sentence for blocker in need(fresh)]


def links(need, trajectory):
    fresh = type(trajectory).objects.get(pk=trajectory.pk)
    return [blocker.url for blocker in need(fresh)]


# --- Phase 2 to 3 -----------------------------------------------------------------------------------------------------


def test_without_a_steering_group_everything_of_it_is_missing(world):
    need = readiness.the_steering_group_is_complete
    assert sentences(need, world.trajectory) == [
        "De stuurgroep heeft nog geen voorzitter.",
        "Er zit nog niemand uit een school in de stuurgroep.",
        "Er zit nog niemand uit een bedrijf in de stuurgroep.",
    ]
    assert set(links(need, world.trajectory)) == {"/stuurgroep/testtraject/#leden"}


def test_the_steering_group_needs_a_chair_a_school_and_a_company(world):
    need = readiness.the_steering_group_is_complete
    by = {"trajectory": world.trajectory, "by": world.administrator}
    services.appoint(membership=world.membership(world.expert), role=SteeringRole.CHAIR, **by)
    services.appoint(membership=world.membership(world.facilitator), role=SteeringRole.MEMBER, **by)
    assert sentences(need, world.trajectory) == [
        "Er zit nog niemand uit een school in de stuurgroep.",
        "Er zit nog niemand uit een bedrijf in de stuurgroep.",
    ]
    services.appoint(membership=world.membership(world.teacher), role=SteeringRole.MEMBER, **by)
    assert sentences(need, world.trajectory) == ["Er zit nog niemand uit een bedrijf in de stuurgroep."]
    services.appoint(membership=world.membership(world.owner), role=SteeringRole.MEMBER, **by)
    assert sentences(need, world.trajectory) == []


def test_the_chair_of_the_steering_group_counts_as_its_member(world):
    by = {"trajectory": world.trajectory, "by": world.administrator}
    services.appoint(membership=world.membership(world.owner), role=SteeringRole.CHAIR, **by)
    services.appoint(membership=world.membership(world.teacher), role=SteeringRole.MEMBER, **by)
    assert sentences(readiness.the_steering_group_is_complete, world.trajectory) == []


def test_the_steering_group_of_another_trajectory_does_not_help(world):
    make_steering_group(world)
    assert len(sentences(readiness.the_steering_group_is_complete, world.other_trajectory)) == 3


def test_at_least_one_priority_is_decided(scene):
    need = readiness.a_priority_is_decided
    assert sentences(need, scene.world.trajectory) == []
    services.drop_priority(priority=scene.priority, reason="Te duur", by=scene.world.administrator)
    services.propose_priority(trajectory=scene.world.trajectory, title="Meisjes in STEM", by=scene.world.administrator)
    assert sentences(need, scene.world.trajectory) == ["Er is nog geen actieprioriteit beslist."]
    assert links(need, scene.world.trajectory) == ["/stuurgroep/testtraject/#prioriteiten"]


def test_a_complete_workgroup_blocks_nothing(scene):
    assert sentences(readiness.every_priority_has_a_complete_workgroup, scene.world.trajectory) == []


def test_a_decided_priority_without_workgroup_blocks_and_a_proposed_or_dropped_one_does_not(scene):
    world = scene.world
    for title in ("Beslist", "Voorgesteld", "Geschrapt"):
        priority = services.propose_priority(trajectory=world.trajectory, title=title, by=world.administrator)
        if title == "Beslist":
            services.decide_priority(priority=priority, by=world.administrator)
        if title == "Geschrapt":
            services.drop_priority(priority=priority, reason="Niet nu", by=world.administrator)
    need = readiness.every_priority_has_a_complete_workgroup
    assert sentences(need, world.trajectory) == ["De prioriteit ‘Beslist’ heeft nog geen werkgroep."]


def test_all_missing_people_are_told_at_once_per_workgroup(scene):
    make_workgroup(scene.world, "Lege groep", people=False)
    need = readiness.every_priority_has_a_complete_workgroup
    assert sentences(need, scene.world.trajectory) == [
        "De werkgroep ‘Lege groep’ heeft nog geen voorzitter.",
        "De werkgroep ‘Lege groep’ heeft nog geen facilitator van Voka.",
        "De werkgroep ‘Lege groep’ heeft nog geen deelnemer uit een school.",
        "De werkgroep ‘Lege groep’ heeft nog geen deelnemer uit een bedrijf.",
    ]
    assert all(link.endswith("#leden") for link in links(need, scene.world.trajectory))


def test_the_chair_does_not_count_as_a_participant(scene):
    seat = scene.again().seats.get(membership=scene.world.membership(scene.world.owner))
    services.unseat(seat=seat, by=scene.world.administrator)
    assert sentences(readiness.every_priority_has_a_complete_workgroup, scene.world.trajectory) == [
        "De werkgroep ‘Stagetrajecten’ heeft nog geen deelnemer uit een bedrijf."
    ]


def test_every_workgroup_needs_one_complete_objective(scene):
    need, trajectory = readiness.every_workgroup_has_an_objective, scene.world.trajectory
    assert sentences(need, trajectory) == ["De werkgroep ‘Stagetrajecten’ heeft nog geen doelstelling."]
    bare = scene.objective(title="Kaal", indicator="", baseline_value=None, target_value=None, due_on=None)
    assert sentences(need, trajectory) == [
        "De doelstelling ‘Kaal’ van de werkgroep ‘Stagetrajecten’ mist nog: indicator, startwaarde, streefwaarde, datum."
    ]
    assert links(need, trajectory) == [f"/werkgroepen/{scene.workgroup.pk}/doelstellingen/{bare.pk}/"]
    scene.objective()
    assert sentences(need, trajectory) == []


def test_a_start_value_of_zero_is_a_start_value(scene):
    scene.objective(baseline_value=0, target_value=0)
    assert sentences(readiness.every_workgroup_has_an_objective, scene.world.trajectory) == []


# --- Phase 3 to 4 -----------------------------------------------------------------------------------------------------


def test_every_open_action_point_blocks_until_it_is_done_or_dropped(scene):
    need, world = readiness.no_action_point_is_open, scene.in_phase(Phase.ACTION).world
    first, second = scene.action_point(title="Bellen"), scene.action_point(title="Mailen")
    services.start_action_point(action_point=second, by=world.teacher)
    assert sentences(need, world.trajectory) == [
        "Het actiepunt ‘Bellen’ van de werkgroep ‘Stagetrajecten’ staat nog open.",
        "Het actiepunt ‘Mailen’ van de werkgroep ‘Stagetrajecten’ staat nog open.",
    ]
    services.complete_action_point(action_point=first, by=world.teacher)
    services.drop_action_point(action_point=second, reason="Niet meer nodig", by=world.chair)
    assert sentences(need, world.trajectory) == []


# --- Phase 4 to 5 -----------------------------------------------------------------------------------------------------


def final(scene, objective, value):
    services.measure(
        objective=objective,
        value=value,
        measured_on=timezone.localdate(),
        kind=MeasurementKind.FINAL,
        by=scene.world.chair,
    )


@pytest.fixture
def evaluation(scene):
    return scene.in_phase(Phase.EVALUATION)


def test_every_objective_is_measured_or_says_why_not(evaluation):
    need, trajectory = readiness.every_objective_is_measured_and_explained, evaluation.world.trajectory
    first, second = evaluation.objective(title="Eerste"), evaluation.objective(title="Tweede")
    services.measure(
        objective=first,
        value=25,
        measured_on=timezone.localdate(),
        kind=MeasurementKind.INTERIM,
        by=evaluation.world.chair,
    )
    assert sentences(need, trajectory) == [
        "De doelstelling ‘Eerste’ van de werkgroep ‘Stagetrajecten’ heeft nog geen eindmeting.",
        "De doelstelling ‘Tweede’ van de werkgroep ‘Stagetrajecten’ heeft nog geen eindmeting.",
    ]
    final(evaluation, first, 25)
    services.mark_not_measured(objective=second, reason="De school stopte", by=evaluation.world.chair)
    assert sentences(need, trajectory) == []


@pytest.mark.parametrize(("direction", "start", "missed"), [("up", 10, 19), ("down", 30, 21)])
def test_a_missed_target_needs_an_explanation_whichever_way_is_better(evaluation, direction, start, missed):
    need, trajectory = readiness.every_objective_is_measured_and_explained, evaluation.world.trajectory
    objective = evaluation.objective(direction=direction, baseline_value=start)
    final(evaluation, objective, missed)
    assert sentences(need, trajectory) == [
        "De doelstelling ‘Meer vaste mentoren’ van de werkgroep ‘Stagetrajecten’ is niet gehaald. Schrijf waarom."
    ]
    services.explain_missed_target(
        objective=objective, explanation="Twee mentoren vielen weg", by=evaluation.world.chair
    )
    assert sentences(need, trajectory) == []


# --- All --------------------------------------------------------------------------------------------------------------

NEEDS = [
    readiness.the_steering_group_is_complete,
    readiness.a_priority_is_decided,
    readiness.every_priority_has_a_complete_workgroup,
    readiness.every_workgroup_has_an_objective,
    readiness.no_action_point_is_open,
    readiness.every_objective_is_measured_and_explained,
]


def test_the_workgroup_of_a_dropped_priority_asks_nothing(scene):
    workgroup = make_workgroup(scene.world, "Geschrapt", people=False)
    scene.objective()
    for table in (type(scene.objective()), type(scene.action_point())):
        table.objects.update(workgroup=workgroup)
    services.drop_priority(priority=workgroup.priority, reason="Niet nu", by=scene.world.administrator)
    scene.objective()
    for need in NEEDS[:-1]:
        assert sentences(need, scene.world.trajectory) == []
    assert len(sentences(NEEDS[-1], scene.world.trajectory)) == 1  # the one objective of the workgroup that counts


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.__name__)
def test_a_need_costs_the_same_for_one_workgroup_as_for_three(scene, need):
    def cost():
        fresh = type(scene.world.trajectory).objects.get(pk=scene.world.trajectory.pk)
        with CaptureQueriesContext(connection) as queries:
            list(need(fresh))
        return len(queries)

    scene.objective(indicator="")
    scene.action_point()
    with_one = cost()
    for title in ("Tweede", "Derde"):
        workgroup = make_workgroup(scene.world, title, people=False)
        services.seat(
            workgroup=workgroup,
            membership=scene.world.membership(scene.world.teacher),
            role=SeatRole.PARTICIPANT,
            by=scene.world.administrator,
        )
        scene.workgroup = workgroup
        scene.objective(indicator="")
        scene.action_point()
    assert cost() == with_one
