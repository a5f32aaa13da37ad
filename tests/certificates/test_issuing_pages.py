"""Voka's pages: who gets a certificate and who does not, issuing, refusing, revoking."""

import pytest

from certificates import services
from certificates.enums import State
from certificates.models import Certificate, CertificateRefusal
from phases.enums import Phase
from tests.certificates.scenery import another_company, text
from tests.workgroups.scenery import put_in_phase

pytestmark = pytest.mark.django_db

PAGE = "/certificaten/traject/testtraject/"


def test_voka_sees_who_gets_one_who_not_and_why(stage, sign_in_as):
    seen = text(sign_in_as(stage.world.facilitator).get(PAGE))
    assert "Boormachines nv Voldoet aan alle 5 voorwaarden." in seen
    assert "Lasrobots bv" in seen
    assert "Niemand van het bedrijf zit al in een werkgroep." in seen
    assert "Onder het certificaat komt enkel Voka Testkamer." in seen


def test_voka_issues_to_one_company_and_sees_the_number(stage, sign_in_as):
    client = sign_in_as(stage.world.facilitator)
    response = client.post(f"{PAGE}{stage.world.company.pk}/uitreiken/", follow=True)
    certificate = Certificate.objects.get()
    assert f"Certificaat {certificate.number} van Boormachines nv is uitgereikt." in text(response)
    client.post(f"{PAGE}{stage.world.company.pk}/uitreiken/")
    assert Certificate.objects.count() == 1


def test_an_impossible_issue_shows_every_reason_beside_the_list(stage, sign_in_as):
    response = sign_in_as(stage.world.facilitator).post(f"{PAGE}{stage.world.other_company.pk}/uitreiken/")
    assert response.status_code == 409
    assert "Er is niets uitgereikt." in text(response)
    assert "Nog 1 actiepunt uit te voeren." in text(response)


def test_before_phase_five_nothing_can_be_issued(stage, sign_in_as):
    put_in_phase(stage.world.trajectory, Phase.EVALUATION)
    client = sign_in_as(stage.world.facilitator)
    page = client.get(PAGE)
    assert "/uitreiken/" not in page.content.decode()
    assert "Je kan certificaten uitreiken vanaf fase 5." in text(page)
    assert client.post(f"{PAGE}alle/").status_code == 409
    assert not Certificate.objects.exists()


def test_issuing_to_all_first_shows_both_lists(stage, sign_in_as):
    another_company(stage, "Extra nv")
    client = sign_in_as(stage.world.facilitator)
    question = text(client.get(f"{PAGE}alle/"))
    assert "2 bedrijven krijgen een certificaat" in question
    assert "1 bedrijf krijgt er geen" in question
    assert not Certificate.objects.exists()
    assert "2 certificaten zijn uitgereikt." in text(client.post(f"{PAGE}alle/", follow=True))
    assert Certificate.objects.count() == 2


def test_refusing_asks_a_reason_and_keeps_what_was_typed(stage, sign_in_as):
    client = sign_in_as(stage.world.facilitator)
    url = f"{PAGE}{stage.world.company.pk}/weigeren/"
    assert client.post(url, {"reason": " "}).status_code == 200
    long = "y" * 600
    assert long in client.post(url, {"reason": long}).content.decode()
    assert not CertificateRefusal.objects.exists()
    assert client.post(url, {"reason": "Het bedrijf stopt."}).status_code == 302
    seen = text(client.get(PAGE))
    assert "Het bedrijf stopt. Fien Begeleider" in seen
    assert client.post(f"{PAGE}{stage.world.company.pk}/toch-wel/").status_code == 302
    assert not CertificateRefusal.objects.exists()


def test_refusing_a_company_that_has_one_says_why_not_beside_the_form(stage, certificate, sign_in_as):
    url = f"{PAGE}{stage.world.company.pk}/weigeren/"
    response = sign_in_as(stage.world.facilitator).post(url, {"reason": "Toch niet."})
    assert "Dit bedrijf heeft zijn certificaat al. Trek dat eerst in." in text(response)
    assert "Toch niet." in response.content.decode()


def test_revoking_asks_a_reason_and_happens_once(stage, ready, sign_in_as):
    client = sign_in_as(stage.world.facilitator)
    url = f"/certificaten/{ready.number}/intrekken/"
    assert client.post(url, {"reason": ""}).status_code == 200
    assert client.post(url, {"reason": "De naam was fout."}).status_code == 302
    again = client.post(url, {"reason": "Nog eens."})
    assert "Dit certificaat is al ingetrokken op" in text(again)
    ready.refresh_from_db()
    assert ready.revoked_reason == "De naam was fout."


def test_extra_fields_in_a_form_change_nothing(stage, certificate, sign_in_as):
    client = sign_in_as(stage.world.facilitator)
    client.post(
        f"/certificaten/{certificate.number}/intrekken/",
        {"reason": "Fout.", "state": "ready", "number": "X", "revoked_by": 1, "token": "A" * 26},
    )
    fresh = Certificate.objects.get()
    assert (fresh.state, fresh.number, fresh.revoked_by) == (State.QUEUED, certificate.number, stage.world.facilitator)


def test_voka_s_page_costs_the_same_with_one_and_with_three(stage, sign_in_as, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in_as(stage.world.facilitator)
    stage.issue(organisation=another_company(stage, "Met certificaat nv"))
    client.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        client.get(PAGE)
    for number in range(2):
        stage.issue(organisation=another_company(stage, f"Met {number} nv"))
        another_company(stage, f"Wacht {number} nv")
        another_company(stage, f"Mist {number} nv", eligible=False)
        refused = another_company(stage, f"Geweigerd {number} nv")
        services.refuse(organisation=refused, trajectory=stage.world.trajectory, reason="x", by=stage.world.facilitator)
    with django_assert_num_queries(len(one)):
        client.get(PAGE)
