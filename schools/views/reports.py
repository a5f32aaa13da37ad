"""The group report of a trajectory, for Voka and its steering group: as a page, a PDF and a workbook."""

import io

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import members_only
from accounts.policy import Action, Conflict, require
from phases.models import Trajectory
from schools import selectors, services
from schools.views.dossiers import attachment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _find(request, slug):
    """A stranger gets 404; who takes part but does not sit in the steering group gets 403."""
    trajectory = get_object_or_404(Trajectory.objects.visible_to(request.user), slug=slug)
    require(request.user, Action.SEE_GROUP_REPORT, trajectory)
    return trajectory


@members_only
@require_safe
def group_report(request, slug):
    """Averages, spread and lowest criteria; below five schools only how many there are."""
    trajectory = _find(request, slug)
    context = {
        "trajectory": trajectory,
        "report": selectors.group_report(trajectory),
        "export": trajectory.group_reports.select_related("requested_by").first(),
    }
    return render(request, "schools/group_report.html", context)


@members_only
@require_safe
def group_report_sheet(request, slug):
    """The workbook."""
    from schools import group_sheet  # openpyxl is only needed here

    trajectory = _find(request, slug)
    report = selectors.group_report(trajectory)
    if not report.is_open:
        raise Conflict(
            _("There are too few schools for a report: at least %(minimum)d must have given scores.")
            % {"minimum": report.minimum}
        )
    name = f"groepsrapport-{trajectory.slug}-{timezone.localdate():%Y-%m-%d}.xlsx"
    return attachment(io.BytesIO(group_sheet.workbook(report, trajectory)), name, XLSX)


@members_only
@require_POST
def group_report_make(request, slug):
    """Have the PDF made; a second click joins the one that is being made."""
    trajectory = _find(request, slug)
    services.request_report(trajectory=trajectory, by=request.user)
    return redirect("schools:group-report", slug=trajectory.slug)


@members_only
@never_cache
@require_safe
def group_report_progress(request, slug, report):
    """The part of the page that changes while the PDF is made; a visit without htmx goes to the page."""
    trajectory = _find(request, slug)
    found = get_object_or_404(trajectory.group_reports.select_related("requested_by"), pk=report)
    if not request.htmx:
        return redirect("schools:group-report", slug=trajectory.slug)
    return render(request, "schools/_group_report_state.html", {"trajectory": trajectory, "export": found})


@members_only
@require_safe
def group_report_pdf(request, slug, report):
    trajectory = _find(request, slug)
    found = get_object_or_404(trajectory.group_reports.all(), pk=report)
    file = services.open_file(found, name=found.file, by=request.user)
    return attachment(file, f"groepsrapport-{trajectory.slug}.pdf", "application/pdf")
