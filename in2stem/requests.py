"""What no page should have to cope with: an address that PostgreSQL cannot even be asked about."""

from urllib.parse import unquote

from django.core.exceptions import SuspiciousOperation


class NoNulMiddleware:
    """Answer 400 to a NUL byte in the path or the query string; a form field refuses it by itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path_info or "\0" in unquote(request.META.get("QUERY_STRING", "")):
            raise SuspiciousOperation("NUL byte in the address")
        return self.get_response(request)
