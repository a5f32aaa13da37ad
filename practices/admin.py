"""Voka's reading list of practices. Texts change on the practice's own page, where two writers cannot overwrite each other."""

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin import PortalInline, PortalModelAdmin
from practices import services
from practices.models import SHORT_TEXT_MAX_LENGTH, Practice, PracticeLog


class CommentActionForm(ActionForm):
    """The choice of an action, with room for what has to change."""

    comment = forms.CharField(label=_("What has to change?"), max_length=SHORT_TEXT_MAX_LENGTH, required=False)


class PracticeLogInline(PortalInline):
    model = PracticeLog
    fields = readonly_fields = ["event", "version", "by", "note", "at"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")


@admin.register(Practice)
class PracticeAdmin(PortalModelAdmin):
    may_add = None
    list_display = ["title", "workgroup", "author", "state", "is_public", "updated_at"]
    list_filter = ["state", "is_public", "workgroup__priority__trajectory"]
    list_select_related = ["workgroup", "author"]
    search_fields = ["title", "workgroup__name", "tags"]
    fields = [
        "page",
        "title",
        "workgroup",
        "author",
        "state",
        "is_public",
        "context",
        "approach",
        "result",
        "material",
        "tips",
        "costs",
        "tags",
        "review_comment",
        "published_at",
        "published_by",
    ]
    readonly_fields = fields
    inlines = [PracticeLogInline]
    actions = ["publish", "publish_for_everyone", "send_back"]
    action_form = CommentActionForm

    @admin.display(description=_("page"))
    def page(self, practice):
        return format_html('<a href="{}">{}</a>', practice.get_absolute_url(), _("Read in the portal"))

    @admin.action(description=_("Share with whom the writers chose"))
    def publish(self, request, queryset):
        self._publish(request, queryset, is_public=None)

    @admin.action(description=_("Share with everyone"))
    def publish_for_everyone(self, request, queryset):
        self._publish(request, queryset, is_public=True)

    def _publish(self, request, queryset, *, is_public):
        self.carry_out(
            request,
            queryset,
            lambda practice: services.publish(practice=practice, by=request.user, is_public=is_public),
            _("Shared: %(count)d."),
        )

    @admin.action(description=_("Send back to the writers (with what has to change)"))
    def send_back(self, request, queryset):
        comment = request.POST.get("comment", "")[:SHORT_TEXT_MAX_LENGTH]
        self.carry_out(
            request,
            queryset,
            lambda practice: services.send_back(practice=practice, comment=comment, by=request.user),
            _("Sent back: %(count)d."),
        )
