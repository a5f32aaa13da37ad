"""What several needs of one move read is read once for that check, and never remembered after it."""

import pytest

from phases.enums import Phase
from phases.machine import check_together, read_once, transitions
from tests.workgroups.scenery import make_workgroup, put_in_phase
from workgroups.enums import PriorityState

pytestmark = pytest.mark.django_db


@pytest.fixture
def move(world):
    """The ordinary move out of phase 2, with one workgroup."""
    put_in_phase(world.trajectory, Phase.PRIORITIES)
    make_workgroup(world)
    return transitions(Phase.PRIORITIES)[0]


def test_a_shared_read_is_done_once_in_a_check_and_each_time_outside_it(world):
    asked = []

    @read_once
    def read(trajectory):
        asked.append(trajectory.pk)
        return len(asked)

    class Twice:
        @staticmethod
        def check(trajectory):
            return [read(trajectory), read(trajectory)]

    assert check_together([Twice, Twice], world.trajectory) == [[1, 1], [1, 1]]
    assert check_together([Twice], world.trajectory) == [[2, 2]]
    assert Twice.check(world.trajectory) == [3, 4]


def test_a_check_that_fails_leaves_nothing_behind(world):
    asked = []

    @read_once
    def read(trajectory):
        asked.append(trajectory.pk)

    class Broken:
        @staticmethod
        def check(trajectory):
            read(trajectory)
            raise LookupError

    for _attempt in range(2):
        with pytest.raises(LookupError):
            check_together([Broken], world.trajectory)
    assert len(asked) == 2


def test_the_second_check_sees_what_changed_since_the_first(world, move):
    first = [condition.blockers for condition in move.conditions(world.trajectory)]
    assert first[1] == []
    world.trajectory.priorities.update(state=PriorityState.DROPPED, decision="Dubbel")
    assert move.conditions(world.trajectory)[1].blockers != []


def test_the_needs_of_phase_2_take_four_queries_for_one_workgroup_and_for_three(world, move, django_assert_num_queries):
    trajectory = type(world.trajectory).objects.select_related("steering_group").get(pk=world.trajectory.pk)
    with django_assert_num_queries(4):
        move.conditions(trajectory)
    make_workgroup(world)
    make_workgroup(world)
    trajectory = type(world.trajectory).objects.select_related("steering_group").get(pk=world.trajectory.pk)
    with django_assert_num_queries(4):
        move.conditions(trajectory)
