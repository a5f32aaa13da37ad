"""Voka's back office for companies: following up intakes, correcting profiles, writing questionnaires.

What a newcomer gets wrong: saving an intake here. The details travel through services.change_details, the refined answers
through services.correct_answers, and each button below the form calls one verb; the state itself is never editable.
"""

from dataclasses import dataclass

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.admin import PortalInline, PortalModelAdmin
from accounts.policy import Action, Conflict
from companies import enterprise_numbers, selectors, services
from companies.admin.exchange import ExportingIntakes
from companies.admin.merging import MergingIntakes
from companies.enums import IntakeState, LogKind, Maturity
from companies.forms import AssignForm, DeclineForm, IntakeAdminForm, RefinementForm
from companies.models import Intake, IntakeAnswer, IntakeConsent, IntakeLog


@dataclass(frozen=True)
class Button:
    """A verb as a button below an intake: its name in the POST, its words, and in which states it makes sense."""

    name: str
    label: str | Promise
    states: tuple[IntakeState, ...]

    def fits(self, intake) -> bool:
        if self.name == "_refined" and intake.is_refined:
            return False
        return intake.state in self.states


BUTTONS = (
    Button("_in_contact", _("Start contact"), (IntakeState.SUBMITTED,)),
    Button(
        "_refined",
        _("Refinement is finished"),
        (IntakeState.SUBMITTED, IntakeState.IN_CONTACT, IntakeState.ACCEPTED),
    ),
    Button("_accept", _("Accept"), (IntakeState.SUBMITTED, IntakeState.IN_CONTACT, IntakeState.REFINED)),
    Button("_decline", _("Decline"), (IntakeState.SUBMITTED, IntakeState.IN_CONTACT, IntakeState.REFINED)),
)


# The road of an intake, as links above the list.
WORKLISTS = {
    IntakeState.SUBMITTED: _("Still to contact"),
    IntakeState.IN_CONTACT: _("Contacted"),
    IntakeState.REFINED: _("To decide"),
}


class AnswerInline(PortalInline):
    model = IntakeAnswer
    form = RefinementForm
    may_change = Action.MODERATE
    max_num = 0
    readonly_fields = ["question", "declared_in_full", "volume", "remark", "refined_by", "refined_at"]
    fields = [*readonly_fields[:4], "refined", "refined_why", *readonly_fields[4:]]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("question", "refined_by").order_by("question__number")

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (
            obj is None or obj.state not in (IntakeState.DECLINED, IntakeState.MERGED)
        )

    @admin.display(description=_("declared"))
    def declared_in_full(self, answer):
        return Maturity(answer.declared).in_full


class ConsentInline(PortalInline):
    model = IntakeConsent
    fields = readonly_fields = ["kind", "text", "version", "given_at", "withdrawn_at"]


class LogInline(PortalInline):
    model = IntakeLog
    fields = readonly_fields = ["at", "kind", "actor", "what", "next_on"]
    verbose_name_plural = _("history")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by", "question", "intake")

    @admin.display(description=_("text"))
    def what(self, entry):
        if entry.kind != LogKind.CORRECTION:
            return entry.text
        old, new = Maturity(entry.old_value).in_full, Maturity(entry.new_value).in_full
        return f"{entry.question.text}: {old} → {new}. {entry.text}"

    @admin.display(description=_("by"))
    def actor(self, entry):
        return entry.actor


@admin.register(Intake)
class IntakeAdmin(MergingIntakes, ExportingIntakes, PortalModelAdmin):
    may_add = None
    form = IntakeAdminForm
    inlines = [AnswerInline, LogInline, ConsentInline]
    list_display = [
        "company_name",
        "number",
        "trajectory",
        "state",
        "is_refined",
        "owner",
        "contact",
        "created_at",
    ]
    list_filter = ["state", "trajectory", ("owner", admin.RelatedOnlyFieldListFilter), "headcount_band"]
    list_select_related = ["trajectory", "owner"]
    search_fields = ["company_name", "enterprise_number", "contact_last_name", "contact_email"]
    ordering = ["-created_at", "-id"]
    actions = [
        "start_contact",
        "assign_to_me",
        "assign_to",
        "accept",
        "decline",
        "merge_two",
        "export_xlsx",
        "export_csv",
        "export_baselines",
    ]
    always_readonly = ["state", "is_refined", "number", "decision", "known_as", "created_at", "questionnaire"]
    details = (
        (
            _("Company"),
            {
                "fields": [
                    "company_name",
                    "enterprise_number",
                    "street",
                    "postal_code",
                    "municipality",
                    "sector",
                    "headcount_band",
                    "website",
                    "remark",
                ]
            },
        ),
        (
            _("Contact"),
            {
                "fields": [
                    "contact_first_name",
                    "contact_last_name",
                    "contact_function",
                    "contact_email",
                    "contact_phone",
                ]
            },
        ),
    )

    @admin.display(description=_("enterprise number"), ordering="enterprise_number")
    def number(self, intake):
        return intake.shown_enterprise_number

    @admin.display(description=_("refined"), boolean=True, ordering="refined_at")
    def is_refined(self, intake):
        return intake.is_refined

    @admin.display(description=_("contact"), ordering="contact_last_name")
    def contact(self, intake):
        return f"{intake.contact_name}, {intake.contact_phone}"

    @admin.display(description=_("decision"))
    def decision(self, intake):
        if not intake.is_decided:
            return "-"
        if intake.state == IntakeState.MERGED:
            return self.where_it_went(intake)
        return _("%(by)s, %(date)s. %(reason)s") % {
            "by": intake.decided_by,
            "date": f"{intake.decided_at:%d/%m/%Y}",
            "reason": intake.declined_reason,
        }

    @admin.display(description=_("possible duplicates"))
    def known_as(self, intake):
        """Warn before a stranger is invited into an existing company."""
        return self.linked(intake, selectors.suspects_of_intake(intake))

    def changelist_view(self, request, extra_context=None):
        """The work lists stand above the list, each with how much waits."""
        return super().changelist_view(request, {**(extra_context or {}), "worklists": self._worklists()})

    def _worklists(self):
        counts, here = selectors.worklist_counts(), reverse("admin:companies_intake_changelist")
        return [
            {"title": title, "count": counts[state], "url": f"{here}?state__exact={state}"}
            for state, title in WORKLISTS.items()
        ]

    def get_fieldsets(self, request, obj=None):
        work = ["state", "is_refined", "owner", "trajectory", "known_as", "created_at", "decision"]
        note = (_("Note a contact"), {"fields": [("note_kind", "next_on"), "note"]})
        refusal = (_("Decline"), {"fields": ["decline_reason"], "classes": ["collapse"]})
        decided = obj is not None and obj.is_decided
        return [(_("Follow-up"), {"fields": work}), note, *self.details, *([] if decided else [refusal])]

    def get_readonly_fields(self, request, obj=None):
        if obj is not None and obj.is_decided:
            return [*self.always_readonly, *services.DETAILS, "trajectory"]
        return self.always_readonly

    def get_search_results(self, request, queryset, search_term):
        """An enterprise number is found in every notation."""
        number = enterprise_numbers.normalise(search_term[: enterprise_numbers.MAX_INPUT_LENGTH])
        return super().get_search_results(request, queryset, number if number.isdigit() else search_term)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["buttons"] = [button for button in BUTTONS if obj is not None and button.fits(obj)]
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        known = {*services.DETAILS, "trajectory", "owner"}
        changes = {name: form.cleaned_data[name] for name in form.changed_data if name in known}
        services.change_details(intake=obj, by=request.user, changes=changes)
        given = form.cleaned_data
        if given.get("note"):
            services.add_note(
                intake=obj,
                by=request.user,
                kind=LogKind(given["note_kind"]),
                text=given["note"],
                next_on=given["next_on"],
            )

    def save_formset(self, request, form, formset, change):
        formset.save(commit=False)
        refinements = [
            services.Refinement(
                answer=line.instance,
                value=Maturity(line.cleaned_data["refined"]) if line.cleaned_data["refined"] else None,
                why=line.cleaned_data["refined_why"],
            )
            for line in formset.initial_forms
            if line.has_changed()
        ]
        services.correct_answers(intake=form.instance, by=request.user, refinements=refinements)

    def response_change(self, request, obj):
        button = next((button for button in BUTTONS if button.name in request.POST), None)
        if button is None:
            return super().response_change(request, obj)
        try:
            self._press(button, obj, request)
        except Conflict as conflict:
            for reason in conflict.reasons:
                messages.error(request, str(reason))
        return HttpResponseRedirect(request.path)

    def _press(self, button, intake, request):
        if button.name == "_in_contact":
            services.start_contact(intake=intake, by=request.user)
            messages.success(request, _("You follow up %(company)s.") % {"company": intake})
        elif button.name == "_refined":
            services.refine(intake=intake, by=request.user)
            messages.success(request, _("The answers of %(company)s are refined.") % {"company": intake})
        elif button.name == "_accept":
            services.accept(intake=intake, by=request.user)
            messages.success(request, _("%(company)s takes part. The contact gets a mail.") % {"company": intake})
        else:
            services.decline(intake=intake, by=request.user, reason=request.POST.get("decline_reason", ""))
            messages.success(request, _("%(company)s is declined. The contact gets a mail.") % {"company": intake})

    @admin.action(description=_("Start contact"))
    def start_contact(self, request, queryset):
        self.carry_out(
            request,
            queryset,
            lambda intake: services.start_contact(intake=intake, by=request.user),
            _("Contact started with %(count)d."),
        )

    @admin.action(description=_("Assign to me"))
    def assign_to_me(self, request, queryset):
        self.carry_out(
            request,
            queryset,
            lambda intake: services.assign(intake=intake, by=request.user, owner=request.user),
            _("You follow up: %(count)d."),
        )

    @admin.action(description=_("Assign to a colleague"))
    def assign_to(self, request, queryset):
        """Ask which colleague first; then all of them get that owner."""
        form = AssignForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            owner = form.cleaned_data["owner"]
            self.carry_out(
                request,
                queryset,
                lambda intake: services.assign(intake=intake, by=request.user, owner=owner),
                _("Assigned: %(count)d."),
            )
            return None
        return self._ask(request, queryset, form, _("Assign intakes"), lead=_("You assign:"), button=_("Assign"))

    @admin.action(description=_("Accept"))
    def accept(self, request, queryset):
        self.carry_out(
            request,
            queryset,
            lambda intake: services.accept(intake=intake, by=request.user),
            _("Accepted: %(count)d. Each contact gets a mail."),
        )

    @admin.action(description=_("Decline"))
    def decline(self, request, queryset):
        """Ask the reason first; then decline all of them with it."""
        form = DeclineForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            self.carry_out(
                request,
                queryset,
                lambda intake: services.decline(intake=intake, by=request.user, reason=reason),
                _("Declined: %(count)d. Each contact gets a mail."),
            )
            return None
        return self._ask(request, queryset, form, _("Decline intakes"), lead=_("You decline:"), button=_("Decline"))

    def _ask(self, request, queryset, form, title, *, lead, button):
        """One question about all ticked intakes, on a page of its own; its button sends the same action again."""
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "action": request.POST["action"],
            "lead": lead,
            "button": button,
            "form": form,
            "intakes": queryset,
            "checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/companies/intake/ask.html", context)
