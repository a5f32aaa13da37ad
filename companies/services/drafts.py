"""A sign-up on its way: saved step by step, found again through a mailed link, sent once, forgotten in time.

What a newcomer gets wrong: changing `data` of a draft that was read before the lock. Two tabs save two steps at once, and
neither may lose the other's.
"""

import hashlib
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policy import Conflict
from companies.models import Intake, IntakeDraft, Questionnaire
from companies.models.draft import draft_expiry
from companies.services.submission import AN_HOUR, AlreadySent, fingerprint_of, sent_word_for_word, submit
from jobs.services import enqueue
from notifications.models import OutboundMail
from notifications.services import queue_mail

SWEEP_DRAFTS = "companies.sweep_drafts"
LINK = "companies/draft_link"
REMINDER = "companies/draft_reminder"
# Links that one address gets in an hour, whoever asks for them.
LINKS_PER_ADDRESS = 5
# What one field keeps of what was typed. More than any field allows, so that cutting never makes a wrong value right.
TYPED_MAX_LENGTH = 4000
SWEEP_BATCH = 500


class TooOften(Conflict):
    """Too many sign-ups under this number within the hour."""

    def __init__(self):
        super().__init__(
            _("This company was signed up several times within the hour. What you filled in is kept: try again later.")
        )


class Overtaken(Conflict):
    """A page saved by itself what was changed elsewhere meanwhile."""


@dataclass(frozen=True)
class Save:
    """Which page saves a step, for the how manieth time, and the number that the step had when that page was made.

    Only a page that saves by itself can come too late: whoever presses a button wants what is on the screen.
    """

    step: str
    page: str = ""
    count: int = 0
    version: int = 0
    is_automatic: bool = False


def storable(typed):
    """Typed text as every database can keep it: no NUL, no half characters, and not longer than it has to be."""
    if isinstance(typed, list):
        return [storable(one) for one in typed[:50]]
    text = typed[:TYPED_MAX_LENGTH].replace("\x00", "\ufffd")
    return text.encode("utf-8", "replace").decode()


@transaction.atomic
def start_draft(*, key: uuid.UUID, questionnaire) -> IntakeDraft:
    """The draft with this key, made now unless it was: the first step sent twice makes one draft."""
    draft, _made = IntakeDraft.objects.get_or_create(key=key, defaults={"questionnaire": questionnaire})
    return draft


@transaction.atomic
def save_step(*, draft, part: str, typed: dict[str, Any], email: str = "", save: Save | None = None) -> IntakeDraft:
    """Keep what was typed in one part, right or wrong. The baseline comes in pages: each adds its own questions.

    Raises AlreadySent, and Overtaken for a page that saves by itself over something newer.
    """
    draft, save = _locked(draft), save or Save(part)
    if draft.is_sent:
        raise AlreadySent(_("You already sent this form."))
    last = draft.saves.get(save.step, {"version": 0, "page": "", "count": 0})
    if save.is_automatic and save.page == last["page"]:
        if save.count <= last["count"]:
            return draft  # its own newer save was faster
    elif save.is_automatic and save.version < last["version"]:
        raise Overtaken(_("You changed this step elsewhere meanwhile. Load the page again to see that."))
    kept = draft.data.get(part, {}) if part == "baseline" else {}
    draft.data[part] = kept | _storable_all(typed)
    draft.email = email or draft.email
    draft.saves[save.step] = {"version": last["version"] + 1, "page": storable(save.page)[:40], "count": save.count}
    draft.updated_at, draft.expires_at = timezone.now(), draft_expiry()
    draft.save(update_fields=["data", "saves", "email", "updated_at", "expires_at"])
    return draft


def _storable_all(typed):
    return {
        storable(name): _storable_all(value) if isinstance(value, dict) else storable(value)
        for name, value in typed.items()
    }


@transaction.atomic
def move_to_questionnaire(*, draft, questionnaire: Questionnaire) -> IntakeDraft:
    """Go on with the questions in use now. Answers are kept by the words of their question, so equal ones still stand."""
    draft = _locked(draft)
    draft.questionnaire = questionnaire
    draft.save(update_fields=["questionnaire"])
    return draft


@transaction.atomic
def send_draft(*, draft, submission_of: Callable[[IntakeDraft], dict[str, Any]]) -> Intake:
    """Make an intake of a draft, once: whoever sends it again gets the same intake, also at the same moment.

    `submission_of` reads the arguments of `submit` out of the draft as it is under the lock. From then on the draft
    keeps nothing but the reference. Raises what `submit` raises, and TooOften.
    """
    draft = _locked(draft)
    if draft.is_sent:
        return draft.intake
    submission = submission_of(draft)
    if not was_sent(submission):
        _check_how_often(submission["details"]["enterprise_number"])
    intake = submit(submission_key=draft.key, **submission)
    draft.intake, draft.data, draft.saves, draft.email, draft.link_hash = intake, {}, {}, "", ""
    draft.save(update_fields=["intake", "data", "saves", "email", "link_hash"])
    return intake


def _check_how_often(number):
    recent = Intake.objects.filter(enterprise_number=number, created_at__gte=timezone.now() - AN_HOUR)
    if recent.count() >= settings.INTAKES_PER_NUMBER_IN_ALL:
        raise TooOften


def was_sent(submission: dict[str, Any]) -> bool:
    """Whether this very form came in before, word for word, and still waits: sending it again is nothing new."""
    return sent_word_for_word(fingerprint_of(**submission)) is not None


@transaction.atomic
def discard_draft(*, draft) -> None:
    """The visitor begins again: nothing of an unsent form stays."""
    IntakeDraft.objects.unsent().filter(pk=draft.pk).delete()


# --- The link by mail -------------------------------------------------------------------------------------------------


@transaction.atomic
def mail_link(*, draft, email: str) -> None:
    """Mail a link that opens this draft, once, on any device. A link that was mailed before stops working."""
    draft = _locked(draft)
    if draft.is_sent or _had_enough_links(email):
        return
    draft.email = email
    _send_link(draft, LINK)


@transaction.atomic
def mail_new_link(*, email: str) -> None:
    """Mail a link to the newest unsent draft of this address, if there is one. The caller never learns which, nor from the time
    that it takes.
    """
    drafts = IntakeDraft.objects.select_for_update().unsent().filter(email=email, expires_at__gt=timezone.now())
    draft = drafts.order_by("-updated_at", "-pk").first()
    has_enough = _had_enough_links(email)
    if draft and not has_enough:
        _send_link(draft, LINK)
    else:
        _send_nothing(email)


def _send_nothing(email):
    """The work of a link without the link: the mail is written and undone, and a worker gets one harmless job."""
    with transaction.atomic():
        _write_link(IntakeDraft(email=email, expires_at=draft_expiry()), LINK)
        transaction.set_rollback(True)
    enqueue(SWEEP_DRAFTS, 0)


def _had_enough_links(email):
    recent = OutboundMail.objects.filter(to=email, event=LINK, created_at__gte=timezone.now() - AN_HOUR)
    return recent.count() >= LINKS_PER_ADDRESS


def _send_link(draft, event):
    _write_link(draft, event)
    draft.save()


def _write_link(draft, event):
    token = secrets.token_urlsafe(32)
    draft.link_hash = _hash(token)
    draft.link_expires_at = min(timezone.now() + timedelta(days=settings.INTAKE_LINK_DAYS), draft.expires_at)
    queue_mail(
        event=event,
        to=draft.email,
        context={
            "link": settings.BASE_URL + reverse("companies:resume", args=[token]),
            "expires_at": draft.link_expires_at,
            "forgotten_at": draft.expires_at,
        },
        is_sensitive=True,
    )


def find_by_link(token: str) -> IntakeDraft | None:
    """The draft that this link still opens. Looking does not use it up: scanners of mail look too."""
    now = timezone.now()
    return (
        IntakeDraft.objects.unsent().filter(link_hash=_hash(token), link_expires_at__gt=now, expires_at__gt=now).first()
    )


@transaction.atomic
def open_link(*, token: str) -> IntakeDraft | None:
    """Use the link up and give its draft; None when it is unknown, expired or used."""
    found = find_by_link(token)
    draft = _locked(found) if found else None
    if draft is None or draft.link_hash != _hash(token):
        return None
    draft.link_hash, draft.link_expires_at = "", None
    draft.save(update_fields=["link_hash", "link_expires_at"])
    return draft


def _hash(token):
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


# --- In time ----------------------------------------------------------------------------------------------------------


def sweep_drafts() -> None:
    """Remind once of each unsent draft that goes away soon, and delete those whose time has come."""
    _delete_expired()
    soon = timezone.now() + timedelta(days=settings.INTAKE_DRAFT_REMINDER_DAYS)
    waiting = IntakeDraft.objects.unsent().filter(expires_at__lte=soon, reminded_at=None).exclude(email="")
    for pk in list(waiting.order_by("expires_at").values_list("pk", flat=True)[:SWEEP_BATCH]):
        _remind(pk, soon)


@transaction.atomic
def _remind(pk, soon):
    drafts = IntakeDraft.objects.select_for_update().unsent().filter(pk=pk, reminded_at=None, expires_at__lte=soon)
    draft = drafts.first()
    if draft:
        draft.reminded_at = timezone.now()
        _send_link(draft, REMINDER)


@transaction.atomic
def _delete_expired():
    IntakeDraft.objects.filter(expires_at__lte=timezone.now()).delete()


def _locked(draft) -> IntakeDraft:
    # Without its intake: PostgreSQL reads a joined row as it was before the wait for the lock.
    found = IntakeDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if found is None:
        raise Conflict(_("This sign-up was thrown away meanwhile. Begin again, or call Voka."))
    return found
