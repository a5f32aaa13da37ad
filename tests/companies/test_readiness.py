"""What keeps a trajectory in phase 1 because of its companies."""

import pytest

from companies import services
from companies.readiness import every_intake_is_decided_and_refined
from tests.companies.conftest import submit

pytestmark = pytest.mark.django_db


def sentences(trajectory) -> list[str]:
    return [blocker.sentence for blocker in every_intake_is_decided_and_refined(trajectory)]


def test_nothing_blocks_without_intakes(world):
    assert sentences(world.trajectory) == []


def test_each_undecided_intake_blocks_by_name_with_a_link_to_where_it_is_decided(world):
    submitted = submit(world.trajectory, company_name="Aluminium bv")
    contacted = submit(world.trajectory, company_name="Beton nv")
    services.start_contact(intake=contacted, by=world.facilitator)
    refined = submit(world.trajectory, company_name="Chemie nv")
    services.refine(intake=refined, by=world.facilitator)
    assert [(blocker.sentence, blocker.url) for blocker in every_intake_is_decided_and_refined(world.trajectory)] == [
        (
            f"De inschrijving van {intake.company_name} is nog niet aanvaard of afgewezen.",
            f"/beheer/companies/intake/{intake.pk}/change/",
        )
        for intake in (submitted, contacted, refined)
    ]


def test_an_accepted_intake_blocks_until_it_is_refined(world):
    intake = services.accept(intake=submit(world.trajectory), by=world.facilitator)
    assert sentences(world.trajectory) == ["Voka heeft de antwoorden van Staalbouw Kempen nv nog niet verfijnd."]
    services.refine(intake=intake, by=world.facilitator)
    assert sentences(world.trajectory) == []


def test_a_declined_intake_does_not_block(world):
    services.decline(intake=submit(world.trajectory), by=world.facilitator, reason="Te ver")
    assert sentences(world.trajectory) == []


def test_intakes_of_another_trajectory_or_of_none_do_not_block(world):
    submit(world.other_trajectory)
    submit(None)
    assert sentences(world.trajectory) == []


@pytest.mark.parametrize("count", [1, 3])
def test_it_asks_the_database_once(world, count, django_assert_num_queries):
    for _ in range(count):
        submit(world.trajectory)
    with django_assert_num_queries(1):
        assert len(sentences(world.trajectory)) == count
