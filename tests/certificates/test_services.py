"""Issuing, refusing, revoking and retrying: who, when, and that each happens once."""

import hashlib
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import transaction

from accounts.models import Membership, User
from accounts.policy import Conflict, Refused
from certificates import rendering, services
from certificates.enums import Event, State, Status
from certificates.models import Certificate, CertificateCounter, CertificateLog, CertificateRefusal, CertificateRules
from jobs.enums import JobState
from jobs.models import Job
from jobs.services import run as run_job
from notifications.models import OutboundMail
from phases.enums import Phase
from practices.models import Practice
from tests.certificates.scenery import another_company, text_of
from tests.workgroups.scenery import put_in_phase

pytestmark = pytest.mark.django_db


def job_of(certificate):
    return Job.objects.get(kind=services.RENDER, object_id=certificate.pk)


def events(certificate):
    return list(certificate.log.order_by("id").values_list("event", flat=True))


def sentences(error):
    return [str(getattr(reason, "sentence", reason)) for reason in error.value.reasons]


# --- Issuing ----------------------------------------------------------------------------------------------------------


@time_machine.travel("2027-06-18T10:00:00+02:00", tick=False)
def test_issuing_writes_number_snapshot_log_and_job_together(stage):
    world = stage.world
    CertificateRules.objects.create(
        trajectory=world.trajectory, signatory_name="Ann-Sophie Depauw", signatory_title="Directeur"
    )
    Practice.objects.create(
        workgroup=stage.workgroup,
        author=world.chair,
        title="Mentorenboekje",
        slug="mentorenboekje",
        state="published",
        published_at="2026-05-01T10:00:00Z",
        published_by=world.facilitator,
    )
    certificate = stage.issue()
    assert certificate.number == "IN2-2027-TE-0001"
    assert (certificate.state, certificate.status) == (State.QUEUED, Status.VALID)
    assert len(certificate.token) == 26
    assert certificate.facts == {
        "company": "Boormachines nv",
        "enterprise_number": "1000000516",
        "trajectory": "Testtraject",
        "chamber": "Voka Testkamer",
        "school_years": "2025-2026 en 2026-2027",
        "workgroups": [{"name": "Stagetrajecten", "role": "voorzitter"}],
        "contributions": [
            {"count": 1, "words": "actiepunt uitgevoerd met de werkgroep"},
            {"count": 1, "words": "goede praktijk gedeeld met het netwerk"},
        ],
        "signatory": {"name": "Ann-Sophie Depauw", "title": "Directeur"},
        "issued_on": "2027-06-18",
        "rules_version": 1,
        "design_version": 1,
        "base_url": "http://testserver",
    }
    assert events(certificate) == [Event.ISSUED]
    assert job_of(certificate).state == JobState.WAITING


def test_asking_again_gives_the_same_certificate(stage):
    first, second = stage.issue(), stage.issue()
    assert first == second
    assert (Certificate.objects.count(), Job.objects.filter(kind=services.RENDER).count()) == (1, 1)


def test_without_a_signatory_the_chamber_stands_under_it(certificate):
    assert certificate.facts["signatory"] == {"name": "Voka Testkamer", "title": ""}


@pytest.mark.parametrize("phase", list(Phase))
def test_certificates_are_issued_from_phase_five_on(stage, phase):
    put_in_phase(stage.world.trajectory, phase)
    if phase in (Phase.LEVEL_UP, Phase.KEEP_LEARNING):
        assert stage.issue().is_valid
        return
    with pytest.raises(Conflict) as refusal:
        stage.issue()
    assert sentences(refusal)[0].startswith("Certificaten worden uitgereikt vanaf fase 5. Dit traject zit in fase ")
    assert not Certificate.objects.exists()


def test_a_company_that_misses_conditions_hears_all_of_them_and_nothing_is_written(stage):
    with pytest.raises(Conflict) as refusal:
        stage.issue(organisation=stage.world.other_company)
    assert sentences(refusal) == [
        "Voka kent het ondernemingsnummer nog niet.",
        "Er is geen aanvaarde inschrijving in dit traject.",
        "Niemand van het bedrijf zit al in een werkgroep.",
        "Nog 1 actiepunt uit te voeren.",
    ]
    assert not Certificate.objects.exists()
    assert not CertificateCounter.objects.exists()
    assert not Job.objects.filter(kind=services.RENDER).exists()


@pytest.mark.parametrize("who", ["owner", "chair", "neighbour", "teacher", "expert", "stranger", "deactivated"])
def test_only_voka_decides_about_certificates(stage, who, certificate):
    by = getattr(stage.world, who)
    for verb in (
        lambda: stage.issue(by=by),
        lambda: services.issue_to_all(trajectory=stage.world.trajectory, by=by),
        lambda: services.refuse(organisation=stage.world.company, trajectory=stage.world.trajectory, reason="x", by=by),
        lambda: services.revoke(certificate=certificate, reason="x", by=by),
        lambda: services.retry(certificate=certificate, by=by),
    ):
        with pytest.raises(Refused):
            verb()
    assert events(certificate) == [Event.ISSUED]


def test_everyone_who_meets_the_conditions_gets_one_and_the_others_do_not(stage):
    world = stage.world
    extra = another_company(stage, "Extra nv")
    refused = another_company(stage, "Geweigerd nv")
    services.refuse(organisation=refused, trajectory=world.trajectory, reason="Wil er geen.", by=world.facilitator)
    has_one = stage.issue()
    issued = services.issue_to_all(trajectory=world.trajectory, by=world.facilitator)
    assert [certificate.organisation for certificate in issued] == [extra]
    assert {certificate.organisation for certificate in Certificate.objects.all()} == {world.company, extra}
    assert has_one.number != issued[0].number
    assert services.issue_to_all(trajectory=world.trajectory, by=world.facilitator) == []


# --- Numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Voka Mechelen-Kempen", "MK"),
        ("Voka Antwerpen-Waasland", "AW"),
        ("Voka Limburg", "LI"),
        ("Voka - Kamer van Koophandel Oost-Vlaanderen", "KVK"),
        ("Voka Één", "EE"),
        ("Voka", "VO"),
        ("株式会社", "VO"),
    ],
)
def test_the_code_of_a_chamber_is_two_or_three_letters(name, code):
    assert services.chamber_code(name) == code


def test_the_year_of_a_number_is_the_year_in_belgium(stage):
    with time_machine.travel("2027-12-31T22:59:59+00:00", tick=False), transaction.atomic():
        old_year = stage.issue()
    company = another_company(stage, "Nieuwjaar nv")
    with time_machine.travel("2027-12-31T23:00:01+00:00", tick=False):
        new_year = stage.issue(organisation=company)
    assert (old_year.number, new_year.number) == ("IN2-2027-TE-0001", "IN2-2028-TE-0001")
    assert (old_year.facts["issued_on"], new_year.facts["issued_on"]) == ("2027-12-31", "2028-01-01")


def test_a_number_of_a_rolled_back_issue_goes_to_the_next_certificate(stage):
    with transaction.atomic():
        lost = stage.issue().number
        transaction.set_rollback(True)
    assert not Certificate.objects.exists()
    assert stage.issue().number == lost


# --- The file ---------------------------------------------------------------------------------------------------------


def test_drawing_stores_one_file_and_tells_each_representative_once(stage, certificate, run_on_commit, mailoutbox):
    with run_on_commit():
        services.render(certificate.pk)
    certificate.refresh_from_db()
    content = Path(certificate.pdf.path).read_bytes()
    assert certificate.is_ready
    assert certificate.pdf.name == f"certificates/{certificate.facts['issued_on'][:4]}/{certificate.number}.pdf"
    assert certificate.sha256 == hashlib.sha256(content).hexdigest()
    assert certificate.size == len(content)
    assert events(certificate) == [Event.ISSUED, Event.RENDERED]
    mails = OutboundMail.objects.filter(event="certificates/ready")
    assert [mail.to for mail in mails] == [stage.world.owner.email]
    mail = mails.get()
    assert mail.subject == "Het IN2STEM-certificaat van Boormachines nv is klaar"
    assert "http://testserver/certificaten/" in mail.text
    assert certificate.verification_url in mail.text


def test_drawing_again_changes_nothing(certificate):
    for _again in range(3):
        services.render(certificate.pk)
    certificate.refresh_from_db()
    folder = Path(certificate.pdf.path).parent
    assert [path.name for path in folder.glob(f"*{certificate.number}*")] == [f"{certificate.number}.pdf"]
    assert events(certificate) == [Event.ISSUED, Event.RENDERED]
    assert OutboundMail.objects.filter(event="certificates/ready").count() == 1


def test_a_certificate_that_was_revoked_before_it_was_drawn_gets_no_file(stage, certificate):
    services.revoke(certificate=certificate, reason="Te vroeg.", by=stage.world.facilitator)
    services.render(certificate.pk)
    certificate.refresh_from_db()
    assert (certificate.state, certificate.pdf.name, certificate.sha256) == (State.QUEUED, "", "")
    assert not OutboundMail.objects.filter(event="certificates/ready").exists()


def test_a_certificate_that_is_revoked_while_it_is_drawn_gets_no_file(stage, certificate, monkeypatch):
    draw = services._draw

    def draw_and_revoke(row):
        content = draw(row)
        services.revoke(certificate=certificate, reason="Te vroeg.", by=stage.world.facilitator)
        return content

    monkeypatch.setattr(services, "_draw", draw_and_revoke)
    services.render(certificate.pk)
    certificate.refresh_from_db()
    assert (certificate.status, certificate.pdf.name) == (Status.REVOKED, "")
    assert list(Path(settings.MEDIA_ROOT).glob(f"certificates/**/*{certificate.number}*")) == []


def test_a_name_that_no_typeface_can_print_fails_at_once_with_a_reason(stage):
    stage.world.company.name = "株式会社 nv"
    stage.world.company.save()
    certificate = stage.issue()
    assert run_job(job_of(certificate).pk, worker="w1") == JobState.PARKED
    certificate.refresh_from_db()
    assert certificate.state == State.FAILED
    assert certificate.failed_reason == (
        "Onze lettertypes kunnen 会 式 株 社 in “株式会社 nv” niet drukken. "
        "Schrijf het in Latijnse letters en reik het certificaat opnieuw uit."
    )
    assert job_of(certificate).attempts == 1
    assert events(certificate) == [Event.ISSUED, Event.FAILED]
    assert list(Certificate.objects.failed()) == [certificate]


def test_damaged_facts_fail_at_once_with_a_reason(stage):
    certificate = Certificate.objects.create(
        number="IN2-2027-TE-0099",
        organisation=stage.world.company,
        trajectory=stage.world.trajectory,
        facts={"company": "Half"},
        issued_by=stage.world.facilitator,
    )
    services.enqueue(services.RENDER, certificate.pk)
    assert run_job(job_of(certificate).pk, worker="w1") == JobState.PARKED
    certificate.refresh_from_db()
    assert (
        certificate.failed_reason
        == "Wat er op het certificaat moet staan, is beschadigd. Bel de beheerders van het portaal."
    )


def test_a_full_disk_leaves_no_half_file_and_heals_by_itself(certificate, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(services.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        services.render(certificate.pk)
    certificate.refresh_from_db()
    assert (certificate.state, certificate.pdf.name) == (State.QUEUED, "")
    assert list(Path(settings.MEDIA_ROOT).glob(f"certificates/**/*{certificate.number}*")) == []
    assert not OutboundMail.objects.filter(event="certificates/ready").exists()
    monkeypatch.undo()
    services.render(certificate.pk)
    certificate.refresh_from_db()
    assert certificate.is_ready


def test_after_the_last_attempt_a_certificate_is_failed_and_staff_can_try_again(stage, certificate, monkeypatch):
    def broken(**kwargs):
        raise rendering.RenderFailed("logo.svg cannot be read")

    monkeypatch.setattr(rendering, "render", broken)
    job = job_of(certificate)
    for attempt in range(5):
        Job.objects.filter(pk=job.pk).update(next_try_at="2020-01-01T00:00:00Z")
        run_job(job.pk, worker=f"w{attempt}")
    certificate.refresh_from_db()
    assert certificate.state == State.FAILED
    assert certificate.failed_reason == (
        "De pdf maken lukte niet na verschillende pogingen (RenderFailed: logo.svg cannot be read)."
    )
    monkeypatch.undo()
    services.retry(certificate=certificate, by=stage.world.facilitator)
    assert run_job(job.pk, worker="w9") == JobState.DONE
    certificate.refresh_from_db()
    assert (certificate.state, certificate.failed_reason) == (State.READY, "")
    assert events(certificate) == [Event.ISSUED, Event.FAILED, Event.RETRIED, Event.RENDERED]


def test_only_a_valid_failed_certificate_is_tried_again(stage, ready):
    with pytest.raises(Conflict) as refusal:
        services.retry(certificate=ready, by=stage.world.facilitator)
    assert sentences(refusal) == ["Je kan enkel een mislukt certificaat opnieuw proberen."]
    services.revoke(certificate=ready, reason="Fout.", by=stage.world.facilitator)
    with pytest.raises(Conflict) as refusal:
        services.retry(certificate=ready, by=stage.world.facilitator)
    assert sentences(refusal) == ["Een ingetrokken certificaat wordt niet opnieuw gemaakt."]
    assert job_of(ready).attempts == 0


def test_a_file_that_was_changed_is_not_handed_out(ready):
    path = Path(ready.pdf.path)
    whole = path.read_bytes()
    assert services.read_pdf(ready) == whole
    for damage in (whole[:-1], whole.replace(b"Metaal", b"Zilver") + b" ", b""):
        path.write_bytes(damage)
        with pytest.raises(Conflict):
            services.read_pdf(ready)
    path.unlink()
    with pytest.raises(Conflict):
        services.read_pdf(ready)


def test_a_later_rename_changes_nothing_on_an_issued_certificate(stage, certificate):
    stage.world.company.name = "Nieuwe naam bv"
    stage.world.company.save()
    services.render(certificate.pk)
    certificate.refresh_from_db()
    text = text_of(Path(certificate.pdf.path).read_bytes())
    assert "Boormachines nv" in text
    assert "Nieuwe naam" not in text


def test_people_who_left_or_only_work_there_get_no_mail(stage, certificate):
    world = stage.world
    assert Membership.objects.active().filter(organisation=world.company).count() == 4
    User.objects.filter(pk=world.owner.pk).update(is_active=False)
    services.render(certificate.pk)
    assert not OutboundMail.objects.filter(event="certificates/ready").exists()


# --- Refusing and revoking --------------------------------------------------------------------------------------------


def test_a_decision_not_to_issue_blocks_issuing_until_it_is_withdrawn(stage):
    world = stage.world
    refusal = services.refuse(
        organisation=world.company, trajectory=world.trajectory, reason=" Het bedrijf stopt ", by=world.facilitator
    )
    with pytest.raises(Conflict) as conflict:
        stage.issue()
    assert sentences(conflict) == [
        "Voka besliste om dit certificaat niet uit te reiken: Het bedrijf stopt. Trek die beslissing eerst in."
    ]
    services.withdraw_refusal(refusal=refusal, by=world.facilitator)
    services.withdraw_refusal(refusal=refusal, by=world.facilitator)
    assert stage.issue().is_valid
    log = CertificateLog.objects.order_by("id").values_list("event", "detail")
    assert list(log) == [
        (Event.REFUSED, "Het bedrijf stopt"),
        (Event.REFUSAL_WITHDRAWN, "Het bedrijf stopt"),
        (Event.ISSUED, ""),
    ]


def test_deciding_again_keeps_one_decision_with_the_last_reason(stage):
    world = stage.world
    for reason in ("Eerst dit.", "Dan dat."):
        services.refuse(organisation=world.company, trajectory=world.trajectory, reason=reason, by=world.facilitator)
    assert CertificateRefusal.objects.get().reason == "Dan dat."


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_refusing_and_revoking_need_a_reason(stage, certificate, reason):
    world = stage.world
    with pytest.raises(Conflict):
        services.refuse(
            organisation=world.other_company, trajectory=world.trajectory, reason=reason, by=world.facilitator
        )
    with pytest.raises(Conflict):
        services.revoke(certificate=certificate, reason=reason, by=world.facilitator)
    assert not CertificateRefusal.objects.exists()
    assert Certificate.objects.get().is_valid


def test_a_company_with_a_certificate_or_outside_the_trajectory_is_not_refused(stage, certificate):
    world = stage.world
    for company in (world.company, world.strange_company):
        with pytest.raises(Conflict):
            services.refuse(organisation=company, trajectory=world.trajectory, reason="x", by=world.facilitator)


def test_a_revoked_certificate_says_since_when_by_whom_and_why_and_stays(stage, ready):
    world = stage.world
    services.revoke(certificate=ready, reason="De naam was fout.", by=world.facilitator)
    ready.refresh_from_db()
    assert (ready.status, ready.revoked_by, ready.revoked_reason) == (
        Status.REVOKED,
        world.facilitator,
        "De naam was fout.",
    )
    assert ready.revoked_at is not None
    assert events(ready) == [Event.ISSUED, Event.RENDERED, Event.REVOKED]
    mail = OutboundMail.objects.get(event="certificates/revoked")
    assert (mail.to, "De naam was fout." in mail.text) == (world.owner.email, True)
    with pytest.raises(Conflict) as conflict:
        services.revoke(certificate=ready, reason="Nog eens.", by=world.administrator)
    assert sentences(conflict)[0].startswith("Dit certificaat is al ingetrokken op ")
    assert Certificate.objects.get().revoked_reason == "De naam was fout."


def test_after_revoking_a_new_certificate_with_a_new_number_and_code_can_be_issued(stage, ready):
    services.revoke(certificate=ready, reason="De naam was fout.", by=stage.world.facilitator)
    again = stage.issue()
    assert again != ready
    assert again.number != ready.number
    assert again.token != ready.token
