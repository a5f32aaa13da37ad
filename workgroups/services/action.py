"""Verbs on action points. Each leaves a line in the point's history."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policy import Action, Conflict, require
from workgroups.enums import ActionEvent, ActionState
from workgroups.models import ActionPoint, ActionPointLog, Workgroup
from workgroups.services.door import enter, needed_text, require_member, save
from workgroups.windows import Work


@transaction.atomic
def add_action_point(*, workgroup, title, due_on, by, description="", owner=None) -> ActionPoint:
    """Agree on something to do, by when and preferably who."""
    require(by, Action.WORK_IN_WORKGROUP, workgroup)
    enter(workgroup.trajectory, Work.ACTIONS, by)
    workgroup = Workgroup.objects.get(pk=workgroup.pk)
    require_member(workgroup, owner)
    point = save(ActionPoint(workgroup=workgroup, title=title, due_on=due_on, description=description, owner=owner))
    return _log(point, ActionEvent.ADDED, by)


@transaction.atomic
def update_action_point(*, action_point, title, due_on, by, description="", owner=None) -> ActionPoint:
    """Change what, who or by when, while it is open."""
    require(by, Action.WORK_IN_WORKGROUP, action_point)
    point = _open_point(action_point, Work.ACTIONS, by)
    if owner is not None and owner.pk != point.owner_id:
        require_member(point.workgroup, owner)
    point.title, point.due_on, point.description, point.owner = title, due_on, description, owner
    return _log(save(point), ActionEvent.CHANGED, by)


@transaction.atomic
def start_action_point(*, action_point, by) -> ActionPoint:
    """Somebody is busy with it."""
    require(by, Action.WORK_IN_WORKGROUP, action_point)
    point = _open_point(action_point, Work.CLOSING, by)
    if point.state == ActionState.DOING:
        raise Conflict(_("Somebody already started this action point."))
    point.state = ActionState.DOING
    return _log(save(point), ActionEvent.STARTED, by)


@transaction.atomic
def complete_action_point(*, action_point, by) -> ActionPoint:
    """It is done."""
    require(by, Action.WORK_IN_WORKGROUP, action_point)
    point = _open_point(action_point, Work.CLOSING, by)
    return _close(point, ActionState.DONE, ActionEvent.COMPLETED, "", by)


@transaction.atomic
def drop_action_point(*, action_point, reason, by) -> ActionPoint:
    """It will not be done, and everyone can read why."""
    require(by, Action.LEAD_WORKGROUP, action_point)
    reason = needed_text(reason, _("Write why this action point is closed without being done."))
    point = _open_point(action_point, Work.CLOSING, by)
    return _close(point, ActionState.DROPPED, ActionEvent.DROPPED, reason, by)


@transaction.atomic
def reopen_action_point(*, action_point, by) -> ActionPoint:
    """There is still work on it; who closed it and why stays in the history."""
    require(by, Action.LEAD_WORKGROUP, action_point)
    enter(action_point.trajectory, Work.ACTIONS, by)
    point = ActionPoint.objects.get(pk=action_point.pk)
    if point.is_open:
        raise Conflict(_("This action point is still open."))
    point.state, point.closed_reason, point.closed_by, point.closed_at = ActionState.OPEN, "", None, None
    return _log(save(point), ActionEvent.REOPENED, by)


def _open_point(action_point, work, by):
    enter(action_point.trajectory, work, by)
    point = ActionPoint.objects.select_related("workgroup__priority").get(pk=action_point.pk)
    if not point.is_open:
        raise Conflict(_("This action point is already closed. Open it again first."))
    return point


def _close(point, state, event, reason, by):
    point.state, point.closed_reason, point.closed_by, point.closed_at = state, reason, by, timezone.now()
    return _log(save(point), event, by, reason)


def _log(point, event, by, note=""):
    ActionPointLog.objects.create(action_point=point, event=event, by=by, note=note)
    return point
