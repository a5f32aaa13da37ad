"""What every verb on an intake shares: the lock on its row, its log and its mails."""

import re
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policy import Action, Conflict, require
from companies.enums import IntakeState
from companies.models import (
    Intake,
    IntakeLog,
)
from notifications.services import queue_mail, written


@dataclass(frozen=True)
class Letter:
    """A mail as it would leave: to whom, and what it says."""

    to: str
    subject: str
    text: str


def locked_for(intake, by) -> Intake:
    """The intake as it is now, held until the end of the transaction; Refused unless `by` is Voka staff."""
    require(by, Action.MODERATE)
    return locked(intake)


def locked(intake) -> Intake:
    return Intake.objects.select_for_update().get(pk=intake.pk)


def must_be_undecided(intake):
    if not intake.is_decided:
        return
    facts = {
        "company": intake,
        "who": intake.decided_by,
        "date": timezone.localtime(intake.decided_at).strftime("%d/%m/%Y"),
    }
    if intake.state == IntakeState.ACCEPTED:
        raise Conflict(_("%(who)s already accepted %(company)s on %(date)s.") % facts)
    if intake.state == IntakeState.MERGED:
        raise Conflict(_("%(who)s already merged %(company)s on %(date)s.") % facts)
    raise Conflict(_("%(who)s already declined %(company)s on %(date)s.") % facts)


def log(intake, kind, *, by=None, text="", **fields) -> IntakeLog:
    return IntakeLog.objects.create(intake=intake, kind=kind, by=by, text=text, **fields)


def mail(intake, event, **context):
    queue_mail(event=event, to=intake.contact_email, context=_words(intake) | context)


def letter(intake, event, **context) -> Letter:
    """The mail that `mail` would send, to read before it leaves."""
    return Letter(intake.contact_email, *written(event=event, context=_words(intake) | context))


def defused(name) -> str:
    """A name as it goes into a mail to an address that nobody confirmed: no program makes a link of what looks like one."""
    return re.sub(r"(?<=\w)([.@])(?=\w)", "\\1\u2060", name)


def _words(intake):
    return {
        "first_name": defused(intake.contact_first_name),
        "company_name": defused(intake.company_name),
        "trajectory_name": intake.trajectory.name if intake.trajectory else "",
    }
