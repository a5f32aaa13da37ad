"""Phase 5 ends when each company that earned a certificate has a decision, and none has failed."""

import pytest

from certificates import services
from certificates.enums import State
from certificates.models import Certificate
from certificates.readiness import every_eligible_company_has_a_decision
from phases.enums import Phase
from phases.machine import transitions
from tests.certificates.scenery import another_company

pytestmark = pytest.mark.django_db


def sentences(stage):
    return [blocker.sentence for blocker in every_eligible_company_has_a_decision(stage.world.trajectory)]


WAITS = (
    "Boormachines nv voldoet aan de voorwaarden, maar heeft nog geen certificaat. Reik het uit, of schrijf waarom niet."
)


def test_a_company_without_a_decision_blocks_and_leads_to_the_page_where_it_is_taken(stage):
    assert sentences(stage) == [WAITS]
    (blocker,) = every_eligible_company_has_a_decision(stage.world.trajectory)
    assert blocker.url == "/certificaten/traject/testtraject/"


def test_an_issued_certificate_is_a_decision_while_its_file_is_still_being_made(stage):
    stage.issue()
    assert sentences(stage) == []


def test_a_refusal_with_a_reason_is_a_decision(stage):
    world = stage.world
    services.refuse(organisation=world.company, trajectory=world.trajectory, reason="Stopt.", by=world.facilitator)
    assert sentences(stage) == []


def test_a_revoked_certificate_is_no_decision(stage, certificate):
    services.revoke(certificate=certificate, reason="Fout.", by=stage.world.facilitator)
    assert sentences(stage) == [WAITS]


def test_a_failed_certificate_blocks(stage, certificate):
    services.mark_failed(certificate.pk, "Het lukte niet.")
    assert Certificate.objects.get().state == State.FAILED
    assert sentences(stage) == [
        f"De pdf van certificaat {certificate.number} van Boormachines nv kon niet gemaakt worden."
    ]


def test_companies_that_did_not_earn_one_block_nothing(stage):
    another_company(stage, "Zonder stoel nv", eligible=False)
    stage.issue()
    assert sentences(stage) == []


def test_asking_costs_the_same_for_one_and_for_many(stage, django_assert_num_queries):
    with django_assert_num_queries(5):
        assert len(sentences(stage)) == 1
    for number in range(3):
        another_company(stage, f"Bedrijf {number}")
    with django_assert_num_queries(5):
        assert len(sentences(stage)) == 4


def test_the_machine_asks_for_it_after_phase_five():
    ordinary, _override = transitions(Phase.LEVEL_UP)
    assert "certificates.readiness.every_eligible_company_has_a_decision" in [need.path for need in ordinary.needs]
