"""The final measurement of a company: where it stands, filling it in pillar by pillar, completing it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import members_only
from accounts.policy import Action, Conflict, may
from companies import selectors, services
from companies.forms import MissingForm, PartForm
from companies.views.results import find_baseline, find_company


@members_only
def measurement(request, pk):
    """How far the final measurement is; once it is complete, start beside end."""
    company = find_company(request, pk, Action.MEASURE_COMPANY)
    baseline, baselines = find_baseline(request, company)
    return _overview(request, company, baseline, baselines)


@members_only
def measurement_part(request, pk, number):
    """Fill in the questions of one pillar."""
    company = find_company(request, pk, Action.MEASURE_COMPANY)
    baseline, _baselines = find_baseline(request, company)
    board = selectors.measurement_board(baseline) if baseline else None
    part = next((part for part in board.parts if part.number == number), None) if board else None
    if part is None:
        raise Http404
    if not board.is_open and request.method != "POST":
        return redirect(_page(company, baseline))
    form = PartForm(request.POST or None, part=part, version=board.version)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.fill_final_measurement(
                intake=baseline.intake,
                answers=form.given_answers(),
                seen_version=form.cleaned_data["version"],
                by=request.user,
            )
        except services.StaleMeasurement as stale:
            form.compare(stale)
            status = 409
        except Conflict as conflict:
            form.refuse(conflict)
            status = 409
        else:
            messages.success(request, _("“%(pillar)s” is saved.") % {"pillar": part.name})
            return redirect(_page(company, baseline, _following(board, part) if "next" in request.POST else None))
    context = {
        "company": company,
        "baseline": baseline,
        "board": board,
        "part": part,
        "following": _following(board, part),
        "form": form,
        "page": _page(company, baseline),
    }
    return render(request, "companies/measurement_part.html", context, status=status)


@members_only
@require_POST
def measurement_state(request, pk):
    """Complete it, open it again, or (Voka) mark it missing."""
    company = find_company(request, pk, Action.MEASURE_COMPANY)
    baseline, baselines = find_baseline(request, company)
    if baseline is None:
        raise Http404
    form, done = MissingForm(), None
    try:
        match request.POST.get("do"):
            case "complete":
                services.complete_final_measurement(intake=baseline.intake, by=request.user)
                done = _("The final measurement is complete. Thank you.")
            case "reopen":
                services.reopen_final_measurement(intake=baseline.intake, by=request.user)
                done = _("The final measurement is open again.")
            case "missing":
                form = MissingForm(request.POST)
                if form.is_valid():
                    services.mark_final_measurement_missing(
                        intake=baseline.intake, reason=form.cleaned_data["reason"], by=request.user
                    )
                    done = _("The final measurement is marked missing.")
            case _unknown:
                raise Http404
    except Conflict as conflict:
        return _overview(request, company, baseline, baselines, reasons=conflict.reasons, status=409)
    if done is None:
        return _overview(request, company, baseline, baselines, missing_form=form)
    messages.success(request, done)
    return redirect(_page(company, baseline))


def _overview(request, company, baseline, baselines, *, reasons=(), missing_form=None, status=200):
    board = selectors.measurement_board(baseline) if baseline else None
    context = {
        "company": company,
        "baseline": baseline,
        "baselines": baselines,
        "board": board,
        "reasons": reasons,
        "missing_form": missing_form or MissingForm(),
        "is_staff": may(request.user, Action.MODERATE),
    }
    return render(request, "companies/measurement.html", context, status=status)


def _following(board, part):
    """The first part after this one that is not done; after the last one the overview shows what is still open."""
    return next((other for other in board.parts[part.number :] if not other.is_done), None)


def _page(company, baseline, part=None) -> str:
    page = (
        reverse("companies:measurement-part", args=[company.pk, part.number])
        if part
        else reverse("companies:measurement", args=[company.pk])
    )
    return f"{page}?traject={baseline.intake.trajectory.slug}"
