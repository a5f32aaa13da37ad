"""Several people, and several workers, at the same moment on PostgreSQL. Each negative control takes the guard away."""

import hashlib
import threading
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from accounts.policy import Conflict
from certificates import services
from certificates.enums import Event, State, Status
from certificates.models import Certificate, CertificateCounter, CertificateLog
from jobs.models import Job
from notifications.models import OutboundMail
from phases import services as phases
from phases.enums import Phase
from tests.certificates.scenery import another_company
from tests.races import Meeting, at_the_same_time

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def no_locks(monkeypatch):
    """`select_for_update` locks nothing."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **kwargs: self.all())


@pytest.fixture
def meeting(monkeypatch):
    """Whoever decided to write a certificate waits there for the other."""
    meeting = Meeting()
    write = services._write

    def write_when_both_are_here(*args):
        meeting.wait()
        return write(*args)

    monkeypatch.setattr(services, "_write", write_when_both_are_here)
    return meeting


def test_two_people_issuing_to_one_company_give_one_certificate(committed_stage, meeting):
    first, second = at_the_same_time(committed_stage.issue, committed_stage.issue)
    assert first == second == Certificate.objects.get()
    assert not meeting.met
    assert Job.objects.filter(kind=services.RENDER).count() == 1
    assert CertificateLog.objects.filter(event=Event.ISSUED).count() == 1


def test_without_the_lock_both_write_and_only_the_constraint_is_left(committed_stage, meeting, no_locks):
    results = at_the_same_time(committed_stage.issue, committed_stage.issue)
    assert meeting.met
    assert any(isinstance(result, IntegrityError) for result in results)
    assert Certificate.objects.count() <= 1


def test_twenty_certificates_at_once_have_twenty_numbers_without_a_gap(committed_stage):
    companies = [another_company(committed_stage, f"Bedrijf {number:02}") for number in range(20)]
    issued = at_the_same_time(
        *(lambda company=company: committed_stage.issue(organisation=company) for company in companies)
    )
    assert sorted(int(certificate.number[-4:]) for certificate in issued) == list(range(1, 21))
    assert len({certificate.token for certificate in issued}) == 20
    assert CertificateCounter.objects.get().last_sequence == 20


def test_without_the_counter_s_lock_two_take_the_same_number(committed_stage, monkeypatch, no_locks):
    """The negative control: two trajectories of one chamber count on one row."""
    world = committed_stage.world
    CertificateCounter.objects.create(year=2027, chamber_code="TE")
    meeting = Meeting()
    save = CertificateCounter.save

    def save_when_both_have_read(counter, *args, **kwargs):
        meeting.wait()
        return save(counter, *args, **kwargs)

    monkeypatch.setattr(CertificateCounter, "save", save_when_both_have_read)

    @transaction.atomic
    def take():
        return services.next_number(world.trajectory, parse_datetime("2027-06-18T10:00:00+02:00"))

    assert at_the_same_time(take, take) == ["IN2-2027-TE-0001", "IN2-2027-TE-0001"]


def test_with_the_counter_s_lock_they_take_two_numbers(committed_stage):
    @transaction.atomic
    def take():
        return services.next_number(committed_stage.world.trajectory, parse_datetime("2027-06-18T10:00:00+02:00"))

    assert sorted(at_the_same_time(take, take)) == ["IN2-2027-TE-0001", "IN2-2027-TE-0002"]


def test_one_issues_to_all_while_another_issues_to_one(committed_stage, meeting):
    world = committed_stage.world
    extra = another_company(committed_stage, "Extra nv")
    at_the_same_time(
        lambda: services.issue_to_all(trajectory=world.trajectory, by=world.facilitator),
        lambda: committed_stage.issue(organisation=extra),
    )
    assert sorted(Certificate.objects.values_list("organisation__name", flat=True)) == ["Boormachines nv", "Extra nv"]
    assert not meeting.met


def test_one_issues_while_another_decides_not_to(committed_stage):
    world = committed_stage.world
    results = at_the_same_time(
        committed_stage.issue,
        lambda: services.refuse(
            organisation=world.company, trajectory=world.trajectory, reason="Stopt.", by=world.administrator
        ),
    )
    assert [isinstance(result, Conflict) for result in results].count(True) == 1
    assert Certificate.objects.count() + world.trajectory.certificate_refusals.count() == 1


def test_two_people_revoking_leave_one_reason_and_one_log_entry(committed_stage):
    certificate = committed_stage.issue()
    people = (committed_stage.world.facilitator, committed_stage.world.administrator)
    results = at_the_same_time(
        *(lambda by=by: services.revoke(certificate=certificate, reason=f"Door {by}", by=by) for by in people)
    )
    (winner,) = [result for result in results if isinstance(result, Certificate)]
    assert [isinstance(result, Conflict) for result in results].count(True) == 1
    assert Certificate.objects.get().revoked_reason == winner.revoked_reason
    assert CertificateLog.objects.filter(event=Event.REVOKED).count() == 1


def test_two_workers_drawing_one_certificate_leave_one_file_one_mail_and_one_log_entry(committed_stage, monkeypatch):
    certificate = committed_stage.issue()
    drawn = threading.Barrier(2)
    draw = services._draw

    def draw_together(row):
        content = draw(row)
        drawn.wait(30)
        return content

    monkeypatch.setattr(services, "_draw", draw_together)
    assert at_the_same_time(*[lambda: services.render(certificate.pk)] * 2) == [None, None]
    certificate.refresh_from_db()
    path = Path(certificate.pdf.path)
    assert [each.name for each in path.parent.iterdir()] == [f"{certificate.number}.pdf"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == certificate.sha256
    assert OutboundMail.objects.filter(event="certificates/ready").count() == 1
    assert CertificateLog.objects.filter(event=Event.RENDERED).count() == 1


def test_without_the_row_s_lock_two_workers_mail_twice(committed_stage, monkeypatch, no_locks):
    """The negative control of the test above."""
    certificate = committed_stage.issue()
    meeting = Meeting()
    monkeypatch.setattr(services, "_store", lambda *args: meeting.wait())
    at_the_same_time(*[lambda: services.render(certificate.pk)] * 2)
    assert meeting.met
    assert OutboundMail.objects.filter(event="certificates/ready").count() == 2


def test_revoking_while_the_file_is_written_has_one_outcome_and_no_deadlock(committed_stage, monkeypatch):
    certificate = committed_stage.issue()
    world = committed_stage.world
    writing = threading.Event()
    store = services._store

    def store_slowly(*args):
        writing.set()
        store(*args)

    monkeypatch.setattr(services, "_store", store_slowly)

    def revoke():
        writing.wait(30)
        return services.revoke(certificate=certificate, reason="Fout.", by=world.facilitator)

    results = at_the_same_time(lambda: services.render(certificate.pk), revoke, lambda: committed_stage.issue())
    assert [result for result in results if isinstance(result, Exception)] == []
    certificate.refresh_from_db()
    assert (certificate.state, certificate.status) == (State.READY, Status.REVOKED)


def test_the_phase_does_not_move_while_a_certificate_is_issued(committed_stage, meeting):
    """Issuing holds the trajectory: the other person's move waits, and then sees the certificate."""
    world = committed_stage.world

    def move():
        meeting.wait()
        return phases.move(
            trajectory=world.trajectory, to=Phase.KEEP_LEARNING, by=world.administrator, reason="Toch verder"
        )

    at_the_same_time(committed_stage.issue, move)
    change = world.trajectory.phase_changes.get()
    assert all("Boormachines" not in sentence for sentence in change.open_points)
