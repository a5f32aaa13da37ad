"""Earlier scores are a proposal: they are shown, and count only once someone of the school says they still hold."""

import pytest

from accounts.policy import Refused
from phases.enums import Phase
from phases.models import Participation, Trajectory
from schools import selectors, services
from schools.enums import Moment
from schools.models import CriterionScore
from tests.schools.conftest import move_to, score

pytestmark = pytest.mark.django_db


@pytest.fixture
def earlier(school, world):
    """A trajectory of three years ago, in which the school scored."""
    trajectory = Trajectory.objects.create(
        name="Vroeger traject", slug="vroeger", chamber=world.chamber, first_school_year=2022, last_school_year=2023
    )
    Participation.objects.create(trajectory=trajectory, organisation=school.organisation)
    return trajectory


@pytest.fixture
def scored(school, world, criteria, earlier):
    """Criteria 1.1 to 1.3 scored 1 back then."""
    for criterion in criteria[:3]:
        services.score_criterion(
            school=school, trajectory=earlier, moment=Moment.START, criterion=criterion, score=1, argument="Toen zo.",
            by=world.teacher,
        )  # fmt: skip


def page(school):
    return f"/scholen/{school.pk}/label/overnemen/?traject=testtraject&moment=start"


def now(school, world):
    return {
        found.criterion.number: found.score
        for found in CriterionScore.objects.filter(assessment__trajectory=world.trajectory, assessment__school=school)
    }


def test_the_form_of_a_criterion_starts_from_what_was_said_before_and_nothing_counts_yet(
    school, world, scored, sign_in_as
):
    response = sign_in_as(world.teacher).get(f"/scholen/{school.pk}/label/1.1/?traject=testtraject&moment=start")
    assert response.context["form"].initial == {"score": 1, "argument": "Toen zo.", "version": 0}
    assert "Een voorstel." in response.content.decode()
    assert now(school, world) == {}


def test_what_is_ticked_is_taken_over_and_the_rest_stays_open(school, world, scored, criteria, sign_in_as):
    client = sign_in_as(world.teacher)
    assert "Toen zo." in client.get(page(school)).content.decode()
    sent = {"traject": "testtraject", "moment": "start", "criteria": [criteria[0].pk, criteria[2].pk]}
    assert client.post(page(school), sent).status_code == 302
    assert now(school, world) == {"1.1": 1, "1.3": 1}
    assert client.post(page(school), sent).status_code == 200
    assert now(school, world) == {"1.1": 1, "1.3": 1}


def test_ticking_nothing_is_told_and_a_forged_criterion_is_refused(school, world, scored, criteria, sign_in_as):
    client = sign_in_as(world.teacher)
    sent = {"traject": "testtraject", "moment": "start"}
    assert "Vink minstens één score aan." in client.post(page(school), sent).content.decode()
    client.post(page(school), sent | {"criteria": [criteria[9].pk]})
    assert now(school, world) == {}


def test_a_score_that_a_colleague_gave_meanwhile_stays(school, world, scored, criteria):
    score(school, world, criteria[0], by=world.teacher, score=4)
    services.take_over_scores(
        school=school, trajectory=world.trajectory, moment=Moment.START, criteria=criteria[:2], by=world.teacher
    )
    assert now(school, world) == {"1.1": 4, "1.2": 1}


def test_the_end_starts_from_the_start_of_the_same_trajectory(school, world, scored, criteria):
    score(school, world, criteria[0], by=world.teacher, score=3)
    move_to(world.trajectory, Phase.EVALUATION)
    previous = selectors.previous_scores(school, world.trajectory, Moment.END)
    assert {number: found.score for number, found in previous.items()} == {"1.1": 3, "1.2": 1, "1.3": 1}
    assert selectors.previous_scores(school, world.trajectory, Moment.START)["1.1"].score == 1


def test_what_came_later_is_no_proposal(school, world, scored, earlier, criteria):
    score(school, world, criteria[5], by=world.teacher)
    assert selectors.previous_scores(school, earlier, Moment.START) == {}


@pytest.mark.parametrize(
    ("who", "status"), [("other_teacher", 403), ("owner", 403), ("stranger", 404), ("facilitator", 200)]
)
def test_only_the_school_and_voka_see_or_take_over_earlier_scores(
    who, status, school, world, scored, criteria, sign_in_as
):
    response = sign_in_as(getattr(world, who)).get(page(school))
    assert response.status_code == status
    assert ("Toen zo." in response.content.decode()) == (status == 200)
    if status != 200:
        with pytest.raises(Refused):
            services.take_over_scores(
                school=school, trajectory=world.trajectory, moment=Moment.START, criteria=criteria[:1],
                by=getattr(world, who),
            )  # fmt: skip


def test_a_company_that_reads_along_takes_nothing_over(school, world, scored, sign_in_as):
    services.share_scores(school=school, companies=[world.company], by=world.teacher)
    assert sign_in_as(world.owner).get(page(school)).status_code == 403
