"""The label that EUN gave and how the step up ended, as recorded here."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policy import Action, Conflict, require
from documents.enums import DocumentPurpose, DocumentState
from documents.services import atomic_with_files, store
from phases.enums import Phase
from phases.models import Participation
from schools import selectors
from schools.enums import FIRST_AWARDS, LabelLevel, OutcomeKind
from schools.models import (
    LabelApplication,
    LabelAward,
    LabelOutcome,
)
from schools.services.application_steps import settle_open_application
from schools.services.assessment import lock_school


@atomic_with_files()
def record_label(
    *, school, level, awarded_on, by, valid_until=None, trajectory=None, proof=None, note="", replaces=None
) -> LabelAward:
    """Record a label that EUN gave. `proof` is an upload; a school's own people must add it. Recording twice is once.

    `replaces` is an award that was recorded wrongly. The same label with a new proof replaces one whose proof was refused.
    May raise ValidationError when the file is not acceptable.
    """
    require(by, Action.EDIT_SCHOOL, school)
    lock_school(school)
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
        LabelApplication.objects.filter(award=replaces, level=level).update(award=award)
    return award


@atomic_with_files()
def renew_proof(*, award, proof, by) -> LabelAward:
    """Record a label once more, with another proof: the first was refused. An outcome it stands behind moves along.

    May raise ValidationError when the file is not acceptable.
    """
    require(by, Action.EDIT_SCHOOL, award)
    lock_school(award.school)
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
    lock_school(school)
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
    settle_open_application(recorded, by=by)
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
