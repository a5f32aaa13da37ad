"""Voka's back office for schools: profiles and sites, and evidence to review.

States, labels and outcomes change through the services only: by the actions here, or on the portal's own pages.
"""

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin import PortalInline, PortalModelAdmin
from accounts.enums import OrganisationKind
from accounts.models import Organisation
from accounts.policy import Action
from schools import selectors, services
from schools.models import (
    Evidence,
    EvidenceFile,
    EvidenceLog,
    LabelAward,
    LabelOutcome,
    School,
    Site,
)

# --- The school ------------------------------------------------------------------------------------------------------


_OWN = forms.fields_for_model(Organisation, [name for name in services.ORGANISATION_FIELDS if name != "website"])


class SchoolForm(forms.ModelForm):
    """A school and its organisation on one page."""

    name = _OWN["name"]
    chamber = _OWN["chamber"]
    street = _OWN["street"]
    postal_code = _OWN["postal_code"]
    municipality = _OWN["municipality"]
    website = forms.URLField(label=_("website"), max_length=300, required=False, assume_scheme="https")

    class Meta:
        model = School
        fields = ["institution_number", "network", "school_board", "email", "phone", "pupils", "stem_teachers"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in services.ORGANISATION_FIELDS:
                self.initial.setdefault(name, getattr(self.instance.organisation, name))

    def clean(self):
        cleaned = super().clean()
        own = self.own()
        others = [field.name for field in Organisation._meta.fields if field.name not in own]
        try:
            Organisation(kind=OrganisationKind.SCHOOL, **own).clean_fields(exclude=others)
        except ValidationError as error:
            self.add_error(None, error)
        return cleaned

    def own(self) -> dict:
        """What belongs to the organisation."""
        return {name: self.cleaned_data[name] for name in services.ORGANISATION_FIELDS if name in self.cleaned_data}


class SiteInline(PortalInline):
    model = Site
    fields = ["name", "number", "street", "postal_code", "municipality", "is_main"]
    may_add = may_change = Action.MODERATE


class LabelAwardInline(PortalInline):
    model = LabelAward
    fk_name = "school"
    fields = readonly_fields = ["level", "awarded_on", "valid_until", "proof", "note", "recorded_by", "recorded_at"]


class LabelOutcomeInline(PortalInline):
    model = LabelOutcome
    fields = readonly_fields = ["trajectory", "outcome", "level", "decided_on", "note", "recorded_by", "recorded_at"]


@admin.register(School)
class SchoolAdmin(PortalModelAdmin):
    form = SchoolForm
    list_display = ["organisation", "institution_number", "municipality", "network", "level", "page"]
    list_filter = ["network", "organisation__chamber"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name", "organisation__municipality", "institution_number", "former_numbers__number"]
    readonly_fields = ["page", "label_links"]
    fieldsets = [
        (None, {"fields": ["page", "name", "institution_number", "network", "school_board", "chamber"]}),
        (_("Address and contact"), {"fields": ["street", "postal_code", "municipality", "website", "email", "phone"]}),
        (_("Numbers"), {"fields": ["pupils", "stem_teachers"]}),
        (_("STEM School Label"), {"fields": ["label_links"]}),
    ]
    inlines = [SiteInline, LabelAwardInline, LabelOutcomeInline]

    def get_queryset(self, request):
        return selectors.with_level(super().get_queryset(request))

    def save_model(self, request, obj, form, change):
        if not change:
            created = services.create_school(by=request.user, **form.own(), **_profile(form))
            obj.pk = obj.organisation_id = created.pk
            obj._state.adding = False
            return
        Organisation.objects.filter(pk=obj.pk).update(**form.own())
        if "institution_number" in form.changed_data:
            services.change_institution_number(school=obj, number=obj.institution_number, by=request.user)
        super().save_model(request, obj, form, change)

    @admin.display(description=_("place"), ordering="organisation__municipality")
    def municipality(self, school):
        return school.organisation.municipality

    @admin.display(description=_("label"), ordering="level")
    def level(self, school):
        return selectors.level_in_words(school.level)

    @admin.display(description=_("page"))
    def page(self, school):
        if school.pk is None:
            return "-"
        return format_html('<a href="{}">{}</a>', school.get_absolute_url(), _("Open in the portal"))

    @admin.display(description=_("record"))
    def label_links(self, school):
        if school.pk is None:
            return "-"
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a> · <a href="{}">{}</a>',
            reverse("schools:record-label", args=[school.pk]),
            _("Record a label"),
            reverse("schools:label", args=[school.pk]),
            _("Self-assessment and label"),
            reverse("schools:evidence", args=[school.pk]),
            _("Evidence"),
        )


def _profile(form):
    return {name: form.cleaned_data[name] for name in SchoolForm.Meta.fields}


# --- Evidence --------------------------------------------------------------------------------------------------------


class ReviewActionForm(ActionForm):
    comment = forms.CharField(label=_("Comment for the school"), required=False, max_length=2000)


class EvidenceLogInline(PortalInline):
    model = EvidenceLog
    fields = readonly_fields = ["at", "state", "by", "comment"]


class EvidenceFileInline(PortalInline):
    model = EvidenceFile
    fields = readonly_fields = ["document", "removed_at"]


@admin.register(Evidence)
class EvidenceAdmin(PortalModelAdmin):
    """The review list. A piece is read and answered on its own page in the portal, or several at once here."""

    may_add = may_change = None
    action_form = ReviewActionForm
    actions = ["approve", "ask_more"]
    list_display = ["title", "school", "state", "state_since", "practice_date", "page"]
    list_filter = ["state"]
    list_select_related = ["school__organisation"]
    search_fields = ["title", "school__organisation__name"]
    date_hierarchy = "state_since"
    fields = [
        "page", "school", "title", "state", "state_since", "text", "text_en", "link", "practice_date",
        "reviewer_comment", "pupils_confirmed_by", "pupils_confirmed_at", "created_by", "created_at",
    ]  # fmt: skip
    readonly_fields = ["page"]
    inlines = [EvidenceFileInline, EvidenceLogInline]

    @admin.display(description=_("page"))
    def page(self, evidence):
        return format_html('<a href="{}">{}</a>', evidence.get_absolute_url(), _("Read and answer in the portal"))

    @admin.action(description=_("Approve the selected evidence"))
    def approve(self, request, queryset):
        comment = request.POST.get("comment", "")
        self.carry_out(
            request,
            queryset,
            lambda evidence: services.approve_evidence(evidence=evidence, by=request.user, comment=comment),
            _("%(count)d approved."),
        )

    @admin.action(description=_("Ask for an addition (write a comment)"))
    def ask_more(self, request, queryset):
        comment = request.POST.get("comment", "")
        self.carry_out(
            request,
            queryset,
            lambda evidence: services.ask_more(evidence=evidence, by=request.user, comment=comment),
            _("%(count)d asked for an addition."),
        )
