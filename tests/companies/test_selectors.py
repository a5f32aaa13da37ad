"""What other floors learn about companies."""

import pytest

from accounts.policy import Action, may
from companies import selectors, services
from companies.enums import Maturity
from companies.models import Company, Intake
from tests.companies.conftest import submit

pytestmark = pytest.mark.django_db

NONE, AD_HOC, INTEGRATED = Maturity.NONE, Maturity.AD_HOC, Maturity.INTEGRATED
UNKNOWN, NOT_APPLICABLE = Maturity.UNKNOWN, Maturity.NOT_APPLICABLE


def accepted(world, *values, **changes):
    return services.accept(intake=submit(world.trajectory, *values, **changes), by=world.facilitator)


def test_only_an_accepted_intake_is_the_intake_of_a_company(world):
    intake = submit(world.trajectory, enterprise_number="0566988259")
    Company.objects.filter(pk=world.company.pk).update(enterprise_number="0566988259")
    assert selectors.intake_of(world.company, world.trajectory) is None
    services.accept(intake=intake, by=world.facilitator)
    assert selectors.intake_of(world.company, world.trajectory) == intake
    assert selectors.intake_of(world.company, world.other_trajectory) is None
    assert selectors.intake_of(world.other_company, world.trajectory) is None


def test_who_is_refined(world):
    first, second = accepted(world), accepted(world)
    services.refine(intake=first, by=world.facilitator)
    assert selectors.is_refined(first.organisation, world.trajectory)
    assert not selectors.is_refined(second.organisation, world.trajectory)
    assert not selectors.is_refined(world.company, world.trajectory)
    assert selectors.refined_organisation_ids(world.trajectory) == {first.organisation_id}
    assert selectors.refined_organisation_ids(world.other_trajectory) == set()


def test_the_start_measurement_gives_the_value_that_counts(world):
    intake = accepted(world, INTEGRATED, NONE)
    answer = intake.answers.get(question__number=1)
    services.correct_answers(
        intake=intake,
        by=world.facilitator,
        refinements=[services.Refinement(answer=answer, value=AD_HOC, why="Eén keer")],
    )
    baseline = selectors.baseline_of(intake.organisation, world.trajectory)
    first, second = baseline.rows[:2]
    assert (first.number, first.text) == (1, "Bedrijfsbezoeken")
    assert (first.declared, first.refined, first.value, first.why) == (INTEGRATED, AD_HOC, AD_HOC, "Eén keer")
    assert (second.declared, second.refined, second.value) == (NONE, None, NONE)
    assert [row.number for row in baseline.rows] == list(range(1, 14))


@pytest.mark.parametrize(
    ("values", "counted", "average"),
    [
        ([NONE] * 13, 13, 0.0),
        ([UNKNOWN] * 12 + [INTEGRATED], 1, 4.0),
        ([UNKNOWN] * 6 + [NOT_APPLICABLE] * 5 + [NONE, INTEGRATED], 2, 2.0),
        ([UNKNOWN] * 7 + [NOT_APPLICABLE] * 6, 0, None),
    ],
)
def test_what_is_unknown_or_does_not_apply_never_counts(world, values, counted, average):
    baseline = selectors.baseline_of(accepted(world, *values).organisation, world.trajectory)
    assert (baseline.counted, baseline.average) == (counted, average)


def test_a_refinement_to_unknown_takes_an_answer_out_of_the_average(world):
    intake = accepted(world, *[INTEGRATED] * 13)
    refinements = [
        services.Refinement(answer=answer, value=UNKNOWN, why="Niemand weet het")
        for answer in intake.answers.all()[:12]
    ]
    services.correct_answers(intake=intake, by=world.facilitator, refinements=refinements)
    baseline = selectors.baseline_of(intake.organisation, world.trajectory)
    assert (baseline.counted, baseline.average) == (1, 4.0)


def test_there_is_no_start_measurement_without_an_accepted_intake(world):
    submit(world.trajectory)
    assert selectors.baseline_of(world.company, world.trajectory) is None


@pytest.mark.parametrize("count", [1, 3])
def test_start_measurements_cost_two_queries(world, count, django_assert_num_queries):
    trajectories = [world.trajectory, world.other_trajectory]
    Company.objects.filter(pk=world.company.pk).update(enterprise_number="0566988259")
    for trajectory in trajectories[:count]:
        intake = submit(trajectory, enterprise_number="0566988259")
        services.accept(intake=intake, by=world.facilitator)
    with django_assert_num_queries(2):
        assert len(selectors.baselines_of(world.company)) == min(count, 2)


PEOPLE = (
    "administrator",
    "facilitator",
    "chair",
    "owner",
    "colleague",
    "neighbour",
    "teacher",
    "other_teacher",
    "expert",
    "stranger",
    "deactivated",
)


@pytest.mark.parametrize("person", PEOPLE)
def test_the_list_shows_exactly_what_the_policy_lets_each_person_see(world, person):
    user = getattr(world, person)
    listed = set(Company.objects.visible_to(user)) if user.is_active else set()
    allowed = {company for company in Company.objects.all() if may(user, Action.SEE_COMPANY, company)}
    assert listed == allowed


def test_who_sees_which_companies(world):
    everyone = {world.company, world.other_company, world.strange_company}
    together = {world.company, world.other_company}

    def seen(user):
        return {company.organisation for company in Company.objects.visible_to(user)}

    assert seen(world.facilitator) == everyone
    assert seen(world.owner) == seen(world.neighbour) == seen(world.teacher) == seen(world.expert) == together
    assert seen(world.stranger) == {world.strange_company}


def test_a_company_sees_its_own_intake_once_accepted_and_never_another_one(world):
    Company.objects.filter(pk=world.company.pk).update(enterprise_number="0566988259")
    own = submit(world.trajectory, enterprise_number="0566988259")
    accepted(world)
    assert set(Intake.objects.visible_to(world.owner)) == set()
    services.accept(intake=own, by=world.facilitator)
    assert set(Intake.objects.visible_to(world.owner)) == {own}
    assert set(Intake.objects.visible_to(world.neighbour)) == set()
    assert set(Intake.objects.visible_to(world.teacher)) == set()
    assert Intake.objects.visible_to(world.facilitator).count() == 2
