"""The one way in which a form page ends in a verb."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from accounts.policy import Conflict
from phases.models import Trajectory
from workgroups.models import Workgroup
from workgroups.windows import require_open


def bound(request):
    """The data of a form: what was posted, or None on a first visit."""
    return request.POST if request.method == "POST" else None


def check_open(request, work, workgroup):
    """No empty form for what is closed now (409). What was typed goes to the service, which refuses beside the input."""
    if request.method != "POST":
        require_open(work, workgroup.trajectory, request.user)


def form_page(request, form, verb, *, done, back, here, parent, title, button, intro="", onward=None):
    """Show a form; once it is valid call `verb(**cleaned_data)` and go `back`, or `onward` to the page of what was made.

    A Conflict stands above the form with what was typed still in it (409). `here` is the crumb of this page and `parent` the
    object above it.
    """
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            made = verb(**form.cleaned_data)
        except Conflict as conflict:
            for reason in conflict.reasons:
                form.add_error(None, str(reason))
            status = 409
        else:
            messages.success(request, done)
            return redirect(onward(made) if onward else back)
    context = {
        "form": form,
        "here": here,
        "parent": parent,
        "title": title,
        "button": button,
        "intro": intro,
        "back": back,
    }
    return render(request, "workgroups/form.html", context, status=status)


def do(request, verb, *, done, back):
    """Call a verb that needs no input. A Conflict becomes the 409 page."""
    verb()
    messages.success(request, done)
    return redirect(back)


def find_trajectory(request, slug) -> Trajectory:
    """The trajectory of a steering group's page, for who may see it; others get 404."""
    trajectories = Trajectory.objects.visible_to(request.user).select_related("steering_group")
    return get_object_or_404(trajectories, slug=slug)


def find_workgroup(request, pk) -> Workgroup:
    """A workgroup with its people, for who may see it; others get 404."""
    workgroups = Workgroup.objects.visible_to(request.user).with_people()
    return get_object_or_404(workgroups.select_related("priority__trajectory__steering_group"), pk=pk)
