"""How every page of a school finds its school, trajectory and moment: a stranger gets 404."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.policy import Action, require
from phases.models import Trajectory
from schools import selectors
from schools.enums import Moment
from schools.models import Evidence, School

PAGE_SIZE = 25


def find_school(request, pk, action=None):
    # By the organisation's id: unlike a one-to-one key, it answers "not found" to a number too large for the database.
    school = get_object_or_404(
        School.objects.visible_to(request.user).select_related("organisation"), organisation__id=pk
    )
    if action:
        require(request.user, action, school)
    return school


def find_trajectory(request, school):
    """The trajectory that was asked for (?traject=), else the newest one that this person may see; None without any."""
    trajectories = list(selectors.trajectories_of(school).filter(pk__in=Trajectory.objects.visible_to(request.user)))
    wanted = request.POST.get("traject") or request.GET.get("traject")
    if wanted:
        return next((t for t in trajectories if t.slug == wanted), None) or not_found(), trajectories
    return (trajectories[0] if trajectories else None), trajectories


def not_found():
    raise Http404


def find_moment(request, trajectory):
    wanted = request.POST.get("moment") or request.GET.get("moment")
    if wanted and wanted not in Moment.values:
        raise Http404
    return Moment(wanted) if wanted else selectors.moment_now(trajectory)


def find_evidence(request, pk, item):
    """A piece of evidence of this school, for its own people and Voka."""
    school = find_school(request, pk, Action.SEE_SCHOOL_DOSSIER)
    evidence = Evidence.objects.visible_to(request.user).with_files()
    evidence = evidence.select_related("school__organisation", "pupils_confirmed_by", "created_by")
    return get_object_or_404(evidence, pk=item, school=school)


def show_refusal(form, error):
    """Put what a service refused on the form, beside what was typed."""
    if isinstance(error, ValidationError):
        form.add_error("file" if "file" in form.fields else "proof", error)
    else:
        for reason in error.reasons:
            form.add_error(None, str(reason))


def show_version(form, version):
    """From now on the form builds on what is stored: saving it again is a choice, not an accident."""
    form.data = form.data.copy()
    form.data["version"] = str(version)
