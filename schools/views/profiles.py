"""The list of schools and a school's profile."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import members_only
from accounts.policy import Action, may
from phases.models import Trajectory
from schools import selectors, services
from schools.forms import SearchForm, ShareForm
from schools.models import School
from schools.views.finding import PAGE_SIZE, find_school


@members_only
def school_list(request):
    form = SearchForm(request.GET)
    schools = selectors.with_level(School.objects.visible_to(request.user).select_related("organisation"))
    if form.is_valid() and (words := form.cleaned_data["q"]):
        schools = schools.filter(
            Q(organisation__name__icontains=words)
            | Q(organisation__municipality__icontains=words)
            | Q(institution_number__startswith=words)
        )
    page = Paginator(schools, PAGE_SIZE).get_page(request.GET.get("page"))
    for school in page:
        school.level_name = selectors.level_in_words(school.level)
    return render(request, "schools/school_list.html", {"page_obj": page, "form": form})


@members_only
def school_detail(request, pk):
    return _detail_page(request, find_school(request, pk))


def _detail_page(request, school, *, share_form=None, status=200):
    user = request.user
    is_own = school.pk in user.organisation_ids
    if is_own and share_form is None:
        share_form = ShareForm(school=school, initial={"companies": school.scores_shared_with.all()})
    context = {
        "school": school,
        "facts": _facts(school),
        "sites": school.sites.all(),
        "people": school.organisation.memberships.active().select_related("user"),
        "awards": selectors.label_history(school),
        "trajectories": selectors.trajectories_of(school).filter(pk__in=Trajectory.objects.visible_to(user)),
        "sees_scores": may(user, Action.SEE_SCHOOL_SCORES, school),
        "sees_dossier": may(user, Action.SEE_SCHOOL_DOSSIER, school),
        "pieces": school.evidence.exists(),
        "sees_contacts": is_own or may(user, Action.MODERATE),
        "share_form": share_form,
    }
    return render(request, "schools/school_detail.html", context, status=status)


def _facts(school):
    """The title block: only what is known."""
    organisation, award = school.organisation, selectors.label_of(school)
    facts = [
        (_("Label now"), selectors.level_in_words(award.level if award else "")),
        (_("Place"), f"{organisation.postal_code} {organisation.municipality}".strip()),
        (_("Network"), school.get_network_display()),
        (_("Institution number"), school.institution_number),
        (_("Pupils"), school.pupils),
        (_("STEM teachers"), school.stem_teachers),
        (_("School board"), school.school_board),
    ]
    wide = {_("School board")}
    return [{"label": label, "value": value, "wide": label in wide} for label, value in facts if value]


@members_only
@require_POST
def share_scores(request, pk):
    """The school decides which companies see its scores."""
    school = find_school(request, pk, Action.EDIT_SCHOOL)
    form = ShareForm(request.POST, school=school)
    if not form.is_valid():
        return _detail_page(request, school, share_form=form, status=400)
    services.share_scores(school=school, companies=form.cleaned_data["companies"], by=request.user)
    messages.success(request, _("Saved who may see your scores."))
    return redirect(school)
