"""Voka's view of uploaded files: what came in, from whom, and how its check ended."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin import PortalModelAdmin
from documents.models import Document


@admin.register(Document)
class DocumentAdmin(PortalModelAdmin):
    """Read-only: a file changes by its check, never by hand."""

    may_add = may_change = None
    list_display = ["name", "organisation", "purpose", "state", "size", "uploaded_by", "uploaded_at"]
    list_filter = ["state", "purpose"]
    list_select_related = ["organisation", "uploaded_by"]
    search_fields = ["name", "organisation__name"]
    fields = [
        "download", "organisation", "purpose", "state", "refusal", "content_type", "size", "sha256", "uploaded_by",
        "uploaded_at",
    ]  # fmt: skip
    readonly_fields = ["download"]

    @admin.display(description=_("file"))
    def download(self, document):
        return format_html('<a href="{}">{}</a>', document.get_absolute_url(), document.name)
