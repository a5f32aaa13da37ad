"""Voka creates trajectories and plans phases here. The phase itself only moves on the trajectory's page."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin import PortalInline, PortalModelAdmin
from accounts.policy import Action
from phases.models import Participation, PhaseChange, PhasePlan, Trajectory


class PhasePlanInline(PortalInline):
    model = PhasePlan
    may_add = may_change = Action.MODERATE
    max_num = 6


class ParticipationInline(PortalInline):
    model = Participation
    may_add = may_change = Action.MODERATE
    autocomplete_fields = ["organisation"]


class PhaseChangeInline(PortalInline):
    model = PhaseChange
    fields = readonly_fields = ["sequence", "source", "target", "kind", "by", "reason", "at"]


@admin.register(Trajectory)
class TrajectoryAdmin(PortalModelAdmin):
    list_display = ["name", "chamber", "phase", "first_school_year", "last_school_year", "is_open_for_intake", "page"]
    list_filter = ["phase", "chamber", "is_open_for_intake"]
    list_select_related = ["chamber"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["phase", "page"]
    inlines = [PhasePlanInline, ParticipationInline, PhaseChangeInline]

    @admin.display(description=_("page"))
    def page(self, trajectory):
        if trajectory.pk is None:
            return "-"
        return format_html('<a href="{}">{}</a>', trajectory.get_absolute_url(), _("Open in the portal"))


@admin.register(PhaseChange)
class PhaseChangeAdmin(PortalModelAdmin):
    may_add = may_change = None
    list_display = ["trajectory", "sequence", "source", "target", "kind", "by", "at"]
    list_filter = ["kind"]
    list_select_related = ["trajectory", "by"]
