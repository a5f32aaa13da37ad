"""The final measurement of a company: filled in part by part in phase 4, completed, or marked missing by Voka.

What a newcomer gets wrong: checking the phase without its lock. Each verb holds the trajectory's row, so a move to phase 5
and a last save of the same moment come one after the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policy import Action, Conflict, require
from companies.enums import IntakeState, Maturity
from companies.models import REASON_MAX_LENGTH, FinalAnswer, FinalMeasurement, Intake, Question
from phases.enums import Phase
from phases.models import Trajectory


class StaleMeasurement(Conflict):
    """A colleague saved some of these answers meanwhile. `current` is what is stored now, by question id."""

    def __init__(self, current: dict[int, FinalAnswer], version: int):
        super().__init__(_("A colleague saved this meanwhile. Compare the answers below with yours and save again."))
        self.current = current
        self.version = version


@dataclass(frozen=True)
class MeasuredAnswer:
    """An answer as it stands at the end. `volume` is how often in the last school year."""

    question: Question
    value: Maturity
    volume: int | None = None
    remark: str = ""


@transaction.atomic
def fill_final_measurement(
    *, intake, answers: Sequence[MeasuredAnswer], by, seen_version: int | None = None, complete: bool = False
) -> FinalMeasurement:
    """Save some or all answers; what is not given stays as it was.

    `seen_version` is the measurement's version that the form showed (0 when there was none; None does not look). Raises
    StaleMeasurement when one of these answers was changed after it. The same answers again change nothing.
    """
    require(by, Action.MEASURE_COMPANY, intake)
    measurement = _open_measurement(intake)
    stored = {answer.question_id: answer for answer in measurement.answers.select_related("updated_by")}
    asked = set(measurement.intake.answers.values_list("question_id", flat=True))
    if {given.question.pk for given in answers} - asked or len({given.question.pk for given in answers}) != len(
        answers
    ):
        raise Conflict(_("These are not the questions of this company's start measurement."))
    changed = [given for given in answers if _differs(given, stored.get(given.question.pk))]
    if seen_version is not None:
        known = {given.question.pk: stored[given.question.pk] for given in changed if given.question.pk in stored}
        newer = {pk: answer for pk, answer in known.items() if answer.version > seen_version}
        if newer:
            raise StaleMeasurement(newer, measurement.version)
    if changed:
        _write(measurement, changed, stored, by)
    return _complete(measurement, by) if complete else measurement


@transaction.atomic
def complete_final_measurement(*, intake, by) -> FinalMeasurement:
    """Every question has its answer: the end stands beside the start from now on."""
    require(by, Action.MEASURE_COMPANY, intake)
    return _complete(_open_measurement(intake), by)


@transaction.atomic
def reopen_final_measurement(*, intake, by) -> FinalMeasurement:
    """Fill it in again, or after all: as long as phase 4 lasts."""
    require(by, Action.MEASURE_COMPANY, intake)
    measurement = _measurement_now(intake)
    if measurement.is_missing:
        require(by, Action.MODERATE)
    if not measurement.is_complete and not measurement.is_missing:
        raise Conflict(_("This final measurement is open already."))
    measurement.completed_at = measurement.completed_by = measurement.missing_by = None
    measurement.missing_reason = ""
    measurement.save()
    return measurement


@transaction.atomic
def mark_final_measurement_missing(*, intake, reason: str, by) -> FinalMeasurement:
    """Voka says that this final measurement will not come, and why; the trajectory no longer waits for it."""
    require(by, Action.MODERATE)
    measurement = _open_measurement(intake)
    reason = reason.strip()[:REASON_MAX_LENGTH]
    if not reason:
        raise Conflict(_("Write why the final measurement is missing."))
    measurement.missing_reason, measurement.missing_by = reason, by
    measurement.save(update_fields=["missing_reason", "missing_by"])
    return measurement


def _measurement_now(intake) -> FinalMeasurement:
    """The measurement, made now if it is new, under the locks of its trajectory and its intake; only in phase 4."""
    trajectory = Trajectory.objects.select_for_update().filter(pk=intake.trajectory_id).first()
    intake = Intake.objects.select_for_update(of=("self",)).get(pk=intake.pk)
    if trajectory is None or intake.state != IntakeState.ACCEPTED:
        raise Conflict(_("Only a company that takes part has a final measurement."))
    phase = Phase(trajectory.phase)
    if phase.number < Phase.EVALUATION.number:
        raise Conflict(_("The final measurement opens in phase 4."))
    if phase != Phase.EVALUATION:
        raise Conflict(_("The final measurement is closed since the end of phase 4."))
    measurement, _made = FinalMeasurement.objects.get_or_create(intake=intake)
    return measurement


def _open_measurement(intake) -> FinalMeasurement:
    measurement = _measurement_now(intake)
    if measurement.is_complete:
        raise Conflict(_("This final measurement is complete. Open it again to change an answer."))
    if measurement.is_missing:
        raise Conflict(_("Voka marked this final measurement as missing. Ask Voka to open it again."))
    return measurement


def _differs(given, stored) -> bool:
    return stored is None or (stored.value, stored.volume, stored.remark) != (given.value, given.volume, given.remark)


def _write(measurement, changed, stored, by):
    measurement.version += 1
    measurement.save(update_fields=["version"])
    for given in changed:
        answer = stored.get(given.question.pk) or FinalAnswer(measurement=measurement, question=given.question)
        answer.value, answer.volume, answer.remark = given.value, given.volume, given.remark
        answer.version, answer.updated_by = measurement.version, by
        answer.clean_fields(exclude={"measurement", "question", "updated_by"})
        answer.save()


def _complete(measurement, by) -> FinalMeasurement:
    open_questions = measurement.intake.answers.count() - measurement.answers.count()
    if open_questions:
        raise Conflict(_("Answer every question first. Still open: %(count)d.") % {"count": open_questions})
    measurement.completed_at, measurement.completed_by = timezone.now(), by
    measurement.save(update_fields=["completed_at", "completed_by"])
    return measurement
