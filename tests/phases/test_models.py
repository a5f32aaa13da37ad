"""Trajectories: who sees them, their school years, and what the database itself refuses."""

import datetime

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.policy import Action, may
from phases.enums import Phase
from phases.models import Participation, PhaseChange, PhasePlan, Trajectory, school_year_label, school_year_of


@pytest.mark.django_db
def test_a_list_holds_exactly_the_trajectories_that_the_policy_lets_someone_see(world):
    trajectories = list(Trajectory.objects.all())
    for user in [*User.objects.filter(is_active=True), AnonymousUser()]:
        allowed = {it.pk for it in trajectories if may(user, Action.SEE_TRAJECTORY, it)}
        assert set(Trajectory.objects.visible_to(user).values_list("pk", flat=True)) == allowed


@pytest.mark.django_db
def test_people_see_their_own_trajectory_and_voka_sees_all(world):
    seen = {
        name: sorted(Trajectory.objects.visible_to(getattr(world, name)).values_list("slug", flat=True))
        for name in ("teacher", "owner", "expert", "stranger", "facilitator")
    }
    assert seen == {
        "teacher": ["testtraject"],
        "owner": ["testtraject"],
        "expert": ["testtraject"],
        "stranger": ["ander-traject"],
        "facilitator": ["ander-traject", "testtraject"],
    }


@pytest.mark.django_db
def test_a_former_participant_keeps_access_and_a_former_member_does_not(world):
    Participation.objects.filter(organisation=world.school).update(left_on=datetime.date(2099, 1, 1))
    assert world.trajectory in Trajectory.objects.visible_to(User.objects.get(pk=world.teacher.pk))
    world.teacher.memberships.update(started_on=datetime.date(2020, 1, 1), ended_on=datetime.date(2020, 6, 30))
    assert not Trajectory.objects.visible_to(User.objects.get(pk=world.teacher.pk)).exists()


@pytest.mark.parametrize(
    ("day", "first_year"),
    [
        (datetime.date(2025, 8, 31), 2024),
        (datetime.date(2025, 9, 1), 2025),
        (datetime.date(2026, 1, 1), 2025),
    ],
)
def test_the_school_year_switches_on_1_september(day, first_year):
    assert school_year_of(day) == first_year


def test_a_school_year_never_breaks_over_two_lines():
    assert school_year_label(2025) == "2025\u20112026"


@pytest.mark.django_db
def test_a_new_trajectory_starts_in_this_school_year_by_the_belgian_clock(world):
    with time_machine.travel(datetime.datetime(2026, 8, 31, 22, 30, tzinfo=datetime.UTC), tick=False):
        trajectory = Trajectory.objects.create(name="Nieuw", slug="nieuw", chamber=world.chamber)
    assert (trajectory.first_school_year, trajectory.phase) == (2026, Phase.BASELINE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("write", "rule"),
    [
        (lambda world: Trajectory.objects.update(phase="vacation"), "trajectory_phase_is_known"),
        (lambda world: Trajectory.objects.update(phase=""), "trajectory_phase_is_known"),
        (lambda world: Trajectory.objects.update(last_school_year=2024), "a_trajectory_ends_after_it_starts"),
        (
            lambda world: Participation.objects.create(trajectory=world.trajectory, organisation=world.school),
            "UNIQUE|an_organisation_takes_part_once",
        ),
        (
            lambda world: Participation.objects.filter(organisation=world.school).update(
                left_on=datetime.date(2020, 1, 1)
            ),
            "a_participation_ends_after_it_starts",
        ),
        (
            lambda world: PhasePlan.objects.create(
                trajectory=world.trajectory,
                phase=Phase.ACTION,
                starts_on=datetime.date(2026, 2, 1),
                ends_on=datetime.date(2026, 1, 1),
            ),
            "a_planned_phase_ends_after_it_starts",
        ),
        (
            lambda world: PhaseChange.objects.create(
                trajectory=world.trajectory,
                sequence=1,
                source=Phase.BASELINE,
                target=Phase.PRIORITIES,
                kind="override",
                by=world.administrator,
            ),
            "an_exceptional_phase_change_has_a_reason",
        ),
    ],
)
def test_the_database_itself_refuses_what_cannot_be(write, rule, world):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        write(world)
