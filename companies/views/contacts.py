"""The people of a company: who they are, inviting a second contact, handing over when one leaves, their own consents.

What a newcomer gets wrong: taking this for the page of colleagues (notifications/views.py), which every organisation has.
Here is what only companies have, and Voka comes here too.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import services as accounts
from accounts.access import TooMany, counted, members_only
from accounts.leaving import ties_of
from accounts.models import Membership
from accounts.policy import Action, Conflict, may
from companies import selectors, services
from companies.forms import ContactForm, HandOverForm, Way
from companies.models import ContactConsent
from companies.views.results import find_company
from notifications.services import invite_again

PAGE_SIZE = 25


@members_only
def contacts(request, pk):
    """Who speaks for the company, who is invited, and the own consents; Voka sees those of everybody."""
    company = find_company(request, pk, Action.SEE_COMPANY_CONTACTS)
    may_invite = may(request.user, Action.INVITE_COLLEAGUE, company)
    context = {
        "company": company,
        "page_obj": Paginator(selectors.contacts_of(company.organisation), PAGE_SIZE).get_page(request.GET.get("page")),
        "may_invite": may_invite,
        "invitations": selectors.pending_invitations(company) if may_invite else [],
        "handing_over": selectors.open_hand_overs(company),
        "is_staff": may(request.user, Action.MODERATE),
        "consents": selectors.consents_for(request.user, company),
    }
    return render(request, "companies/contacts.html", context)


@members_only
def contact_invite(request, pk):
    """A second contact, for the workgroups."""
    company = find_company(request, pk, Action.INVITE_COLLEAGUE)
    form, status = ContactForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            with counted(request, "invite"):
                services.invite_contact(company=company, by=request.user, **form.cleaned_data)
        except Conflict as conflict:
            status = 429 if isinstance(conflict, TooMany) else 200
            form.add_error(None, [str(reason) for reason in conflict.reasons])
        else:
            return _sent(request, company, form.cleaned_data["email"])
    return render(request, "companies/contact_invite.html", {"company": company, "form": form}, status=status)


@members_only
@require_POST
def contact_invite_again(request, pk, invitation):
    company = find_company(request, pk, Action.INVITE_COLLEAGUE)
    found = get_object_or_404(company.organisation.invitations.select_related("organisation"), pk=invitation)
    with counted(request, "invite"):
        invite_again(invitation=found, by=request.user)
    return _sent(request, company, found.email)


@members_only
@require_POST
def contact_withdraw_invitation(request, pk, invitation):
    company = find_company(request, pk, Action.INVITE_COLLEAGUE)
    found = get_object_or_404(company.organisation.invitations, pk=invitation)
    accounts.withdraw_invitation(invitation=found, by=request.user)
    messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": found.email})
    return redirect("companies:contacts", company.pk)


@members_only
def contact_hand_over(request, pk, membership):
    """A contact leaves: who takes over. The last one cannot leave without a successor."""
    leaving = (
        Membership.objects.filter(organisation__id=pk, pk=membership).select_related("user", "organisation").first()
    )
    if leaving is not None and leaving.user_id == request.user.pk and not leaving.is_active:
        return redirect("my-next-step")  # a second click, after leaving: the company is no longer in sight
    company = find_company(request, pk, Action.INVITE_COLLEAGUE)
    leaving = get_object_or_404(
        Membership.objects.select_related("user", "organisation"), organisation=company.pk, pk=membership
    )
    if not leaving.is_active:
        raise Conflict(_("%(person)s no longer belongs to this organisation.") % {"person": leaving.user})
    colleagues = selectors.contacts_of(company.organisation).exclude(pk=leaving.pk)
    form, status = HandOverForm(request.POST or None, colleagues=colleagues), 200
    if request.method == "POST" and form.is_valid():
        try:
            with counted(request, "hand_over"):
                sentence = _leave(leaving, request.user, **form.cleaned_data)
        except Conflict as conflict:
            status = 429 if isinstance(conflict, TooMany) else 200
            form.add_error(None, [str(getattr(reason, "sentence", reason)) for reason in conflict.reasons])
        else:
            messages.success(request, sentence)
            gone = leaving.user == request.user and form.cleaned_data["way"] != Way.NEW
            return redirect("my-next-step") if gone else redirect("companies:contacts", company.pk)
    context = {
        "company": company,
        "leaving": leaving,
        "form": form,
        "is_last": not colleagues,
        "seats": ", ".join(tie.seat for tie in ties_of(leaving, request.user) if tie.seat),
    }
    return render(request, "companies/contact_hand_over.html", context, status=status)


def _leave(leaving, by, *, way, email, successor=None, **details) -> str:
    """Do what the form asks; the sentence that says so."""
    if way == Way.NOBODY:
        services.leave_without_successor(membership=leaving, by=by)
        facts = {"name": leaving.user, "organisation": leaving.organisation}
        return _("%(name)s no longer belongs to %(organisation)s.") % facts
    if way == Way.COLLEAGUE:
        services.hand_over(membership=leaving, by=by, successor=successor)
        return _("%(successor)s takes over from %(person)s.") % {"successor": successor.user, "person": leaving.user}
    services.hand_over(membership=leaving, by=by, email=email, **details)
    facts = {"email": email, "person": leaving.user}
    return _("The invitation to %(email)s is on its way. %(person)s stays until it is accepted.") % facts


@members_only
@require_POST
def contact_withdraw_consent(request, pk, consent):
    company = find_company(request, pk, Action.SEE_COMPANY_CONTACTS)
    found = get_object_or_404(ContactConsent.objects.filter(organisation=company.pk), pk=consent)
    services.withdraw_consent(consent=found, by=request.user)
    messages.success(request, _("The consent is withdrawn."))
    return redirect("companies:contacts", company.pk)


def _sent(request, company, email):
    messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": email})
    return redirect("companies:contacts", company.pk)
