"""A steering group, a priority and its workgroup around the cast; apps above this one set their scenes with it too."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.policy import Conflict
from phases.enums import Phase
from phases.models import Trajectory
from tests.cast import World
from workgroups.enums import ActionState, PriorityState, SeatRole, SteeringRole
from workgroups.models import ActionPoint, ActionPriority, Objective, Seat, SteeringGroup, SteeringSeat, Workgroup

A_DAY = datetime.date(2026, 1, 15)


@dataclass
class Scene:
    """One complete workgroup. Chair: `chair` (company); participants: `owner` (company) and `teacher` (school)."""

    world: World
    priority: ActionPriority
    workgroup: Workgroup

    def again(self) -> Workgroup:
        """The workgroup as a new request sees it."""
        return Workgroup.objects.with_people().get(pk=self.workgroup.pk)

    def in_phase(self, phase) -> "Scene":
        """Put the trajectory in a phase, without the machine."""
        put_in_phase(self.world.trajectory, phase)
        return self

    def objective(self, **values) -> Objective:
        """An objective that was set in phase 2: from 10 up to 20."""
        facts = {
            "title": "Meer vaste mentoren",
            "indicator": "Plaatsen met een vaste mentor",
            "unit": "plaatsen",
            "baseline_value": Decimal(10),
            "target_value": Decimal(20),
            "due_on": datetime.date(2026, 6, 30),
        }
        return Objective.objects.create(workgroup=self.workgroup, **facts | values)

    def action_point(self, **values) -> ActionPoint:
        """An open action point."""
        facts = {"title": "Mentoren bellen", "due_on": datetime.date(2026, 3, 1)}
        return ActionPoint.objects.create(workgroup=self.workgroup, **facts | values)


def put_in_phase(trajectory, phase) -> None:
    Trajectory.objects.filter(pk=trajectory.pk).update(phase=phase)
    trajectory.phase = phase


def make_steering_group(world) -> None:
    """Chaired by the expert, with someone from a school and from a company."""
    group = SteeringGroup.objects.create(trajectory=world.trajectory)
    people = {world.expert: SteeringRole.CHAIR, world.teacher: SteeringRole.MEMBER, world.owner: SteeringRole.MEMBER}
    SteeringSeat.objects.bulk_create(
        SteeringSeat(steering_group=group, membership=world.membership(user), role=role, started_on=A_DAY)
        for user, role in people.items()
    )


def make_workgroup(world, title="Stagetrajecten", trajectory=None, people=True) -> Workgroup:
    """A workgroup of a decided priority; with `people` it is complete."""
    priority = ActionPriority.objects.create(
        trajectory=trajectory or world.trajectory,
        title=title,
        state=PriorityState.DECIDED,
        decided_on=A_DAY,
        decided_by=world.administrator,
        order=ActionPriority.objects.count() + 1,
    )
    workgroup = Workgroup.objects.create(priority=priority, name=title)
    seats = {
        world.chair: SeatRole.CHAIR,
        world.facilitator: SeatRole.FACILITATOR,
        world.owner: SeatRole.PARTICIPANT,
        world.teacher: SeatRole.PARTICIPANT,
    }
    Seat.objects.bulk_create(
        Seat(workgroup=workgroup, membership=world.membership(user), role=role, started_on=A_DAY)
        for user, role in (seats.items() if people else ())
    )
    return workgroup


def make_scene(world) -> Scene:
    """The trajectory in phase 2 with a steering group and one complete workgroup."""
    put_in_phase(world.trajectory, Phase.PRIORITIES)
    make_steering_group(world)
    workgroup = make_workgroup(world)
    return Scene(world=world, priority=workgroup.priority, workgroup=workgroup)


def membership(scene, name="neighbour"):
    """Someone of the cast, as a member of an organisation."""
    return scene.world.membership(getattr(scene.world, name))


def seat_of(scene, name):
    return Seat.objects.get(workgroup=scene.workgroup, membership=membership(scene, name))


def conflict(verb) -> list[str]:
    """The reasons why it cannot be done now."""
    with pytest.raises(Conflict) as error:
        verb()
    return [str(reason) for reason in error.value.reasons]


def at(scene, name, *arguments):
    """The address of a page below the scene's workgroup."""
    return reverse(f"workgroups:{name}", args=[scene.workgroup.pk, *arguments])


def steering(scene, name="steering_group", *arguments):
    return reverse(f"workgroups:{name}", args=[scene.world.trajectory.slug, *arguments])


def text(response):
    return " ".join(response.content.decode().split())


def closed_point(scene):
    return scene.action_point(state=ActionState.DONE, closed_at=timezone.now(), closed_by=scene.world.administrator)


def proposed(scene):
    return scene.world.trajectory.priorities.create(title="Meisjes in STEM")
