"""The evidence locker."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import members_only
from accounts.policy import Action, Conflict, may, require
from documents.enums import DocumentState
from documents.selectors import storage_of
from schools import revisions, selectors, services
from schools.enums import EvidenceState
from schools.forms import EvidenceFilterForm, EvidenceForm, ReviewForm
from schools.views.finding import PAGE_SIZE, find_evidence, find_school, show_refusal, show_version

# One version more than a page shows, to compare its last one with.
REVISIONS = 10


@members_only
def evidence_list(request, pk):
    """What proves what: the coverage map and every piece of evidence."""
    school = find_school(request, pk, Action.SEE_SCHOOL_SCORES)
    coverage = selectors.coverage(school)
    cells = [cell for element in coverage for cell in element.rows]
    form = EvidenceFilterForm(request.GET, criteria=[cell.criterion for cell in cells])
    chosen = form.chosen()
    context = {
        "school": school,
        "coverage": coverage,
        "covered": sum(cell.total > 0 for cell in cells),
        "criteria_total": len(cells),
        "form": form,
        "is_filtered": any(chosen.values()),
        "page_obj": Paginator(selectors.evidence_of(school, **chosen), PAGE_SIZE).get_page(request.GET.get("page")),
        "may_edit": may(request.user, Action.EDIT_SCHOOL, school),
        "may_export": may(request.user, Action.EXPORT_DOSSIER, school),
    }
    if context["may_edit"]:
        context["storage"] = storage_of(school.organisation)
    for item in context["page_obj"]:
        item.trouble = _trouble(item)
    return render(request, "schools/evidence_list.html", context)


def _trouble(evidence):
    """The state of the file that asks for attention most, if any."""
    states = {document.state for document in evidence.documents}
    worst = (DocumentState.REFUSED, DocumentState.MISSING, DocumentState.CHECKING)
    return next((state for state in worst if state in states), "")


@members_only
def evidence_new(request, pk):
    school = find_school(request, pk, Action.EDIT_SCHOOL)
    chosen = selectors.current_criteria().filter(number=request.GET.get("criterium", "")[:4])
    form = EvidenceForm(request.POST or None, request.FILES or None, initial={"criteria": chosen})
    if request.method == "POST" and form.is_valid():
        try:
            evidence = services.add_evidence(school=school, by=request.user, **_evidence_values(form))
        except (Conflict, ValidationError) as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Your evidence is kept as a draft. Hand it in when it is ready."))
            return redirect(evidence)
    context = {"school": school, "form": form, "storage": storage_of(school.organisation)}
    return render(request, "schools/evidence_form.html", context)


def _evidence_values(form):
    values = {key: value for key, value in form.cleaned_data.items() if key not in ("file", "version", "take_off")}
    return values | {"uploads": form.cleaned_data["file"]}


@members_only
def evidence_item(request, pk, item):
    """One piece of evidence, its files and its history; for Voka with the review."""
    return _item_page(request, find_evidence(request, pk, item))


def _item_page(request, evidence, *, review_form=None, status=200):
    is_waiting = evidence.state == EvidenceState.SUBMITTED
    context = {
        "school": evidence.school,
        "evidence": evidence,
        "criteria": evidence.criteria.all(),
        "history": evidence.log.select_related("by"),
        "newest": evidence.revisions.first(),
        "is_checking": any(document.state == DocumentState.CHECKING for document in evidence.documents),
        "may_edit": may(request.user, Action.EDIT_SCHOOL, evidence) and evidence.is_editable,
        "may_review": is_waiting and may(request.user, Action.MODERATE),
        "sees_downloads": may(request.user, Action.SEE_DOWNLOADS, evidence),
        "review_form": review_form or ReviewForm(),
    }
    return render(request, "schools/evidence_item.html", context, status=status)


@members_only
def evidence_history(request, pk, item):
    """What was handed in each time, and what changed since the time before."""
    evidence = find_evidence(request, pk, item)
    page = Paginator(evidence.revisions.select_related("by"), REVISIONS).get_page(request.GET.get("page"))
    older = evidence.revisions.filter(number__lt=page[-1].number).first() if page.object_list else None
    steps = revisions.steps([*page, older] if older else list(page))[: len(page)]
    context = {"school": evidence.school, "evidence": evidence, "steps": steps, "page_obj": page}
    return render(request, "schools/evidence_history.html", context)


@members_only
def evidence_edit(request, pk, item):
    """Change a draft, or add what Voka asked."""
    evidence = find_evidence(request, pk, item)
    require(request.user, Action.EDIT_SCHOOL, evidence)
    if request.method != "POST" and not evidence.is_editable:
        raise Conflict(_("This evidence was handed in, so it cannot be changed now."))
    form = EvidenceForm(
        request.POST or None,
        request.FILES or None,
        initial=_stored_values(evidence),
        documents=evidence.documents,
    )
    newer, status = None, 200
    if request.method == "POST" and form.is_valid():
        try:
            services.change_evidence(
                evidence=evidence,
                by=request.user,
                seen_version=form.cleaned_data["version"],
                take_off=[document.pk for document in form.cleaned_data.get("take_off", ())],
                **_evidence_values(form),
            )
        except services.Stale as stale:
            newer, status = stale.current, 409
            show_version(form, newer.version)
        except (Conflict, ValidationError) as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Your evidence is saved."))
            return redirect(evidence)
    storage = storage_of(evidence.school.organisation)
    context = {"school": evidence.school, "evidence": evidence, "form": form, "newer": newer, "storage": storage}
    return render(request, "schools/evidence_form.html", context, status=status)


def _stored_values(evidence):
    names = ("title", "practice_date", "text", "text_en", "link", "version")
    return {name: getattr(evidence, name) for name in names} | {"criteria": evidence.criteria.all()}


@members_only
@require_POST
def evidence_file_remove(request, pk, item, uuid):
    """Take one file off a draft, which makes room."""
    evidence = find_evidence(request, pk, item)
    file = get_object_or_404(evidence.files.select_related("document"), document__uuid=uuid)
    services.take_off_file(evidence=evidence, document=file.document, by=request.user)
    messages.success(request, _("The file “%(file)s” is removed.") % {"file": file.document.name})
    return redirect(evidence)


@members_only
@require_POST
def evidence_submit(request, pk, item):
    """Hand a draft in to Voka."""
    evidence = services.submit_evidence(evidence=find_evidence(request, pk, item), by=request.user)
    messages.success(request, _("Your evidence is handed in. Voka looks at it."))
    return redirect(evidence)


@members_only
@require_POST
def evidence_review(request, pk, item):
    """Voka approves, or asks for an addition."""
    evidence = find_evidence(request, pk, item)
    require(request.user, Action.MODERATE)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _item_page(request, evidence, review_form=form, status=400)
    verb = services.approve_evidence if form.cleaned_data["decision"] == "approve" else services.ask_more
    try:
        evidence = verb(evidence=evidence, by=request.user, comment=form.cleaned_data["comment"])
    except Conflict as conflict:
        show_refusal(form, conflict)
        return _item_page(request, find_evidence(request, pk, item), review_form=form, status=409)
    messages.success(request, _("The school is told: %(state)s.") % {"state": evidence.get_state_display().lower()})
    return redirect(evidence)
