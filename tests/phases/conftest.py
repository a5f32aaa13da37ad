"""Scenery of the phase machine: needs that a test can block and clear, and a chair for the steering group."""

import html
import re

import pytest

from phases.machine import TRANSITIONS, Blocker, Condition, Need
from phases.models import Trajectory
from workgroups.enums import SteeringRole
from workgroups.models import SteeringGroup, SteeringSeat


class StagedNeeds:
    """Stands in for the needs of all apps: clear, unless a test blocks one. Each app tests its own needs for real."""

    def __init__(self):
        self.missing = {}

    def block(self, path, *sentences):
        """Let the need at `path` miss these points, each with a page of its own."""
        self.missing[path] = [Blocker(text, f"/scholen/{number}/") for number, text in enumerate(sentences, 1)]

    def block_phase(self, phase):
        """Block every need of the ordinary move out of `phase`; returns the sentences in the order of the table."""
        sentences = []
        for need in needs_of(phase):
            points = [f"{need.path} punt {number}" for number in (1, 2)]
            self.block(need.path, *points)
            sentences += points
        return sentences

    def clear(self):
        self.missing = {}


def needs_of(phase):
    """Every need of the moves out of `phase`."""
    return [need for row in TRANSITIONS if row.source == phase for need in row.needs]


def put_in_phase(trajectory, phase):
    """Set the scene; in the portal only phases.services.move does this."""
    Trajectory.objects.filter(pk=trajectory.pk).update(phase=phase)
    trajectory.refresh_from_db()


def appoint_steering_chair(world):
    """Ellen Expert chairs the steering group of the trajectory."""
    group = SteeringGroup.objects.create(trajectory=world.trajectory)
    SteeringSeat.objects.create(
        steering_group=group, membership=world.membership(world.expert), role=SteeringRole.CHAIR
    )


def words(response):
    """The text of a page as a reader sees it: no tags, single spaces."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(text).split())


def main_part(response):
    content = response.content.decode()
    return content[content.index("<main") : content.index("</main>")]


@pytest.fixture
def needs(monkeypatch):
    """The needs of all apps, staged."""
    staged = StagedNeeds()
    monkeypatch.setattr(
        Need, "check", lambda need, trajectory: Condition(need.sentence, list(staged.missing.get(need.path, [])))
    )
    return staged


@pytest.fixture
def steered_world(world):
    """The cast, with a chair for the steering group."""
    appoint_steering_chair(world)
    return world
