"""Applying for a level: start, send, answer, withdraw.

EUN decides; whoever works for the school, or Voka, writes down what happened. A granted application records the label through
`record_label`, and the outcome of the trajectory when that is open, so that nothing has to be entered twice.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policy import Action, Conflict, require
from documents.services import atomic_with_files
from phases.enums import Phase
from schools import selectors
from schools.enums import FIRST_AWARDS, ApplicationState, LabelLevel, OutcomeKind
from schools.models import LabelApplication
from schools.services.application_steps import move
from schools.services.assessment import lock_school
from schools.services.label import record_label, record_outcome


@transaction.atomic
def start_application(*, school, level, by, note="") -> LabelApplication:
    """Begin to prepare an application. Starting the same one twice is starting it once."""
    require(by, Action.EDIT_SCHOOL, school)
    lock_school(school)
    level = LabelLevel(level)
    if not level.is_label:
        raise Conflict(_("Choose the level you apply for."))
    running = selectors.open_application_of(school)
    if running and running.level == level:
        return running
    if running:
        raise Conflict(
            _("Your school already has an open application for %(level)s. Finish or withdraw that one first.")
            % {"level": running.get_level_display()}
        )
    if level.rank < selectors.label_level_of(school).rank:
        raise Conflict(_("Your school has a higher level already."))
    application = LabelApplication(
        school=school, level=level, trajectory=selectors.trajectories_of(school).first(), created_by=by
    )
    return move(application, ApplicationState.PREPARING, by=by, happened_on=timezone.localdate(), note=note)


@transaction.atomic
def submit_application(*, application, submitted_on, by, note="") -> LabelApplication:
    """Write down that the application was sent to EUN. Sending it twice is sending it once."""
    application = _locked(application, by)
    if application.state == ApplicationState.SUBMITTED:
        return application
    _require_state(application, ApplicationState.PREPARING)
    _check_date(submitted_on)
    return move(
        application, ApplicationState.SUBMITTED, by=by, happened_on=submitted_on, note=note, submitted_on=submitted_on
    )


@atomic_with_files()
def grant_application(*, application, decided_on, by, proof=None, valid_until=None, note="") -> LabelApplication:
    """EUN gave the label: record it, with the proof, and the outcome of the trajectory if that can be recorded.

    Twice is once. May raise ValidationError when the file is not acceptable.
    """
    application = _locked(application, by)
    if application.state == ApplicationState.GRANTED:
        return application
    _require_state(application, ApplicationState.SUBMITTED)
    _check_decision(application, decided_on)
    level_now = selectors.label_level_of(application.school)
    if application.target.rank < level_now.rank:
        raise Conflict(
            _("Your school has %(level)s on record, which is higher. Withdraw this application.")
            % {"level": level_now.label}
        )
    award = _award(application, decided_on, by=by, proof=proof, valid_until=valid_until, note=note)
    application = move(
        application,
        ApplicationState.GRANTED,
        by=by,
        happened_on=decided_on,
        note=note,
        decided_on=decided_on,
        award=award,
    )
    _record_outcome(application, OutcomeKind.MOVED_UP, level=application.level, by=by)
    return application


def _award(application, decided_on, *, by, proof, valid_until, note):
    """The label that was given. One that somebody recorded already for that day is used, or corrected by what is new."""
    standing = selectors.standing_awards().filter(
        school=application.school, level=application.level, awarded_on=decided_on
    )
    recorded = standing.select_related("proof").first()
    if recorded and proof is None and recorded.is_proven and valid_until in (None, recorded.valid_until):
        return recorded
    return record_label(
        school=application.school,
        level=application.level,
        awarded_on=decided_on,
        valid_until=valid_until or (recorded.valid_until if recorded else None),
        trajectory=application.trajectory,
        proof=proof,
        note=note,
        replaces=recorded,
        by=by,
    )


@transaction.atomic
def refuse_application(*, application, decided_on, by, note="") -> LabelApplication:
    """EUN did not give the label. The level the school has stays as it is."""
    application = _locked(application, by)
    if application.state == ApplicationState.NOT_GRANTED:
        return application
    _require_state(application, ApplicationState.SUBMITTED)
    _check_decision(application, decided_on)
    application = move(
        application, ApplicationState.NOT_GRANTED, by=by, happened_on=decided_on, note=note, decided_on=decided_on
    )
    _record_outcome(application, OutcomeKind.REFUSED, by=by)
    return application


@transaction.atomic
def withdraw_application(*, application, by, note="") -> LabelApplication:
    """Stop with an application that was not answered yet."""
    application = _locked(application, by)
    if application.state == ApplicationState.WITHDRAWN:
        return application
    _require_state(application, ApplicationState.PREPARING, ApplicationState.SUBMITTED)
    return move(application, ApplicationState.WITHDRAWN, by=by, happened_on=timezone.localdate(), note=note)


def _locked(application, by):
    """One writer per school at a time, as for its label and its outcome."""
    require(by, Action.EDIT_SCHOOL, application)
    lock_school(application.school)
    return LabelApplication.objects.select_related("school__organisation", "trajectory").get(pk=application.pk)


def _require_state(application, *states):
    if application.state not in states:
        raise Conflict(
            _("This cannot be done now: the application is “%(state)s”.") % {"state": application.get_state_display()}
        )


def _check_date(day):
    if day > timezone.localdate():
        raise Conflict(_("This date lies in the future. Choose today or an earlier day."))
    if day < FIRST_AWARDS:
        raise Conflict(_("This date is too long ago: the STEM School Label did not exist yet."))


def _check_decision(application, decided_on):
    _check_date(decided_on)
    if decided_on < application.submitted_on:
        raise Conflict(_("The answer cannot be older than the application."))


def _record_outcome(application, outcome, *, by, level=""):
    """The outcome of the trajectory follows from the answer, from phase 5 on and unless one is recorded already.

    A renewal of the level a school had is no step up; then the outcome stays a choice of the school.
    """
    trajectory = application.trajectory
    if trajectory is None or Phase(trajectory.phase).number < Phase.LEVEL_UP.number:
        return
    if selectors.outcome_of(application.school, trajectory) is not None:
        return
    if outcome == OutcomeKind.MOVED_UP and not _is_step_up(application):
        return
    record_outcome(
        trajectory=trajectory,
        school=application.school,
        outcome=outcome,
        level=level,
        decided_on=application.decided_on,
        by=by,
    )


def _is_step_up(application):
    """Whether this label is the one that counts now, was given during the trajectory, and is higher than the one before."""
    current = selectors.label_of(application.school)
    participation = application.trajectory.participations.filter(organisation=application.school_id).first()
    if current is None or current.pk != application.award_id or participation is None:
        return False
    earlier = selectors.counting_awards().filter(school=application.school).exclude(pk=current.pk).first()
    is_higher = earlier is None or LabelLevel(earlier.level).rank < LabelLevel(application.level).rank
    return is_higher and current.awarded_on >= participation.joined_on
