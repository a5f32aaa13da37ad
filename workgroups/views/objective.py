"""The page of one objective, with everything that was ever measured or adjusted, and its forms."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.access import members_only
from accounts.policy import Action, may, require
from workgroups import forms, selectors, services
from workgroups.enums import MeasurementKind, Outcome
from workgroups.services.objective import frozen_fields, is_frozen
from workgroups.views.answer import bound, check_open, find_workgroup, form_page
from workgroups.windows import Work, is_open

EDITABLE = ("title", "indicator", "unit", "direction", "baseline_value", "target_value", "due_on", "owner")


@members_only
def objective_detail(request, pk, objective):
    workgroup, objective = _objective(request, pk, objective)
    user, trajectory = request.user, workgroup.trajectory
    leads, follows_up = (may(user, Action.LEAD_WORKGROUP, obj) for obj in (workgroup, objective))
    closes = follows_up and is_open(Work.FINAL, trajectory, user)
    line = selectors.objective_line(objective)
    return render(
        request,
        "workgroups/objective_detail.html",
        {
            "workgroup": workgroup,
            "trajectory": trajectory,
            "objective": objective,
            "facts": _facts(workgroup, objective),
            "line": line,
            "lines": [line],
            "history": selectors.objective_history(objective),
            "is_frozen": is_frozen(trajectory),
            "may_edit": leads and is_open(Work.OBJECTIVES, trajectory, user),
            "may_measure": follows_up and bool(_kinds(trajectory, user)),
            "may_explain": closes and objective.outcome in (Outcome.PARTLY, Outcome.MISSED),
            "may_say_not_measured": closes and objective.final is None,
            "may_adjust": _may_adjust(user, workgroup) and is_open(Work.ADJUSTING, trajectory, user),
        },
    )


def _facts(workgroup, objective):
    due = f"{objective.due_on:%d/%m/%Y}" if objective.due_on else "–"
    return [
        {"label": _("Workgroup"), "value": workgroup, "url": workgroup.get_absolute_url(), "wide": True},
        {"label": _("By when?"), "value": due},
        {"label": _("Who follows it up?"), "value": objective.owner.user if objective.owner else "–"},
    ]


@members_only
def add_objective(request, pk):
    workgroup = find_workgroup(request, pk)
    require(request.user, Action.LEAD_WORKGROUP, workgroup)
    check_open(request, Work.OBJECTIVES, workgroup)
    return form_page(
        request,
        forms.ObjectiveForm(bound(request), workgroup=workgroup),
        lambda **data: services.add_objective(workgroup=workgroup, by=request.user, **data),
        done=_("The objective is added."),
        back=workgroup.get_absolute_url() + "#doelstellingen",
        here=_("New objective"),
        parent={"label": workgroup.name, "url": workgroup.get_absolute_url()},
        title=_("New objective"),
        button=_("Add this objective"),
        intro=_("Choose something you can count or measure. From phase 3 on the start value and the target are fixed."),
    )


@members_only
def edit_objective(request, pk, objective):
    workgroup, objective = _objective(request, pk, objective)
    require(request.user, Action.LEAD_WORKGROUP, workgroup)
    initial = {field: getattr(objective, field) for field in EDITABLE}
    return _form_page(
        request,
        objective,
        forms.ObjectiveForm(
            bound(request),
            initial=initial,
            workgroup=workgroup,
            current_owner=objective.owner,
            fixed=frozen_fields(objective),
        ),
        lambda **data: services.update_objective(objective=objective, by=request.user, **data),
        done=_("Saved."),
        title=_("Change the objective"),
        button=_("Save"),
    )


@members_only
def measure(request, pk, objective):
    workgroup, objective = _objective(request, pk, objective)
    require(request.user, Action.LEAD_WORKGROUP, objective)
    # Nothing open: the form still offers both, so that the refusal says when measuring is possible.
    kinds = _kinds(workgroup.trajectory, request.user) or list(MeasurementKind)
    return _form_page(
        request,
        objective,
        forms.MeasurementForm(bound(request), kinds=kinds),
        lambda **data: services.measure(objective=objective, by=request.user, **data),
        done=_("The measurement is recorded."),
        title=_("Record a measurement"),
        button=_("Record this measurement"),
        intro=_("A measurement stays. A mistake is put right by recording a new one."),
    )


@members_only
def explain(request, pk, objective):
    _workgroup, objective = _objective(request, pk, objective)
    require(request.user, Action.LEAD_WORKGROUP, objective)
    return _form_page(
        request,
        objective,
        forms.ExplanationForm(bound(request), initial={"explanation": objective.explanation}),
        lambda explanation: services.explain_missed_target(
            objective=objective, explanation=explanation, by=request.user
        ),
        done=_("Saved."),
        title=_("Why was the target missed?"),
        button=_("Save"),
    )


@members_only
def not_measured(request, pk, objective):
    _workgroup, objective = _objective(request, pk, objective)
    require(request.user, Action.LEAD_WORKGROUP, objective)
    return _form_page(
        request,
        objective,
        forms.ReasonForm(bound(request), initial={"reason": objective.not_measured_reason}),
        lambda reason: services.mark_not_measured(objective=objective, reason=reason, by=request.user),
        done=_("Saved."),
        title=_("Why is there no final measurement?"),
        button=_("Save"),
    )


@members_only
def adjust(request, pk, objective):
    workgroup, objective = _objective(request, pk, objective)
    if not _may_adjust(request.user, workgroup):
        require(request.user, Action.LEAD_WORKGROUP, workgroup)
    return _form_page(
        request,
        objective,
        forms.AdjustForm(bound(request), objective=objective),
        lambda **data: services.adjust_target(objective=objective, by=request.user, **data),
        done=_("The target is adjusted. The old one stays visible."),
        title=_("Adjust the target"),
        button=_("Adjust the target"),
        intro=_("The old target stays visible, with your reason."),
    )


def _objective(request, pk, objective):
    workgroup = find_workgroup(request, pk)
    objective = get_object_or_404(workgroup.objectives.with_history(), pk=objective)
    objective.workgroup = workgroup
    return workgroup, objective


def _kinds(trajectory, user):
    works = {MeasurementKind.INTERIM: Work.INTERIM, MeasurementKind.FINAL: Work.FINAL}
    return [kind for kind, work in works.items() if is_open(work, trajectory, user)]


def _may_adjust(user, workgroup):
    return may(user, Action.STEER, workgroup) or may(user, Action.LEAD_WORKGROUP, workgroup)


def _form_page(request, objective, form, verb, **words):
    page = objective.get_absolute_url()
    parent = {"label": objective.title, "url": page}
    return form_page(request, form, verb, back=page, here=words["title"], parent=parent, **words)
