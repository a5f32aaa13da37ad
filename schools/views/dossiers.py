"""The dossier of a school: ask for it, follow how far it is, take it along."""

from urllib.parse import quote

from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import members_only
from accounts.policy import Action
from schools import selectors, services
from schools.views.finding import find_school, find_trajectory


@members_only
@require_safe
def dossier(request, pk):
    """What a dossier holds, the newest one, and the button that makes another."""
    school = find_school(request, pk, Action.EXPORT_DOSSIER)
    trajectory, trajectories = find_trajectory(request, school)
    coverage = selectors.coverage(school)
    context = {
        "school": school,
        "trajectory": trajectory,
        "trajectories": trajectories,
        "dossier": school.dossiers.select_related("requested_by", "trajectory").first(),
        "without": [cell.criterion for element in coverage for cell in element.rows if not cell.total],
        "pieces": school.evidence.count(),
    }
    return render(request, "schools/dossier.html", context)


@members_only
@require_POST
def dossier_make(request, pk):
    """Have it made; a second click joins the one that is being made."""
    school = find_school(request, pk, Action.EXPORT_DOSSIER)
    trajectory, _trajectories = find_trajectory(request, school)
    services.request_dossier(school=school, trajectory=trajectory, by=request.user)
    return redirect("schools:dossier", pk=school.pk)


@members_only
@never_cache
@require_safe
def dossier_progress(request, pk, dossier):
    """The part of the page that changes while the dossier is made; a visit without htmx goes to the page."""
    school = find_school(request, pk, Action.EXPORT_DOSSIER)
    found = get_object_or_404(school.dossiers.select_related("requested_by", "trajectory"), pk=dossier)
    if not request.htmx:
        return redirect("schools:dossier", pk=school.pk)
    return render(request, "schools/_dossier_state.html", {"school": school, "dossier": found})


@members_only
@require_safe
def dossier_zip(request, pk, dossier):
    """The ZIP. Each file in it gets a line in its log of downloads."""
    school, found = _dossier(request, pk, dossier)
    file = services.open_file(found, name=found.file, by=request.user)
    if request.method == "GET":
        services.record_taking(dossier=found, by=request.user)
    return attachment(file, _named(school, found, "zip"), "application/zip")


@members_only
@require_safe
def dossier_pdf(request, pk, dossier):
    school, found = _dossier(request, pk, dossier)
    file = services.open_file(found, name=found.pdf, by=request.user)
    return attachment(file, _named(school, found, "pdf"), "application/pdf")


def _dossier(request, pk, dossier):
    school = find_school(request, pk, Action.EXPORT_DOSSIER)
    return school, get_object_or_404(school.dossiers.all(), pk=dossier)


def _named(school, found, ending):
    name = slugify(school.organisation.name)[:80].strip("-") or "school"
    return f"dossier-{name}-{localtime(found.requested_at):%Y-%m-%d}.{ending}"


def attachment(file, name, content_type):
    """A file that is saved and never shown in our own pages."""
    response = FileResponse(file, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response["Content-Security-Policy"] = "sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response
