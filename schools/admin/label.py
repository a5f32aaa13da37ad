"""Voka's back office for the label: what is on record, and the words and thresholds in versions.

What is in use cannot be changed: copy it to a draft, change the draft, put it in use.
"""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin import PortalInline, PortalModelAdmin
from accounts.policy import Action
from schools import services
from schools.models import (
    ApplicationStep,
    Criterion,
    CriterionScore,
    CriterionThreshold,
    ElementThreshold,
    Framework,
    KeyElement,
    LabelApplication,
    LabelAward,
    LabelOutcome,
    SelfAssessment,
    ThresholdSet,
)


@admin.register(LabelAward)
class LabelAwardAdmin(PortalModelAdmin):
    """Read-only: labels are recorded on the page of the school."""

    may_add = may_change = None
    list_display = ["school", "level", "awarded_on", "valid_until", "recorded_by"]
    list_filter = ["level"]
    list_select_related = ["school__organisation", "recorded_by"]
    search_fields = ["school__organisation__name"]


@admin.register(LabelOutcome)
class LabelOutcomeAdmin(PortalModelAdmin):
    """Read-only: outcomes are recorded on the page of the school."""

    may_add = may_change = None
    list_display = ["school", "trajectory", "outcome", "level", "decided_on"]
    list_filter = ["outcome", "trajectory"]
    list_select_related = ["school__organisation", "trajectory"]
    search_fields = ["school__organisation__name"]


class ApplicationStepInline(PortalInline):
    model = ApplicationStep
    fields = readonly_fields = ["happened_on", "state", "note", "by", "at"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")


@admin.register(LabelApplication)
class LabelApplicationAdmin(PortalModelAdmin):
    """Read-only: an application moves on its own page."""

    may_add = may_change = None
    list_display = ["school", "level", "state", "submitted_on", "decided_on", "page"]
    list_filter = ["state", "level"]
    list_select_related = ["school__organisation"]
    search_fields = ["school__organisation__name"]
    fields = ["page", "school", "level", "state", "trajectory", "submitted_on", "decided_on", "award", "created_by"]
    readonly_fields = ["page"]
    inlines = [ApplicationStepInline]

    @admin.display(description=_("page"))
    def page(self, application):
        return format_html('<a href="{}">{}</a>', application.get_absolute_url(), _("Open in the portal"))


class CriterionScoreInline(PortalInline):
    model = CriterionScore
    fields = readonly_fields = ["criterion", "score", "argument", "updated_by", "updated_at"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("criterion", "updated_by")


@admin.register(SelfAssessment)
class SelfAssessmentAdmin(PortalModelAdmin):
    """Read-only: a school gives its own scores."""

    may_add = may_change = None
    list_display = ["school", "trajectory", "moment", "created_at", "completed_at"]
    list_filter = ["moment", "trajectory"]
    list_select_related = ["school__organisation", "trajectory"]
    search_fields = ["school__organisation__name"]
    inlines = [CriterionScoreInline]


# --- Versions --------------------------------------------------------------------------------------------------------


class VersionAdmin(PortalModelAdmin):
    """Something in versions: only a draft can be changed, and the actions copy it and put it in use."""

    may_add = None
    list_display = ["title", "version", "shown_state"]
    actions = ["copy", "put_in_use"]
    copy_verb: staticmethod
    use_verb: staticmethod

    @admin.display(description=_("state"))
    def shown_state(self, version):
        return version.state

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    @admin.action(description=_("Copy to a new draft"))
    def copy(self, request, queryset):
        self.carry_out(
            request, queryset, lambda version: self.copy_verb(version, request.user), _("New drafts: %(count)d.")
        )

    @admin.action(description=_("Put in use; the version in use retires"))
    def put_in_use(self, request, queryset):
        self.carry_out(
            request, queryset, lambda version: self.use_verb(version, request.user), _("Put in use: %(count)d.")
        )


class OfVersionInline(PortalInline):
    """Rows of a version: their texts and figures change while it is a draft; none come or go."""

    may_change = Action.MODERATE

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)


class WithEnglishName:
    """Shows the English name marked as English, so that a screen reader says it right; a draft shows the field itself."""

    @admin.display(description=_("English name"), ordering="name_en")
    def english_name(self, part):
        return format_html('<span lang="en">{}</span>', part.name_en)

    def get_fields(self, request, obj=None):
        fields = super().get_fields(request, obj)
        if self.has_change_permission(request, obj):
            return fields
        return ["english_name" if field == "name_en" else field for field in fields]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "english_name"]


class KeyElementInline(WithEnglishName, OfVersionInline):
    model = KeyElement
    fields = ["number", "label_nl", "name_en"]
    readonly_fields = ["number"]


class CriterionInline(WithEnglishName, OfVersionInline):
    model = Criterion
    fields = ["number", "label_nl", "name_en", "to_be_confirmed"]  # the explanation is on the page of the criterion
    readonly_fields = ["number"]
    show_change_link = True


@admin.register(Framework)
class FrameworkAdmin(VersionAdmin):
    fields = ["title", "version", "shown_state"]
    readonly_fields = ["version", "shown_state"]
    inlines = [KeyElementInline, CriterionInline]
    copy_verb = staticmethod(lambda version, by: services.copy_framework(framework=version, by=by))
    use_verb = staticmethod(lambda version, by: services.put_framework_in_use(framework=version, by=by))


class CriterionThresholdInline(OfVersionInline):
    model = CriterionThreshold
    fields = ["level", "number", "min_score", "min_evidence"]
    readonly_fields = ["level", "number"]


class ElementThresholdInline(OfVersionInline):
    model = ElementThreshold
    fields = ["level", "number", "min_mean"]
    readonly_fields = ["level", "number"]


@admin.register(ThresholdSet)
class ThresholdSetAdmin(VersionAdmin):
    """What each level seems to ask. Not official: EUN does not publish it."""

    fields = ["title", "version", "shown_state", "source"]
    readonly_fields = ["version", "shown_state"]
    inlines = [ElementThresholdInline, CriterionThresholdInline]
    copy_verb = staticmethod(lambda version, by: services.copy_thresholds(thresholds=version, by=by))
    use_verb = staticmethod(lambda version, by: services.put_thresholds_in_use(thresholds=version, by=by))


class PartOfFrameworkAdmin(PortalModelAdmin):
    """A part of a version of the criteria, open as long as its version is a draft."""

    may_add = None

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.framework.is_draft)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("framework")


@admin.register(KeyElement)
class KeyElementAdmin(WithEnglishName, PartOfFrameworkAdmin):
    list_display = ["__str__", "english_name", "framework"]
    list_filter = ["framework"]
    fields = ["framework", "number", "name_en", "label_nl"]
    readonly_fields = ["framework", "number"]


@admin.register(Criterion)
class CriterionAdmin(WithEnglishName, PartOfFrameworkAdmin):
    """Names and explanations are Voka's to write; number and place are part of the version."""

    list_display = ["number", "label_nl", "english_name", "key_element", "to_be_confirmed", "framework"]
    list_display_links = ["number", "label_nl"]
    list_filter = ["to_be_confirmed", "framework"]
    list_select_related = ["key_element", "framework"]
    search_fields = ["number", "label_nl", "name_en"]
    fields = ["framework", "key_element", "number", "name_en", "label_nl", "explanation", "to_be_confirmed"]
    readonly_fields = ["framework", "key_element", "number"]
