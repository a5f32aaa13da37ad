"""The one door to an uploaded file: to those who may see it, once it is found safe, always as an attachment.

And who came through that door, for the organisation that owns the file.
"""

from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import get_object_or_404, render
from django.utils.module_loading import import_string
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import members_only
from accounts.policy import Action, Conflict, require
from documents import antivirus, selectors, services
from documents.checks.refusal import Reason
from documents.enums import WHERE_IT_BELONGS, DocumentPurpose, DocumentState
from documents.models import Document
from documents.refusals import sentence

PAGE_SIZE = 25


@members_only
@require_safe
def download(request, uuid):
    """The file; 404 for who may not know of it, 409 with a sentence while it is not safe or no longer there."""
    document = get_object_or_404(Document.objects.visible_to(request.user), uuid=uuid)
    if not document.is_safe:
        raise Conflict(_closed_because(document))
    try:
        file = document.file.open("rb")
    except FileNotFoundError:
        raise Conflict(sentence(Reason.MISSING)) from None
    if request.method == "GET":
        services.record_download(document=document, by=request.user)
    response = FileResponse(file, content_type=document.content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(document.name, safe='')}"
    response["Content-Security-Policy"] = "sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response


def _closed_because(document):
    if document.state == DocumentState.CHECKING:
        return _("We are still checking this file. Try again in a minute.")
    if document.state == DocumentState.REMOVED:
        return _("This file was removed.")
    return document.refusal


@members_only
@require_safe
def log(request, uuid):
    """Who downloaded a file and when, for the organisation that owns it and Voka."""
    document = get_object_or_404(
        Document.objects.visible_to(request.user).select_related("organisation", "uploaded_by"), uuid=uuid
    )
    require(request.user, Action.SEE_DOWNLOADS, document)
    page = Paginator(selectors.downloads_of(document), PAGE_SIZE).get_page(request.GET.get("page"))
    above = import_string(WHERE_IT_BELONGS[DocumentPurpose(document.purpose)])(document)
    context = {"document": document, "above": above, "facts": _facts(document), "page_obj": page}
    return render(request, "documents/log.html", context)


def _facts(document):
    storage = selectors.storage_of(document.organisation)
    checked = {"label": _("Checked"), "value": _("By the portal")}
    if document.scanned_at:
        checked = {"label": _("Virus scan"), "value": _day(document.scanned_at)}
    elif antivirus.is_switched_on():
        checked = {"label": _("Virus scan"), "value": _("Not scanned")}
    return [
        {"label": _("Of"), "value": document.organisation, "wide": True},
        {"label": _("Added by"), "value": document.uploaded_by},
        {"label": _("Added on"), "value": _day(document.uploaded_at)},
        {"label": _("State"), "value": document.get_state_display()},
        *([checked] if document.is_safe or document.scanned_at else []),
        {
            "label": _("Your files together"),
            "value": _("%(used)d of %(maximum)d MB") % {"used": storage.used_mb, "maximum": storage.maximum_mb},
            "wide": True,
        },
    ]


def _day(moment):
    return f"{localtime(moment):%d/%m/%Y}"
