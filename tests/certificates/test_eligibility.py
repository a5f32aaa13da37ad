"""Each condition of a certificate, met and missing; one company and a whole trajectory cost the same questions."""

import pytest
from django.utils import timezone

from accounts.models import Membership
from certificates.eligibility import eligibilities, eligibility
from certificates.models import CertificateRules
from companies.models import Company, Intake
from phases.models import Participation
from tests.certificates.scenery import another_company, give_intake
from workgroups.enums import ActionState, PriorityState
from workgroups.models import ActionPoint, Seat

pytestmark = pytest.mark.django_db


def missing(stage, organisation=None):
    standing = eligibility(organisation or stage.world.company, stage.world.trajectory)
    assert standing.eligible == (not standing.missing)
    return [criterion.detail for criterion in standing.missing]


def test_a_company_that_did_everything_meets_all_conditions(stage):
    standing = eligibility(stage.world.company, stage.world.trajectory)
    assert [criterion.met for criterion in standing.criteria] == [True] * 5
    assert missing(stage) == []


LEFT = "Dit bedrijf neemt niet (meer) deel."
NO_NUMBER = "Voka kent het ondernemingsnummer nog niet."
NO_INTAKE = "Er is geen aanvaarde inschrijving in dit traject."
NOT_REFINED = "Voka moet de antwoorden van de inschrijving nog verfijnen."
NO_SEAT = "Niemand van het bedrijf zit al in een werkgroep."
ONE_POINT = "Nog 1 actiepunt uit te voeren."


def leave(stage):
    Participation.objects.filter(organisation=stage.world.company).update(left_on=timezone.localdate())


def lose_number(stage):
    Company.objects.filter(organisation=stage.world.company).update(enterprise_number=None)


def lose_intake(stage):
    Intake.objects.all().delete()


def lose_refinement(stage):
    Intake.objects.update(refined_at=None)


def lose_seats(stage):
    Seat.objects.filter(membership__organisation=stage.world.company).delete()


def take_seats_back_the_same_day(stage):
    for seat in Seat.objects.filter(membership__organisation=stage.world.company):
        Seat.objects.filter(pk=seat.pk).update(ended_on=seat.started_on)


def drop_the_priority(stage):
    priority = stage.workgroup.priority
    type(priority).objects.filter(pk=priority.pk).update(state=PriorityState.DROPPED, decision="Toch niet")


def reopen_the_action_point(stage):
    ActionPoint.objects.update(state=ActionState.OPEN, closed_at=None, closed_by=None)


def ask_three_action_points(stage):
    CertificateRules.objects.create(trajectory=stage.world.trajectory, min_action_points_done=3)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (leave, [LEFT]),
        (lose_number, [NO_NUMBER]),
        (lose_intake, [NO_INTAKE]),
        (lose_refinement, [NOT_REFINED]),
        (lose_seats, [NO_SEAT, ONE_POINT]),
        (take_seats_back_the_same_day, [NO_SEAT, ONE_POINT]),
        (drop_the_priority, [NO_SEAT, ONE_POINT]),
        (reopen_the_action_point, [ONE_POINT]),
        (ask_three_action_points, ["Nog 2 actiepunten uit te voeren."]),
    ],
)
def test_each_condition_says_what_is_missing(stage, change, expected):
    change(stage)
    assert missing(stage) == expected


def test_a_company_without_anything_hears_everything_at_once(stage):
    assert missing(stage, stage.world.other_company) == [NO_NUMBER, NO_INTAKE, NO_SEAT, ONE_POINT]
    assert missing(stage, stage.world.strange_company) == [LEFT, NO_NUMBER, NO_INTAKE, NO_SEAT, ONE_POINT]


def test_what_is_missing_leads_to_where_it_is_solved(stage):
    standing = eligibility(stage.world.other_company, stage.world.trajectory)
    page = f"/bedrijven/{stage.world.other_company.pk}/"
    assert [criterion.url for criterion in standing.missing] == [page, page, "/werkgroepen/", "/werkgroepen/"]
    assert [blocker.sentence for blocker in standing.blockers] == missing(stage, stage.world.other_company)


def test_a_seat_that_was_held_and_ended_still_counts(stage):
    Seat.objects.filter(membership__organisation=stage.world.company).update(ended_on=timezone.localdate())
    Membership.objects.filter(organisation=stage.world.company).update(ended_on=timezone.localdate())
    assert missing(stage) == []


def test_conditions_that_a_trajectory_does_not_ask_are_not_shown(stage):
    CertificateRules.objects.create(
        trajectory=stage.world.trajectory,
        requires_refined_intake=False,
        requires_workgroup_seat=False,
        min_action_points_done=0,
    )
    give_intake(stage.world.other_company, stage.world, refined=False)
    standing = eligibility(stage.world.other_company, stage.world.trajectory)
    assert [criterion.sentence for criterion in standing.criteria] == [
        "Neemt deel aan het traject",
        "Heeft een ondernemingsnummer",
    ]
    assert standing.eligible


def test_work_in_another_trajectory_does_not_count(stage):
    world = stage.world
    Participation.objects.create(trajectory=world.other_trajectory, organisation=world.company)
    standing = eligibility(world.company, world.other_trajectory)
    assert [criterion.detail for criterion in standing.missing] == [NO_INTAKE, NO_SEAT, ONE_POINT]


def test_all_companies_of_a_trajectory_are_judged_alike_and_by_name(stage):
    another_company(stage, "Andere nv")
    another_company(stage, "Zonder stoel nv", eligible=False)
    world = stage.world
    judged = {standing.organisation.name: standing.eligible for standing in eligibilities(world.trajectory)}
    assert judged == {"Andere nv": True, "Boormachines nv": True, "Lasrobots bv": False, "Zonder stoel nv": False}
    assert list(judged) == sorted(judged)
    for standing in eligibilities(world.trajectory):
        assert standing.criteria == eligibility(standing.organisation, world.trajectory).criteria


def test_judging_many_companies_costs_as_many_queries_as_one(stage, django_assert_num_queries):
    with django_assert_num_queries(4):
        eligibilities(stage.world.trajectory)
    for number in range(3):
        another_company(stage, f"Bedrijf {number}")
    with django_assert_num_queries(4):
        eligibilities(stage.world.trajectory)
    with django_assert_num_queries(3):
        eligibility(stage.world.company, stage.world.trajectory)


def test_other_conditions_are_a_new_version_and_another_signatory_is_not(stage):
    rules = CertificateRules.objects.create(trajectory=stage.world.trajectory)
    rules.signatory_name = "Ann-Sophie Depauw"
    rules.save()
    assert rules.version == 1
    rules.min_action_points_done = 2
    rules.save()
    assert rules.version == 2
