"""Who sits where: steering groups, their priorities, and the seats of a workgroup."""

import pytest
from django.utils import timezone

from accounts.policy import Refused
from accounts.services import end_membership
from jobs.models import Job
from notifications.models import OutboundMail
from phases.models import Participation
from tests.workgroups.scenery import conflict, make_workgroup, membership, proposed, seat_of
from workgroups import services
from workgroups.enums import PriorityState, SeatRole, SteeringRole
from workgroups.models import SteeringGroup

pytestmark = pytest.mark.django_db


# --- Steering group and priorities ------------------------------------------------------------------------------------


def test_appointing_founds_the_steering_group(world):
    by, trajectory = world.facilitator, world.trajectory
    services.appoint(trajectory=trajectory, membership=world.membership(world.expert), role=SteeringRole.CHAIR, by=by)
    group = SteeringGroup.objects.get(trajectory=trajectory)
    assert group.steering_chair_id() == world.expert.pk
    assert type(trajectory).objects.get(pk=trajectory.pk).steering_chair_id() == world.expert.pk


def test_the_steering_group_takes_one_chair_and_each_person_once(scene):
    world, by = scene.world, {"trajectory": scene.world.trajectory, "by": scene.world.administrator}
    neighbour, owner = world.membership(world.neighbour), world.membership(world.owner)
    assert conflict(lambda: services.appoint(membership=neighbour, role=SteeringRole.CHAIR, **by)) == [
        "De stuurgroep heeft al een voorzitter. Beëindig eerst die plaats."
    ]
    assert conflict(lambda: services.appoint(membership=owner, role=SteeringRole.MEMBER, **by)) == [
        "Deze persoon zit al in de stuurgroep."
    ]


def test_only_who_takes_part_or_voka_gets_a_seat(scene):
    world, by = scene.world, {"by": scene.world.administrator}
    stranger = world.membership(world.stranger)
    sentence = ["Vreemde Firma nv neemt niet deel aan dit traject."]
    appoint = {"trajectory": world.trajectory, "membership": stranger, "role": SteeringRole.MEMBER}
    seat = {"workgroup": scene.workgroup, "membership": stranger, "role": SeatRole.PARTICIPANT}
    assert conflict(lambda: services.appoint(**appoint, **by)) == sentence
    assert conflict(lambda: services.seat(**seat, **by)) == sentence
    Participation.objects.filter(organisation=world.other_company).update(left_on=timezone.localdate())
    seat["membership"] = world.membership(world.neighbour)
    assert conflict(lambda: services.seat(**seat, **by)) == ["Lasrobots bv neemt niet deel aan dit traject."]


def test_who_left_the_organisation_gets_no_seat_and_keeps_none_taken(scene):
    world = scene.world
    left = world.membership(world.chair)
    end_membership(membership=left, by=world.administrator, is_settled=True)
    left.refresh_from_db()
    seat = {"workgroup": scene.workgroup, "by": world.administrator}
    assert conflict(lambda: services.seat(membership=left, role=SeatRole.PARTICIPANT, **seat)) == [
        "Victor Voorzitter (Boormachines nv) hoort niet meer bij deze organisatie."
    ]
    new = services.seat(membership=world.membership(world.neighbour), role=SeatRole.CHAIR, **seat)
    assert scene.again().chair == new
    assert seat_of(scene, "chair").ended_on == timezone.localdate()


def test_a_decision_says_when_by_whom_and_what(scene):
    priority = services.propose_priority(trajectory=scene.world.trajectory, title="Robots", by=scene.world.expert)
    assert priority.order == scene.priority.order + 1
    priority = services.decide_priority(priority=priority, decision="Unaniem.", by=scene.world.expert)
    assert (priority.state, priority.decision, priority.decided_by) == (
        PriorityState.DECIDED,
        "Unaniem.",
        scene.world.expert,
    )
    assert priority.decided_on == timezone.localdate()
    today = f"{timezone.localdate():%d/%m/%Y}"
    assert conflict(lambda: services.decide_priority(priority=priority, by=scene.world.expert)) == [
        f"Deze prioriteit is al beslist op {today}."
    ]


def test_a_priority_is_dropped_with_a_reason_and_can_come_back(scene):
    by = scene.world.expert
    assert conflict(lambda: services.drop_priority(priority=scene.priority, reason="  ", by=by)) == [
        "Schrijf waarom deze prioriteit geschrapt wordt."
    ]
    dropped = services.drop_priority(priority=scene.priority, reason="Te duur", by=by)
    assert (dropped.state, dropped.decision) == (PriorityState.DROPPED, "Te duur")
    assert conflict(lambda: services.drop_priority(priority=scene.priority, reason="Nog eens", by=by)) == [
        "Deze prioriteit is al geschrapt."
    ]
    assert services.decide_priority(priority=scene.priority, by=by).state == PriorityState.DECIDED


def test_only_a_decided_priority_gets_a_workgroup_and_only_one(scene):
    by = scene.world.administrator
    assert conflict(lambda: services.create_workgroup(priority=proposed(scene), name="Robots", by=by)) == [
        "Alleen een besliste prioriteit krijgt een werkgroep. Beslis ze eerst."
    ]
    assert conflict(lambda: services.create_workgroup(priority=scene.priority, name="Nog een", by=by)) == [
        "Deze prioriteit heeft al een werkgroep."
    ]


def test_a_workgroup_looks_for_known_function_profiles_only(scene):
    workgroup = {"workgroup": scene.workgroup, "name": "Stage", "by": scene.world.administrator}
    assert services.update_workgroup(**workgroup, wanted_profiles=["hr"]).wanted_profiles == ["hr"]
    assert conflict(lambda: services.update_workgroup(**workgroup, wanted_profiles=["tovenaar"])) == [
        "Kies uit de lijst van functieprofielen."
    ]


# --- Seats ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [SeatRole.CHAIR, SeatRole.PARTICIPANT])
def test_voka_only_facilitates(scene, role):
    workgroup = make_workgroup(scene.world, "Nieuw", people=False)
    seat = {"workgroup": workgroup, "membership": membership(scene, "facilitator"), "by": scene.world.administrator}
    sentence = ["Voka faciliteert een werkgroep; de voorzitter en de deelnemers komen uit het netwerk."]
    assert conflict(lambda: services.seat(role=role, **seat)) == sentence


def test_only_voka_facilitates(scene):
    workgroup = make_workgroup(scene.world, "Nieuw", people=False)
    seat = {"workgroup": workgroup, "role": SeatRole.FACILITATOR, "by": scene.world.administrator}
    for name in ("teacher", "neighbour", "expert"):
        sentence = ["Voka faciliteert een werkgroep; de voorzitter en de deelnemers komen uit het netwerk."]
        assert conflict(lambda n=name: services.seat(membership=membership(scene, n), **seat)) == sentence


@pytest.mark.parametrize("name", ["teacher", "neighbour", "expert"])
def test_a_chair_may_come_from_a_school_a_company_or_a_partner(scene, name):
    workgroup = make_workgroup(scene.world, "Nieuw", people=False)
    seat = services.seat(
        workgroup=workgroup, membership=membership(scene, name), role=SeatRole.CHAIR, by=scene.world.administrator
    )
    workgroup = type(workgroup).objects.get(pk=workgroup.pk)
    assert workgroup.chair == seat
    assert workgroup.chair_is_from_school == (name == "teacher")


@pytest.mark.parametrize("role", [SeatRole.CHAIR, SeatRole.FACILITATOR])
def test_leaders_are_chosen_by_voka_or_the_steering_groups_chair_not_by_the_group(scene, role):
    world, workgroup = scene.world, make_workgroup(scene.world, "Nieuw", people=False)
    person = membership(scene, "administrator" if role == SeatRole.FACILITATOR else "neighbour")
    services.seat(workgroup=workgroup, membership=membership(scene, "chair"), role=SeatRole.CHAIR, by=world.expert)
    workgroup = type(workgroup).objects.get(pk=workgroup.pk)
    with pytest.raises(Refused):
        services.seat(workgroup=workgroup, membership=person, role=role, by=world.chair)
    with pytest.raises(Refused):
        services.unseat(seat=workgroup.chair, by=world.chair)
    services.unseat(seat=workgroup.chair, by=world.expert)
    assert services.seat(workgroup=workgroup, membership=person, role=role, by=world.expert).role == role


def test_a_second_chair_or_facilitator_is_refused_with_a_sentence(scene):
    seat = {"workgroup": scene.workgroup, "by": scene.world.administrator}
    assert conflict(lambda: services.seat(membership=membership(scene), role=SeatRole.CHAIR, **seat)) == [
        "Deze werkgroep heeft al een voorzitter. Beëindig eerst die plaats."
    ]
    administrator = membership(scene, "administrator")
    assert conflict(lambda: services.seat(membership=administrator, role=SeatRole.FACILITATOR, **seat)) == [
        "Deze werkgroep heeft al een facilitator. Beëindig eerst die plaats."
    ]
    assert conflict(
        lambda: services.seat(membership=membership(scene, "teacher"), role=SeatRole.PARTICIPANT, **seat)
    ) == ["Deze persoon zit al in deze werkgroep."]


def test_ending_a_seat_twice_changes_nothing(scene):
    seat = seat_of(scene, "teacher")
    first = services.unseat(seat=seat, by=scene.world.chair).ended_on
    assert services.unseat(seat=seat, by=scene.world.administrator).ended_on == first


def test_whoever_gets_a_seat_gets_one_mail_and_who_takes_one_gets_none(scene):
    OutboundMail.objects.all().delete()
    seat = {"workgroup": scene.workgroup, "by": scene.world.administrator}
    services.seat(membership=membership(scene), role=SeatRole.PARTICIPANT, **seat)
    mail = OutboundMail.objects.get()
    assert (mail.to, mail.subject) == (scene.world.neighbour.email, "Je zit in de werkgroep Stagetrajecten")
    assert "neem je deel aan de werkgroep Stagetrajecten van Testtraject" in mail.text
    assert f"http://testserver/werkgroepen/{scene.workgroup.pk}/" in mail.text
    assert Job.objects.filter(object_id=mail.pk).exists()
    services.unseat(seat=seat_of(scene, "facilitator"), by=scene.world.administrator)
    services.seat(membership=membership(scene, "administrator"), role=SeatRole.FACILITATOR, **seat)
    assert OutboundMail.objects.count() == 1
