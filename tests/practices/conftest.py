"""A complete workgroup, and its practices in each state."""

import pytest

from practices import services
from practices.models import Practice
from tests.workgroups.scenery import Scene, make_scene

SHEET = {
    "title": "Eén stageplan voor drie scholen",
    "context": "Drie scholen, twee bedrijven",
    "approach": "Samen aan tafel",
    "result": "Elke mentor kent het plan",
}


@pytest.fixture
def scene(world) -> Scene:
    return make_scene(world)


def write(scene, **values) -> Practice:
    """A draft by the teacher."""
    return services.write(workgroup=scene.again(), by=scene.world.teacher, **SHEET | values)


def submitted(scene, **values) -> Practice:
    return services.submit(practice=write(scene, **values), by=scene.world.teacher)


def published(scene, **values) -> Practice:
    return services.publish(practice=submitted(scene, **values), by=scene.world.facilitator)
