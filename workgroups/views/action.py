"""The page of one action point with its history, its form and its buttons."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import members_only
from accounts.policy import Action, may, require
from workgroups import forms, services
from workgroups.models import ActionPoint
from workgroups.views.answer import bound, check_open, do, find_workgroup, form_page
from workgroups.windows import Work, is_open


@members_only
def action_point_detail(request, pk, point):
    workgroup, point = _point(request, pk, point)
    user, trajectory = request.user, workgroup.trajectory
    works, leads = may(user, Action.WORK_IN_WORKGROUP, point), may(user, Action.LEAD_WORKGROUP, point)
    return render(
        request,
        "workgroups/action_point_detail.html",
        {
            "workgroup": workgroup,
            "trajectory": trajectory,
            "point": point,
            "facts": _facts(workgroup, point),
            "log": point.log.select_related("by"),
            "may_edit": works and point.is_open and is_open(Work.ACTIONS, trajectory, user),
            "may_close": works and point.is_open and is_open(Work.CLOSING, trajectory, user),
            "may_drop": leads and point.is_open and is_open(Work.CLOSING, trajectory, user),
            "may_reopen": leads and not point.is_open and is_open(Work.ACTIONS, trajectory, user),
        },
    )


def _facts(workgroup, point):
    return [
        {"label": _("Workgroup"), "value": workgroup, "url": workgroup.get_absolute_url(), "wide": True},
        {"label": _("Who does it?"), "value": point.owner.user if point.owner else "–"},
        {"label": _("By when?"), "value": f"{point.due_on:%d/%m/%Y}"},
    ]


@members_only
def add_action_point(request, pk):
    workgroup = find_workgroup(request, pk)
    require(request.user, Action.WORK_IN_WORKGROUP, workgroup)
    check_open(request, Work.ACTIONS, workgroup)
    page = workgroup.get_absolute_url()
    return form_page(
        request,
        forms.ActionPointForm(bound(request), workgroup=workgroup),
        lambda **data: services.add_action_point(workgroup=workgroup, by=request.user, **data),
        done=_("The action point is added."),
        back=page + "#actiepunten",
        here=_("New action point"),
        parent={"label": workgroup.name, "url": page},
        title=_("New action point"),
        button=_("Add this action point"),
    )


@members_only
def edit_action_point(request, pk, point):
    workgroup, point = _point(request, pk, point)
    require(request.user, Action.WORK_IN_WORKGROUP, point)
    initial = {"title": point.title, "description": point.description, "owner": point.owner, "due_on": point.due_on}
    return _form_page(
        request,
        point,
        forms.ActionPointForm(bound(request), initial=initial, workgroup=workgroup, current_owner=point.owner),
        lambda **data: services.update_action_point(action_point=point, by=request.user, **data),
        done=_("Saved."),
        title=_("Change the action point"),
        button=_("Save"),
    )


@members_only
@require_POST
def start(request, pk, point):
    workgroup, point = _point(request, pk, point)
    return _do(
        request,
        workgroup,
        lambda: services.start_action_point(action_point=point, by=request.user),
        _("Good luck with it."),
    )


@members_only
@require_POST
def complete(request, pk, point):
    workgroup, point = _point(request, pk, point)
    return _do(
        request, workgroup, lambda: services.complete_action_point(action_point=point, by=request.user), _("Well done.")
    )


@members_only
def drop(request, pk, point):
    _workgroup, point = _point(request, pk, point)
    require(request.user, Action.LEAD_WORKGROUP, point)
    return _form_page(
        request,
        point,
        forms.ReasonForm(bound(request)),
        lambda reason: services.drop_action_point(action_point=point, reason=reason, by=request.user),
        done=_("The action point is closed."),
        title=_("Close without doing it"),
        button=_("Close this action point"),
    )


@members_only
@require_POST
def reopen(request, pk, point):
    workgroup, point = _point(request, pk, point)
    return _do(
        request,
        workgroup,
        lambda: services.reopen_action_point(action_point=point, by=request.user),
        _("The action point is open again."),
    )


def _point(request, pk, point):
    workgroup = find_workgroup(request, pk)
    point = get_object_or_404(
        ActionPoint.objects.select_related("owner__user", "closed_by"), workgroup=workgroup, pk=point
    )
    point.workgroup = workgroup
    return workgroup, point


def _do(request, workgroup, verb, done):
    return do(request, verb, done=done, back=workgroup.get_absolute_url() + "#actiepunten")


def _form_page(request, point, form, verb, **words):
    page = point.get_absolute_url()
    parent = {"label": point.title, "url": page}
    return form_page(request, form, verb, back=page, here=words["title"], parent=parent, **words)
