"""Voka's back office for certificates: what failed, who signs, what was decided. A certificate itself is never edited.

Issuing happens on the page of the trajectory, where the conditions stand beside it.
"""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin import PortalInline, PortalModelAdmin
from certificates import services
from certificates.forms import RevokeForm
from certificates.models import Certificate, CertificateLog, CertificateRefusal, CertificateRules


class LogInline(PortalInline):
    model = CertificateLog
    fields = readonly_fields = ["at", "event", "by", "detail"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")


@admin.register(Certificate)
class CertificateAdmin(PortalModelAdmin):
    may_add = may_change = None
    list_display = ["number", "company_name", "trajectory", "state", "status", "failed_reason", "issued_at"]
    list_filter = ["state", "status", "trajectory"]
    list_select_related = ["trajectory"]
    search_fields = ["number", "organisation__name", "trajectory__name"]
    fields = [
        "number",
        "page",
        "organisation",
        "trajectory",
        "facts",
        "state",
        "failed_reason",
        "status",
        "revoked_at",
        "revoked_by",
        "revoked_reason",
        "sha256",
        "size",
        "rendered_at",
        "issued_by",
        "issued_at",
    ]
    readonly_fields = ["page"]
    inlines = [LogInline]
    actions = ["retry", "revoke"]

    @admin.display(description=_("company"))
    def company_name(self, certificate):
        return certificate.company_name

    @admin.display(description=_("page"))
    def page(self, certificate):
        return format_html('<a href="{}">{}</a>', certificate.get_absolute_url(), _("Open the public page"))

    @admin.action(description=_("Try failed ones again"))
    def retry(self, request, queryset):
        self.carry_out(
            request,
            queryset,
            lambda certificate: services.retry(certificate=certificate, by=request.user),
            _("Made again: %(count)d."),
        )

    @admin.action(description=_("Revoke"))
    def revoke(self, request, queryset):
        """Ask the reason first; then revoke all of them with it."""
        form = RevokeForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            self.carry_out(
                request,
                queryset,
                lambda certificate: services.revoke(certificate=certificate, reason=reason, by=request.user),
                _("Revoked: %(count)d."),
            )
            return None
        return self.ask_first(
            request,
            queryset,
            form,
            title=_("Revoke certificates"),
            lead=_("You revoke:"),
            button=_("Revoke"),
            name=lambda certificate: f"{certificate} ({certificate.company_name})",
        )


@admin.register(CertificateRules)
class CertificateRulesAdmin(PortalModelAdmin):
    """Conditions per trajectory. Changing them never touches a certificate that was issued."""

    list_display = ["trajectory", "signatory_name", "signatory_title", "min_action_points_done", "version"]
    list_select_related = ["trajectory"]
    search_fields = ["trajectory__name"]
    fields = [
        "trajectory",
        "requires_refined_intake",
        "requires_workgroup_seat",
        "min_action_points_done",
        "signatory_name",
        "signatory_title",
        "version",
    ]
    readonly_fields = ["version"]


@admin.register(CertificateRefusal)
class CertificateRefusalAdmin(PortalModelAdmin):
    may_add = may_change = None
    list_display = ["organisation", "trajectory", "reason", "by", "at"]
    list_filter = ["trajectory"]
    list_select_related = ["organisation", "trajectory", "by"]


@admin.register(CertificateLog)
class CertificateLogAdmin(PortalModelAdmin):
    may_add = may_change = None
    list_display = ["at", "event", "organisation", "trajectory", "certificate", "by", "detail"]
    list_filter = ["event", "trajectory"]
    list_select_related = ["organisation", "trajectory", "certificate", "by"]
