"""Verbs on objectives: set, measure, explain, adjust."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.policy import Action, Conflict, may, require
from phases.enums import Phase
from workgroups.enums import Direction, MeasurementKind
from workgroups.models import Measurement, Objective, TargetAdjustment, Workgroup
from workgroups.services.door import enter, needed_text, require_member, save
from workgroups.windows import Work

# What the evaluation measures against. From phase 3 on only an empty one can still be filled in.
FROZEN_FIELDS = {
    "indicator": gettext_lazy("Indicator"),
    "unit": gettext_lazy("Unit"),
    "direction": gettext_lazy("Which way is better?"),
    "baseline_value": gettext_lazy("Start value"),
    "target_value": gettext_lazy("Target"),
    "due_on": gettext_lazy("By when?"),
}
ADJUSTABLE = ("target_value", "due_on")


def is_frozen(trajectory) -> bool:
    """Whether start values and targets are fixed."""
    return Phase(trajectory.phase).number >= Phase.ACTION.number


def frozen_fields(objective) -> list[str]:
    """The fields of this objective that can no longer change: in a frozen trajectory, all that are filled in."""
    if not is_frozen(objective.trajectory):
        return []
    return [field for field in FROZEN_FIELDS if getattr(objective, field) not in (None, "")]


def wrong_target(direction, baseline_value, target_value) -> str:
    """What is wrong with a target, as a sentence: it must be better than the start. Empty when it is fine or unknown."""
    if None in (baseline_value, target_value) or Direction(direction).is_better(target_value, than=baseline_value):
        return ""
    if direction == Direction.UP:
        return _("Higher is better here, so the target must be higher than the start value.")
    return _("Lower is better here, so the target must be lower than the start value.")


def wrong_date(due_on) -> str:
    """What is wrong with a new date, as a sentence. Empty when it is fine or not set."""
    if due_on is None or due_on >= timezone.localdate():
        return ""
    return _("This date lies in the past. Choose today or a later day.")


def _refuse(*sentences):
    if any(sentences):
        raise Conflict(*filter(None, sentences))


@transaction.atomic
def add_objective(
    *,
    workgroup,
    title,
    by,
    indicator="",
    unit="",
    direction=Direction.UP,
    baseline_value=None,
    target_value=None,
    due_on=None,
    owner=None,
) -> Objective:
    """Set an objective. Figures may follow later, but phase 3 asks for one that is complete."""
    require(by, Action.LEAD_WORKGROUP, workgroup)
    enter(workgroup.trajectory, Work.OBJECTIVES, by)
    workgroup = Workgroup.objects.get(pk=workgroup.pk)
    require_member(workgroup, owner)
    _refuse(wrong_target(direction, baseline_value, target_value), wrong_date(due_on))
    return save(
        Objective(
            workgroup=workgroup,
            title=title,
            indicator=indicator,
            unit=unit,
            direction=direction,
            baseline_value=baseline_value,
            target_value=target_value,
            due_on=due_on,
            owner=owner,
        )
    )


@transaction.atomic
def update_objective(
    *, objective, title, by, indicator, unit, direction, baseline_value, target_value, due_on, owner=None
) -> Objective:
    """Change an objective. What the evaluation measures against is frozen from phase 3 on; see `adjust_target`."""
    require(by, Action.LEAD_WORKGROUP, objective.workgroup)
    enter(objective.trajectory, Work.OBJECTIVES, by)
    objective = _again(objective)
    values = {
        "indicator": indicator,
        "unit": unit,
        "direction": direction,
        "baseline_value": baseline_value,
        "target_value": target_value,
        "due_on": due_on,
    }
    changed = [field for field in frozen_fields(objective) if getattr(objective, field) != values[field]]
    if changed:
        raise Conflict(_fixed(changed))
    if any(getattr(objective, field) != values[field] for field in ("direction", "baseline_value", "target_value")):
        _refuse(wrong_target(direction, baseline_value, target_value))
    if due_on != objective.due_on:
        _refuse(wrong_date(due_on))
    if owner is not None and owner.pk != objective.owner_id:
        require_member(objective.workgroup, owner)
    for field, value in values.items():
        setattr(objective, field, value)
    objective.title, objective.owner = title, owner
    return save(objective)


def _fixed(fields) -> str:
    names = ", ".join(_("“%(field)s”") % {"field": FROZEN_FIELDS[field]} for field in fields)
    sentence = _("Fixed since phase 3: %(fields)s.") % {"fields": names}
    if not set(fields) & set(ADJUSTABLE):
        return sentence
    return sentence + " " + _("Adjust the target or the date with a reason; the old one stays visible.")


@transaction.atomic
def adjust_target(*, objective, new_target, reason, by, new_due_on=None) -> TargetAdjustment:
    """Replace a target (and its date, if given) with a reason; the old ones stay on record."""
    if not may(by, Action.STEER, objective.workgroup):
        require(by, Action.LEAD_WORKGROUP, objective.workgroup)
    reason = needed_text(reason, _("Write why the target is adjusted."))
    enter(objective.trajectory, Work.ADJUSTING, by)
    objective = _again(objective)
    new_due_on = new_due_on or objective.due_on
    if (new_target, new_due_on) == (objective.target_value, objective.due_on):
        raise Conflict(_("This is the target and the date the objective already has."))
    _refuse(
        wrong_target(objective.direction, objective.baseline_value, new_target)
        if new_target != objective.target_value
        else "",
        wrong_date(new_due_on) if new_due_on != objective.due_on else "",
    )
    adjustment = save(
        TargetAdjustment(
            objective=objective,
            old_target=objective.target_value,
            new_target=new_target,
            old_due_on=objective.due_on,
            new_due_on=new_due_on,
            reason=reason,
            by=by,
        )
    )
    objective.target_value, objective.due_on = new_target, new_due_on
    save(objective)
    return adjustment


@transaction.atomic
def measure(*, objective, value, measured_on, kind, by, note="") -> Measurement:
    """Record a value of the indicator. The last final measurement counts and takes "not measured" away."""
    require(by, Action.LEAD_WORKGROUP, objective)
    enter(objective.trajectory, Work.FINAL if kind == MeasurementKind.FINAL else Work.INTERIM, by)
    objective = _again(objective)
    if measured_on > timezone.localdate():
        raise Conflict(_("The date of a measurement is today or earlier."))
    measurement = save(
        Measurement(objective=objective, value=value, measured_on=measured_on, kind=kind, note=note, by=by)
    )
    if kind == MeasurementKind.FINAL and objective.not_measured_reason:
        objective.not_measured_reason = ""
        save(objective)
    return measurement


@transaction.atomic
def explain_missed_target(*, objective, explanation, by) -> Objective:
    """Write why the target was missed."""
    require(by, Action.LEAD_WORKGROUP, objective)
    explanation = needed_text(explanation, _("Write why the target was missed."))
    enter(objective.trajectory, Work.FINAL, by)
    objective = _again(objective)
    if objective.final is None or objective.is_reached_with(objective.final.value):
        raise Conflict(_("There is nothing to explain: no final measurement misses the target."))
    objective.explanation = explanation
    return save(objective)


@transaction.atomic
def mark_not_measured(*, objective, reason, by) -> Objective:
    """Write why there is no final measurement."""
    require(by, Action.LEAD_WORKGROUP, objective)
    reason = needed_text(reason, _("Write why this objective was not measured."))
    enter(objective.trajectory, Work.FINAL, by)
    objective = _again(objective)
    if objective.final is not None:
        raise Conflict(_("This objective already has a final measurement."))
    objective.not_measured_reason = reason
    return save(objective)


def _again(objective) -> Objective:
    return Objective.objects.select_related("workgroup__priority__trajectory").get(pk=objective.pk)
