"""Certificates for those who receive them, for Voka who issues them, and the public page that anyone can check."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.access import members_only, public, staff_only
from accounts.enums import OrganisationKind
from accounts.models import Organisation
from accounts.policy import Action, Conflict, may, require
from certificates import limits, selectors, services
from certificates.eligibility import eligibility, rules_of
from certificates.forms import CheckForm, ReasonForm, RevokeForm, SearchForm, clean_token
from certificates.models import Certificate
from phases.models import Trajectory

PAGE_SIZE = 25


# --- For members ------------------------------------------------------------------------------------------------------


@members_only
@require_safe
def certificate_list(request):
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = Paginator(selectors.certificate_list(request.user, words), PAGE_SIZE).get_page(request.GET.get("page"))
    is_staff = may(request.user, Action.MODERATE)
    context = {
        "page_obj": page,
        "form": form,
        "is_staff": is_staff,
        "some_are_in_the_making": any(certificate.is_in_the_making for certificate in page),
        "prospects": selectors.prospects(request.user),
        "trajectories": selectors.trajectories_in_issue(request.user) if is_staff else [],
    }
    return render(request, "certificates/certificate_list.html", context)


@members_only
@require_safe
def download(request, number):
    """The PDF; 404 for a stranger, 409 with a sentence when there is nothing to hand out."""
    certificate = _certificate(request, number)
    require(request.user, Action.SEE_CERTIFICATE, certificate)
    response = HttpResponse(services.read_pdf(certificate), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="IN2STEM-certificaat-{certificate.number}.pdf"'
    response["Content-Security-Policy"] = "sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response


@members_only
@never_cache
@require_safe
def progress(request, number):
    """The part of a list row that changes while the PDF is made; a visit without htmx goes to the list."""
    certificate = _certificate(request, number)
    if not request.htmx:
        return redirect("certificates:list")
    return render(request, "certificates/_state.html", {"certificate": certificate})


def _certificate(request, number):
    certificates = Certificate.objects.visible_to(request.user).select_related("organisation", "trajectory")
    return get_object_or_404(certificates, number=number)


# --- For Voka ---------------------------------------------------------------------------------------------------------


@staff_only
@require_safe
def trajectory(request, slug):
    """Who gets a certificate, who not yet and why, with the decisions that can be taken."""
    return _trajectory_page(request, _trajectory(request, slug))


@staff_only
@require_POST
def issue(request, slug, organisation):
    found = _trajectory(request, slug)
    company = _company(found, organisation)
    try:
        certificate = services.issue(organisation=company, trajectory=found, by=request.user)
    except Conflict as conflict:
        return _trajectory_page(request, found, refusals=conflict.reasons, status=409)
    messages.success(
        request,
        _("Certificate %(number)s of %(company)s is issued. The PDF is on its way.")
        % {"number": certificate.number, "company": company},
    )
    return redirect("certificates:trajectory", slug=slug)


@staff_only
def issue_to_all(request, slug):
    """First show who gets one and who does not; then do it."""
    found = _trajectory(request, slug)
    if request.method != "POST":
        context = {
            "trajectory": found,
            "overview": selectors.overview(found),
            "is_open": selectors.issuing_is_open(found),
        }
        return render(request, "certificates/issue_to_all.html", context)
    issued = services.issue_to_all(trajectory=found, by=request.user)
    messages.success(
        request,
        ngettext(
            "%(count)d certificate is issued. The PDF is on its way.",
            "%(count)d certificates are issued. The PDFs are on their way.",
            len(issued),
        )
        % {"count": len(issued)},
    )
    return redirect("certificates:trajectory", slug=slug)


@staff_only
def refuse(request, slug, organisation):
    found = _trajectory(request, slug)
    company = _company(found, organisation)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            services.refuse(organisation=company, trajectory=found, reason=form.cleaned_data["reason"], by=request.user)
        except Conflict as conflict:
            form.add_error(None, [str(reason) for reason in conflict.reasons])
        else:
            messages.success(request, _("The decision about %(company)s is recorded.") % {"company": company})
            return redirect("certificates:trajectory", slug=slug)
    context = {"trajectory": found, "company": company, "form": form, "standing": eligibility(company, found)}
    return render(request, "certificates/refuse.html", context)


@staff_only
@require_POST
def withdraw_refusal(request, slug, organisation):
    found = _trajectory(request, slug)
    refusal = get_object_or_404(found.certificate_refusals.select_related("trajectory"), organisation=organisation)
    services.withdraw_refusal(refusal=refusal, by=request.user)
    messages.success(request, _("The decision is withdrawn."))
    return redirect("certificates:trajectory", slug=slug)


@staff_only
@require_POST
def retry(request, number):
    certificate = _certificate(request, number)
    services.retry(certificate=certificate, by=request.user)
    messages.success(request, _("Certificate %(number)s is made again.") % {"number": number})
    return redirect("certificates:trajectory", slug=certificate.trajectory.slug)


@staff_only
def revoke(request, number):
    certificate = _certificate(request, number)
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        try:
            services.revoke(certificate=certificate, reason=form.cleaned_data["reason"], by=request.user)
        except Conflict as conflict:
            form.add_error(None, [str(reason) for reason in conflict.reasons])
        else:
            messages.success(request, _("Certificate %(number)s is revoked.") % {"number": number})
            return redirect("certificates:list")
    return render(request, "certificates/revoke.html", {"certificate": certificate, "form": form})


def _trajectory(request, slug):
    return get_object_or_404(Trajectory.objects.visible_to(request.user).select_related("chamber"), slug=slug)


def _company(trajectory, organisation):
    companies = Organisation.objects.of_kind(OrganisationKind.COMPANY).standing()
    return get_object_or_404(companies.filter(participations__trajectory=trajectory), pk=organisation)


def _trajectory_page(request, trajectory, *, refusals=(), status=200):
    context = {
        "trajectory": trajectory,
        "overview": selectors.overview(trajectory),
        "rules": rules_of(trajectory),
        "is_open": selectors.issuing_is_open(trajectory),
        "refusals": refusals,
    }
    return render(request, "certificates/trajectory.html", context, status=status)


# --- For everyone -----------------------------------------------------------------------------------------------------


@public
@never_cache
@require_GET
def check(request):
    """Type over the code or the number of a certificate."""
    form = CheckForm(request.GET if "code" in request.GET else None)
    if form.is_bound and limits.is_over_limit(request):
        return render(request, "429.html", status=429)
    if form.is_valid():
        code = form.cleaned_data["code"]
        certificate = (
            selectors.by_number(code, form.cleaned_data["enterprise_number"])
            if form.is_number
            else selectors.by_token(code)
        )
        if certificate:
            return redirect(certificate)
        limits.count_miss(request)
        form.add_error(
            "code", _("We know no certificate with this code or number. Compare it again with the certificate.")
        )
    return render(request, "certificates/check.html", {"form": form})


@public
@never_cache
@require_safe
def verify(request, token):
    """What was certified and whether it holds, as a page or as JSON. Unknown and malformed codes get the same answer."""
    wants_json = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    if limits.is_over_limit(request):
        response = (
            JsonResponse({"status": "too_many_requests"}, status=429)
            if wants_json
            else render(request, "429.html", status=429)
        )
    elif certificate := selectors.by_token(clean_token(token)):
        response = _holds(request, certificate, wants_json)
    else:
        limits.count_miss(request)
        response = (
            JsonResponse({"status": "unknown"}, status=404)
            if wants_json
            else render(request, "certificates/unknown.html", status=404)
        )
    response["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ["Accept"])
    return response


def _holds(request, certificate, wants_json):
    facts = selectors.public_facts(certificate)
    if wants_json:
        return JsonResponse(facts | {"url": certificate.verification_url})
    context = {"certificate": certificate, "facts": facts, "now": timezone.localtime()}
    return render(request, "certificates/verify.html", context)
