"""Voka's view of uploaded files: what came in, from whom, how its check ended, and how much room each one has."""

from django.contrib import admin
from django.db.models import Count
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin import PortalModelAdmin
from documents.models import Document, StorageLimit


@admin.register(Document)
class DocumentAdmin(PortalModelAdmin):
    """Read-only: a file changes by its check, never by hand."""

    may_add = may_change = None
    list_display = [
        "name",
        "organisation",
        "purpose",
        "state",
        "size",
        "uploaded_by",
        "uploaded_at",
        "times_downloaded",
    ]
    list_filter = ["state", "purpose"]
    list_select_related = ["organisation", "uploaded_by"]
    search_fields = ["name", "organisation__name"]
    fields = [
        "download", "organisation", "purpose", "state", "refusal", "scanned_at", "content_type", "size", "sha256",
        "uploaded_by", "uploaded_at", "times_downloaded",
    ]  # fmt: skip
    readonly_fields = ["download", "times_downloaded"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(downloads_total=Count("downloads"))

    @admin.display(description=_("file"))
    def download(self, document):
        return format_html('<a href="{}">{}</a>', document.get_absolute_url(), document.name)

    @admin.display(description=_("downloads"), ordering="downloads_total")
    def times_downloaded(self, document):
        return format_html('<a href="{}">{}</a>', document.get_log_url(), document.downloads_total)


@admin.register(StorageLimit)
class StorageLimitAdmin(PortalModelAdmin):
    """More or less room than the usual (settings.UPLOAD_QUOTA_MB)."""

    list_display = ["organisation", "megabytes"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name"]
    autocomplete_fields = ["organisation"]

    def get_readonly_fields(self, request, obj=None):
        return ["organisation"] if obj else []
