"""How a view says who it is for, how often it may be asked, and how a refusal becomes a page.

Every view carries exactly one of `public`, `members_only` and `staff_only`; a test walks all URLs. The default is closed:
AccessMiddleware sends an anonymous visitor to the sign-in page unless the view is public.
"""

from functools import wraps

from allauth.core import ratelimit
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.shortcuts import redirect, render, resolve_url
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from accounts.policy import Action, Conflict, may, require


def public(view):
    """Anyone, signed in or not."""
    view.access = "public"
    return login_not_required(view)


def members_only(view):
    """Anyone who is signed in; which objects they see is for `visible_to` and the policy."""
    view.access = "members"
    return view


def staff_only(view):
    """Voka staff."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        require(request.user, Action.MODERATE)
        return view(request, *args, **kwargs)

    guarded.access = "staff"
    return guarded


def rate_limited(action):
    """Answer 429 to who sends more than settings.ACCOUNT_RATE_LIMITS[action] allows. Reading (GET) is never counted.

    Goes below `public`, `members_only` or `staff_only`.
    """

    def decorate(view):
        @wraps(view)
        def limited(request, *args, **kwargs):
            return ratelimit.consume_or_429(request, action=action) or view(request, *args, **kwargs)

        return limited

    return decorate


class AccessMiddleware(LoginRequiredMiddleware):
    """Closed by default; what a signed-in person sees stays in no cache; a Conflict that no view caught becomes a 409."""

    def get_login_url(self, view_func):
        """There is one way in, for the back office too (Django's admin names a page of its own)."""
        return resolve_url(settings.LOGIN_URL)

    def process_response(self, request, response):
        if request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response

    def process_exception(self, request, exception):
        if isinstance(exception, Conflict):
            return render(request, "409.html", {"reasons": exception.reasons}, status=409)
        return None


class SecondFactorMiddleware:
    """With settings.REQUIRE_SECOND_FACTOR, Voka staff come no further than public pages until they have a second factor.

    Signing in already asks for it from who has one (allauth); this is for who has none.
    """

    # Setting it up asks for the password again, and wants every address of the account confirmed or removed.
    on_the_way = frozenset(
        {
            "account_logout",
            "account_reauthenticate",
            "account_email",
            "account_confirm_email",
            "mfa_index",
            "mfa_activate_totp",
            "mfa_reauthenticate",
        }
    )  # fmt: skip - the list is all there is to read

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.REQUIRE_SECOND_FACTOR or not may(request.user, Action.MODERATE):
            return None
        if getattr(view, "access", None) == "public" or request.resolver_match.url_name in self.on_the_way:
            return None
        if get_mfa_adapter().is_mfa_enabled(request.user, types=[Authenticator.Type.TOTP]):
            return None
        messages.warning(request, _("Voka staff sign in with a second step. Set it up first, it takes a minute."))
        return redirect("mfa_activate_totp")
