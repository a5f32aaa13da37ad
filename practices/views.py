"""The library, one practice, and the forms of its writers and of Voka."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import members_only, public, staff_only
from accounts.policy import Action, Conflict, may, require
from practices import selectors, services
from practices.enums import PracticeState
from practices.forms import CommentForm, PracticeEditForm, PracticeForm, PublishForm, SearchForm
from practices.models import Practice
from workgroups.models import Workgroup

PAGE_SIZE = 25
UNFINISHED_SHOWN = 10
SHEET = ("title", "context", "approach", "result", "material", "tips", "costs", "tags", "is_public")


@public
def practice_list(request):
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    practices = selectors.library(request.user, words) if form.is_valid() else Practice.objects.none()
    unfinished = selectors.unfinished(request.user)[:UNFINISHED_SHOWN] if request.user.is_authenticated else []
    page = Paginator(practices, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "words": words, "page_obj": page, "unfinished": unfinished}
    return render(request, "practices/practice_list.html", context)


@public
def practice_detail(request, slug):
    """A visitor who is not signed in is sent to sign in for anything that is not public, whether it exists or not."""
    try:
        practice = _practice(request, slug)
    except Http404:
        if request.user.is_authenticated:
            raise
        return redirect_to_login(request.get_full_path())
    return _page(request, practice)


@members_only
def write_practice(request, workgroup):
    workgroup = get_object_or_404(Workgroup.objects.visible_to(request.user).with_people(), pk=workgroup)
    require(request.user, Action.WORK_IN_WORKGROUP, workgroup)
    form = PracticeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        practice = services.write(workgroup=workgroup, by=request.user, **form.cleaned_data)
        messages.success(request, _("Your draft is saved. Hand it to Voka when it is ready."))
        return redirect(practice)
    return render(request, "practices/practice_form.html", {"form": form, "workgroup": workgroup})


@members_only
def edit_practice(request, slug):
    """Save a new version; when somebody else was first, show both texts (409) and let the writer decide."""
    practice = _practice(request, slug)
    require(request.user, Action.WRITE_PRACTICE, practice)
    services.require_editable(practice, request.user)
    initial = {field: getattr(practice, field) for field in SHEET} | {"version": practice.version}
    form = PracticeEditForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_valid():
        return _edit_page(request, practice, form)
    try:
        services.edit(practice=practice, by=request.user, **form.cleaned_data)
    except services.Overtaken as overtaken:
        form.add_error(None, str(overtaken.reasons[0]))
        # Saving once more is then a choice made with both texts in view.
        form.data = form.data.copy()
        form.data["version"] = str(overtaken.practice.version)
        return _edit_page(request, overtaken.practice, form, other=overtaken.practice, status=409)
    messages.success(request, _("Saved."))
    return redirect(practice)


@members_only
@require_POST
def submit_practice(request, slug):
    practice = _practice(request, slug)
    services.submit(practice=practice, by=request.user)
    messages.success(request, _("Voka reads your practice and lets you know."))
    return redirect(practice)


@staff_only
@require_POST
def publish_practice(request, slug):
    practice, form = _practice(request, slug), PublishForm(request.POST)
    form.is_valid()
    services.publish(practice=practice, by=request.user, is_public=form.cleaned_data["is_public"])
    messages.success(request, _("The practice is shared."))
    return redirect(practice)


@staff_only
@require_POST
def send_back_practice(request, slug):
    practice, form = _practice(request, slug), CommentForm(request.POST)
    if form.is_valid():
        try:
            services.send_back(practice=practice, comment=form.cleaned_data["comment"], by=request.user)
        except Conflict as conflict:
            form.add_error(None, str(conflict.reasons[0]))
            return _page(request, practice, comment_form=form, status=409)
        messages.success(request, _("The writers can change it again. The author gets a mail with your comment."))
        return redirect(practice)
    return _page(request, practice, comment_form=form)


def _practice(request, slug):
    practices = Practice.objects.visible_to(request.user).select_related("workgroup__priority__trajectory", "author")
    return get_object_or_404(practices, slug=slug)


def _page(request, practice, *, comment_form=None, status=200):
    user = request.user
    writes, moderates = may(user, Action.WRITE_PRACTICE, practice), may(user, Action.MODERATE, practice)
    is_draft = practice.state == PracticeState.DRAFT
    context = {
        "practice": practice,
        "parts": _parts(practice),
        "facts": _facts(practice, user),
        "log": practice.log.select_related("by") if writes else [],
        "writes": writes,
        "may_edit": writes and (is_draft or moderates),
        "may_submit": writes and is_draft,
        "may_publish": moderates and practice.is_in_review,
        "may_send_back": moderates and not is_draft,
        "publish_form": PublishForm(initial={"is_public": practice.is_public}),
        "comment_form": comment_form or CommentForm(),
    }
    return render(request, "practices/practice_detail.html", context, status=status)


def _parts(practice):
    """The texts that were filled in, under their names."""
    texts = [
        (_("Context"), practice.context),
        (_("Approach"), practice.approach),
        (_("Result"), practice.result),
        (_("Material"), practice.material),
        (_("Tips for who starts with it"), practice.tips),
        (_("Costs"), practice.costs),
    ]
    return [{"label": label, "text": text} for label, text in texts if text.strip()]


def _facts(practice, user):
    """Names of people are for members; a visitor reads which workgroup made it."""
    workgroup = practice.workgroup
    facts = [{"label": _("Workgroup"), "value": workgroup, "wide": True}]
    if user.is_authenticated:
        facts.append({"label": _("Author"), "value": practice.author})
    shared = f"{timezone.localtime(practice.published_at):%d/%m/%Y}" if practice.is_published else "–"
    readers = _("Everyone") if practice.is_public else _("The trajectory")
    return [*facts, {"label": _("Shared on"), "value": shared}, {"label": _("For whom"), "value": readers}]


def _edit_page(request, practice, form, *, other=None, status=200):
    context = {
        "form": form,
        "practice": practice,
        "workgroup": practice.workgroup,
        "other_parts": _parts(other) if other else [],
    }
    return render(request, "practices/practice_form.html", context, status=status)
