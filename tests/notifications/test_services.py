"""Mail: written with its cause, sent by a job, once, and without secrets left behind."""

from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.db.models import QuerySet

from accounts.enums import Role
from accounts.models import Invitation
from accounts.policy import Conflict, Refused
from accounts.services import invite, withdraw_invitation
from jobs import services as jobs
from jobs.enums import JobState
from jobs.models import Job
from notifications import services
from notifications.models import OutboundMail
from tests.races import Meeting, at_the_same_time

pytestmark = pytest.mark.django_db


def write(**changes):
    facts = {
        "event": "tests/mail",
        "to": "iemand@test.example",
        "subject": "Dag",
        "text": "Hallo.\n",
        "html": "<p>Hallo.</p>",
    }
    return services.queue_rendered(**facts | changes)


def send(mail, message="m1"):
    """What a worker does."""
    return jobs.run(Job.objects.get(kind=services.SEND, object_id=mail.pk).pk, worker=message)


# --- queueing and sending ---------------------------------------------------------------------------------------------


def test_a_mail_waits_as_a_row_and_nothing_is_sent_in_the_request(mailoutbox):
    mail = write()
    assert mailoutbox == []
    assert Job.objects.get().object_id == mail.pk
    assert send(mail) == JobState.DONE
    mail.refresh_from_db()
    [message] = mailoutbox
    assert (message.to, message.subject, message.body) == (["iemand@test.example"], "Dag", "Hallo.\n")
    assert message.alternatives[0].mimetype == "text/html"
    assert message.from_email == "IN2STEM <in2stem@voka.example>"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert mail.sent_at


@pytest.mark.django_db(transaction=True)
def test_a_mail_of_a_cause_that_is_rolled_back_never_existed():
    def change_of_mind():
        with transaction.atomic():
            write()
            raise RuntimeError

    pytest.raises(RuntimeError, change_of_mind)
    assert (OutboundMail.objects.count(), Job.objects.count()) == (0, 0)


def test_sending_twice_sends_once(mailoutbox):
    mail = write()
    for _time in range(2):
        services.deliver(mail.pk)
    assert len(mailoutbox) == 1


def test_the_body_of_a_mail_with_a_secret_link_is_gone_once_it_left(mailoutbox):
    secret, plain = write(is_sensitive=True), write()
    for mail in (secret, plain):
        send(mail)
        mail.refresh_from_db()
    assert (secret.text, secret.html, secret.subject) == ("", "", "Dag")
    assert (plain.text, plain.html) == ("Hallo.\n", "<p>Hallo.</p>")
    assert [message.body for message in mailoutbox] == ["Hallo.\n", "Hallo.\n"]


@pytest.mark.parametrize(
    "subject",
    [
        "Dag\nBcc: x@evil.invalid",
        "Dag\r\nBcc: x@evil.invalid",
        " Dag  Bcc: x@evil.invalid",
        "Dag\x0bBcc: x@evil.invalid",
    ],
)
def test_a_subject_stays_one_line_and_adds_no_header(mailoutbox, subject):
    mail = write(subject=subject)
    send(mail)
    [message] = mailoutbox
    assert message.subject == "Dag Bcc: x@evil.invalid"
    assert message.recipients() == ["iemand@test.example"]
    assert message.message()["Bcc"] is None


def break_the_server(monkeypatch, error):
    def refuse(self, messages):
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)


def test_a_mail_server_that_is_away_costs_time_and_not_the_mail(monkeypatch, mailoutbox):
    mail = write()
    with monkeypatch.context() as patch:
        break_the_server(patch, SMTPServerDisconnected("weg"))
        assert send(mail) == JobState.WAITING
    mail.refresh_from_db()
    assert (mail.sent_at, mail.failed_reason) == (None, "")
    Job.objects.update(next_try_at=Job.objects.get().created_at)
    assert send(mail, "m2") == JobState.DONE
    assert len(mailoutbox) == 1


def test_after_eight_attempts_the_mail_says_why_and_can_be_tried_again(monkeypatch, mailoutbox):
    mail = write()
    with monkeypatch.context() as patch:
        break_the_server(patch, SMTPServerDisconnected("weg"))
        Job.objects.update(attempts=7)
        assert send(mail) == JobState.PARKED
    mail.refresh_from_db()
    assert mail.failed_reason == "SMTPServerDisconnected: weg"
    jobs.retry(job=Job.objects.get())
    send(mail, "m2")
    mail.refresh_from_db()
    assert (bool(mail.sent_at), mail.failed_reason) == (True, "")


@pytest.mark.parametrize(("code", "state"), [(550, JobState.PARKED), (554, JobState.PARKED), (450, JobState.WAITING)])
def test_an_address_that_does_not_exist_is_not_tried_again_and_a_full_mailbox_is(monkeypatch, code, state):
    mail = write()
    break_the_server(monkeypatch, SMTPRecipientsRefused({mail.to: (code, "geen postbus \xe9".encode("latin-1"))}))
    assert send(mail) == state
    mail.refresh_from_db()
    if state == JobState.PARKED:
        assert mail.failed_reason.startswith(f"De mailserver weigert dit adres: {code} geen postbus")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_mail_send_it_once(monkeypatch):
    mail = write()
    sent = slow_server(monkeypatch)
    at_the_same_time(lambda: services.deliver(mail.pk), lambda: services.deliver(mail.pk))
    assert len(sent) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_negative_control_without_the_lock_it_is_sent_twice(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    mail = write()
    sent = slow_server(monkeypatch)
    at_the_same_time(lambda: services.deliver(mail.pk), lambda: services.deliver(mail.pk))
    assert len(sent) == 2


def slow_server(monkeypatch):
    sent, meeting = [], Meeting()

    def accept(self, messages):
        meeting.wait()
        sent.extend(messages)
        return len(messages)

    monkeypatch.setattr(EmailBackend, "send_messages", accept)
    return sent


# --- inviting by mail -------------------------------------------------------------------------------------------------


@pytest.fixture
def facts(world):
    return {"organisation": world.company, "email": "nina@test.example", "role": Role.COLLEAGUE}


def test_inviting_by_mail_writes_both_or_nothing(world, facts):
    invitation = services.invite_by_mail(**facts, by=world.owner, first_name="Nina")
    mail = OutboundMail.objects.get()
    assert (mail.event, mail.to, mail.is_sensitive) == ("accounts/invitation", "nina@test.example", True)
    # What follows the first colon tells the second in which the link was made.
    link, _moment = invitation.get_absolute_url().split(":", 1)
    assert f"http://testserver{link}:" in mail.text
    pytest.raises(Refused, services.invite_by_mail, **facts, by=world.stranger)
    pytest.raises(Conflict, services.invite_by_mail, **facts | {"email": world.colleague.email}, by=world.owner)
    assert (Invitation.objects.count(), OutboundMail.objects.count()) == (1, 1)


def test_inviting_again_renews_also_what_expired_or_was_withdrawn(world, facts):
    invitation = invite(**facts, by=world.owner, job_function="Lasser")
    Invitation.objects.update(expires_at=invitation.created_at)
    renewed = services.invite_again(invitation=invitation, by=world.facilitator)
    assert (renewed.pk, renewed.is_open, renewed.invited_by) == (invitation.pk, True, world.facilitator)
    withdraw_invitation(invitation=renewed, by=world.owner)
    fresh = services.invite_again(invitation=renewed, by=world.owner)
    assert (fresh.pk != renewed.pk, fresh.is_open, fresh.job_function) == (True, True, "Lasser")
    assert OutboundMail.objects.count() == 2


def test_nothing_is_sent_by_a_web_request_itself(world, facts, mailoutbox, sign_in_as, run_on_commit):
    with run_on_commit():
        services.invite_by_mail(**facts, by=world.owner)
    assert (mailoutbox, django_mail.outbox) == ([], [])
