"""What the database and the model hold by themselves: one valid certificate, and a past that never changes."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError

from accounts.history import AppendOnlyError
from accounts.policy import Action, may
from certificates import services
from certificates.enums import State, Status
from certificates.models import Certificate, CertificateLog, CertificateRefusal, new_token

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    [
        {"number": "IN2-2027-TE-0666"},
        {"token": "A" * 26},
        {"facts": {"company": "Andere naam"}},
        {"issued_at": "2020-01-01T00:00:00Z"},
        {"organisation": "other_company"},
        {"trajectory": "other_trajectory"},
        {"issued_by": "administrator"},
        {"sha256": "0" * 64},
        {"pdf": "certificates/2027/ander.pdf"},
    ],
)
@pytest.mark.parametrize("loaded", ["as it was created", "as it was read", "after a refresh"])
def test_what_was_certified_never_changes(stage, ready, change, loaded):
    certificate = Certificate.objects.get(pk=ready.pk) if loaded == "as it was read" else ready
    if loaded == "after a refresh":
        certificate.refresh_from_db()
    ((name, value),) = change.items()
    setattr(certificate, name, getattr(stage.world, value, value) if isinstance(value, str) else value)
    with pytest.raises(AppendOnlyError):
        certificate.save()


def test_facts_changed_in_place_are_noticed(certificate):
    certificate.facts["company"] = "Andere naam"
    with pytest.raises(AppendOnlyError):
        certificate.save()
    certificate = Certificate.objects.get(pk=certificate.pk)
    certificate.facts["workgroups"].append({"name": "Verzonnen", "role": "voorzitter"})
    with pytest.raises(AppendOnlyError):
        certificate.save()


def test_querysets_refuse_the_same(certificate):
    everything = Certificate.objects.all()
    for change in ({"number": "X"}, {"facts": {}}, {"token": "X"}, {"organisation": 1}, {"organisation_id": 1}):
        with pytest.raises(AppendOnlyError):
            everything.update(**change)
    with pytest.raises(AppendOnlyError):
        everything.delete()
    with pytest.raises(AppendOnlyError):
        everything.bulk_update([certificate], ["facts"])
    with pytest.raises(AppendOnlyError):
        certificate.delete()
    assert everything.update(state=State.QUEUED) == 1


def test_the_log_only_grows(certificate):
    entry = certificate.log.get()
    entry.detail = "Anders"
    with pytest.raises(AppendOnlyError):
        entry.save()
    with pytest.raises(AppendOnlyError):
        CertificateLog.objects.all().delete()


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE certificates_certificate SET facts = '{}'",
        "UPDATE certificates_certificate SET number = 'X'",
        "UPDATE certificates_certificate SET token = 'X'",
        "UPDATE certificates_certificate SET sha256 = 'X'",
        "UPDATE certificates_certificate SET pdf = 'X'",
        "UPDATE certificates_certificate SET issued_at = now()",
        "DELETE FROM certificates_certificate",
        "UPDATE certificates_certificatelog SET detail = 'X'",
        "DELETE FROM certificates_certificatelog",
    ],
)
def test_the_database_refuses_another_past_too(ready, statement):
    refused = pytest.raises(DatabaseError, match="never changes|never deleted|append-only")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Certificate.objects.get() == ready


@pytest.mark.postgres
def test_a_revoked_certificate_never_becomes_valid_again(stage, ready):
    services.revoke(certificate=ready, reason="Fout.", by=stage.world.facilitator)
    undo = {"status": Status.VALID, "revoked_at": None, "revoked_by": None, "revoked_reason": ""}
    with pytest.raises(DatabaseError, match="stays revoked"), transaction.atomic():
        Certificate.objects.update(**undo)


def broken(certificate, **fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**fields)


def test_states_that_make_no_sense_are_refused(stage, certificate):
    broken(certificate, state="half")
    broken(certificate, state=State.READY)
    broken(certificate, state=State.FAILED)
    broken(certificate, status=Status.REVOKED)
    broken(certificate, status=Status.REVOKED, revoked_reason="Zonder wie en wanneer")
    broken(certificate, revoked_reason="Maar nog geldig")


def test_the_database_allows_one_valid_certificate_per_company_and_trajectory(certificate):
    double = {
        "organisation": certificate.organisation,
        "trajectory": certificate.trajectory,
        "facts": certificate.facts,
        "issued_by": certificate.issued_by,
    }
    with pytest.raises(IntegrityError, match="one_valid_certificate|UNIQUE"), transaction.atomic():
        Certificate.objects.create(number="IN2-2027-TE-0002", **double)
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateRefusal.objects.create(
            organisation=certificate.organisation,
            trajectory=certificate.trajectory,
            reason="",
            by=certificate.issued_by,
        )


def test_a_company_with_a_certificate_cannot_be_deleted(stage, certificate):
    for row in (certificate.organisation, certificate.trajectory, certificate.issued_by):
        with pytest.raises(ProtectedError):
            type(row).objects.filter(pk=row.pk).delete()


def test_codes_are_128_random_bits_in_capitals():
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert all(len(token) == 26 and set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for token in tokens)


def test_who_finds_a_certificate_may_see_it_and_the_other_way_round(stage, certificate):
    world = stage.world
    people = [
        world.administrator, world.facilitator, world.owner, world.colleague, world.chair, world.neighbour,
        world.teacher, world.expert, world.stranger, world.deactivated,
    ]  # fmt: skip
    found = {user for user in people if user.is_active and Certificate.objects.visible_to(user).exists()}
    assert found == {user for user in people if may(user, Action.SEE_CERTIFICATE, certificate)}
    assert found == {world.administrator, world.facilitator, world.owner, world.colleague, world.chair}
