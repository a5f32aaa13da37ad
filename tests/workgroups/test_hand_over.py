"""When a contact of a company hands over, what they did in the workgroups goes along."""

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.leaving import StillTied, ties_of
from accounts.services import end_membership
from companies.services import hand_over
from notifications.models import OutboundMail
from phases.enums import Phase
from phases.models import Participation
from tests.workgroups.scenery import make_workgroup
from workgroups.models import ActionPoint, Seat, SteeringSeat
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


# --- The steering group -----------------------------------------------------------------------------------------------


def board(scene) -> set:
    seats = scene.world.trajectory.steering_group.seats.current().with_people()
    return {(seat.membership.user.first_name, seat.role) for seat in seats}


def sit_on_the_board(scene, user, role="member") -> SteeringSeat:
    group = scene.world.trajectory.steering_group
    return SteeringSeat.objects.create(steering_group=group, membership=scene.world.membership(user), role=role)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"chair": "chair"}, {("Cas", "chair")}),
        ({"chair": "member"}, {("Cas", "member")}),
        ({"chair": "chair", "colleague": "member"}, {("Cas", "chair")}),
        ({"chair": "member", "colleague": "chair"}, {("Cas", "chair")}),
        ({"chair": "member", "colleague": "member"}, {("Cas", "member")}),
    ],
)
def test_a_seat_in_the_steering_group_goes_along_and_the_higher_role_stays(scene, before, after):
    world = scene.world
    SteeringSeat.objects.all().delete()
    for name, role in before.items():
        sit_on_the_board(scene, getattr(world, name), role)
    leave(scene, world.chair, world.colleague)
    assert board(scene) == after
    old = SteeringSeat.objects.filter(membership=world.membership(world.chair)).get()
    assert old.ended_on == timezone.localdate()


def test_the_board_of_a_trajectory_that_the_company_left_stays_as_it_was(scene):
    world = scene.world
    sit_on_the_board(scene, world.colleague)
    Participation.objects.filter(organisation=world.company).update(left_on=timezone.localdate())
    leave(scene, world.colleague, world.chair)
    assert not SteeringSeat.objects.filter(membership=world.membership(world.chair)).exists()


# --- Simply ending ----------------------------------------------------------------------------------------------------


def end(sign_in_as, by, membership):
    return sign_in_as(by).post(reverse("end-membership", args=[membership.pk]), follow=True)


def text_of(response) -> str:
    return " ".join(html.unescape(response.content.decode()).split())


def test_ending_a_contact_who_sits_somewhere_leads_to_handing_over(scene, sign_in_as):
    world = scene.world
    mine = world.membership(world.chair)
    sit_on_the_board(scene, world.chair)
    response = end(sign_in_as, world.owner, mine)
    assert response.redirect_chain == [(f"/bedrijven/{world.company.pk}/contactpersonen/{mine.pk}/overdragen/", 302)]
    page = text_of(response)
    name = scene.workgroup.name
    assert f"Victor Voorzitter zit in “{name}” (Voorzitter). Kies wie die plaats overneemt." in page
    assert "Victor Voorzitter zit in “Stuurgroep Testtraject” (Lid). Kies wie die plaats overneemt." in page
    assert f"Dan blijven deze plaatsen leeg: Stuurgroep Testtraject (Lid), {name} (Voorzitter)." in page
    assert world.membership(world.chair).is_active
    assert ("Victor", "chair") in seats(scene.workgroup)


def test_who_reads_which_seats_stay_empty_can_still_choose_nobody(scene, sign_in_as):
    world = scene.world
    mine = world.membership(world.chair)
    url = f"/bedrijven/{world.company.pk}/contactpersonen/{mine.pk}/overdragen/"
    sign_in_as(world.owner).post(url, {"way": "nobody"})
    assert not world.membership(world.chair).is_active
    assert ("Victor", "chair") not in seats(scene.workgroup)


def test_ending_a_contact_without_a_seat_simply_ends_it(scene, sign_in_as):
    world = scene.world
    response = end(sign_in_as, world.owner, world.membership(world.colleague))
    assert "Cas Collega hoort niet meer bij Boormachines nv." in text_of(response)
    assert not world.membership(world.colleague).is_active


def test_the_only_contact_is_led_to_handing_over_too(scene, sign_in_as):
    world = scene.world
    mine = world.membership(world.neighbour)
    response = end(sign_in_as, world.neighbour, mine)
    assert response.redirect_chain[0][0].endswith(f"/contactpersonen/{mine.pk}/overdragen/")
    assert "Bea Buur is de laatste contactpersoon van Lasrobots bv. Kies eerst wie het overneemt." in text_of(response)
    assert world.membership(world.neighbour).is_active


def test_a_chair_of_a_school_or_partner_is_replaced_before_leaving(scene, sign_in_as):
    world = scene.world
    mine = world.membership(world.expert)
    with pytest.raises(StillTied, match="Ellen Expert is voorzitter van “Stuurgroep Testtraject”. Vraag Voka eerst"):
        end_membership(membership=mine, by=world.facilitator)
    # Somebody who only takes part can simply go.
    assert not end_membership(membership=world.membership(world.teacher), by=world.facilitator).is_active


def test_the_back_office_says_so_too(scene, sign_in_as):
    world = scene.world
    mine = world.membership(world.chair)
    office = sign_in_as(world.facilitator)
    ticked = {"action": "end", "_selected_action": [mine.pk]}
    page = text_of(office.post("/beheer/accounts/membership/", ticked, follow=True))
    assert "Kies wie die plaats overneemt." in page
    assert world.membership(world.chair).is_active


def test_a_seat_in_a_trajectory_that_the_company_left_ties_nobody(scene):
    world = scene.world
    Participation.objects.filter(organisation=world.company).update(left_on=timezone.localdate())
    assert not end_membership(membership=world.membership(world.chair), by=world.owner).is_active


def test_more_seats_ask_no_more_queries_when_somebody_ends(scene):
    world = scene.world
    costs = []
    for extra in (0, 2):
        for number in range(extra):
            group = make_workgroup(world, f"Nog een {number}", people=False)
            Seat.objects.create(workgroup=group, membership=world.membership(world.chair))
        with CaptureQueriesContext(connection) as queries:
            assert len(ties_of(world.membership(world.chair), world.owner)) == 1 + extra
        costs.append(len(queries))
    assert costs[0] == costs[1]


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
