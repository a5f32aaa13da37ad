"""The evidence locker."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import members_only
from accounts.policy import Action, Conflict, may, require
from documents.enums import DocumentState
from documents.selectors import storage_of
from schools import revisions, selectors, services
from schools.enums import WHO_TELLS, EvidenceState
from schools.forms import EvidenceFilterForm, EvidenceForm, ReviewForm
from schools.views.finding import PAGE_SIZE, find_evidence, find_school, show_refusal, show_version

# One version more than a page shows, to compare its last one with.
REVISIONS = 10


@members_only
def evidence_list(request, pk):
    """What proves what: the coverage map and every piece of evidence."""
    school = find_school(request, pk, Action.SEE_SCHOOL_DOSSIER)
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
    practice = _of_practice(request)
    form = EvidenceForm(
        request.POST or None, request.FILES or None, initial=practice | {"criteria": _chosen(request, practice)}
    )
    evidence = None
    if request.method == "POST" and form.is_valid():
        try:
            evidence = services.add_evidence(school=school, by=request.user, **_evidence_values(form))
        except (Conflict, ValidationError) as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Your evidence is kept as a draft. Hand it in when it is ready."))
            return redirect(evidence)
    elif form.good_files:
        evidence = _draft_of_files(school, form, request.user)
    context = {"school": school, "form": form, "storage": storage_of(school.organisation), "practice": practice}
    context |= {"evidence": evidence, "kept": form.good_files if evidence else ()}
    return render(request, "schools/evidence_form.html", context)


def _draft_of_files(school, form, by):
    """The form has something to put right; its good files are kept at once, so that nobody chooses them twice."""
    values = {key: value for key, value in form.cleaned_data.items() if key not in ("file", "version", "take_off")}
    name = form.good_files[0].name
    title = values.pop("title", "") or (name.rpartition(".")[0] or name)[:150]
    try:
        evidence = services.add_evidence(school=school, by=by, title=title, uploads=form.good_files, **values)
    except (Conflict, ValidationError) as error:
        show_refusal(form, error)
        return None
    show_version(form, evidence.version)
    return evidence


def _keep_files(evidence, form, by):
    """As above, for evidence that is there already. Which ones are kept."""
    try:
        services.add_files(evidence=evidence, uploads=form.good_files, by=by)
    except (Conflict, ValidationError) as error:
        show_refusal(form, error)
        return ()
    return form.good_files


def _of_practice(request) -> dict:
    """What the form starts with when it comes from a practice (?praktijk=)."""
    slug = request.GET.get("praktijk", "")
    return import_string(WHO_TELLS)(request.user, slug) if slug else {}


def _chosen(request, practice):
    """The criterion that was asked for, or those a practice is about; a theme "6" alone names a whole key element: too much."""
    numbers = [request.GET.get("criterium", "")[:4], *practice.get("numbers", ())]
    return selectors.current_criteria().filter(number__in=numbers)


def _evidence_values(form):
    values = {key: value for key, value in form.cleaned_data.items() if key not in ("file", "version", "take_off")}
    return values | {"uploads": form.cleaned_data["file"]}


@members_only
def evidence_item(request, pk, item):
    """One piece of evidence, its files and its history; for Voka with the review."""
    return _item_page(request, find_evidence(request, pk, item))


def _item_page(request, evidence, *, review_form=None, not_now=(), status=200):
    is_waiting = evidence.state == EvidenceState.SUBMITTED
    context = {
        "school": evidence.school,
        "evidence": evidence,
        "criteria": evidence.criteria.all(),
        "history": evidence.log.select_related("by"),
        "newest": evidence.revisions.first(),
        "is_complete": bool(evidence.text and evidence.practice_date and evidence.criteria.all()),
        "is_checking": any(document.state == DocumentState.CHECKING for document in evidence.documents),
        "may_edit": may(request.user, Action.EDIT_SCHOOL, evidence) and evidence.is_editable,
        "may_review": is_waiting and may(request.user, Action.MODERATE),
        "sees_downloads": may(request.user, Action.SEE_DOWNLOADS, evidence),
        "review_form": review_form or ReviewForm(),
        "not_now": not_now,
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
    newer, status, kept = None, 200, ()
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
            if form.good_files and newer.is_editable:
                kept = _keep_files(newer, form, request.user)
        except (Conflict, ValidationError) as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Your evidence is saved."))
            return redirect(evidence)
    elif form.good_files:
        kept = _keep_files(evidence, form, request.user)
    storage = storage_of(evidence.school.organisation)
    context = {"school": evidence.school, "evidence": evidence, "form": form, "newer": newer, "storage": storage}
    context["kept"] = kept
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
    """Hand a draft in to Voka; what stands in the way is told on the same page."""
    evidence = find_evidence(request, pk, item)
    try:
        services.submit_evidence(
            evidence=evidence, by=request.user, pupils_confirmed="pupils_confirmed" in request.POST
        )
    except Conflict as conflict:
        return _item_page(request, find_evidence(request, pk, item), not_now=conflict.reasons, status=409)
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
