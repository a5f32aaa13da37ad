"""A company sends its intake: checked, written once however often it is sent, confirmed by mail."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policy import Conflict
from companies import consents
from companies.enums import ConsentKind, IntakeState, LogKind, Maturity, QuestionnaireState
from companies.links import RESULTS_DAYS, results_url
from companies.models import (
    Intake,
    IntakeAnswer,
    IntakeConsent,
    Question,
    Questionnaire,
)
from companies.selectors.baseline import questions_for
from companies.services.journal import log, mail

# What a company fills in about itself and its contact: the fields of an intake that come from the form as they are.
DETAILS = (
    "company_name",
    "enterprise_number",
    "street",
    "postal_code",
    "municipality",
    "sector",
    "headcount_band",
    "website",
    "contact_first_name",
    "contact_last_name",
    "contact_function",
    "contact_email",
    "contact_phone",
    "colleague_name",
    "colleague_function",
    "colleague_email",
    "nace_code",
    "nace_version",
    "places_per_year",
    "languages",
    "safety",
    "partner_schools",
    "study_domains",
    "key_elements",
    "workgroup_role",
    "goals",
    "barriers",
    "remark",
)


AN_HOUR = timedelta(hours=1)


class AlreadySent(Conflict):
    """This form was sent before, with other content."""


@dataclass(frozen=True)
class GivenAnswer:
    """An answer as the company gave it. `volume` is how often in the last school year."""

    question: Question
    declared: Maturity
    volume: int | None = None
    remark: str = ""


@transaction.atomic
def submit(
    *,
    submission_key,
    questionnaire,
    details: Mapping[str, Any],
    answers: Sequence[GivenAnswer],
    given_consents: Collection[ConsentKind],
    trajectory=None,
) -> Intake:
    """Keep an intake with its answers, consents, log and confirmation mail: all of it or nothing.

    `details` holds the fields of DETAILS. The same form again gives the first intake back and does nothing: by its key, or
    word for word from another draft while nobody at Voka did anything with the first (somebody lost the answer and filled
    it in again). Raises AlreadySent for the same key with other content, Conflict when the questions or the trajectory are
    no longer open, ValidationError for a value that no form would let through.
    """
    fingerprint = fingerprint_of(questionnaire, details, answers, given_consents, trajectory)
    if earlier := _sent_before(submission_key, fingerprint):
        return earlier
    _check_that_it_can_be_sent(questionnaire, details.get("headcount_band", ""), answers, given_consents, trajectory)
    intake = Intake(
        submission_key=submission_key,
        fingerprint=fingerprint,
        questionnaire=questionnaire,
        trajectory=trajectory,
        **{name: details[name] for name in DETAILS if name in details},
    )
    intake.clean_fields(exclude={"questionnaire", "trajectory"})
    try:
        with transaction.atomic():
            intake.save()
    except IntegrityError:
        # Its twin was faster: the unique key, or the unique words, made us wait until it was there.
        if earlier := _sent_before(submission_key, fingerprint) or _newest_like(fingerprint):
            return earlier
        raise
    _write_answers(intake, answers)
    IntakeConsent.objects.bulk_create(
        IntakeConsent(
            intake=intake,
            email=intake.contact_email,
            kind=kind,
            version=consents.VERSION,
            text=consents.text_of(kind),
        )
        for kind in ConsentKind
        if kind in given_consents
    )
    log(intake, LogKind.SUBMITTED)
    if _may_get_a_confirmation(intake):
        mail(
            intake,
            "companies/intake_received",
            results=settings.BASE_URL + results_url(intake),
            results_days=RESULTS_DAYS,
        )
    return intake


def _may_get_a_confirmation(intake) -> bool:
    """Nobody fills a stranger's mailbox through this form; the intake itself is always kept."""
    recent = Intake.objects.filter(contact_email=intake.contact_email, created_at__gte=timezone.now() - AN_HOUR)
    return recent.count() <= settings.CONFIRMATIONS_PER_ADDRESS


def _sent_before(submission_key, fingerprint):
    """The intake of this very form, if it was sent before. Raises AlreadySent when what it says has changed since."""
    earlier = Intake.objects.filter(submission_key=submission_key).first()
    if earlier and earlier.fingerprint != fingerprint:
        raise AlreadySent(
            _(
                "You already sent this form, and it has changed since. "
                "Do you want Voka to have this version as well? Then send it once more."
            )
        )
    return earlier or sent_word_for_word(fingerprint)


def sent_word_for_word(fingerprint) -> Intake | None:
    """The intake that says exactly this and still waits untouched; the database holds it to one."""
    return Intake.objects.filter(fingerprint=fingerprint, state=IntakeState.SUBMITTED).first() if fingerprint else None


def _newest_like(fingerprint):
    """The twin that was in our way, should Voka have taken it up in between."""
    return Intake.objects.filter(fingerprint=fingerprint).first()


def _check_that_it_can_be_sent(questionnaire, headcount_band, answers, given_consents, trajectory):
    reasons = []
    if not Questionnaire.objects.filter(pk=questionnaire.pk, state=QuestionnaireState.CURRENT).exists():
        reasons.append(_("The questions have been renewed meanwhile. Go over your answers and send the form again."))
    asked = {question.pk for question in questions_for(questionnaire, headcount_band)}
    if asked != {given.question.pk for given in answers} or len(asked) != len(answers):
        reasons.append(_("Answer every question once. You can always choose “I don't know”."))
    if trajectory is not None and not trajectory.is_open_for_intake:
        reasons.append(
            _("Companies can no longer sign up for this trajectory. Choose another one or leave it to Voka.")
        )
    if ConsentKind.PRIVACY not in given_consents:
        reasons.append(_("You can only send the form when you have read the privacy statement."))
    if reasons:
        raise Conflict(*reasons)


def _write_answers(intake, answers):
    rows = [
        IntakeAnswer(
            intake=intake,
            question=given.question,
            declared=given.declared,
            volume=given.volume,
            remark=given.remark,
        )
        for given in answers
    ]
    for row in rows:
        row.clean_fields(exclude={"intake", "question"})
    IntakeAnswer.objects.bulk_create(rows)


def fingerprint_of(questionnaire, details, answers, given_consents, trajectory) -> str:
    """A hash of all that was filled in, to tell a form that was sent twice from one that was changed."""
    content = [
        questionnaire.pk,
        trajectory and trajectory.pk,
        {name: str(details.get(name, "")) for name in DETAILS},
        sorted([given.question.pk, str(given.declared), given.volume, given.remark] for given in answers),
        sorted(str(kind) for kind in given_consents),
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode("utf-8", "backslashreplace")).hexdigest()
