"""What the file field tells the visitor, and upload.js, before anything is sent."""

from django import template
from django.conf import settings

from documents.services import MAX_FILES, MAX_SIZE, MEGABYTE

register = template.Library()


@register.simple_tag
def upload_limits():
    """Bytes per file and per request, the first one in megabytes, and how many files."""
    limits = {"file": MAX_SIZE, "request": settings.UPLOAD_MAX_BODY, "megabytes": MAX_SIZE // MEGABYTE}
    return limits | {"files": MAX_FILES}
