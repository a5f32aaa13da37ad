"""How a view says who it is for, how often it may be asked, and how a refusal becomes a page.

Every view carries exactly one of `public`, `members_only` and `staff_only`; a test walks all URLs. The default is closed:
AccessMiddleware sends an anonymous visitor to the sign-in page unless the view is public.
"""

from contextlib import contextmanager
from functools import wraps

from allauth.core.internal import ratelimit
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render, resolve_url
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.policy import Action, Conflict, may, require
from accounts.typed import keep, typed_texts

# static/js/upload.js sends this along: the form stays on the visitor's screen.
UPLOAD_HEADER = "X-Upload"
# Where allauth keeps its limits, and ours with them.
LIMITS = "allauth.account"


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
            refusal = ratelimit.consume_or_429(request, app=LIMITS, action=action)
            return refusal or view(request, *args, **kwargs)

        return limited

    return decorate


class TooMany(Conflict):
    """Not now: this person did it very often in a short time (429)."""


@contextmanager
def counted(request, action):
    """Count what is done inside against settings.ACCOUNT_RATE_LIMITS[action]; what was refused or went wrong does not count."""
    usage = ratelimit.consume(request, app=LIMITS, action=action)
    if usage is None:
        raise TooMany(_("You did this very often in the past hour. Nothing is lost: wait a little and send it again."))
    try:
        yield
    except Exception:  # whatever it was: it did not happen, so it is not counted, and it goes on
        usage.rollback()
        raise


class AccessMiddleware(LoginRequiredMiddleware):
    """Closed by default; what a signed-in person sees stays in no cache; a Conflict that no view caught becomes a 409."""

    def get_login_url(self, view_func):
        """There is one way in, for the back office too (Django's admin names a page of its own)."""
        return resolve_url(settings.LOGIN_URL)

    def handle_no_permission(self, request, view_func):
        """To the sign-in page, which shows what was typed; a form that a script sent stays on the screen."""
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        back = _page_of_the_form(request)
        if UPLOAD_HEADER in request.headers:
            return render(request, "401.html", {"back": back}, status=401)
        keep(request, typed_texts(request))
        return redirect_to_login(
            back or request.get_full_path(), self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        )

    def process_response(self, request, response):
        if request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response

    def process_exception(self, request, exception):
        if isinstance(exception, TooMany):
            return render(request, "429.html", {"reasons": exception.reasons}, status=429)
        if isinstance(exception, Conflict):
            return render(request, "409.html", {"reasons": exception.reasons}, status=409)
        return None


def _page_of_the_form(request):
    """The address of the page that was sent, as far as the browser told us and it is ours."""
    page = request.headers.get("Referer", "")
    return page if url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()) else ""


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
