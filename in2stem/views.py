"""Pages about the portal itself: home, help, privacy, accessibility, the sheet of components, and the error pages.

Error pages are rendered by the same templates everywhere; only 500.html must stand on its own, without any context.
"""

from functools import wraps

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.http import HttpResponseServerError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import i18n
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_POST

from accounts.access import public
from accounts.policy import Refused
from accounts.typed import typed_texts
from documents.uploads import DiskIsFull
from in2stem.gallery import samples
from in2stem.requests import forget_form
from phases.enums import Phase
from practices.selectors import newest_public

PRACTICES_AT_HOME = 3


@public
def home(request):
    """What anyone may see, whoever is signed in: one query, for the newest practices."""
    return render(request, "home.html", {"phases": list(Phase), "practices": newest_public(PRACTICES_AT_HOME)})


@public
def privacy(request):
    return render(request, "privacy.html", {"draft_days": settings.INTAKE_DRAFT_DAYS})


@public
def accessibility(request):
    return render(request, "accessibility.html")


@public
def help_page(request):
    return render(request, "help.html")


@public
@require_POST
def set_language(request):
    """Dutch or English, kept in a cookie."""
    return i18n.set_language(request)


@public
def gallery(request):
    """Every component on one sheet; only with DEBUG or DEMO (in2stem.urls)."""
    return render(request, "gallery.html", samples(request.GET.get("page")))


def error_page(view):
    """For the pages about an error: their forms work, and a body that could not be read is not read again."""

    @wraps(view)
    def readable(request, *args, **kwargs):
        try:
            _form = request.POST
        except (SuspiciousOperation, BadRequest, MultiPartParserError, OSError):
            forget_form(request)
        return requires_csrf_token(view)(request, *args, **kwargs)

    return readable


@error_page
def bad_request(request, exception=None):
    status = next((status for kind, status in _TOLD_APART.items() if isinstance(exception, kind)), 400)
    context = {"texts": typed_texts(request), "too_many_files": isinstance(exception, TooManyFilesSent)}
    return render(request, f"{status}.html", context, status=status)


_TOLD_APART = {RequestDataTooBig: 413, DiskIsFull: 507}


@error_page
def permission_denied(request, exception=None):
    """A refusal carries its own sentence; any other PermissionDenied may hold internals, so its text stays inside."""
    sentence = exception.sentence if isinstance(exception, Refused) else ""
    return render(request, "403.html", {"sentence": sentence}, status=403)


@error_page
def csrf_failure(request, reason=""):
    """With what was typed, to copy: a second send of the same page would fail in the same way."""
    return render(request, "403_csrf.html", {"texts": typed_texts(request)}, status=403)


@error_page
def too_many_requests(request, exception=None):
    """allauth asks for this page too, for all its limits."""
    return render(request, "429.html", {"texts": typed_texts(request)}, status=429)


@error_page
def page_not_found(request, exception=None):
    return render(request, "404.html", status=404)


@error_page
def server_error(request):
    return HttpResponseServerError(render_to_string("500.html"))
