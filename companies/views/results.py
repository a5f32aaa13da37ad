"""What the answers of a company say: right after signing up through a signed link, later in its profile, and per trajectory.

What a newcomer gets wrong: putting a name or an address of a person on the public page. Whoever gets the link reads it.
"""

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.access import members_only, public, staff_only
from accounts.policy import Action, may, require
from companies import selectors
from companies.enums import HeadcountBand
from companies.forms import BaselinePart
from companies.links import intake_of_results
from companies.models import Company, Questionnaire
from phases.models import Trajectory


@public
@never_cache
def sent_results(request):
    """The results of an intake that was just sent."""
    reference = request.GET.get("ref", "")
    if not reference:
        return render(request, "companies/results_without_link.html")
    pk = intake_of_results(reference)
    profile = selectors.profile_of_intake(pk) if pk else None
    if profile is None:
        return render(request, "companies/results_gone.html", status=404)
    answer = render(request, "companies/results.html", {"profile": profile, "company": profile.baseline.intake})
    answer["X-Robots-Tag"] = "noindex"
    return answer


@members_only
def results(request, pk):
    """The results of a company's start measurement, for the company itself and Voka."""
    company = find_company(request, pk, Action.SEE_COMPANY_BASELINE)
    baseline, baselines = find_baseline(request, company)
    context = {
        "company": company,
        "is_member": True,
        "baselines": baselines,
        "baseline": baseline,
        "profile": selectors.profile_of(baseline) if baseline else None,
    }
    return render(request, "companies/results.html", context)


@members_only
def growth(request, slug):
    """Start beside end for a whole trajectory, without saying anything about one company."""
    trajectory = get_object_or_404(Trajectory.objects.visible_to(request.user), slug=slug)
    require(request.user, Action.SEE_TRAJECTORY, trajectory)
    is_staff = may(request.user, Action.MODERATE)
    context = {
        "trajectory": trajectory,
        "growth": selectors.growth_of(trajectory, is_exact=is_staff),
        "is_staff": is_staff,
    }
    return render(request, "companies/results_growth.html", context)


class SizeForm(forms.Form):
    """For which size of company to show the questionnaire."""

    size = forms.ChoiceField(
        label=_("Number of employees"), choices=[("", _("Every size")), *HeadcountBand.choices], required=False
    )


@staff_only
def questionnaire_preview(request, pk):
    """A version of the questionnaire as companies see it."""
    questionnaire = get_object_or_404(Questionnaire.objects.prefetch_related("questions"), pk=pk)
    sizes = SizeForm(request.GET)
    band = sizes.cleaned_data["size"] if sizes.is_valid() else ""
    part = BaselinePart(questionnaire=questionnaire, questions=selectors.questions_for(questionnaire, band))
    return render(
        request, "companies/results_preview.html", {"questionnaire": questionnaire, "part": part, "sizes": sizes}
    )


def find_company(request, pk, action) -> Company:
    """A company in sight (else 404) with which this person may do `action` (else 403)."""
    companies = Company.objects.visible_to(request.user).select_related("organisation")
    # Through the organisation's own id: a number too large for the database then simply matches nothing.
    company = get_object_or_404(companies, organisation__id=pk)
    require(request.user, action, company)
    return company


def find_baseline(request, company):
    """The start measurement that ?traject= asks for, or the newest; and all of them."""
    baselines = selectors.baselines_of(company.organisation)
    wanted = request.GET.get("traject") or request.POST.get("traject")
    if not wanted:
        return (baselines[0] if baselines else None), baselines
    found = next((each for each in baselines if each.intake.trajectory.slug == wanted), None)
    if found is None:
        raise Http404
    return found, baselines
