"""The list of trajectories, where one stands, and the move to another phase."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import members_only
from accounts.enums import OrganisationKind
from accounts.policy import Action, Conflict, may
from phases import selectors, services
from phases.enums import Phase
from phases.forms import MoveForm
from phases.machine import Blocker
from phases.models import Trajectory

PAGE_SIZE = 25


@members_only
def trajectory_list(request):
    trajectories = selectors.with_summary(Trajectory.objects.visible_to(request.user).select_related("chamber"))
    page = Paginator(trajectories, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "phases/trajectory_list.html", {"page_obj": page})


@members_only
def trajectory_detail(request, slug):
    return _page(request, _trajectory(request, slug))


@members_only
@require_POST
def move_phase(request, slug):
    """Move the trajectory. 302 when done, 400 for nonsense, 403 for the wrong person, 409 with every reason otherwise."""
    trajectory = _trajectory(request, slug)
    form = MoveForm({**request.POST.dict(), "to": request.POST.get("to", "").lower()})
    if not form.is_valid():
        return _page(request, trajectory, sent=form, status=400)
    try:
        change = services.move(
            trajectory=trajectory,
            to=form.cleaned_data["to"],
            by=request.user,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"] or trajectory.phase,
        )
    except services.ReasonMissing as missing:
        form.add_error("reason", missing.reasons)
        return _page(request, trajectory, sent=form, status=400)
    except Conflict as conflict:
        status = 403 if isinstance(conflict, services.OverrideRefused) else 409
        return _page(request, _trajectory(request, slug), sent=form, refusals=conflict.reasons, status=status)
    target = Phase(change.target)
    messages.success(
        request,
        _("The trajectory is now in phase %(number)s: %(name)s.") % {"number": target.number, "name": target.label},
    )
    return redirect(trajectory)


def _trajectory(request, slug):
    trajectories = Trajectory.objects.visible_to(request.user).prefetch_related(selectors.TAKING_PART)
    together = ("chamber", "manager", "steering_group", "certificate_rules")
    return get_object_or_404(trajectories.select_related(*together), slug=slug)


def _page(request, trajectory, *, sent=None, refusals=(), status=200):
    """The page of a trajectory; after a refused move with the reasons on top and what was typed still there."""
    steps = selectors.next_steps(trajectory, request.user)
    forward = next((step for step in steps if not step.is_adjustment), None)
    adjustment = next((step for step in steps if step.is_adjustment and step.may_move), None)
    override_form = _reason_form("override", sent, forward) if forward and forward.may_override else None
    adjust_form = _reason_form("adjust", sent, adjustment) if adjustment else None
    standing = selectors.standing(trajectory)
    taking_part = selectors.participants_by_kind(trajectory)
    schools, companies = taking_part[OrganisationKind.SCHOOL], taking_part[OrganisationKind.COMPANY]
    is_kept = sent is not None and sent in (override_form, adjust_form)
    context = {
        "trajectory": trajectory,
        "standing": standing,
        "now": standing[trajectory.current_phase.number - 1],
        "facts": _facts(trajectory, schools, companies),
        "forward": forward,
        "adjustment": adjustment,
        "override_form": override_form,
        "adjust_form": adjust_form,
        "refusals": refusals or _mistakes(sent, is_kept),
        "lost_reason": "" if sent is None or is_kept else sent.data.get("reason", ""),
        "schools": schools,
        "companies": companies,
        "partners": taking_part[OrganisationKind.PARTNER],
        "history": selectors.history(trajectory, request.user),
        "sees_sign_ups": may(request.user, Action.MODERATE),
        "reads_report": may(request.user, Action.SEE_GROUP_REPORT, trajectory),
    }
    return render(request, "phases/trajectory_detail.html", context, status=status)


def _reason_form(name, sent, step):
    """The form that asks why: as it was sent when it was this one, else a new one. Its ids start with `name`."""
    is_override = name == "override"
    is_this_one = (
        sent is not None and sent.data.get("to") == step.target and bool(sent.data.get("override")) == is_override
    )
    form = sent if is_this_one else MoveForm()
    form.auto_id = f"{name}_%s"
    return form


def _mistakes(form, is_on_page):
    """What is wrong with the input. A phase that does not exist cannot come from the page's own forms."""
    if form is None:
        return []
    if {"to", "seen"} & form.errors.keys():
        return [Blocker(_("Choose an existing phase."))]
    where = f"#{form['reason'].auto_id}" if is_on_page else ""
    return [Blocker(error, where) for error in form.errors.get("reason", [])]


def _facts(trajectory, schools, companies):
    return [
        {"label": _("Chamber"), "value": trajectory.chamber},
        {"label": _("School years"), "value": trajectory.school_years},
        {"label": _("Schools"), "value": len(schools)},
        {"label": _("Companies"), "value": len(companies)},
        {"label": _("In charge"), "value": trajectory.manager or _("Not decided yet"), "wide": True},
    ]
