"""The sign-up of a company, step by step, and what follows right after it.

What a newcomer gets wrong: trusting the order of the steps. Any step may be asked for or posted at any time, from a page
that stood open for days: what was typed is kept first, and then the visitor is led to what is missing.
"""

import uuid

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import public
from accounts.policy import Conflict
from companies import enterprise_numbers, selectors, services, steps
from companies.forms import EnterpriseNumberField, LinkForm
from companies.limits import count_sent, is_too_often, sent_too_often
from companies.links import results_url
from companies.models import Intake, IntakeDraft, Questionnaire
from companies.postal_codes import municipalities_of
from jobs.services import background_is_alive

THANKS_SALT = "companies.thanks"
THANKS_SECONDS = 30 * 24 * 60 * 60
COOKIE = "inschrijving"
COOKIE_SALT = "companies.draft"
A_DAY = 24 * 60 * 60


def _questionnaire():
    questionnaire = selectors.current_questionnaire()
    if questionnaire is None:
        raise Conflict(_("You cannot sign up just now: the questions are being renewed. Try again later today."))
    return questionnaire


def _uuid(text):
    try:
        return uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        return None


def _own_draft(request):
    """The draft of this browser, or of the page that was posted: a first answer that got lost left no cookie."""
    key = _uuid(request.POST.get("submission_key")) or _uuid(
        request.get_signed_cookie(COOKIE, default=None, salt=COOKIE_SALT, max_age=settings.INTAKE_DRAFT_DAYS * A_DAY)
    )
    return IntakeDraft.objects.select_related("intake").filter(key=key).first() if key else None


def _with_cookie(response, draft):
    response.set_signed_cookie(
        COOKIE,
        str(draft.key),
        salt=COOKIE_SALT,
        max_age=settings.INTAKE_DRAFT_DAYS * A_DAY,
        httponly=True,
        secure=settings.HTTPS,
        samesite="Lax",
        path="/inschrijven/",
    )
    return response


def _thanked(intake):
    return redirect(f"{reverse('companies:thanks')}?ref={signing.dumps(intake.pk, salt=THANKS_SALT)}")


@public
@never_cache
def intake(request):
    """The first step, or where this browser's draft stands. Posting here is posting the first step."""
    questionnaire = _questionnaire()
    if request.method == "POST":
        return _post(request, questionnaire, steps.COMPANY)
    draft = _own_draft(request)
    if draft and not draft.is_sent:
        flow = steps.Flow(questionnaire, draft.data)
        return redirect(flow.first_incomplete or flow.steps[-1])
    return _page(request, steps.Flow(questionnaire, {}), steps.COMPANY, draft=None, was_sent=bool(draft))


@public
@never_cache
def step(request, slug):
    """One step: shown with what was typed before, or kept and led on from."""
    questionnaire = _questionnaire()
    if request.method == "POST":
        return _post(request, questionnaire, slug)
    draft = _own_draft(request)
    if draft is None or draft.is_sent:
        if draft is None and slug != steps.COMPANY:
            messages.info(
                request, _("There is no form in this browser that you began. Begin here, or ask for a link by mail.")
            )
        return redirect("companies:intake")
    draft = _renewed(request, draft, questionnaire)
    flow = steps.Flow(questionnaire, draft.data)
    asked_for = _step(flow, slug)
    if asked_for.slug == steps.OVERVIEW and flow.first_incomplete:
        messages.info(request, _("First finish this step. Then you can go over everything and send it."))
        return redirect(flow.first_incomplete)
    if asked_for.slug != slug:
        return redirect(asked_for)
    return _page(request, flow, slug, draft=draft)


def _step(flow, slug):
    """The step of this address. A page of questions that is no longer there, or not yet, leads to what is open."""
    if found := flow.step(slug):
        return found
    if slug.startswith(steps.BASELINE):
        return flow.first_incomplete or flow.steps[-1]
    raise Http404


def _renewed(request, draft, questionnaire):
    if draft.questionnaire_id == questionnaire.pk:
        return draft
    messages.warning(
        request, _("The questions have been renewed meanwhile. What you answered on the same questions is still there.")
    )
    return services.move_to_questionnaire(draft=draft, questionnaire=questionnaire)


def _post(request, questionnaire, slug):
    """Keep what was typed, then judge it."""
    draft = _own_draft(request)
    if draft and draft.is_sent:
        if slug != steps.OVERVIEW:
            messages.info(request, _("You already sent this form. Nothing was changed."))
        return _thanked(draft.intake)
    flow = steps.Flow(questionnaire, draft.data if draft else {})
    posted = _step(flow, slug)
    if draft is None:
        if is_too_often(request, "draft"):
            return _refused(request, flow, posted, None)
        key = _uuid(request.POST.get("submission_key")) or uuid.uuid4()
        draft = services.start_draft(key=key, questionnaire=questionnaire)
        if draft.is_sent:
            return _thanked(draft.intake)
    if posted.slug == steps.OVERVIEW:
        return _send(request, questionnaire, draft)
    form = flow.form(posted, request.POST)
    is_valid = form.is_valid()
    questions = _questions_on_the_page(request, flow, posted)
    draft = services.save_step(
        draft=draft,
        part=posted.part,
        typed=flow.typed_in(posted, form.data, questions),
        email=form.cleaned_data.get("contact_email", ""),
        save=_save_of(request, posted),
    )
    if is_valid and posted.part == "company" and form.doubt:
        messages.warning(request, form.doubt)
    if "later" in request.POST:
        return _with_cookie(redirect("companies:later"), draft)
    draft = _renewed(request, draft, questionnaire)
    flow = steps.Flow(questionnaire, draft.data)
    if elsewhere := flow.step(request.POST.get("go", "")):
        return _with_cookie(redirect(elsewhere), draft)
    if is_valid or [*questions] != [*posted.questions]:
        return _with_cookie(redirect(_next(flow, posted)), draft)
    return _with_cookie(_page(request, flow, posted.slug, draft=draft, form=form), draft)


def _save_of(request, step, *, is_automatic=False):
    """Which save of which page this is; a page without script tells nothing."""
    return services.Save(
        step=step.slug,
        page=request.POST.get("save_page", ""),
        count=_digits(request.POST.get("save_count", "")) or 0,
        version=_digits(request.POST.get("save_version", "")) or 0,
        is_automatic=is_automatic,
    )


def _digits(text):
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _next(flow, posted):
    """A smaller company gets fewer questions: the step that was posted may be gone by now."""
    here = flow.step(posted.slug)
    if here is None or not flow.is_complete(here):
        return flow.first_incomplete or flow.steps[-1]
    return flow.after(here)


def _questions_on_the_page(request, flow, posted):
    """The questions that the visitor saw: those of another version when the page is older than the questions in use."""
    version = request.POST.get("questionnaire_version", "")
    if posted.part != "baseline" or _digits(version) in (None, flow.questionnaire.version):
        return posted.questions
    shown = Questionnaire.objects.filter(version=_digits(version)).first()
    return tuple(shown.questions.all()) if shown else posted.questions


def _send(request, questionnaire, draft):
    """The last step: everything at once, and only once. What was ticked before becomes a consent by sending."""
    draft = _renewed(request, draft, questionnaire)
    flow = steps.Flow(questionnaire, draft.data)
    last = flow.steps[-1]
    if "later" in request.POST:
        return _with_cookie(redirect("companies:later"), draft)
    if elsewhere := flow.step(request.POST.get("go", "")):
        return _with_cookie(redirect(elsewhere), draft)
    if flow.first_incomplete:
        messages.info(request, _("First finish this step. Then you can go over everything and send it."))
        return _with_cookie(redirect(flow.first_incomplete), draft)
    form = flow.form(last, request.POST)
    if not form.is_valid():
        return _with_cookie(_page(request, flow, last.slug, draft=draft, form=form), draft)
    if is_too_often(request, "submit"):
        return _refused(request, flow, last, draft)
    try:
        submission = flow.submission()
        if sent_too_often(request, submission["details"]["enterprise_number"]) and not services.was_sent(submission):
            raise services.TooOften
        received = services.send_draft(
            draft=draft, submission_of=lambda held: steps.Flow(questionnaire, held.data).submission()
        )
    except steps.Incomplete as incomplete:
        return redirect(incomplete.step)
    except services.TooOften as reason:
        form.add_error(None, str(reason))
        return _page(request, flow, last.slug, draft=draft, form=form, status=429)
    except Conflict as conflict:
        for sentence in conflict.reasons:
            form.add_error(None, str(sentence))
        return _page(request, flow, last.slug, draft=draft, form=form)
    count_sent(request, received)
    return _with_cookie(_thanked(received), draft)


def _refused(request, flow, posted, draft):
    """Too many from one address: the same page with all that was typed."""
    form = flow.form(posted, request.POST)
    form.add_error(
        None,
        _("There were very many sign-ups from your network this hour. Nothing is lost: wait a little and send again."),
    )
    return _page(request, flow, posted.slug, draft=draft, form=form, status=429)


def _page(request, flow, slug, *, draft, form=None, was_sent=False, status=200):
    here = flow.step(slug)
    key = draft.key if draft else _uuid(request.POST.get("submission_key")) or uuid.uuid4()
    context = {
        "step": here,
        "form": form or flow.form(here),
        "key": key,
        "draft": draft,
        "stages": _stages(here),
        "stage_title": flow.title(here),
        "place": _place(flow, here),
        "save_version": draft.saves.get(here.slug, {}).get("version", 0) if draft else 0,
        "was_sent": was_sent,
        "before": flow.before(here),
        "summary": flow.summary() if here.part == "overview" else [],
        "may_be_known": here.part == "overview" and _may_be_known(flow.submission()["details"]),
        "municipalities": municipalities_of(str(flow.data.get("company", {}).get("postal_code", ""))),
    }
    return render(request, here.template, context, status=status)


def _place(flow, here):
    """Which questions this page asks, counted as the visitor counts."""
    if not here.questions:
        return {}
    first = flow.asked.index(here.questions[0]) + 1
    return {"first": first, "last": first + len(here.questions) - 1, "total": len(flow.asked)}


def _stages(here):
    states = {True: "done", False: "later"}
    return [
        {"number": number, "label": label, "state": "now" if number == here.stage else states[number < here.stage]}
        for number, label in enumerate(steps.titles().values(), 1)
    ]


@public
@require_POST
@never_cache
def save(request, slug):
    """What a page keeps by itself while somebody types. It judges nothing, and never comes after something newer."""
    if is_too_often(request, "save"):
        return _told("busy", _("Not saved yet: there is much going on. We try again."), 429)
    questionnaire = _questionnaire()
    draft = _own_draft(request)
    if draft and draft.is_sent:
        return _told_sent()
    flow = steps.Flow(questionnaire, draft.data if draft else {})
    posted = flow.step(slug)
    if posted is None or posted.part == "overview":
        raise Http404
    if draft is None:
        if slug != steps.COMPANY or _digits(request.POST.get("save_version", "")):
            return _told("gone", _("Not saved: this form was thrown away. Load the page again."), 409)
        if is_too_often(request, "draft"):
            return _told("busy", _("Not saved yet: there is much going on. We try again."), 429)
        key = _uuid(request.POST.get("submission_key")) or uuid.uuid4()
        draft = services.start_draft(key=key, questionnaire=questionnaire)
    typed = flow.typed_in(posted, request.POST, _questions_on_the_page(request, flow, posted))
    try:
        draft = services.save_step(
            draft=draft, part=posted.part, typed=typed, save=_save_of(request, posted, is_automatic=True)
        )
    except services.AlreadySent:
        return _told_sent()
    except services.Overtaken as overtaken:
        return _told("overtaken", overtaken.reasons[0], 409)
    except Conflict as conflict:
        return _told("gone", conflict.reasons[0], 409)
    time = date_format(timezone.localtime(draft.updated_at), "H.i")
    answer = _told("saved", _("Saved at %(time)s.") % {"time": time}, 200, version=draft.saves[slug]["version"])
    return _with_cookie(answer, draft)


def _told(state, sentence, status, **more):
    return JsonResponse({"state": state, "sentence": str(sentence), **more}, status=status)


def _told_sent():
    return _told("sent", _("Your sign-up was already sent. Nothing was changed."), 409)


@public
@never_cache
def later(request):
    """Leave the form and go on with it later, on any device: a link by mail. The answer never says whether one was sent."""
    draft = _own_draft(request)
    draft = None if draft and draft.is_sent else draft
    form = LinkForm(request.POST or None, initial={"email": draft.email if draft else ""})
    if request.method == "POST" and form.is_valid():
        if is_too_often(request, "link"):
            form.add_error(None, _("There were many attempts from your network this hour. Try again in an hour."))
            return render(request, "companies/later.html", {"form": form, "draft": draft}, status=429)
        if draft:
            services.mail_link(draft=draft, email=form.cleaned_data["email"])
        else:
            services.mail_new_link(email=form.cleaned_data["email"])
        messages.success(
            request,
            _(
                "Is there a saved form for %(email)s? Then you get a mail with a link in a few minutes. Look in your spam too."
            )
            % {"email": form.cleaned_data["email"]},
        )
        return redirect("companies:later")
    return render(request, "companies/later.html", {"form": form, "draft": draft})


@public
@never_cache
def resume(request, token):
    """A mailed link. Opening the page changes nothing, the button on it does: scanners of mail open every link."""
    draft = services.open_link(token=token) if request.method == "POST" else services.find_by_link(token)
    if draft is None:
        return render(request, "companies/link_ended.html", {"form": LinkForm()}, status=410)
    if request.method == "POST":
        return _with_cookie(redirect("companies:intake"), draft)
    return render(request, "companies/resume.html", {"draft": draft})


@public
@require_POST
def begin_again(request):
    """Throw the form away that this browser began."""
    draft = _own_draft(request)
    if draft:
        services.discard_draft(draft=draft)
    messages.success(request, _("Your form was thrown away. You can begin again."))
    response = redirect("companies:intake")
    response.delete_cookie(COOKIE, path="/inschrijven/")
    return response


@public
@require_GET
@never_cache
def number(request):
    """While typing the number, the name or the address: how the number is written, and whether the company may be known.

    It says nothing about which company that is nor by what, and names no other.
    """
    if is_too_often(request, "lookup"):
        return render(request, "companies/_number.html", {"is_busy": True}, status=429)
    try:
        typed = EnterpriseNumberField(required=False).clean(request.GET.get("enterprise_number", ""))
    except ValidationError as error:
        return render(request, "companies/_number.html", {"sentence": error.messages[0]})
    context = {
        "shown": enterprise_numbers.shown(typed) if typed else "",
        "may_be_known": _may_be_known({**request.GET.dict(), "enterprise_number": typed}),
    }
    return render(request, "companies/_number.html", context)


def _may_be_known(typed):
    """`typed` by the names of the fields; longer than any name or address is none."""
    name, email = (str(typed.get(field) or "")[:254].replace("\x00", "") for field in ("company_name", "contact_email"))
    return selectors.may_be_known(number=typed.get("enterprise_number"), name=name, email=email)


@public
@require_GET
def municipalities(request):
    """While typing: the municipalities of a postal code, as options for the field beside it."""
    names = municipalities_of(request.GET.get("postal_code", ""))
    return render(request, "companies/_municipalities.html", {"municipalities": names})


@public
@never_cache
def thanks(request):
    """What was received and what happens next. Without the reference of a saved intake it thanks nobody."""
    try:
        pk = signing.loads(request.GET.get("ref", ""), salt=THANKS_SALT, max_age=THANKS_SECONDS)
    except signing.BadSignature:
        pk = None
    received = Intake.objects.filter(pk=pk).first()
    context = {
        "intake": received,
        "mail_is_on_its_way": background_is_alive(),
        "results_url": results_url(received) if received else "",
    }
    return render(request, "companies/thanks.html", context)
