"""Applying for a level: the page of one application and its steps."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import members_only
from accounts.policy import Action, Conflict, may, require
from schools import selectors, services
from schools.enums import ApplicationState
from schools.forms import AnswerForm, ApplicationForm, SubmitForm, WithdrawForm
from schools.models import LabelApplication
from schools.views.finding import find_school, show_refusal


@members_only
@require_POST
def application_start(request, pk):
    """Begin an application for the level that was chosen on the page of the gap."""
    school = find_school(request, pk, Action.EDIT_SCHOOL)
    form = ApplicationForm(request.POST)
    if not form.is_valid():
        raise Conflict(_("Choose the level you apply for."))
    application = services.start_application(school=school, level=form.cleaned_data["level"], by=request.user)
    messages.success(request, _("Your application is in preparation."))
    return redirect(application)


@members_only
def application(request, pk, number):
    """Where one application stands, and what can be done with it now."""
    return _page(request, _find(request, pk, number))


@members_only
@require_POST
def application_submit(request, pk, number):
    form = SubmitForm(request.POST, auto_id="id_submit_%s")
    return _act(
        request, pk, number, form, services.submit_application, _("It is on record that you applied."), "submit_form"
    )


@members_only
@require_POST
def application_answer(request, pk, number):
    """What EUN answered."""
    form = AnswerForm(request.POST, request.FILES, auto_id="id_answer_%s")
    return _act(request, pk, number, form, _answer, _("The answer is on record."), "answer_form")


def _answer(*, application, by, is_granted, **facts):
    if is_granted:
        return services.grant_application(application=application, by=by, **facts)
    del facts["proof"], facts["valid_until"]
    return services.refuse_application(application=application, by=by, **facts)


@members_only
@require_POST
def application_withdraw(request, pk, number):
    form = WithdrawForm(request.POST, auto_id="id_withdraw_%s")
    return _act(
        request, pk, number, form, services.withdraw_application, _("The application is withdrawn."), "withdraw_form"
    )


def _act(request, pk, number, form, verb, done, name):
    """One step: carry it out, or show the page again with what was typed and why it cannot be."""
    application = _find(request, pk, number)
    require(request.user, Action.EDIT_SCHOOL, application)
    if not form.is_valid():
        return _page(request, application, **{name: form})
    try:
        verb(application=application, by=request.user, **form.cleaned_data)
    except (Conflict, ValidationError) as error:
        show_refusal(form, error)
        application.refresh_from_db()
        return _page(request, application, status=409 if isinstance(error, Conflict) else 200, **{name: form})
    messages.success(request, done)
    return redirect(application)


def _find(request, pk, number):
    school = find_school(request, pk, Action.SEE_SCHOOL_DOSSIER)
    applications = LabelApplication.objects.select_related("school__organisation", "trajectory", "award__proof")
    return get_object_or_404(applications, pk=number, school=school)


def _page(request, application, *, status=200, **forms):
    may_edit = may(request.user, Action.EDIT_SCHOOL, application)
    view = selectors.gap_view(application.school, application.target) if application.is_open else None
    context = {
        "school": application.school,
        "application": application,
        "steps": application.steps.select_related("by"),
        "others": selectors.applications_of(application.school).exclude(pk=application.pk),
        "view": view,
        "may_submit": may_edit and application.state == ApplicationState.PREPARING,
        "may_answer": may_edit and application.state == ApplicationState.SUBMITTED,
        "may_withdraw": may_edit and application.is_open,
        "submit_form": SubmitForm(auto_id="id_submit_%s"),
        "answer_form": AnswerForm(auto_id="id_answer_%s"),
        "withdraw_form": WithdrawForm(auto_id="id_withdraw_%s"),
    } | forms
    return render(request, "schools/application.html", context, status=status)
