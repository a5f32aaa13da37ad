"""The needs of the schools: each one blocked with a sentence and a link, then clear, for the same number of queries."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phases.enums import Phase
from phases.machine import Blocker
from schools import readiness, services
from schools.enums import LabelLevel, OutcomeKind
from tests.schools.conftest import assess, give_label, move_to

pytestmark = pytest.mark.django_db


def missing(need, world):
    return list(need(world.trajectory))


def test_every_school_needs_a_label_on_record(school, other_school, world):
    assert missing(readiness.every_school_has_a_label_on_record, world) == [
        Blocker("Atheneum Zuid: er is nog geen STEM School Label vastgelegd.", f"/scholen/{school.pk}/label/#labels"),
        Blocker(
            "College Noord: er is nog geen STEM School Label vastgelegd.", f"/scholen/{other_school.pk}/label/#labels"
        ),
    ]
    give_label(school, world.facilitator)
    give_label(other_school, world.facilitator, LabelLevel.EXPERT)
    assert missing(readiness.every_school_has_a_label_on_record, world) == []


def test_no_label_on_record_is_no_label(school, other_school, world):
    give_label(other_school, world.facilitator)
    give_label(school, world.facilitator, LabelLevel.NONE)
    assert [blocker.url for blocker in missing(readiness.every_school_has_a_label_on_record, world)] == [
        f"/scholen/{school.pk}/label/#labels"
    ]


def test_a_label_that_was_corrected_away_does_not_count(school, other_school, world):
    give_label(other_school, world.facilitator)
    wrong = give_label(school, world.facilitator)
    give_label(school, world.facilitator, LabelLevel.NONE, replaces=wrong)
    assert len(missing(readiness.every_school_has_a_label_on_record, world)) == 1


def test_every_school_needs_a_complete_self_assessment_of_the_start(school, other_school, world, criteria):
    assess(school, world, criteria[:20])
    assess(other_school, world, criteria[:9])
    address = "label/?traject=testtraject&moment=start"
    assert missing(readiness.every_school_has_assessed_itself, world) == [
        Blocker(
            "Atheneum Zuid: in de zelfevaluatie ontbreekt nog 1 criterium van de 21.", f"/scholen/{school.pk}/{address}"
        ),
        Blocker(
            "College Noord: in de zelfevaluatie ontbreken nog 12 criteria van de 21.",
            f"/scholen/{other_school.pk}/{address}",
        ),
    ]
    assess(school, world, criteria[20:])
    assess(other_school, world, criteria[9:])
    assert missing(readiness.every_school_has_assessed_itself, world) == []


def test_a_school_that_never_started_misses_all_21(world):
    sentences = [blocker.sentence for blocker in missing(readiness.every_school_has_assessed_itself, world)]
    assert sentences[0] == "Atheneum Zuid: in de zelfevaluatie ontbreken nog 21 criteria van de 21."


def test_every_school_needs_an_outcome(school, other_school, world):
    move_to(world.trajectory, Phase.LEVEL_UP)
    assert [blocker.sentence for blocker in missing(readiness.every_school_has_a_label_outcome, world)] == [
        "Atheneum Zuid: leg vast of de school een niveau hoger ging of haar label behield.",
        "College Noord: leg vast of de school een niveau hoger ging of haar label behield.",
    ]
    for each, kind, level in (
        (school, OutcomeKind.MOVED_UP, LabelLevel.COMPETENT),
        (other_school, OutcomeKind.NOT_APPLIED, ""),
    ):
        services.record_outcome(
            trajectory=world.trajectory,
            school=each,
            outcome=kind,
            level=level,
            decided_on=datetime.date(2026, 6, 1),
            by=world.facilitator,
        )
    assert missing(readiness.every_school_has_a_label_outcome, world) == []


NEEDS = [
    readiness.every_school_has_a_label_on_record,
    readiness.every_school_has_assessed_itself,
    readiness.every_school_has_a_label_outcome,
]


@pytest.mark.parametrize("need", NEEDS)
def test_a_school_that_left_no_longer_holds_the_others_up(need, world):
    world.trajectory.participations.filter(organisation__kind="school").update(left_on=datetime.date(2099, 1, 1))
    assert missing(need, world) == []


@pytest.mark.parametrize("need", NEEDS)
def test_thirty_schools_cost_as_many_queries_as_two(need, world, django_assert_num_queries):
    with CaptureQueriesContext(connection) as before:
        missing(need, world)
    for number in range(28):
        made = services.create_school(name=f"School {number}")
        world.trajectory.participations.create(organisation=made.organisation)
    with django_assert_num_queries(len(before)):
        assert len(missing(need, world)) == 30


@pytest.mark.parametrize("need", NEEDS)
def test_the_link_of_a_blocker_leads_to_a_page_that_exists(need, world, sign_in_as):
    move_to(world.trajectory, Phase.LEVEL_UP)
    client = sign_in_as(world.facilitator)
    for blocker in missing(need, world):
        assert client.get(blocker.url.partition("#")[0]).status_code == 200
