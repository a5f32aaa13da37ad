"""Colleagues: who works for my organisation, and inviting by mail. Accepting an invitation is in accounts/views.py."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import services as accounts
from accounts.access import TooMany, counted, members_only
from accounts.leaving import StillTied
from accounts.models import Invitation, Membership, Organisation
from accounts.policy import Conflict, letting_in, may, require
from notifications import services
from notifications.forms import ColleagueForm

PAGE_SIZE = 25


@members_only
def colleagues(request):
    """One of my organisations (?organisatie=): its people, and for who may invite the open invitations."""
    mine = list(_organisations(request.user))
    if not mine:
        return render(request, "notifications/no_colleagues.html")
    organisation = _chosen(request, mine)
    may_invite = may(request.user, letting_in(organisation), organisation)
    members = Membership.objects.active().filter(organisation=organisation, user__is_active=True).select_related("user")
    invitations = (
        organisation.invitations.open().select_related("invited_by") if may_invite else Invitation.objects.none()
    )
    facts = {
        "organisation": organisation,
        "organisations": mine,
        "page_obj": Paginator(members, PAGE_SIZE).get_page(request.GET.get("page")),
        "invitations": invitations[: accounts.OPEN_INVITATIONS_MAX],
        "may_invite": may_invite,
    }
    return render(request, "notifications/colleagues.html", facts)


@members_only
def invite_colleague(request, pk):
    organisation = get_object_or_404(_organisations(request.user), pk=pk)
    require(request.user, letting_in(organisation), organisation)
    form, status = ColleagueForm(request.POST or None, organisation=organisation, by=request.user), 200
    if request.method == "POST" and form.is_valid():
        try:
            with counted(request, "invite"):
                services.invite_by_mail(organisation=organisation, by=request.user, **form.cleaned_data)
        except Conflict as conflict:
            status = 429 if isinstance(conflict, TooMany) else 200
            form.add_conflict(conflict)
        else:
            messages.success(request, _("The invitation to %(email)s is on its way.") % form.cleaned_data)
            return _back(organisation)
    facts = {"organisation": organisation, "form": form}
    return render(request, "notifications/invite_colleague.html", facts, status=status)


@members_only
@require_POST
def invite_again(request, pk):
    invitation = _invitation(request, pk)
    with counted(request, "invite"):
        services.invite_again(invitation=invitation, by=request.user)
    messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": invitation.email})
    return _back(invitation.organisation)


@members_only
@require_POST
def withdraw_invitation(request, pk):
    invitation = accounts.withdraw_invitation(invitation=_invitation(request, pk), by=request.user)
    messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": invitation.email})
    return _back(invitation.organisation)


@members_only
@require_POST
def end_membership(request, pk):
    memberships = Membership.objects.filter(organisation__in=_organisations(request.user)).select_related(
        "organisation", "user"
    )
    membership = get_object_or_404(memberships, pk=pk)
    try:
        membership = accounts.end_membership(membership=membership, by=request.user)
    except StillTied as tied:
        for tie in tied.reasons:
            messages.warning(request, tie.sentence)
        return redirect(tied.reasons[0].url)
    facts = {"name": membership.user, "organisation": membership.organisation}
    messages.success(request, _("%(name)s no longer belongs to %(organisation)s.") % facts)
    return redirect("my-next-step" if membership.user == request.user else _address(membership.organisation))


def _organisations(user):
    """The organisations this person works for; another one does not exist here. Voka invites others in the back office."""
    return Organisation.objects.filter(pk__in=user.organisation_ids)


def _chosen(request, mine):
    asked = request.GET.get("organisatie", "")
    return next((organisation for organisation in mine if str(organisation.pk) == asked), mine[0])


def _invitation(request, pk):
    invitations = Invitation.objects.filter(organisation__in=_organisations(request.user)).select_related(
        "organisation"
    )
    return get_object_or_404(invitations, pk=pk)


def _address(organisation):
    return f"{reverse('colleagues')}?organisatie={organisation.pk}"


def _back(organisation):
    return redirect(_address(organisation))
