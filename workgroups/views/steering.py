"""The steering group's page and its forms. One page per trajectory, also before anyone has a seat."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import members_only
from accounts.policy import Action, may, require
from workgroups import forms, selectors, services
from workgroups.models import SteeringSeat
from workgroups.selectors import people_link
from workgroups.views.answer import bound, do, find_trajectory, form_page
from workgroups.windows import Work, is_open


@members_only
def steering_group(request, slug):
    trajectory = find_trajectory(request, slug)
    group = getattr(trajectory, "steering_group", None)
    may_steer = may(request.user, Action.STEER, trajectory)
    progress = selectors.progress_by_workgroup(request.user, trajectory)
    return render(
        request,
        "workgroups/steering_group.html",
        {
            "trajectory": trajectory,
            "group": group,
            "seats": group.current_seats if group else [],
            "priorities": trajectory.priorities.select_related("workgroup", "decided_by"),
            "progress": progress,
            "progress_sentence": selectors.progress_in_a_sentence(progress),
            "may_appoint": may(request.user, Action.MODERATE, trajectory),
            "may_read_report": may(request.user, Action.SEE_GROUP_REPORT, trajectory),
            "may_decide": may_steer and is_open(Work.PRIORITIES, trajectory, request.user),
        },
    )


@members_only
def edit_charter(request, slug):
    trajectory = find_trajectory(request, slug)
    require(request.user, Action.MODERATE, trajectory)
    group = getattr(trajectory, "steering_group", None)
    return _form_page(
        request,
        trajectory,
        forms.CharterForm(bound(request), initial={"charter": group.charter if group else ""}),
        lambda charter: services.set_steering_charter(trajectory=trajectory, charter=charter, by=request.user),
        done=_("Saved."),
        title=_("Assignment of the steering group"),
        button=_("Save"),
    )


@members_only
def appoint(request, slug):
    trajectory = find_trajectory(request, slug)
    require(request.user, Action.MODERATE, trajectory)
    return _form_page(
        request,
        trajectory,
        forms.AppointForm(bound(request), trajectory=trajectory),
        lambda **data: services.appoint(trajectory=trajectory, by=request.user, **data),
        done=_("Added to the steering group."),
        title=_("Add someone to the steering group"),
        button=_("Add this person"),
        anchor="#leden",
    )


@members_only
@require_POST
def end_seat(request, slug, seat):
    trajectory = find_trajectory(request, slug)
    seats = SteeringSeat.objects.select_related("steering_group__trajectory")
    seat = get_object_or_404(seats, steering_group__trajectory=trajectory, pk=seat)
    return do(
        request,
        lambda: services.end_steering_seat(seat=seat, by=request.user),
        done=_("This seat has ended."),
        back=_page(trajectory) + "#leden",
    )


@members_only
def propose_priority(request, slug):
    trajectory = find_trajectory(request, slug)
    require(request.user, Action.STEER, trajectory)
    return _form_page(
        request,
        trajectory,
        forms.PriorityForm(bound(request)),
        lambda **data: services.propose_priority(trajectory=trajectory, by=request.user, **data),
        done=_("The priority is on the table."),
        title=_("Propose a priority"),
        button=_("Propose this priority"),
    )


@members_only
def edit_priority(request, slug, priority):
    trajectory, priority = _priority(request, slug, priority)
    initial = {"title": priority.title, "description": priority.description, "themes": priority.themes}
    return _form_page(
        request,
        trajectory,
        forms.PriorityForm(bound(request), initial=initial),
        lambda **data: services.update_priority(priority=priority, by=request.user, **data),
        done=_("Saved."),
        title=_("Change the priority"),
        button=_("Save"),
    )


@members_only
def decide_priority(request, slug, priority):
    trajectory, priority = _priority(request, slug, priority)
    return _form_page(
        request,
        trajectory,
        forms.DecideForm(bound(request)),
        lambda decision: services.decide_priority(priority=priority, decision=decision, by=request.user),
        done=_("The priority is decided."),
        title=_("Decide: %(priority)s") % {"priority": priority.title},
        button=_("Decide this priority"),
    )


@members_only
def drop_priority(request, slug, priority):
    trajectory, priority = _priority(request, slug, priority)
    return _form_page(
        request,
        trajectory,
        forms.ReasonForm(bound(request)),
        lambda reason: services.drop_priority(priority=priority, reason=reason, by=request.user),
        done=_("The priority is dropped."),
        title=_("Drop: %(priority)s") % {"priority": priority.title},
        button=_("Drop this priority"),
        intro=_("Its workgroup, if there is one, no longer counts for the trajectory."),
    )


@members_only
def create_workgroup(request, slug, priority):
    trajectory, priority = _priority(request, slug, priority)
    return _form_page(
        request,
        trajectory,
        forms.WorkgroupForm(bound(request), initial={"name": priority.title, "charter": priority.description}),
        lambda **data: services.create_workgroup(priority=priority, by=request.user, **data),
        done=_("The workgroup is there. Now choose its chair, facilitator and participants."),
        title=_("Workgroup for: %(priority)s") % {"priority": priority.title},
        button=_("Start the workgroup"),
        onward=people_link,
    )


def _priority(request, slug, pk):
    trajectory = find_trajectory(request, slug)
    require(request.user, Action.STEER, trajectory)
    return trajectory, get_object_or_404(trajectory.priorities, pk=pk)


def _page(trajectory):
    return reverse("workgroups:steering_group", args=[trajectory.slug])


def _form_page(request, trajectory, form, verb, *, anchor="#prioriteiten", **words):
    page = _page(trajectory)
    parent = {"label": _("Steering group"), "url": page}
    return form_page(request, form, verb, back=page + anchor, here=words["title"], parent=parent, **words)
