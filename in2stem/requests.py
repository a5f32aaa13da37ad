"""What no page should have to cope with: an address that PostgreSQL cannot even be asked about, a method it does not take, a
form that did not arrive whole or is not UTF-8.

What a newcomer gets wrong: catching an error while a form is read and going on. Django gives an empty form to who asks again, and
an empty form saves nothing but empty fields.
"""

import codecs
from urllib.parse import unquote

from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponseNotAllowed, QueryDict, UnreadablePostError
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict


class NoNulMiddleware:
    """Answer 400 to a NUL byte in the path or the query string; a form field refuses it by itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path_info or "\0" in unquote(request.META.get("QUERY_STRING", "")):
            raise SuspiciousOperation("NUL byte in the address")
        return self.get_response(request)


class ReadableFormMiddleware:
    """Answer 400 to a form that cannot be read whole, before anyone sees half of it.

    Stands before CsrfViewMiddleware, which reads the form too and takes one that broke off for one without a token.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        said, request._encoding = request.encoding, "utf-8"  # Django's own setter first reads the address as `said`
        if not _is_utf8(said):
            forget_form(request)
            raise SuspiciousOperation("a body that is not UTF-8")
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST":
            return
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            # Django would read nothing of it, and see an empty form.
            forget_form(request)
            raise SuspiciousOperation("a body of unknown length")
        try:
            _whole = request.POST
        except UnreadablePostError as error:
            forget_form(request)
            raise SuspiciousOperation("a body that broke off") from error


def _is_utf8(encoding) -> bool:
    """Whether this is another name of UTF-8; Django only keeps names that Python knows."""
    return encoding is None or codecs.lookup(encoding).name == "utf-8"


def forget_form(request):
    """Let who still asks for the form, such as the page that tells about the error, get an empty one instead of the error."""
    request._post, request._files = QueryDict(), MultiValueDict()


class NotAllowedMiddleware:
    """An address that only takes a form and is opened by itself, from the history or a bookmark: say so on a page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page


class RetryAfterMiddleware:
    """Tell a program that comes too often when to come back, whichever limit it was."""

    # The longest that a limit of allauth or of the verification page usually lasts; a limit that knows better says so.
    seconds = 300

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 429:
            response.headers.setdefault("Retry-After", str(getattr(request, "retry_after", self.seconds)))
        return response
