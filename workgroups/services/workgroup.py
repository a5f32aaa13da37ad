"""Verbs on workgroups and who sits in them."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policy import Action, Conflict, require
from notifications.services import queue_mail
from workgroups.enums import LEADING_ROLES, PriorityState
from workgroups.models import ActionPriority, Seat, Workgroup
from workgroups.services.door import enter, needed_text, save
from workgroups.services.steering import end, end_empty_seats
from workgroups.windows import Work


@transaction.atomic
def create_workgroup(*, priority, name, by, charter="", wanted_profiles=()) -> Workgroup:
    """Start the one workgroup of a decided priority."""
    require(by, Action.STEER, priority)
    enter(priority.trajectory, Work.PRIORITIES, by)
    priority = ActionPriority.objects.select_related("trajectory").get(pk=priority.pk)
    if priority.state != PriorityState.DECIDED:
        raise Conflict(_("Only a decided priority gets a workgroup. Decide it first."))
    if Workgroup.objects.filter(priority=priority).exists():
        raise Conflict(_("This priority already has a workgroup."))
    return save(Workgroup(priority=priority, name=name, charter=charter, wanted_profiles=list(wanted_profiles)))


@transaction.atomic
def update_workgroup(*, workgroup, name, by, charter="", wanted_profiles=()) -> Workgroup:
    """Say better what the workgroup is for and whom it looks for."""
    require(by, Action.LEAD_WORKGROUP, workgroup)
    enter(workgroup.trajectory, Work.SEATS, by)
    workgroup = Workgroup.objects.get(pk=workgroup.pk)
    workgroup.name, workgroup.charter, workgroup.wanted_profiles = name, charter, list(wanted_profiles)
    return save(workgroup)


@transaction.atomic
def seat(*, workgroup, membership, role, by, started_on=None) -> Seat:
    """Give someone a seat and tell them. Its leaders choose participants; Voka or the steering group's chair its leaders."""
    require(by, _who_seats(role), workgroup)
    enter(workgroup.trajectory, Work.SEATS, by)
    workgroup = Workgroup.objects.select_related("priority__trajectory").get(pk=workgroup.pk)
    end_empty_seats(workgroup)
    new = save(
        Seat(workgroup=workgroup, membership=membership, role=role, started_on=started_on or timezone.localdate())
    )
    tell(new, by)
    return new


def tell(new, by) -> None:
    """Mail the person of a new seat, unless they took it themselves."""
    person, workgroup = new.membership.user, new.workgroup
    if person.pk == by.pk:
        return
    queue_mail(
        event="workgroups/seated",
        to=person.email,
        recipient=person,
        context={
            "first_name": person.get_short_name(),
            "workgroup": workgroup.name,
            "trajectory": workgroup.trajectory.name,
            "role": new.role,
            "link": settings.BASE_URL + workgroup.get_absolute_url(),
        },
    )


@transaction.atomic
def unseat(*, seat, by) -> Seat:
    """From today this seat no longer counts."""
    require(by, _who_seats(seat.role), seat.workgroup)
    enter(seat.workgroup.trajectory, Work.SEATS, by)
    return end(Seat.objects.get(pk=seat.pk))


def _who_seats(role) -> Action:
    return Action.STEER if role in LEADING_ROLES else Action.LEAD_WORKGROUP


@transaction.atomic
def state_no_practice_reason(*, workgroup, reason, by) -> Workgroup:
    """Write why this workgroup shares no practice."""
    require(by, Action.LEAD_WORKGROUP, workgroup)
    reason = needed_text(reason, _("Write why this workgroup shares no practice."))
    enter(workgroup.trajectory, Work.PRACTICE_REASON, by)
    workgroup = Workgroup.objects.get(pk=workgroup.pk)
    workgroup.no_practice_reason = reason
    return save(workgroup)
