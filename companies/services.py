"""The life of an intake: submitted by a company, then contacted, refined and decided by Voka. Each move is logged.

Accepting is the one moment when an intake becomes an organisation, a participation and an invitation; the lock on the
intake's row is what makes it happen once.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation
from accounts.policy import Action, Conflict, require
from accounts.services import invite
from companies import consents
from companies.enums import CONTACT_KINDS, ConsentKind, IntakeState, LogKind, Maturity, QuestionnaireState
from companies.models import (
    NOTE_MAX_LENGTH,
    REASON_MAX_LENGTH,
    Company,
    Intake,
    IntakeAnswer,
    IntakeConsent,
    IntakeLog,
    Question,
    Questionnaire,
)
from notifications.services import queue_mail, send_invitation
from phases.services import join

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
    "remark",
)


class AlreadySent(Conflict):
    """This form was sent before, with other content."""


@dataclass(frozen=True)
class GivenAnswer:
    """An answer as the company gave it. `volume` is how often in the last school year."""

    question: Question
    declared: Maturity
    volume: int | None = None
    remark: str = ""


@dataclass(frozen=True)
class Refinement:
    """What Voka makes of an answer, and why. `value` None takes an earlier refinement back."""

    answer: IntakeAnswer
    value: Maturity | None
    why: str = ""


# --- The company signs up ---------------------------------------------------------------------------------------------


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

    `details` holds the fields of DETAILS. The same form again (same key, same content) gives the first intake back and
    does nothing. Raises AlreadySent for the same key with other content, Conflict when the questions or the trajectory
    are no longer open, ValidationError for a value that no form would let through.
    """
    fingerprint = _fingerprint(questionnaire, details, answers, given_consents, trajectory)
    if earlier := _sent_before(submission_key, fingerprint):
        return earlier
    _check_that_it_can_be_sent(questionnaire, answers, given_consents, trajectory)
    intake = Intake(
        submission_key=submission_key,
        fingerprint=fingerprint,
        questionnaire=questionnaire,
        trajectory=trajectory,
        **{name: details.get(name, "") for name in DETAILS},
    )
    intake.clean_fields(exclude={"questionnaire", "trajectory"})
    try:
        with transaction.atomic():
            intake.save()
    except IntegrityError:
        # Its twin was faster: the unique key made us wait until it was there.
        if earlier := _sent_before(submission_key, fingerprint):
            return earlier
        raise
    _write_answers(intake, answers)
    IntakeConsent.objects.bulk_create(
        IntakeConsent(intake=intake, kind=kind, version=consents.VERSION, text=consents.text_of(kind))
        for kind in ConsentKind
        if kind in given_consents
    )
    _log(intake, LogKind.SUBMITTED)
    _mail(intake, "companies/intake_received")
    return intake


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
    return earlier


def _check_that_it_can_be_sent(questionnaire, answers, given_consents, trajectory):
    reasons = []
    if not Questionnaire.objects.filter(pk=questionnaire.pk, state=QuestionnaireState.CURRENT).exists():
        reasons.append(_("The questions have been renewed meanwhile. Go over your answers and send the form again."))
    asked = set(questionnaire.questions.values_list("pk", flat=True))
    if asked != {given.question.pk for given in answers} or len(asked) != len(answers):
        reasons.append(_("Answer every question once. You can always choose “I don't know”."))
    if trajectory is not None and not trajectory.is_open_for_intake:
        reasons.append(
            _("Companies can no longer sign up for this trajectory. Choose another one or leave it to Voka.")
        )
    if ConsentKind.PRIVACY not in given_consents:
        reasons.append(_("We can only keep your details when you have read the privacy statement."))
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


def _fingerprint(questionnaire, details, answers, given_consents, trajectory) -> str:
    """A hash of all that was filled in, to tell a form that was sent twice from one that was changed."""
    content = [
        questionnaire.pk,
        trajectory and trajectory.pk,
        {name: str(details.get(name, "")) for name in DETAILS},
        sorted([given.question.pk, str(given.declared), given.volume, given.remark] for given in answers),
        sorted(str(kind) for kind in given_consents),
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode("utf-8", "backslashreplace")).hexdigest()


# --- Voka follows up --------------------------------------------------------------------------------------------------


@transaction.atomic
def start_contact(*, intake, by) -> Intake:
    """Voka takes up the contact; who starts it follows it up, unless someone else already does."""
    intake = _locked_for(intake, by)
    _must_be_undecided(intake)
    if intake.state != IntakeState.SUBMITTED:
        raise Conflict(_("Contact with %(company)s has already started.") % {"company": intake})
    intake.state = IntakeState.IN_CONTACT
    intake.owner_id = intake.owner_id or by.pk
    intake.save(update_fields=["state", "owner"])
    _log(intake, LogKind.IN_CONTACT, by=by)
    return intake


@transaction.atomic
def add_note(*, intake, by, kind: LogKind, text: str, next_on: date | None = None) -> IntakeLog:
    """Write down a contact with the company, and when the next one is due."""
    intake = _locked_for(intake, by)
    text = text.strip()[:NOTE_MAX_LENGTH]
    if kind not in CONTACT_KINDS or not text:
        raise Conflict(_("Write what was said or agreed."))
    return _log(intake, kind, by=by, text=text, next_on=next_on)


@transaction.atomic
def change_details(*, intake, by, changes: Mapping[str, Any]) -> Intake:
    """Put details right, choose the trajectory, hand over to a colleague. Once decided only the owner can change."""
    intake = _locked_for(intake, by)
    if intake.is_decided and set(changes) - {"owner"}:
        _must_be_undecided(intake)
    if unknown := set(changes) - {*DETAILS, "trajectory", "owner"}:
        raise ValueError(f"no details of an intake: {sorted(unknown)}")
    for name, value in changes.items():
        setattr(intake, name, value)
    if changes:
        intake.clean_fields(exclude={field.name for field in Intake._meta.fields} - set(changes))
        intake.save(update_fields=list(changes))
    return intake


@transaction.atomic
def correct_answers(*, intake, by, refinements: Sequence[Refinement]) -> Intake:
    """Put Voka's value beside the declared one, with the reason; the declared answer stays as it was."""
    intake = _locked_for(intake, by)
    if intake.state == IntakeState.DECLINED:
        _must_be_undecided(intake)
    for refinement in refinements:
        _correct(intake, refinement, by)
    return intake


@transaction.atomic
def refine(*, intake, by, refinements: Sequence[Refinement] = (), note: str = "") -> Intake:
    """Voka has gone over the answers with the company: correct what differs and say that it is done.

    Without refinements it means that every declared answer is right. Also possible after acceptance.
    """
    intake = correct_answers(intake=intake, by=by, refinements=refinements)
    if intake.is_refined:
        raise Conflict(_("The answers of %(company)s were already refined.") % {"company": intake})
    intake.refined_at = timezone.now()
    if not intake.is_decided:
        intake.state = IntakeState.REFINED
        intake.owner_id = intake.owner_id or by.pk
    intake.save(update_fields=["refined_at", "state", "owner"])
    _log(intake, LogKind.REFINED, by=by, text=note.strip()[:NOTE_MAX_LENGTH])
    return intake


def _correct(intake, refinement, by):
    answer = intake.answers.select_related("question").get(pk=refinement.answer.pk)
    value, why = refinement.value or "", refinement.why.strip()
    if value == answer.refined and (not value or why == answer.refined_why):
        return
    if value and not why:
        raise Conflict(_("Write why you refine the answer on “%(question)s”.") % {"question": answer.question.text})
    old = answer.value
    answer.refined = value
    answer.refined_why, answer.refined_by, answer.refined_at = (why, by, timezone.now()) if value else ("", None, None)
    answer.clean_fields(exclude={"intake", "question", "refined_by"})
    answer.save(update_fields=["refined", "refined_why", "refined_by", "refined_at"])
    _log(intake, LogKind.CORRECTION, by=by, text=why, question=answer.question, old_value=old, new_value=answer.value)


# --- Voka decides -----------------------------------------------------------------------------------------------------


@transaction.atomic
def accept(*, intake, by) -> Intake:
    """Let the company take part: organisation and profile (or the existing ones of this enterprise number),
    participation, and an invitation for the contact unless that person already belongs to it. Once.
    """
    intake = _locked_for(intake, by)
    _must_be_undecided(intake)
    if intake.trajectory is None:
        raise Conflict(_("Choose a trajectory first: %(company)s leaves that to Voka.") % {"company": intake})
    company = _company_of(intake)
    others = Intake.objects.accepted().exclude(pk=intake.pk)
    if others.filter(organisation=company.pk, trajectory=intake.trajectory).exists():
        raise Conflict(
            _("%(company)s already takes part in %(trajectory)s through another intake. Decline this one.")
            % {"company": company, "trajectory": intake.trajectory}
        )
    join(trajectory=intake.trajectory, organisation=company.organisation)
    intake.organisation = company.organisation
    _decide(intake, IntakeState.ACCEPTED, by)
    _log(intake, LogKind.ACCEPTED, by=by)
    _welcome(intake, by)
    return intake


@transaction.atomic
def decline(*, intake, by, reason: str) -> Intake:
    """Say no, with a reason that the company gets in a decent mail."""
    intake = _locked_for(intake, by)
    _must_be_undecided(intake)
    reason = reason.strip()[:REASON_MAX_LENGTH]
    if not reason:
        raise Conflict(_("Write why you decline. The company gets to read it."))
    intake.declined_reason = reason
    _decide(intake, IntakeState.DECLINED, by)
    _log(intake, LogKind.DECLINED, by=by, text=reason)
    _mail(intake, "companies/intake_declined", reason=reason)
    return intake


def _decide(intake, state, by):
    intake.state, intake.decided_by, intake.decided_at = state, by, timezone.now()
    intake.save(update_fields=["state", "decided_by", "decided_at", "declined_reason", "organisation"])


def _company_of(intake) -> Company:
    """The company with this enterprise number, locked; made now if it is new."""
    companies = Company.objects.select_for_update().filter(enterprise_number=intake.enterprise_number).order_by("pk")
    if company := companies.first():
        return company
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                kind=OrganisationKind.COMPANY,
                name=intake.company_name,
                chamber=intake.trajectory.chamber,
                street=intake.street,
                postal_code=intake.postal_code,
                municipality=intake.municipality,
                website=intake.website,
            )
            # A new organisation of this kind already has an empty profile (companies.apps).
            company, _made = Company.objects.update_or_create(
                organisation=organisation,
                defaults={
                    "enterprise_number": intake.enterprise_number,
                    "sector": intake.sector,
                    "headcount_band": intake.headcount_band,
                },
            )
            return company
    except IntegrityError:
        # A colleague accepted another intake of the same company at the same moment.
        return companies.get()


def _welcome(intake, by):
    """Invite the contact; someone who already belongs to the company only reads that it takes part."""
    belongs = Membership.objects.active().filter(
        organisation=intake.organisation, user__email__iexact=intake.contact_email
    )
    if belongs.exists():
        _mail(intake, "companies/intake_accepted")
        return
    invitation = invite(
        organisation=intake.organisation,
        email=intake.contact_email,
        role=Role.REPRESENTATIVE,
        by=by,
        first_name=intake.contact_first_name,
        last_name=intake.contact_last_name,
        job_function=intake.contact_function,
        phone=intake.contact_phone,
    )
    send_invitation(invitation=invitation)


# --- Questionnaires ---------------------------------------------------------------------------------------------------


@transaction.atomic
def put_in_use(*, questionnaire, by) -> Questionnaire:
    """From now on companies get these questions. The version in use until now retires; its answers keep its words."""
    require(by, Action.MODERATE)
    versions = {row.pk: row for row in Questionnaire.objects.select_for_update().order_by("pk")}
    questionnaire = versions[questionnaire.pk]
    if not questionnaire.is_draft:
        raise Conflict(_("Only a draft can be put in use. Copy this version to change it."))
    if not questionnaire.questions.exists():
        raise Conflict(_("This questionnaire has no questions yet."))
    for row in versions.values():
        if row.state == QuestionnaireState.CURRENT:
            row.state = QuestionnaireState.RETIRED
            row.save(update_fields=["state"])
    questionnaire.state = QuestionnaireState.CURRENT
    questionnaire.save(update_fields=["state"])
    return questionnaire


@transaction.atomic
def copy_questionnaire(*, questionnaire, by) -> Questionnaire:
    """A draft with the same questions and the next version number."""
    require(by, Action.MODERATE)
    versions = [row.version for row in Questionnaire.objects.select_for_update().order_by("pk")]
    copy = Questionnaire.objects.create(version=max(versions) + 1, title=questionnaire.title)
    Question.objects.bulk_create(
        Question(questionnaire=copy, number=row.number, text=row.text, explanation=row.explanation)
        for row in questionnaire.questions.all()
    )
    return copy


# --- Shared -----------------------------------------------------------------------------------------------------------


def _locked_for(intake, by) -> Intake:
    """The intake as it is now, held until the end of the transaction; Refused unless `by` is Voka staff."""
    require(by, Action.MODERATE)
    return _locked(intake)


def _locked(intake) -> Intake:
    return Intake.objects.select_for_update().get(pk=intake.pk)


def _must_be_undecided(intake):
    if not intake.is_decided:
        return
    facts = {
        "company": intake,
        "who": intake.decided_by,
        "date": timezone.localtime(intake.decided_at).strftime("%d/%m/%Y"),
    }
    if intake.state == IntakeState.ACCEPTED:
        raise Conflict(_("%(who)s already accepted %(company)s on %(date)s.") % facts)
    raise Conflict(_("%(who)s already declined %(company)s on %(date)s.") % facts)


def _log(intake, kind, *, by=None, text="", **fields) -> IntakeLog:
    return IntakeLog.objects.create(intake=intake, kind=kind, by=by, text=text, **fields)


def _mail(intake, event, **context):
    queue_mail(
        event=event,
        to=intake.contact_email,
        context={
            "first_name": intake.contact_first_name,
            "company_name": intake.company_name,
            "trajectory_name": intake.trajectory.name if intake.trajectory else "",
            **context,
        },
    )
