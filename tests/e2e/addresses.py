"""The addresses of the portal, the sheet of components, and one that ends in each error page: for browser tests only.

A new page of the portal needs one line in pages.py beside this file, which holds an example of each address.
"""

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path

from accounts.access import public
from accounts.policy import Conflict
from in2stem import urls, views
from phases.machine import Blocker

# What the walk past every address leaves out: it is here for tests only.
OF_TESTS = {"error"}
ERRORS = (400, 403, 404, 405, 409, 413, 429, 500)


@public
def error(request, status):
    """The error page with this status. A real 500 would fail the test that looks at it, so that one comes as 200."""
    match status:
        case 400:
            raise BadRequest
        case 403:
            raise PermissionDenied
        case 413:
            raise RequestDataTooBig
        case 404:
            raise Http404
        case 405:
            return HttpResponseNotAllowed(["POST"])
        case 409:
            raise Conflict(Blocker("Vier actiepunten staan nog open.", "/werkgroepen/"), "Eén praktijk wacht op Voka.")
        case 500:
            return HttpResponse(render_to_string("500.html"))
    return render(request, "429.html", status=status)


handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500
urlpatterns = [
    path("test/fout/<int:status>/", error, name="error"),
    path("componenten/", views.gallery, name="gallery"),
    *urls.urlpatterns,
]
