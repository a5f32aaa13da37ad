"""The public intake form, and the profiles of companies for members."""

from django.core import signing
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.access import members_only, public, staff_only
from accounts.policy import Action, Conflict, may, require
from companies import selectors, services
from companies.forms import IntakeForm, SearchForm
from companies.models import Company, Intake
from jobs.services import background_is_alive
from phases.models import Trajectory

PAGE_SIZE = 25
THANKS_SALT = "companies.thanks"
THANKS_SECONDS = 30 * 24 * 60 * 60


@public
@never_cache
def intake(request):
    """The form. The same form sent twice is one intake; a refused one comes back with all that was typed."""
    questionnaire = selectors.current_questionnaire()
    if questionnaire is None:
        raise Conflict(_("You cannot sign up just now: the questions are being renewed. Try again later today."))
    form = IntakeForm(request.POST if request.method == "POST" else None, questionnaire=questionnaire)
    if form.is_valid():
        try:
            received = services.submit(**form.submission())
        except Conflict as conflict:
            form.refuse(conflict)
        else:
            return redirect(f"{reverse('companies:thanks')}?ref={signing.dumps(received.pk, salt=THANKS_SALT)}")
    return render(request, "companies/intake.html", {"form": form})


@public
@never_cache
def thanks(request):
    """What was received and what happens next. Without the reference of a saved intake it thanks nobody."""
    try:
        pk = signing.loads(request.GET.get("ref", ""), salt=THANKS_SALT, max_age=THANKS_SECONDS)
    except signing.BadSignature:
        pk = None
    received = Intake.objects.filter(pk=pk).first()
    return render(request, "companies/thanks.html", {"intake": received, "mail_is_on_its_way": background_is_alive()})


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
    company = get_object_or_404(companies, organisation__id=pk)
    require(request.user, Action.SEE_COMPANY, company)
    sees_baseline = may(request.user, Action.SEE_COMPANY_BASELINE, company)
    trajectories = Trajectory.objects.visible_to(request.user).filter(participations__organisation=company.pk)
    is_staff = may(request.user, Action.MODERATE)
    context = {
        "company": company,
        "facts": _facts(company),
        "trajectories": trajectories,
        "contacts": selectors.contacts_of(company.organisation),
        "sees_baseline": sees_baseline,
        "baselines": selectors.baselines_of(company.organisation) if sees_baseline else [],
        "is_staff": is_staff,
        "intakes": selectors.intakes_for_staff(company) if is_staff else [],
    }
    return render(request, "companies/company_detail.html", context)


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
