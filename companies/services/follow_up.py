"""What Voka does with an intake: contact, refine, accept, decline.

Accepting is the one moment when an intake becomes an organisation, a participation and an invitation; the lock on the
intake's row is what makes it happen once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind, Role
from accounts.models import Invitation, Membership, Organisation
from accounts.policy import Action, Conflict, require
from accounts.services import account_of
from companies.enums import CONTACT_KINDS, IntakeState, LogKind, Maturity
from companies.models import (
    NOTE_MAX_LENGTH,
    REASON_MAX_LENGTH,
    Company,
    Intake,
    IntakeAnswer,
    IntakeLog,
)
from companies.services.contacts import carry_consents
from companies.services.journal import Letter, letter, locked_for, log, mail, must_be_undecided
from companies.services.submission import DETAILS
from notifications.services import INVITATION, invite_by_mail, words_of_invitation, written
from phases.services import join

# Of a first and a last name: the form asks the name of the second contact in one box.
NAME_MAX_LENGTH = 80
ACCEPTED, DECLINED = "companies/intake_accepted", "companies/intake_declined"


@dataclass(frozen=True)
class Refinement:
    """What Voka makes of an answer, and why. `value` None takes an earlier refinement back."""

    answer: IntakeAnswer
    value: Maturity | None
    why: str = ""


@transaction.atomic
def start_contact(*, intake, by) -> Intake:
    """Voka takes up the contact; who starts it follows it up, unless someone else already does."""
    intake = locked_for(intake, by)
    must_be_undecided(intake)
    if intake.state != IntakeState.SUBMITTED:
        raise Conflict(_("Contact with %(company)s has already started.") % {"company": intake})
    intake.state = IntakeState.IN_CONTACT
    intake.owner_id = intake.owner_id or by.pk
    intake.save(update_fields=["state", "owner"])
    log(intake, LogKind.IN_CONTACT, by=by)
    return intake


@transaction.atomic
def add_note(*, intake, by, kind: LogKind, text: str, next_on: date | None = None) -> IntakeLog:
    """Write down a contact with the company, and when the next one is due.

    The first time that somebody really spoke to the company, or wrote to it, contact has started.
    """
    intake = locked_for(intake, by)
    text = text.strip()[:NOTE_MAX_LENGTH]
    if kind not in CONTACT_KINDS or not text:
        raise Conflict(_("Write what was said or agreed."))
    if intake.state == IntakeState.SUBMITTED and kind != LogKind.NOTE:
        start_contact(intake=intake, by=by)
    return log(intake, kind, by=by, text=text, next_on=next_on)


@transaction.atomic
def assign(*, intake, by, owner) -> Intake:
    """Who follows this intake up: yourself or a colleague. Assigning the same person again is harmless."""
    intake = locked_for(intake, by)
    if not (owner.is_active and owner.is_staff):
        raise Conflict(_("%(person)s does not work for Voka. Choose a colleague.") % {"person": owner})
    if intake.owner_id != owner.pk:
        _hand_to(intake, owner, by)
        intake.save(update_fields=["owner", "nudged_at"])
    return intake


def _hand_to(intake, owner, by):
    """The new owner has the full time before a reminder, and the history says who gave it to whom."""
    intake.owner, intake.nudged_at = owner, None
    log(intake, LogKind.OWNER, by=by, text=str(owner) if owner else _("Nobody"))


@transaction.atomic
def change_details(*, intake, by, changes: Mapping[str, Any]) -> Intake:
    """Put details right, choose the trajectory, hand over to a colleague. Once decided only the owner can change."""
    intake = locked_for(intake, by)
    if intake.is_decided and set(changes) - {"owner"}:
        must_be_undecided(intake)
    if unknown := set(changes) - {*DETAILS, "trajectory", "owner"}:
        raise ValueError(f"no details of an intake: {sorted(unknown)}")
    for name, value in changes.items():
        if name == "owner" and value != intake.owner:
            _hand_to(intake, value, by)
        setattr(intake, name, value)
    if changes:
        intake.clean_fields(exclude={field.name for field in Intake._meta.fields} - set(changes))
        intake.save(update_fields=[*changes, "nudged_at"])
    return intake


@transaction.atomic
def correct_answers(*, intake, by, refinements: Sequence[Refinement]) -> Intake:
    """Put Voka's value beside the declared one, with the reason; the declared answer stays as it was."""
    intake = locked_for(intake, by)
    if intake.state in (IntakeState.DECLINED, IntakeState.MERGED):
        must_be_undecided(intake)
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
    log(intake, LogKind.REFINED, by=by, text=note.strip()[:NOTE_MAX_LENGTH])
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
    log(intake, LogKind.CORRECTION, by=by, text=why, question=answer.question, old_value=old, new_value=answer.value)


@transaction.atomic
def accept(*, intake, by) -> Intake:
    """Let the company take part: organisation and profile (or the existing ones of this enterprise number),
    participation, and an invitation for both contacts unless they already belong to it. Once.
    """
    intake = locked_for(intake, by)
    must_be_undecided(intake)
    if intake.trajectory is None:
        raise Conflict(_("Choose a trajectory first: %(company)s leaves that to Voka.") % {"company": intake})
    company = _company_of(intake)
    _learn_nace_code(company, intake)
    others = Intake.objects.accepted().exclude(pk=intake.pk)
    if others.filter(organisation=company.pk, trajectory=intake.trajectory).exists():
        raise Conflict(
            _("%(company)s already takes part in %(trajectory)s through another intake. Decline this one.")
            % {"company": company, "trajectory": intake.trajectory}
        )
    join(trajectory=intake.trajectory, organisation=company.organisation)
    intake.organisation = company.organisation
    _decide(intake, IntakeState.ACCEPTED, by)
    log(intake, LogKind.ACCEPTED, by=by)
    carry_consents(intake)
    _welcome(intake, by)
    _welcome_colleague(intake, by)
    return intake


def letters_of_acceptance(*, intake, by) -> list[Letter]:
    """What `accept` would mail to the contact and to the second one, to read before it leaves."""
    require(by, Action.MODERATE)
    company = Company.objects.filter(enterprise_number=intake.enterprise_number).select_related("organisation").first()
    organisation = company.organisation if company else Organisation(name=intake.company_name)
    if company and _belongs(intake.contact_email, organisation):
        letters = [letter(intake, ACCEPTED)]
    else:
        letters = [_letter_of_invitation(organisation, intake, by, **_contact(intake))]
    if _has_colleague(intake) and not (company and _is_known(intake, organisation)):
        letters.append(_letter_of_invitation(organisation, intake, by, **_colleague(intake)))
    return letters


def letter_of_refusal(*, intake, by, reason: str) -> Letter:
    """What `decline` would mail."""
    require(by, Action.MODERATE)
    return letter(intake, DECLINED, reason=reason)


def _letter_of_invitation(organisation, intake, by, **invited):
    invitation = Invitation(organisation=organisation, invited_by=by, **invited)
    words = words_of_invitation(
        invitation, link=_("(a link for this person alone)"), takes_part_in=intake.trajectory and intake.trajectory.name
    )
    return Letter(invitation.email, *written(event=INVITATION, context=words))


@transaction.atomic
def decline(*, intake, by, reason: str) -> Intake:
    """Say no, with a reason that the company gets in a decent mail."""
    intake = locked_for(intake, by)
    must_be_undecided(intake)
    reason = reason.strip()[:REASON_MAX_LENGTH]
    if not reason:
        raise Conflict(_("Write why you decline. The company gets to read it."))
    intake.declined_reason = reason
    _decide(intake, IntakeState.DECLINED, by)
    log(intake, LogKind.DECLINED, by=by, text=reason)
    mail(intake, DECLINED, reason=reason)
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


def _learn_nace_code(company, intake):
    """What the company said of its activity; a code that its profile already has stays."""
    if intake.nace_code and not company.nace_code:
        company.nace_code, company.nace_version = intake.nace_code, intake.nace_version
        company.save(update_fields=["nace_code", "nace_version"])


def _welcome(intake, by):
    """Invite the contact; someone who already belongs to the company only reads that it takes part."""
    if _belongs(intake.contact_email, intake.organisation):
        mail(intake, ACCEPTED)
        return
    _invite(intake, by, **_contact(intake))


def _invite(intake, by, **invited):
    invite_by_mail(organisation=intake.organisation, by=by, takes_part_in=intake.trajectory.name, **invited)


def _belongs(email, organisation) -> bool:
    return Membership.objects.active().filter(organisation=organisation, user__email__iexact=email).exists()


def _contact(intake) -> dict[str, Any]:
    return {
        "email": intake.contact_email,
        "role": Role.REPRESENTATIVE,
        "first_name": intake.contact_first_name,
        "last_name": intake.contact_last_name,
        "job_function": intake.contact_function,
        "phone": intake.contact_phone,
    }


def _welcome_colleague(intake, by):
    """Invite the second contact of the form, unless that person belongs to the company or is invited already."""
    if _has_colleague(intake) and not _is_known(intake, intake.organisation):
        _invite(intake, by, **_colleague(intake))


def _has_colleague(intake) -> bool:
    return intake.colleague_email.lower() not in ("", intake.contact_email.lower())


def _is_known(intake, organisation) -> bool:
    """Whether the second contact belongs to the company, or is invited there already."""
    email = intake.colleague_email.lower()
    belongs = Membership.objects.active().filter(organisation=organisation, user=account_of(email))
    return belongs.exists() or organisation.invitations.open().filter(email__iexact=email).exists()


def _colleague(intake) -> dict[str, Any]:
    first_name, _space, last_name = intake.colleague_name.strip().partition(" ")
    return {
        "email": intake.colleague_email.lower(),
        "role": Role.COLLEAGUE,
        "first_name": first_name[:NAME_MAX_LENGTH],
        "last_name": last_name.strip()[:NAME_MAX_LENGTH],
        "job_function": intake.colleague_function,
    }
