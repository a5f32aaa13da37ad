"""Phase 3 to 4: each workgroup shared a practice, or says why not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phases.enums import Phase
from practices import services
from practices.readiness import every_workgroup_shared_a_practice as need
from tests.practices.conftest import published, submitted, write
from tests.workgroups.scenery import make_workgroup
from workgroups.services import drop_priority, state_no_practice_reason

pytestmark = pytest.mark.django_db
NOTHING = "De werkgroep ‘Stagetrajecten’ deelde nog geen praktijk en zegt niet waarom."


def sentences(trajectory):
    return [blocker.sentence for blocker in need(trajectory)]


def test_a_workgroup_without_a_shared_practice_blocks(scene):
    trajectory = scene.world.trajectory
    assert sentences(trajectory) == [NOTHING]
    assert [blocker.url for blocker in need(trajectory)] == [f"/werkgroepen/{scene.workgroup.pk}/#praktijken"]
    write(scene)
    assert sentences(trajectory) == [NOTHING]


def test_what_voka_still_reads_blocks_with_its_own_words_and_sharing_clears(scene):
    practice = submitted(scene)
    assert sentences(scene.world.trajectory) == [
        "Een praktijk van de werkgroep ‘Stagetrajecten’ wacht tot Voka ze nagelezen heeft."
    ]
    services.publish(practice=practice, by=scene.world.facilitator)
    assert sentences(scene.world.trajectory) == []
    services.send_back(practice=practice, comment="Toch niet", by=scene.world.facilitator)
    assert sentences(scene.world.trajectory) == [NOTHING]


def test_saying_why_not_clears(scene):
    scene.in_phase(Phase.ACTION)
    state_no_practice_reason(workgroup=scene.again(), reason="Nog te pril", by=scene.world.chair)
    assert sentences(scene.world.trajectory) == []


def test_each_workgroup_blocks_for_itself_and_one_of_a_dropped_priority_does_not(scene):
    published(scene)
    make_workgroup(scene.world, "Robots", people=False)
    dropped = make_workgroup(scene.world, "Geschrapt", people=False)
    drop_priority(priority=dropped.priority, reason="Te duur", by=scene.world.administrator)
    make_workgroup(scene.world, "Elders", trajectory=scene.world.other_trajectory, people=False)
    assert sentences(scene.world.trajectory) == ["De werkgroep ‘Robots’ deelde nog geen praktijk en zegt niet waarom."]


def test_it_costs_the_same_for_one_workgroup_as_for_three(scene):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            sentences(scene.world.trajectory)
        return len(queries)

    submitted(scene)
    with_one = cost()
    for title in ("Tweede", "Derde"):
        make_workgroup(scene.world, title, people=False).practices.create(
            title=title, slug=title.lower(), author=scene.world.owner
        )
    assert cost() == with_one == 2
