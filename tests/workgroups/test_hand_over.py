"""When a contact of a company hands over, what they did in the workgroups goes along."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from companies.services import hand_over
from notifications.models import OutboundMail
from phases.enums import Phase
from phases.models import Participation
from tests.workgroups.scenery import make_workgroup
from workgroups.models import ActionPoint, Seat
from workgroups.services import hand_over as hand_over_module
from workgroups.services.hand_over import take_over

pytestmark = pytest.mark.django_db


def seats(workgroup) -> set:
    return {(seat.membership.user.first_name, seat.role) for seat in workgroup.seats.current().with_people()}


def leave(scene, leaving, successor, by=None):
    world = scene.world
    return hand_over(
        membership=world.membership(leaving), successor=world.membership(successor), by=by or world.facilitator
    )


def test_the_chair_hands_over_seat_objectives_and_open_action_points(scene):
    world = scene.world
    mine = world.membership(world.chair)
    still_open, done = scene.action_point(owner=mine), scene.action_point(owner=mine, title="Klaar")
    ActionPoint.objects.filter(pk=done.pk).update(state="done", closed_at=timezone.now(), closed_by=world.chair)
    of_another = scene.action_point(owner=world.membership(world.teacher), title="Van Lore")
    objective = scene.objective(owner=mine)
    leave(scene, world.chair, world.colleague)
    assert seats(scene.workgroup) == {
        ("Cas", "chair"),
        ("Fien", "facilitator"),
        ("Olga", "participant"),
        ("Lore", "participant"),
    }
    old = Seat.objects.get(workgroup=scene.workgroup, membership=mine)
    assert old.ended_on == timezone.localdate()
    for row in (still_open, done, of_another, objective):
        row.refresh_from_db()
    heir = world.membership(world.colleague)
    assert (still_open.owner, objective.owner) == (heir, heir)
    assert (done.owner, of_another.owner) == (mine, world.membership(world.teacher))
    line = still_open.log.get()
    assert (line.event, line.note, line.by) == ("changed", "Victor Voorzitter → Cas Collega", world.facilitator)
    assert not done.log.exists()
    mails = OutboundMail.objects.filter(event="workgroups/seated")
    assert list(mails.values_list("to", flat=True)) == [world.colleague.email]


def test_who_already_sat_there_takes_the_chair_and_keeps_one_seat(scene):
    leave(scene, scene.world.chair, scene.world.owner)
    assert seats(scene.workgroup) == {("Olga", "chair"), ("Fien", "facilitator"), ("Lore", "participant")}


def test_a_chair_who_takes_over_from_a_participant_stays_chair(scene):
    world = scene.world
    point = scene.action_point(owner=world.membership(world.owner))
    leave(scene, world.owner, world.chair, by=world.owner)
    assert seats(scene.workgroup) == {("Victor", "chair"), ("Fien", "facilitator"), ("Lore", "participant")}
    point.refresh_from_db()
    assert point.owner == world.membership(world.chair)
    assert not OutboundMail.objects.filter(event="workgroups/seated").exists()


def test_the_seats_of_others_and_of_other_workgroups_stay(scene):
    world = scene.world
    elsewhere = make_workgroup(world, "Zonder Olga", people=False)
    Seat.objects.create(workgroup=elsewhere, membership=world.membership(world.neighbour))
    leave(scene, world.owner, world.colleague)
    assert seats(elsewhere) == {("Bea", "participant")}
    assert ("Cas", "participant") in seats(scene.workgroup)


@pytest.mark.parametrize("phase", list(Phase))
def test_people_leave_in_every_phase(scene, phase):
    leave(scene.in_phase(phase), scene.world.chair, scene.world.colleague, by=scene.world.owner)
    assert ("Cas", "chair") in seats(scene.workgroup)


def test_a_trajectory_that_the_company_left_stays_as_it_was(scene):
    world = scene.world
    point = scene.action_point(owner=world.membership(world.chair))
    Participation.objects.filter(organisation=world.company).update(left_on=timezone.localdate())
    leave(scene, world.chair, world.colleague)
    assert not Seat.objects.filter(membership=world.membership(world.colleague)).exists()
    point.refresh_from_db()
    assert point.owner == world.membership(world.chair)


def test_when_the_seats_cannot_move_nobody_leaves(scene, monkeypatch):
    def broken(new, by):
        raise RuntimeError

    monkeypatch.setattr(hand_over_module, "tell", broken)
    with pytest.raises(RuntimeError):
        leave(scene, scene.world.chair, scene.world.colleague)
    assert scene.world.membership(scene.world.chair).is_active
    assert ("Victor", "chair") in seats(scene.workgroup)


def test_more_action_points_ask_no_more_queries(scene):
    world = scene.world
    counts = []
    for leaving, successor, number in ((world.chair, world.colleague, 1), (world.owner, world.colleague, 3)):
        for _point in range(number):
            scene.action_point(owner=world.membership(leaving))

        with CaptureQueriesContext(connection) as queries:
            take_over(leaving=world.membership(leaving), successor=world.membership(successor), by=world.facilitator)
        counts.append(len(queries))
    assert counts[1] <= counts[0]
