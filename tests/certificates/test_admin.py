"""Voka's back office: certificates are read, tried again and revoked there, never edited."""

import pytest
from django.urls import reverse

from certificates import services
from certificates.enums import State, Status
from certificates.models import Certificate, CertificateRules

pytestmark = pytest.mark.django_db

LIST = "admin:certificates_certificate_changelist"


@pytest.fixture
def back_office(stage, sign_in_as):
    return sign_in_as(stage.world.facilitator)


def act(client, action, certificate, **fields):
    return client.post(reverse(LIST), {"action": action, "_selected_action": [certificate.pk], **fields}, follow=True)


def test_the_pages_open_and_offer_nothing_to_change(back_office, ready):
    page = back_office.get(reverse("admin:certificates_certificate_change", args=[ready.pk]))
    assert page.status_code == 200
    assert "Boormachines nv" in page.content.decode()
    assert 'name="_save"' not in page.content.decode()
    assert back_office.get(reverse("admin:certificates_certificate_add")).status_code == 403
    assert back_office.get(reverse("admin:certificates_certificate_delete", args=[ready.pk])).status_code == 403
    back_office.post(
        reverse("admin:certificates_certificate_change", args=[ready.pk]), {"number": "X", "status": "revoked"}
    )
    ready.refresh_from_db()
    assert ready.is_valid
    for name in ("certificate", "certificaterules", "certificaterefusal", "certificatelog"):
        assert back_office.get(reverse(f"admin:certificates_{name}_changelist")).status_code == 200


def test_the_work_list_of_failed_certificates(back_office, certificate):
    services.mark_failed(certificate.pk, "Het lukte niet.")
    page = back_office.get(reverse(LIST), {"state__exact": "failed", "status__exact": "valid"})
    assert "Het lukte niet." in page.content.decode()
    act(back_office, "retry", certificate)
    assert Certificate.objects.get().state == State.QUEUED
    refused = act(back_office, "retry", certificate)
    assert "Je kan enkel een mislukt certificaat opnieuw proberen." in refused.content.decode()


def test_revoking_asks_the_reason_first(back_office, ready):
    page = act(back_office, "revoke", ready)
    assert "Je trekt in:" in page.content.decode()
    act(back_office, "revoke", ready, confirmed="1", reason="  ")
    assert Certificate.objects.get().is_valid
    act(back_office, "revoke", ready, confirmed="1", reason="De naam was fout.")
    revoked = Certificate.objects.get()
    assert (revoked.status, revoked.revoked_reason) == (Status.REVOKED, "De naam was fout.")


def test_conditions_can_be_set_and_count_their_versions(back_office, stage):
    fields = {
        "trajectory": stage.world.trajectory.pk,
        "requires_refined_intake": "on",
        "min_action_points_done": "2",
        "signatory_name": "Ann-Sophie Depauw",
        "signatory_title": "Directeur",
    }
    back_office.post(reverse("admin:certificates_certificaterules_add"), fields)
    rules = CertificateRules.objects.get()
    assert (rules.version, rules.requires_workgroup_seat) == (1, False)
    url = reverse("admin:certificates_certificaterules_change", args=[rules.pk])
    back_office.post(url, {**fields, "min_action_points_done": "3"})
    rules.refresh_from_db()
    assert (rules.version, rules.min_action_points_done) == (2, 3)


@pytest.mark.parametrize("who", ["owner", "teacher", "stranger"])
def test_nobody_else_enters(stage, ready, sign_in_as, who):
    client = sign_in_as(getattr(stage.world, who))
    assert client.get(reverse(LIST)).status_code in (302, 403)
    client.post(reverse(LIST), {"action": "revoke", "_selected_action": [ready.pk], "confirmed": "1", "reason": "x"})
    assert Certificate.objects.get().is_valid


@pytest.mark.parametrize("name", ["certificate", "certificaterefusal", "certificatelog", "certificaterules"])
def test_searching_the_back_office_never_breaks(back_office, certificate, name):
    url = reverse(f"admin:certificates_{name}_changelist")
    for query in ({"q": "' OR 1=1--"}, {"o": "9999"}, {"p": "9999"}):
        assert back_office.get(url, query).status_code in (200, 302)
