"""Two people in one practice at the same moment, on PostgreSQL, each with its negative control."""

import pytest

from practices import services
from practices.models import Practice, PracticeLog, PracticeQuerySet
from tests.practices.conftest import SHEET, submitted, write
from tests.races import Meeting, at_the_same_time
from tests.workgroups.scenery import make_scene

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene(committed_world):
    return make_scene(committed_world)


@pytest.fixture
def without_lock(monkeypatch):
    """Negative control: the row lock of a practice is a plain read."""
    monkeypatch.setattr(
        PracticeQuerySet, "select_for_update", lambda queryset, **options: queryset.all(), raising=False
    )


@pytest.fixture
def meeting(monkeypatch):
    """Whoever read the practice waits there for the other."""
    meeting, locked = Meeting(), services._locked

    def locked_when_both_are_here(practice):
        row = locked(practice)
        meeting.wait()
        return row

    monkeypatch.setattr(services, "_locked", locked_when_both_are_here)
    return meeting


def two_edits(scene):
    practice, world = write(scene), scene.world

    def edit(by, title):
        return lambda: services.edit(practice=practice, version=1, by=by, **SHEET | {"title": title})

    return at_the_same_time(edit(world.owner, "Van Olga"), edit(world.teacher, "Van Lore"))


def names(results):
    return sorted(type(result).__name__ for result in results)


def test_two_edits_of_one_version_leave_one_and_tell_the_second(scene, meeting):
    results = two_edits(scene)
    assert not meeting.met
    assert names(results) == ["Overtaken", "Practice"]
    winner = next(result for result in results if isinstance(result, Practice))
    assert (Practice.objects.get().title, Practice.objects.get().version) == (winner.title, 2)


def test_without_the_lock_the_first_edit_is_lost(scene, meeting, without_lock):
    results = two_edits(scene)
    assert meeting.met
    assert names(results) == ["Practice", "Practice"]
    assert Practice.objects.get().version == 2
    assert PracticeLog.objects.filter(event="edited").count() == 2


def test_a_practice_is_shared_once(scene, monkeypatch):
    practice, world = submitted(scene), scene.world
    results = at_the_same_time(
        *(lambda by=by: services.publish(practice=practice, by=by) for by in (world.facilitator, world.administrator))
    )
    assert names(results) == ["Conflict", "Practice"]
    assert PracticeLog.objects.filter(event="published").count() == 1


def test_two_practices_with_the_same_title_at_the_same_moment_both_get_an_address(scene):
    world, workgroup = scene.world, scene.again()
    results = at_the_same_time(
        *(lambda by=by: services.write(workgroup=workgroup, by=by, **SHEET) for by in (world.owner, world.teacher))
    )
    assert names(results) == ["Practice", "Practice"]
    assert {result.slug for result in results} == {
        "een-stageplan-voor-drie-scholen",
        "een-stageplan-voor-drie-scholen-2",
    }
