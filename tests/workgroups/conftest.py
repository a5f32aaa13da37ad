"""The scene of these tests: one trajectory in phase 2 with a complete workgroup."""

import pytest

from tests.workgroups.scenery import Scene, make_scene


@pytest.fixture
def scene(world) -> Scene:
    return make_scene(world)
