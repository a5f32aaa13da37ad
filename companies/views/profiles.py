"""Companies in the portal: list, profile, and the funnel of intakes."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import members_only, staff_only
from accounts.policy import Action, may, require
from companies import selectors
from companies.forms import SearchForm
from companies.models import Company
from phases.models import Trajectory

PAGE_SIZE = 25


@members_only
def company_list(request):
    form = SearchForm(request.GET)
    companies = Company.objects.visible_to(request.user).select_related("organisation")
    if form.is_valid() and form.cleaned_data["q"]:
        companies = companies.filter(organisation__name__icontains=form.cleaned_data["q"])
    page = Paginator(companies, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "companies/company_list.html", {"page_obj": page, "form": form})


@members_only
def company_detail(request, pk):
    """Profile and people for everyone in the same trajectory; the answers only for the company itself and Voka."""
    companies = Company.objects.visible_to(request.user).select_related("organisation__chamber")
    # Through the organisation's own id: a number too large for the database then simply matches nothing.
    company = companies.filter(organisation__id=pk).first()
    if company is None:
        return _to_where_it_went(request, companies, pk)
    require(request.user, Action.SEE_COMPANY, company)
    sees_baseline = may(request.user, Action.SEE_COMPANY_BASELINE, company)
    trajectories = Trajectory.objects.visible_to(request.user).filter(participations__organisation=company.pk)
    is_staff = may(request.user, Action.MODERATE)
    baselines = selectors.baselines_of(company.organisation) if sees_baseline else []
    context = {
        "company": company,
        "facts": _facts(company),
        "trajectories": trajectories,
        "contacts": selectors.contacts_of(company.organisation),
        "sees_baseline": sees_baseline,
        "baselines": baselines,
        "wishes": [(each.intake.trajectory, selectors.wishes_of(each.intake)) for each in baselines],
        "is_staff": is_staff,
        "intakes": selectors.intakes_for_staff(company) if is_staff else [],
    }
    return render(request, "companies/company_detail.html", context)


def _to_where_it_went(request, companies, pk):
    """A merged company leads to the one that remains, for whoever may see that one."""
    merged = get_object_or_404(Company.objects.exclude(merged_into=None), organisation__id=pk)
    remaining = get_object_or_404(companies, pk=merged.where_it_went().pk)
    messages.info(request, _("This company was merged into %(company)s.") % {"company": remaining})
    return redirect(remaining)


@staff_only
def intake_funnel(request, slug):
    """How many sign-ups for a trajectory came how far, for Voka."""
    trajectory = get_object_or_404(Trajectory.objects.visible_to(request.user), slug=slug)
    context = {"trajectory": trajectory, "chart": selectors.intake_funnel(trajectory)}
    return render(request, "companies/intake_funnel.html", context)


def _facts(company):
    """The title block: only what is known."""
    organisation = company.organisation
    address = f"{organisation.street}, {organisation.postal_code} {organisation.municipality}".strip(" ,")
    facts = [
        {"label": _("Enterprise number"), "value": company.shown_enterprise_number, "wide": True},
        {"label": _("Number of employees"), "value": company.get_headcount_band_display()},
        {"label": _("Sector"), "value": company.get_sector_display()},
        {"label": _("Address"), "value": address, "wide": True},
        {"label": _("Website"), "value": organisation.website, "url": organisation.website, "wide": True},
        {"label": _("Voka chamber"), "value": organisation.chamber, "wide": True},
    ]
    return [fact for fact in facts if fact["value"]]
