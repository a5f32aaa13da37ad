"""Voka's view of background work: what is parked, why, and a way to try again."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from jobs import services
from jobs.enums import JobState
from jobs.models import Job


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    """Read-only: a job changes through its handler, or through "try again"."""

    list_display = ["kind", "object_id", "state", "attempts", "next_try_at", "created_at", "done_at"]
    list_filter = ["state", "kind"]
    readonly_fields = [field.name for field in Job._meta.fields]
    actions = ["try_again"]
    list_per_page = 25

    def has_module_permission(self, request):
        return request.user.has_perm("accounts.moderate")

    has_view_permission = has_change_permission = lambda self, request, obj=None: self.has_module_permission(request)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description=_("Try parked jobs again"))
    def try_again(self, request, queryset):
        parked = list(queryset.filter(state=JobState.PARKED))
        for job in parked:
            services.retry(job=job)
        messages.success(
            request,
            ngettext("%(count)d job starts again.", "%(count)d jobs start again.", len(parked))
            % {"count": len(parked)},
        )
