"""Voka's back office for phases 2 to 4. Every row is written by the same services as on the pages.

A list of rows below an object takes new rows and calls a verb for each; states and figures that are fixed are read-only.
"""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin import PortalInline, PortalModelAdmin
from accounts.enums import FunctionProfile
from accounts.policy import Action, Conflict
from phases.enums import Phase
from workgroups import services
from workgroups.forms import ObjectiveRules
from workgroups.models import ActionPoint, ActionPriority, Objective, Seat, SteeringGroup, SteeringSeat, Workgroup
from workgroups.models.steering import TEXT_MAX_LENGTH
from workgroups.services.objective import FROZEN_FIELDS, is_frozen


class VerbAdmin(PortalModelAdmin):
    """An admin page that saves through services. A Conflict is told on the page and nothing of the form is saved."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Conflict as conflict:
            for reason in conflict.reasons:
                messages.error(request, str(reason))
            return HttpResponseRedirect(request.get_full_path())

    def get_inlines(self, request, obj):
        """Rows below come once the object itself exists."""
        return self.inlines if obj else []

    def save_model(self, request, obj, form, change):
        """Let the verb write, and go on with the row it wrote."""
        saved = self.write(obj, form.cleaned_data, request.user, change)
        obj.pk, obj._state.adding, obj._state.db = saved.pk, False, saved._state.db

    def write(self, obj, data, by, change):
        """Call the verb for a new (`change` false) or a changed object; return the row."""
        raise NotImplementedError

    def save_formset(self, request, form, formset, change):
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for row in formset.extra_forms:
            if row.has_changed():
                formset.new_objects.append(row.write_new(form.instance, request.user))
        for row in formset.initial_forms:
            if row.has_changed():
                formset.changed_objects.append((row.write_change(request.user), row.changed_data))

    @admin.display(description=_("page"))
    def page(self, obj):
        if obj.pk is None:
            return "-"
        return format_html('<a href="{}">{}</a>', obj.get_absolute_url(), _("Open in the portal"))


class VerbInline(PortalInline):
    """Rows that a service writes."""

    may_add = may_change = Action.MODERATE

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """People are chosen here, not made or changed."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for way in ("can_add_related", "can_change_related", "can_view_related"):
            if hasattr(getattr(field, "widget", None), way):
                setattr(field.widget, way, False)
        return field


class SeatForm(forms.ModelForm):
    """A new seat, or a tick that ends one. Who sits where does not change on an existing row."""

    ends = forms.BooleanField(label=_("ends today"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        is_new = self.instance.pk is None
        for name in ("membership", "role"):
            self.fields[name].disabled = not is_new
        self.fields["ends"].disabled = is_new or self.instance.ended_on is not None

    def validate_unique(self):
        """All constraints: Django leaves out those that look at a field outside the form, and each looks at `ended_on`."""
        try:
            self.instance.validate_constraints()
        except ValidationError as error:
            self.add_error(None, error)


class SteeringSeatForm(SeatForm):
    def write_new(self, group, by):
        data = self.cleaned_data
        return services.appoint(trajectory=group.trajectory, membership=data["membership"], role=data["role"], by=by)

    def write_change(self, by):
        return services.end_steering_seat(seat=self.instance, by=by)


class SteeringSeatInline(VerbInline):
    model = SteeringSeat
    form = SteeringSeatForm
    fields = ["membership", "role", "started_on", "ended_on", "ends"]
    readonly_fields = ["started_on", "ended_on"]
    autocomplete_fields = ["membership"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_people()


class WorkgroupSeatForm(SeatForm):
    def write_new(self, workgroup, by):
        data = self.cleaned_data
        return services.seat(workgroup=workgroup, membership=data["membership"], role=data["role"], by=by)

    def write_change(self, by):
        return services.unseat(seat=self.instance, by=by)


class SeatInline(VerbInline):
    model = Seat
    form = WorkgroupSeatForm
    fields = ["membership", "role", "started_on", "ended_on", "ends"]
    readonly_fields = ["started_on", "ended_on"]
    autocomplete_fields = ["membership"]
    verbose_name_plural = _(
        "seats: a chair from industry or an external partner is preferred; the facilitator is from Voka"
    )

    def get_queryset(self, request):
        return super().get_queryset(request).with_people()


class ObjectiveForm(ObjectiveRules, forms.ModelForm):
    class Meta:
        localized_fields = ["baseline_value", "target_value"]

    def write_new(self, workgroup, by):
        return services.add_objective(workgroup=workgroup, by=by, **self._values())

    def write_change(self, by):
        return services.update_objective(objective=self.instance, by=by, **self._values())

    def _values(self):
        names = ("title", "owner", *FROZEN_FIELDS)
        return {name: self.cleaned_data.get(name, getattr(self.instance, name)) for name in names}


class ObjectiveInline(VerbInline):
    model = Objective
    form = ObjectiveForm
    template = "admin/edit_inline/stacked.html"
    fields = ["title", ("indicator", "unit", "direction"), ("baseline_value", "target_value", "due_on"), "owner"]
    autocomplete_fields = ["owner"]

    def get_readonly_fields(self, request, obj=None):
        return tuple(FROZEN_FIELDS) if obj and is_frozen(obj.trajectory) else ()

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and not (obj and is_frozen(obj.trajectory))


class ActionPointForm(forms.ModelForm):
    def write_new(self, workgroup, by):
        return services.add_action_point(workgroup=workgroup, by=by, **self._values())

    def write_change(self, by):
        return services.update_action_point(action_point=self.instance, by=by, **self._values())

    def _values(self):
        return {name: self.cleaned_data[name] for name in ("title", "description", "owner", "due_on")}


class ActionPointInline(VerbInline):
    model = ActionPoint
    form = ActionPointForm
    template = "admin/edit_inline/stacked.html"
    fields = ["title", "description", ("owner", "due_on", "state")]
    readonly_fields = ["state"]
    autocomplete_fields = ["owner"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "description":
            kwargs["widget"] = AdminTextareaWidget(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(SteeringGroup)
class SteeringGroupAdmin(VerbAdmin):
    list_display = ["trajectory", "page"]
    list_select_related = ["trajectory"]
    search_fields = ["trajectory__name"]
    fields = ["trajectory", "charter", "page"]
    readonly_fields = ["page"]
    autocomplete_fields = ["trajectory"]
    inlines = [SteeringSeatInline]

    def get_readonly_fields(self, request, obj=None):
        return ["trajectory", "page"] if obj else ["page"]

    def write(self, obj, data, by, change):
        return services.set_steering_charter(trajectory=obj.trajectory, charter=data["charter"], by=by)


class ReasonActionForm(ActionForm):
    """The choice of an action, with room for its reason."""

    reason = forms.CharField(label=_("Reason"), max_length=TEXT_MAX_LENGTH, required=False)


@admin.register(ActionPriority)
class ActionPriorityAdmin(VerbAdmin):
    list_display = ["title", "trajectory", "state", "decided_on", "page"]
    list_filter = ["state", "trajectory"]
    list_select_related = ["trajectory"]
    search_fields = ["title", "trajectory__name"]
    fields = ["trajectory", "title", "description", "themes", "state", "decision", "decided_on", "decided_by", "page"]
    autocomplete_fields = ["trajectory"]
    actions = ["decide", "drop"]
    action_form = ReasonActionForm

    def get_readonly_fields(self, request, obj=None):
        settled = ["state", "decision", "decided_on", "decided_by", "page"]
        return ["trajectory", *settled] if obj else settled

    def write(self, obj, data, by, change):
        words = {name: data[name] for name in ("title", "description", "themes")}
        if change:
            return services.update_priority(priority=obj, by=by, **words)
        return services.propose_priority(trajectory=obj.trajectory, by=by, **words)

    @admin.action(description=_("Decide these priorities"))
    def decide(self, request, queryset):
        reason = request.POST.get("reason", "")[:TEXT_MAX_LENGTH]
        self.carry_out(
            request,
            queryset,
            lambda priority: services.decide_priority(priority=priority, decision=reason, by=request.user),
            _("Decided: %(count)d."),
        )

    @admin.action(description=_("Drop these priorities (with the reason)"))
    def drop(self, request, queryset):
        reason = request.POST.get("reason", "")[:TEXT_MAX_LENGTH]
        self.carry_out(
            request,
            queryset,
            lambda priority: services.drop_priority(priority=priority, reason=reason, by=request.user),
            _("Dropped: %(count)d."),
        )


class WorkgroupForm(forms.ModelForm):
    wanted_profiles = forms.MultipleChoiceField(
        label=_("wanted function profiles"),
        choices=FunctionProfile,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


@admin.register(Workgroup)
class WorkgroupAdmin(VerbAdmin):
    form = WorkgroupForm
    list_display = ["name", "trajectory_name", "phase", "page"]
    list_filter = ["priority__trajectory"]
    list_select_related = ["priority__trajectory"]
    search_fields = ["name", "priority__title", "priority__trajectory__name"]
    fields = ["priority", "name", "charter", "wanted_profiles", "no_practice_reason", "page"]
    autocomplete_fields = ["priority"]
    inlines = [SeatInline, ObjectiveInline, ActionPointInline]

    @admin.display(description=_("trajectory"), ordering="priority__trajectory__name")
    def trajectory_name(self, workgroup):
        return workgroup.trajectory.name

    @admin.display(description=_("phase"))
    def phase(self, workgroup):
        return Phase(workgroup.trajectory.phase).number

    def get_readonly_fields(self, request, obj=None):
        return ["priority", "no_practice_reason", "page"] if obj else ["no_practice_reason", "page"]

    def write(self, obj, data, by, change):
        words = {name: data[name] for name in ("name", "charter", "wanted_profiles")}
        if change:
            return services.update_workgroup(workgroup=obj, by=by, **words)
        return services.create_workgroup(priority=obj.priority, by=by, **words)
