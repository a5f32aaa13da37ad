"""The list of workgroups, the page of one, and who sits in it."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import members_only
from accounts.policy import Action, may, require
from phases.enums import Phase
from workgroups import forms, readiness, selectors, services
from workgroups.enums import PriorityState, SeatRole
from workgroups.models import Seat, Workgroup
from workgroups.views.answer import bound, do, find_workgroup, form_page
from workgroups.windows import Work, is_open

PAGE_SIZE = 25


@members_only
def workgroup_list(request):
    form = forms.FilterForm(request.GET, user=request.user)
    if form.is_valid():
        workgroups = selectors.workgroup_list(request.user, form.cleaned_data["traject"])
    else:
        workgroups = Workgroup.objects.none()
    page = Paginator(workgroups, PAGE_SIZE).get_page(request.GET.get("page"))
    for workgroup in page:
        workgroup.is_own = workgroup.has_seat(request.user)
    return render(request, "workgroups/workgroup_list.html", {"form": form, "page_obj": page})


@members_only
def workgroup_detail(request, pk):
    workgroup, user = find_workgroup(request, pk), request.user
    trajectory = workgroup.trajectory
    objectives = list(workgroup.objectives.with_history())
    works, leads = (may(user, action, workgroup) for action in (Action.WORK_IN_WORKGROUP, Action.LEAD_WORKGROUP))
    points = list(workgroup.action_points.select_related("owner__user"))
    counts = workgroup.priority.state == PriorityState.DECIDED
    return render(
        request,
        "workgroups/workgroup_detail.html",
        {
            "workgroup": workgroup,
            "trajectory": trajectory,
            "facts": _facts(workgroup),
            "lines": [selectors.objective_line(objective) for objective in objectives],
            "last_measured": max((m.measured_on for o in objectives for m in o.measurements.all()), default=None),
            "points": points,
            "points_intro": selectors.points_summary(points),
            "roster": selectors.roster(workgroup),
            "balance": selectors.balance(workgroup),
            "missing_people": list(readiness.missing_people(workgroup)) if counts else [],
            # The library lies a floor up; its rows are reached through the relation, never by import.
            "practices": workgroup.practices.visible_to(user).select_related("author"),
            "works": works,
            "may_edit": leads and is_open(Work.SEATS, trajectory, user),
            "may_choose_leaders": may(user, Action.STEER, workgroup) and is_open(Work.SEATS, trajectory, user),
            "may_add_objective": leads and is_open(Work.OBJECTIVES, trajectory, user),
            "may_add_point": works and is_open(Work.ACTIONS, trajectory, user),
            "may_close_point": works and is_open(Work.CLOSING, trajectory, user),
            "may_say_no_practice": leads and is_open(Work.PRACTICE_REASON, trajectory, user),
        },
    )


def _facts(workgroup):
    trajectory, phase = workgroup.trajectory, Phase(workgroup.trajectory.phase)
    people = {_("Chair"): workgroup.chair, _("Facilitator"): workgroup.facilitator}
    return [
        {
            "label": _("Priority"),
            "value": workgroup.priority,
            "url": workgroup.priority.get_absolute_url(),
            "wide": True,
        },
        {"label": _("Trajectory"), "value": trajectory, "url": trajectory.get_absolute_url()},
        {"label": _("Phase"), "value": f"{phase.number} · {phase.label}"},
        *({"label": label, "value": seat.membership.user if seat else "–"} for label, seat in people.items()),
    ]


@members_only
def edit_workgroup(request, pk):
    workgroup = find_workgroup(request, pk)
    require(request.user, Action.LEAD_WORKGROUP, workgroup)
    fields = ("name", "charter", "wanted_profiles")
    return _form_page(
        request,
        workgroup,
        forms.WorkgroupForm(bound(request), initial={field: getattr(workgroup, field) for field in fields}),
        lambda **data: services.update_workgroup(workgroup=workgroup, by=request.user, **data),
        done=_("Saved."),
        title=_("Change the workgroup"),
        button=_("Save"),
    )


@members_only
def add_seat(request, pk):
    workgroup = find_workgroup(request, pk)
    may_choose_leaders = may(request.user, Action.STEER, workgroup)
    if not may_choose_leaders:
        require(request.user, Action.LEAD_WORKGROUP, workgroup)
    initial = {"role": request.GET.get("rol") if request.GET.get("rol") in SeatRole.values else SeatRole.PARTICIPANT}
    return _form_page(
        request,
        workgroup,
        forms.SeatForm(bound(request), initial=initial, workgroup=workgroup, may_choose_leaders=may_choose_leaders),
        lambda **data: services.seat(workgroup=workgroup, by=request.user, **data),
        done=_("Added to the workgroup. This person gets a mail."),
        title=_("Add someone to the workgroup"),
        button=_("Add this person"),
        anchor="#leden",
    )


@members_only
@require_POST
def end_seat(request, pk, seat):
    workgroup = find_workgroup(request, pk)
    seat = get_object_or_404(Seat, workgroup=workgroup, pk=seat)
    seat.workgroup = workgroup
    return do(
        request,
        lambda: services.unseat(seat=seat, by=request.user),
        done=_("This seat has ended."),
        back=selectors.people_link(workgroup),
    )


@members_only
def no_practice(request, pk):
    workgroup = find_workgroup(request, pk)
    require(request.user, Action.LEAD_WORKGROUP, workgroup)
    return _form_page(
        request,
        workgroup,
        forms.ReasonForm(bound(request), initial={"reason": workgroup.no_practice_reason}),
        lambda reason: services.state_no_practice_reason(workgroup=workgroup, reason=reason, by=request.user),
        done=_("Saved."),
        title=_("Why does this workgroup share no practice?"),
        button=_("Save"),
        anchor="#praktijken",
    )


def _form_page(request, workgroup, form, verb, *, anchor="", **words):
    page = workgroup.get_absolute_url()
    parent = {"label": workgroup.name, "url": page}
    return form_page(request, form, verb, back=page + anchor, here=words["title"], parent=parent, **words)
