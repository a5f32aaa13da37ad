"""Verbs on the steering group and its priorities."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policy import Action, Conflict, require
from workgroups.enums import PriorityState
from workgroups.models import ActionPriority, SteeringGroup, SteeringSeat
from workgroups.services.door import enter, needed_text, save
from workgroups.windows import Work


@transaction.atomic
def set_steering_charter(*, trajectory, charter, by) -> SteeringGroup:
    """Write what the steering group is for; the first time this also founds it."""
    require(by, Action.MODERATE, trajectory)
    trajectory = enter(trajectory, Work.STEERING, by)
    group, _created = SteeringGroup.objects.get_or_create(trajectory=trajectory)
    group.charter = charter
    return save(group)


@transaction.atomic
def appoint(*, trajectory, membership, role, by, started_on=None) -> SteeringSeat:
    """Give someone a seat in the steering group, which is founded when there is none yet."""
    require(by, Action.MODERATE, trajectory)
    trajectory = enter(trajectory, Work.STEERING, by)
    group, _created = SteeringGroup.objects.get_or_create(trajectory=trajectory)
    end_empty_seats(group)
    return save(
        SteeringSeat(
            steering_group=group, membership=membership, role=role, started_on=started_on or timezone.localdate()
        )
    )


@transaction.atomic
def end_steering_seat(*, seat, by) -> SteeringSeat:
    """From today this seat no longer counts."""
    require(by, Action.MODERATE, seat.steering_group)
    enter(seat.steering_group.trajectory, Work.STEERING, by)
    return end(SteeringSeat.objects.get(pk=seat.pk))


@transaction.atomic
def propose_priority(*, trajectory, title, by, description="", themes="") -> ActionPriority:
    """Put a priority on the steering group's table."""
    require(by, Action.STEER, trajectory)
    trajectory = enter(trajectory, Work.PRIORITIES, by)
    last = trajectory.priorities.aggregate(last=Max("order"))["last"] or 0
    return save(
        ActionPriority(trajectory=trajectory, title=title, description=description, themes=themes, order=last + 1)
    )


@transaction.atomic
def update_priority(*, priority, title, by, description="", themes="") -> ActionPriority:
    """Say better what a priority is about; its state stays as it is."""
    require(by, Action.STEER, priority)
    enter(priority.trajectory, Work.PRIORITIES, by)
    priority = ActionPriority.objects.get(pk=priority.pk)
    priority.title, priority.description, priority.themes = title, description, themes
    return save(priority)


@transaction.atomic
def decide_priority(*, priority, by, decision="") -> ActionPriority:
    """The steering group chooses this priority; one that was dropped can be chosen after all."""
    require(by, Action.STEER, priority)
    enter(priority.trajectory, Work.PRIORITIES, by)
    priority = ActionPriority.objects.get(pk=priority.pk)
    if priority.state == PriorityState.DECIDED:
        raise Conflict(
            _("This priority was already decided on %(date)s.") % {"date": f"{priority.decided_on:%d/%m/%Y}"}
        )
    return _settle(priority, PriorityState.DECIDED, decision.strip(), by)


@transaction.atomic
def drop_priority(*, priority, reason, by) -> ActionPriority:
    """The steering group lets this priority go; its workgroup no longer counts."""
    require(by, Action.STEER, priority)
    reason = needed_text(reason, _("Write why this priority is dropped."))
    enter(priority.trajectory, Work.PRIORITIES, by)
    priority = ActionPriority.objects.get(pk=priority.pk)
    if priority.state == PriorityState.DROPPED:
        raise Conflict(_("This priority was already dropped."))
    return _settle(priority, PriorityState.DROPPED, reason, by)


def _settle(priority, state, decision, by):
    priority.state, priority.decision = state, decision
    priority.decided_on, priority.decided_by = timezone.localdate(), by
    return save(priority)


def end(seat):
    """End an open seat today; ending twice changes nothing."""
    if seat.ended_on is None:
        seat.ended_on = max(timezone.localdate(), seat.started_on)
        seat.save(update_fields=["ended_on"])
    return seat


def end_empty_seats(group) -> None:
    """Seats of people who left their organisation no longer keep a place taken."""
    current = {seat.pk for seat in group.seats.current()}
    for seat in group.seats.filter(ended_on=None).exclude(pk__in=current):
        end(seat)
