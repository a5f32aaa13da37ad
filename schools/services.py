"""What can be done with a school, its self-assessment, its evidence and its label. Every verb asks the policy first.

What a newcomer gets wrong: saving a score or a piece of evidence without `seen_version`. Two colleagues work on the same
school; who saves an old version gets `Stale` with what is there now, and nothing is lost.
"""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from accounts.policy import Action, Conflict, Refused, require
from documents.enums import DocumentPurpose, DocumentState
from documents.services import atomic_with_files, store
from notifications.services import queue_mail
from phases.enums import Phase
from phases.models import Participation
from schools import selectors
from schools.enums import EDITABLE, FIRST_AWARDS, EvidenceState, LabelLevel, Moment, OutcomeKind
from schools.models import (
    CriterionScore,
    Evidence,
    EvidenceLog,
    FormerNumber,
    LabelAward,
    LabelOutcome,
    School,
    SelfAssessment,
)


class Stale(Conflict):
    """Someone else saved meanwhile. `current` is what is stored now."""

    def __init__(self, current):
        super().__init__(_("A colleague saved this meanwhile. Compare both versions and save again."))
        self.current = current


# --- The school ------------------------------------------------------------------------------------------------------

ORGANISATION_FIELDS = ("name", "chamber", "street", "postal_code", "municipality", "website")


@transaction.atomic
def create_school(*, name, by=None, **facts) -> School:
    """Add a school. `facts` are fields of School and the address fields of Organisation; `by` None is the system."""
    if by is not None:
        require(by, Action.MODERATE)
    own = {key: facts.pop(key) for key in ORGANISATION_FIELDS if key in facts}
    organisation = Organisation.objects.create(kind=OrganisationKind.SCHOOL, name=name, **own)
    school = School.objects.get(pk=organisation.pk)
    for key, value in facts.items():
        setattr(school, key, value)
    school.save()
    return school


@transaction.atomic
def change_institution_number(*, school, number, by=None) -> School:
    """Give a school another number and remember the old one, so that an older list still finds the school."""
    if by is not None:
        require(by, Action.MODERATE)
    school = School.objects.select_for_update().get(pk=school.pk)
    if school.institution_number and school.institution_number != number:
        FormerNumber.objects.create(school=school, number=school.institution_number)
    school.institution_number = number
    school.save(update_fields=["institution_number"])
    return school


@transaction.atomic
def share_scores(*, school, companies, by) -> School:
    """Decide which companies may see the scores. Only the school itself decides that, not even Voka."""
    require(by, Action.EDIT_SCHOOL, school)
    if school.pk not in by.organisation_ids:
        raise Refused(_("Only the school itself decides who sees its scores."))
    near = set(selectors.companies_near(school).values_list("pk", flat=True))
    if not {company.pk for company in companies} <= near:
        raise Conflict(_("You can only choose companies of your own trajectory."))
    school.scores_shared_with.set(companies)
    return school


# --- Self-assessment -------------------------------------------------------------------------------------------------


@transaction.atomic
def score_criterion(*, school, trajectory, moment, criterion, score, argument, by, seen_version=0) -> CriterionScore:
    """Save the score (0-4) and argument on one criterion.

    `seen_version` is the version that the form showed, 0 when there was none. Raises Stale when it is older than what is
    stored, and Conflict when this moment is not open.
    """
    require(by, Action.EDIT_SCHOOL, school)
    _lock(school)
    if not Participation.objects.filter(trajectory=trajectory, organisation=school.pk).exists():
        raise Conflict(_("This school does not take part in this trajectory."))
    assessment, _created = SelfAssessment.objects.get_or_create(
        school=school, trajectory=trajectory, moment=moment, defaults={"framework": selectors.current_framework()}
    )
    if criterion.framework_id != assessment.framework_id:
        raise Conflict(_("This criterion belongs to another version of the label."))
    stored = CriterionScore.objects.filter(assessment=assessment, criterion=criterion).first()
    if stored and (stored.score, stored.argument) == (score, argument):
        return stored
    _check_moment_is_open(trajectory, moment, is_answered=stored is not None)
    if seen_version != (stored.version if stored else 0):
        raise Stale(stored)
    stored = stored or CriterionScore(assessment=assessment, criterion=criterion, version=0)
    stored.score, stored.argument, stored.wording = score, argument, criterion.label_nl
    stored.updated_by, stored.version = by, stored.version + 1
    stored.save()
    _note_completion(assessment)
    return stored


def _lock(school):
    """One writer per school at a time: its row is the lock."""
    School.objects.select_for_update().get(pk=school.pk)


def _check_moment_is_open(trajectory, moment, *, is_answered):
    phase = Phase(trajectory.phase)
    if moment == Moment.END and phase.number < Phase.EVALUATION.number:
        raise Conflict(_("The final self-assessment opens in phase 4."))
    if moment == Moment.START and phase != Phase.BASELINE and is_answered:
        raise Conflict(
            _("The start measurement is fixed since the end of phase 1. Fill in the final one from phase 4 on.")
        )


def _note_completion(assessment):
    if assessment.completed_at is None and assessment.scores.count() == assessment.framework.criteria.count():
        assessment.completed_at = timezone.now()
        assessment.save(update_fields=["completed_at"])


# --- Evidence --------------------------------------------------------------------------------------------------------


@atomic_with_files()
def add_evidence(
    *, school, title, text, practice_date, criteria, pupils_confirmed, by, upload=None, link="", text_en=""
) -> Evidence:
    """Add a draft. Raises ValidationError when the file is not acceptable."""
    require(by, Action.EDIT_SCHOOL, school)
    _check_content(criteria, pupils_confirmed)
    evidence = Evidence.objects.create(
        school=school,
        title=title,
        text=text,
        text_en=text_en,
        practice_date=practice_date,
        link=link,
        document=_stored(upload, school, by),
        pupils_confirmed_by=by,
        pupils_confirmed_at=timezone.now(),
        created_by=by,
    )
    evidence.criteria.set(criteria)
    _log(evidence, by)
    return evidence


@atomic_with_files()
def change_evidence(
    *,
    evidence,
    title,
    text,
    practice_date,
    criteria,
    pupils_confirmed,
    by,
    seen_version,
    upload=None,
    link="",
    text_en="",
) -> Evidence:
    """Change a draft, or add what Voka asked. A new file replaces the old one, which stays on record. May raise Stale."""
    require(by, Action.EDIT_SCHOOL, evidence)
    _check_content(criteria, pupils_confirmed)
    evidence = _locked(evidence)
    if not evidence.is_editable:
        raise Conflict(_("This evidence was handed in, so it cannot be changed now."))
    if seen_version != evidence.version:
        raise Stale(evidence)
    evidence.title, evidence.text, evidence.text_en = title, text, text_en
    evidence.practice_date, evidence.link = practice_date, link
    evidence.pupils_confirmed_by, evidence.pupils_confirmed_at = by, timezone.now()
    evidence.version += 1
    if upload:
        evidence.document = _stored(upload, evidence.school, by)
    evidence.save()
    evidence.criteria.set(criteria)
    _log(evidence, by)
    return evidence


def _check_content(criteria, pupils_confirmed):
    if not criteria:
        raise Conflict(_("Choose at least one criterion."))
    if not pupils_confirmed:
        raise Conflict(_("Confirm that no pupil is recognisable without permission."))


def _stored(upload, school, by):
    if upload is None:
        return None
    return store(upload=upload, organisation=school.organisation, purpose=DocumentPurpose.EVIDENCE, by=by)


def _locked(evidence):
    return Evidence.objects.select_for_update(of=("self",)).select_related("document").get(pk=evidence.pk)


def _log(evidence, by, comment=""):
    EvidenceLog.objects.create(
        evidence=evidence, state=evidence.state, comment=comment, document=evidence.document, by=by, at=timezone.now()
    )


@transaction.atomic
def submit_evidence(*, evidence, by) -> Evidence:
    """Hand a draft in to Voka. Handing in twice is handing in once."""
    require(by, Action.EDIT_SCHOOL, evidence)
    evidence = _locked(evidence)
    if evidence.state == EvidenceState.SUBMITTED:
        return evidence
    if evidence.state not in EDITABLE:
        raise Conflict(_("This evidence is already approved."))
    if evidence.document and evidence.document.state == DocumentState.REFUSED:
        raise Conflict(_("The file was refused. Choose another file before you hand this in."))
    return _move(evidence, EvidenceState.SUBMITTED, by)


@transaction.atomic
def approve_evidence(*, evidence, by, comment="") -> Evidence:
    """Voka finds it good. Only what was handed in, and whose file is found safe."""
    evidence = _under_review(evidence, by)
    if evidence.document and not evidence.document.is_safe:
        raise Conflict(_("The file is not checked yet. Wait a minute and try again."))
    return _move(evidence, EvidenceState.APPROVED, by, comment)


@transaction.atomic
def ask_more(*, evidence, by, comment) -> Evidence:
    """Voka asks for an addition and says which; the person who added the evidence gets a mail."""
    evidence = _under_review(evidence, by)
    if not comment.strip():
        raise Conflict(_("Write what is still missing, so that the school knows what to add."))
    return _move(evidence, EvidenceState.MORE_ASKED, by, comment)


def _under_review(evidence, by):
    require(by, Action.MODERATE)
    evidence = _locked(evidence)
    if evidence.state != EvidenceState.SUBMITTED:
        last = evidence.log.select_related("by").first()
        raise Conflict(
            _("This is not waiting for a review now. Its state is “%(state)s”, by %(who)s.")
            % {"state": evidence.get_state_display(), "who": last.by}
        )
    return evidence


def _move(evidence, state, by, comment=""):
    evidence.state, evidence.state_since = state, timezone.now()
    if state != EvidenceState.SUBMITTED:
        evidence.reviewer_comment = comment.strip()
    evidence.save(update_fields=["state", "state_since", "reviewer_comment"])
    _log(evidence, by, comment.strip())
    if state != EvidenceState.SUBMITTED:
        _tell_school(evidence)
    return evidence


def _tell_school(evidence):
    person = evidence.created_by
    queue_mail(
        event="schools/evidence_reviewed",
        to=person.email,
        recipient=person,
        context={
            "first_name": person.first_name,
            "title": evidence.title,
            "is_approved": evidence.state == EvidenceState.APPROVED,
            "comment": evidence.reviewer_comment,
            "link": settings.BASE_URL + evidence.get_absolute_url(),
        },
    )


# --- The label -------------------------------------------------------------------------------------------------------


@atomic_with_files()
def record_label(
    *, school, level, awarded_on, by, valid_until=None, trajectory=None, proof=None, note="", replaces=None
) -> LabelAward:
    """Record a label that EUN gave. `proof` is an upload; a school's own people must add it. Recording twice is once.

    `replaces` is an award that was recorded wrongly. The same label with a new proof replaces one whose proof was refused.
    May raise ValidationError when the file is not acceptable.
    """
    require(by, Action.EDIT_SCHOOL, school)
    _lock(school)
    if awarded_on > timezone.localdate():
        raise Conflict(_("The date of the award lies in the future."))
    if awarded_on < FIRST_AWARDS:
        raise Conflict(_("This date is too long ago: the STEM School Label did not exist yet."))
    if replaces and (replaces.school_id != school.pk or LabelAward.objects.filter(replaces=replaces).exists()):
        raise Conflict(_("This label was already corrected."))
    same = selectors.standing_awards().filter(
        school=school, level=level, awarded_on=awarded_on, valid_until=valid_until
    )
    if replaces is None and (existing := same.select_related("proof").first()):
        if proof is None or not _proof_was_refused(existing):
            return existing
        replaces = existing
    if proof is None and LabelLevel(level).is_label and school.pk in by.organisation_ids:
        raise Conflict(_("Add the proof that EUN sent you."))
    award = LabelAward.objects.create(
        school=school,
        level=level,
        awarded_on=awarded_on,
        valid_until=valid_until,
        trajectory=trajectory,
        proof=_stored_proof(proof, school, by),
        note=note,
        replaces=replaces,
        recorded_by=by,
    )
    if replaces:
        LabelOutcome.objects.filter(award=replaces, level=level).update(award=award)
    return award


@atomic_with_files()
def renew_proof(*, award, proof, by) -> LabelAward:
    """Record a label once more, with another proof: the first was refused. An outcome it stands behind moves along.

    May raise ValidationError when the file is not acceptable.
    """
    require(by, Action.EDIT_SCHOOL, award)
    _lock(award.school)
    award = LabelAward.objects.select_related("proof", "school__organisation").get(pk=award.pk)
    if not _proof_was_refused(award):
        raise Conflict(_("The proof of this label was not refused, so no new one is needed."))
    return record_label(
        school=award.school,
        level=award.level,
        awarded_on=award.awarded_on,
        valid_until=award.valid_until,
        trajectory=award.trajectory,
        proof=proof,
        note=award.note,
        replaces=award,
        by=by,
    )


def _proof_was_refused(award):
    return award.proof is not None and award.proof.state == DocumentState.REFUSED


def _stored_proof(upload, school, by):
    if upload is None:
        return None
    return store(upload=upload, organisation=school.organisation, purpose=DocumentPurpose.LABEL_PROOF, by=by)


@atomic_with_files()
def record_outcome(*, trajectory, school, outcome, decided_on, by, level="", proof=None, note="") -> LabelOutcome:
    """Record how the step to the next level ended. Moving up also records the label; `level` is then the new one.

    An outcome may be improved later (the answer of EUN can take a year), but "moved up" stays.
    """
    require(by, Action.EDIT_SCHOOL, school)
    _lock(school)
    participation = Participation.objects.filter(trajectory=trajectory, organisation=school.pk).first()
    if participation is None:
        raise Conflict(_("This school does not take part in this trajectory."))
    if Phase(trajectory.phase).number < Phase.LEVEL_UP.number:
        raise Conflict(_("The outcome can be recorded from phase 5 on."))
    if decided_on > timezone.localdate():
        raise Conflict(_("The date of the decision lies in the future."))
    if decided_on < FIRST_AWARDS:
        raise Conflict(_("This date is too long ago: the STEM School Label did not exist yet."))
    if outcome != OutcomeKind.MOVED_UP and level and level != selectors.label_level_of(school):
        raise Conflict(_("A new level belongs to “Moved up a level”. Choose that, or leave the level empty."))
    recorded = selectors.outcome_of(school, trajectory)
    if recorded and recorded.outcome == OutcomeKind.MOVED_UP:
        if outcome == OutcomeKind.MOVED_UP and recorded.level == level:
            return recorded
        raise Conflict(
            _("It is already on record that this school moved up to %(level)s.")
            % {"level": recorded.get_level_display()}
        )
    award = None
    if outcome == OutcomeKind.MOVED_UP:
        award = _award_for_moving_up(
            school=school, participation=participation, level=level, decided_on=decided_on, proof=proof, by=by
        )
    recorded = recorded or LabelOutcome(trajectory=trajectory, school=school)
    recorded.outcome, recorded.decided_on, recorded.note = outcome, decided_on, note
    recorded.level = award.level if award else selectors.label_level_of(school)
    recorded.award, recorded.recorded_by = award, by
    recorded.save()
    return recorded


def _award_for_moving_up(*, school, participation, level, decided_on, proof, by):
    """The award behind the step: one that was recorded during this trajectory already, or a new one."""
    if level not in LabelLevel.values or not LabelLevel(level).is_label:
        raise Conflict(_("Choose the new level."))
    current = selectors.label_of(school)
    if current and current.level == level:
        is_of_this_trajectory = current.awarded_on >= participation.joined_on
        if is_of_this_trajectory and not LabelOutcome.objects.filter(award=current).exists():
            return current
    if LabelLevel(level).rank <= selectors.label_level_of(school).rank:
        raise Conflict(_("The new level must be higher than the level the school has now."))
    return record_label(
        school=school,
        level=level,
        awarded_on=decided_on,
        trajectory=participation.trajectory,
        proof=proof,
        by=by,
    )
