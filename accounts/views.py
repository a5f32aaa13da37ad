"""Accepting an invitation and one's own profile. Signing in, passwords and the second step are allauth's pages.

The pages that send invitations live in notifications/views.py: they mail, and mail is a floor higher.
"""

from copy import copy

from allauth.account.utils import perform_login
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import services
from accounts.access import members_only, public, rate_limited
from accounts.forms import AccountForm, ProfileForm
from accounts.policy import Conflict


@public
@never_cache
@sensitive_post_parameters("password1", "password2")
@rate_limited("invitation")
def invitation(request, token):
    """Who opens the link decides the page: a new person, the owner of the address, someone else, or a link that ended."""
    found = services.find_invitation(token)
    if found is None:
        return render(request, "accounts/invitation_unknown.html", status=404)
    if not found.is_open:
        return _ended(request, found)
    owner = services.account_of(found.email)
    if request.user.is_authenticated and request.user != owner:
        status = 403 if request.method == "POST" else 200
        return render(request, "accounts/invitation_of_someone_else.html", {"invitation": found}, status=status)
    if request.user.is_authenticated:
        return _join(request, found)
    if owner is not None:
        return render(request, "accounts/invitation_sign_in.html", {"invitation": found})
    return _make_account(request, found)


def _join(request, found):
    """Someone with an account says yes."""
    if request.method != "POST":
        return render(request, "accounts/invitation_join.html", {"invitation": found})
    try:
        services.accept_invitation(invitation=found, user=request.user)
    except Conflict:  # it ended in the meantime; the page itself says how
        return redirect(request.path)
    messages.success(request, _("You now belong to %(organisation)s.") % {"organisation": found.organisation})
    return redirect("my-next-step")


def _make_account(request, found):
    form = AccountForm(request.POST or None, invitation=found)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            user = services.accept_invitation(
                invitation=found,
                first_name=answers["first_name"],
                last_name=answers["last_name"],
                password=answers["password1"],
            )
        except Conflict:  # it ended, or the address got an account, in the meantime; the page itself says which
            return redirect(request.path)
        return perform_login(request, user, redirect_url=reverse("my-next-step"))
    return render(request, "accounts/invitation_account.html", {"invitation": found, "form": form})


def _ended(request, found):
    if found.accepted_by_id and found.accepted_by == request.user:
        return redirect("my-next-step")
    facts = {"invitation": found, "sentence": services.closed_sentence(found)}
    return render(request, "accounts/invitation_ended.html", facts, status=410)


@members_only
def profile(request):
    """Own name and telephone, where this person works, and the way to password, address and second step."""
    # A copy: what was typed wrong must not appear as this person's name at the top of the page.
    form = ProfileForm(request.POST or None, instance=copy(request.user))
    if request.method == "POST" and form.is_valid():
        services.update_profile(by=request.user, **form.cleaned_data)
        messages.success(request, _("Your details are saved."))
        return redirect("profile")
    return render(request, "accounts/profile.html", {"form": form, "memberships": request.user.active_memberships})
