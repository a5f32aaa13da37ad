"""The one door to an uploaded file: to those who may see it, once it is found safe, always as an attachment."""

from urllib.parse import quote

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import members_only
from accounts.policy import Conflict
from documents.enums import DocumentState
from documents.models import Document


@members_only
@require_safe
def download(request, uuid):
    """The file; 404 for who may not know of it, 409 with a sentence while it is not safe."""
    document = get_object_or_404(Document.objects.visible_to(request.user), uuid=uuid)
    if document.state == DocumentState.CHECKING:
        raise Conflict(_("We are still checking this file. Try again in a minute."))
    if not document.is_safe:
        raise Conflict(document.refusal)
    try:
        response = FileResponse(document.file.open("rb"), content_type=document.content_type)
    except FileNotFoundError:
        raise Http404 from None
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(document.name, safe='')}"
    response["Content-Security-Policy"] = "sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response
