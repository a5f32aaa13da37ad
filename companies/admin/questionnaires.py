"""Voka's pages for the questionnaires: a version is edited as a draft, and copied once it was in use."""

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.db.models import F
from django.forms.models import BaseInlineFormSet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin import PortalInline, PortalModelAdmin
from accounts.policy import Action
from companies import services
from companies.enums import HeadcountBand
from companies.models import Question, Questionnaire

# Further than any number of a question: where they wait while they change places.
ASIDE = 10_000
# What is filled in of a question, row by row.
ROWS = (
    ("number", "pillar"),
    "text",
    "explanation",
    "step_0",
    "step_1",
    "step_2",
    "step_3",
    "step_4",
    ("volume_label", "volume_unit"),
    "asked_of",
)


class QuestionForm(forms.ModelForm):
    """A question; the sizes it is asked of are boxes to tick."""

    asked_of = forms.MultipleChoiceField(
        label=_("Asked of companies with"),
        choices=HeadcountBand.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick nothing to ask everyone."),
    )

    class Meta:
        model = Question
        fields = flatten(ROWS)
        widgets = {"explanation": forms.Textarea(attrs={"rows": 2, "cols": 80})}

    def _get_validation_exclusions(self):
        # Two questions may trade places: the whole set is what has to be unique.
        return super()._get_validation_exclusions() | {"number"}


class QuestionFormSet(BaseInlineFormSet):
    """Numbers are unique once everything is saved; on the way there the questions stand aside."""

    def clean(self):
        super().clean()
        numbers = [
            form.cleaned_data["number"]
            for form in self.forms
            if form.cleaned_data.get("number") and not form.cleaned_data.get("DELETE")
        ]
        if len(set(numbers)) != len(numbers):
            raise forms.ValidationError(_("Give each question a number of its own."))

    def save(self, commit=True):
        mine = Question.objects.filter(questionnaire=self.instance)
        mine.update(number=F("number") + ASIDE)
        saved = super().save(commit)
        mine.filter(number__gt=ASIDE).update(number=F("number") - ASIDE)
        return saved


class QuestionInline(PortalInline):
    """Questions can change as long as nobody answered them: in a draft."""

    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    template = "admin/edit_inline/stacked.html"
    may_add = may_change = Action.MODERATE
    fields = ROWS

    def _is_open(self, obj):
        return obj is None or obj.is_draft

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and self._is_open(obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._is_open(obj)

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)


@admin.register(Questionnaire)
class QuestionnaireAdmin(PortalModelAdmin):
    may_add = None
    list_display = ["title", "version", "state", "created_at", "preview"]
    fields = ["title", "version", "state", "created_at", "preview"]
    readonly_fields = ["version", "state", "created_at", "preview"]
    inlines = [QuestionInline]
    actions = ["copy", "put_in_use"]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def get_object(self, request, object_id, from_field=None):
        """While a draft is saved nobody puts it in use: who writes holds its row."""
        if request.method == "POST" and (found := super().get_object(request, object_id, from_field)):
            return Questionnaire.objects.select_for_update().get(pk=found.pk)
        return super().get_object(request, object_id, from_field)

    @admin.display(description=_("preview"))
    def preview(self, questionnaire):
        url = reverse("companies:questionnaire-preview", args=[questionnaire.pk])
        return format_html('<a href="{}">{}</a>', url, _("As companies see it"))

    @admin.action(description=_("Copy to a new draft"))
    def copy(self, request, queryset):
        self.carry_out(
            request,
            queryset,
            lambda questionnaire: services.copy_questionnaire(questionnaire=questionnaire, by=request.user),
            _("New drafts: %(count)d."),
        )

    @admin.action(description=_("Put in use; the version in use retires"))
    def put_in_use(self, request, queryset):
        self.carry_out(
            request,
            queryset,
            lambda questionnaire: services.put_in_use(questionnaire=questionnaire, by=request.user),
            _("Put in use: %(count)d."),
        )
