"""What must be true of the steering group and the workgroups before a trajectory leaves phases 2, 3 and 4.

Only workgroups of decided priorities count. Each need asks the database a fixed number of times, however many rows there are.
"""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from phases.machine import Blocker, read_once
from workgroups.enums import OPEN_STATES, Outcome, PriorityState, SeatRole, SteeringRole
from workgroups.models import ActionPoint, Objective, Workgroup
from workgroups.selectors import people_link


def the_steering_group_is_complete(trajectory):
    """A chair, and members from schools and from companies; the chair is a member too."""
    page = _steering_page(trajectory) + "#leden"
    group = getattr(trajectory, "steering_group", None)
    seats = group.current_seats if group else []
    kinds = {seat.kind for seat in seats}
    if not any(seat.role == SteeringRole.CHAIR for seat in seats):
        yield Blocker(_("The steering group has no chair yet."), page)
    if OrganisationKind.SCHOOL not in kinds:
        yield Blocker(_("Nobody from a school sits in the steering group yet."), page)
    if OrganisationKind.COMPANY not in kinds:
        yield Blocker(_("Nobody from a company sits in the steering group yet."), page)


def a_priority_is_decided(trajectory):
    """At least one action priority is decided."""
    if not _decided_priorities(trajectory):
        yield Blocker(_("No action priority is decided yet."), _steering_page(trajectory) + "#prioriteiten")


def every_priority_has_a_complete_workgroup(trajectory):
    """Each decided priority has a workgroup with a chair, a facilitator and participants of a school and of a company."""
    workgroups = {workgroup.priority_id: workgroup for workgroup in _workgroups_in_full(trajectory)}
    for priority in _decided_priorities(trajectory):
        if priority.pk in workgroups:
            yield from missing_people(workgroups[priority.pk])
        else:
            yield Blocker(
                _("The priority “%(priority)s” has no workgroup yet.") % {"priority": priority.title},
                _steering_page(trajectory) + "#prioriteiten",
            )


def missing_people(workgroup):
    """Who is still missing in one workgroup. Only participants count for the balance, not the chair."""
    page = people_link(workgroup)
    name = {"workgroup": workgroup.name}
    kinds = {seat.kind for seat in workgroup.current_seats if seat.role == SeatRole.PARTICIPANT}
    if workgroup.chair is None:
        yield Blocker(_("The workgroup “%(workgroup)s” has no chair yet.") % name, page)
    if workgroup.facilitator is None:
        yield Blocker(_("The workgroup “%(workgroup)s” has no facilitator from Voka yet.") % name, page)
    if OrganisationKind.SCHOOL not in kinds:
        yield Blocker(_("The workgroup “%(workgroup)s” has no participant from a school yet.") % name, page)
    if OrganisationKind.COMPANY not in kinds:
        yield Blocker(_("The workgroup “%(workgroup)s” has no participant from a company yet.") % name, page)


def every_workgroup_has_an_objective(trajectory):
    """Each workgroup has at least one objective with indicator, start value, target and date."""
    for workgroup in _workgroups_in_full(trajectory):
        objectives = list(workgroup.objectives.all())
        if not objectives:
            yield Blocker(
                _("The workgroup “%(workgroup)s” has no objective yet.") % {"workgroup": workgroup.name},
                workgroup.get_absolute_url() + "#doelstellingen",
            )
        elif all(objective.missing_parts() for objective in objectives):
            for objective in objectives:
                yield Blocker(
                    _("The objective “%(objective)s” of the workgroup “%(workgroup)s” still needs: %(parts)s.")
                    % {
                        "objective": objective.title,
                        "workgroup": workgroup.name,
                        "parts": ", ".join(objective.missing_parts()),
                    },
                    objective.get_absolute_url(),
                )


def no_action_point_is_open(trajectory):
    """Each action point is done, or dropped with a reason."""
    points = ActionPoint.objects.filter(workgroup__in=_workgroups(trajectory), state__in=OPEN_STATES)
    for point in points.select_related("workgroup"):
        yield Blocker(
            _("The action point “%(point)s” of the workgroup “%(workgroup)s” is still open.")
            % {"point": point.title, "workgroup": point.workgroup.name},
            point.get_absolute_url(),
        )


def every_objective_is_measured_and_explained(trajectory):
    """Each objective has a final measurement or a reason why not; a missed target has an explanation."""
    objectives = Objective.objects.filter(workgroup__in=_workgroups(trajectory))
    for objective in objectives.select_related("workgroup").prefetch_related("measurements"):
        names = {"objective": objective.title, "workgroup": objective.workgroup.name}
        if objective.final is None and objective.outcome != Outcome.NOT_MEASURED:
            yield Blocker(
                _("The objective “%(objective)s” of the workgroup “%(workgroup)s” has no final measurement yet.")
                % names,
                objective.get_absolute_url(),
            )
        elif objective.needs_explanation:
            yield Blocker(
                _("The objective “%(objective)s” of the workgroup “%(workgroup)s” missed its target. Write why.")
                % names,
                objective.get_absolute_url(),
            )


@read_once
def _decided_priorities(trajectory):
    return list(trajectory.priorities.filter(state=PriorityState.DECIDED))


@read_once
def _workgroups_in_full(trajectory):
    """With their people and objectives, in three queries."""
    return list(_workgroups(trajectory).with_people().prefetch_related("objectives"))


def _workgroups(trajectory):
    return Workgroup.objects.of_decided_priorities().filter(priority__trajectory=trajectory)


def _steering_page(trajectory):
    return reverse("workgroups:steering_group", args=[trajectory.slug])
