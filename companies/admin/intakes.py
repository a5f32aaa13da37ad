"""Voka's work with intakes: the list of what waits, and one page for all that is known of a company that signs up.

What a newcomer gets wrong: saving an intake here. The details travel through services.change_details, the refined answers
through services.correct_answers; the state is never editable, its steps are apart from the form (companies.admin.deciding).
"""

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin import PortalInline, PortalModelAdmin, id_of
from accounts.policy import Action
from companies import enterprise_numbers, selectors, services
from companies.admin.deciding import DecidingIntakes
from companies.admin.exchange import ExportingIntakes
from companies.admin.merging import MergingIntakes
from companies.enums import IntakeState, KeyElement, LogKind, Maturity, StudyDomain
from companies.forms import AssignForm, DeclineForm, IntakeAdminForm, RefinementForm
from companies.models import Intake, IntakeAnswer
from companies.phone_numbers import shown

# The road of an intake, as links above the list.
WORKLISTS = {
    IntakeState.SUBMITTED: _("Still to contact"),
    IntakeState.IN_CONTACT: _("Contacted"),
    IntakeState.REFINED: _("To decide"),
}
# Where the agreed date says what comes first.
TO_CALL = (IntakeState.SUBMITTED, IntakeState.IN_CONTACT)


class AnswerInline(PortalInline):
    """The answers, each with what Voka makes of it."""

    model = IntakeAnswer
    form = RefinementForm
    template = "admin/companies/intake/_answers.html"
    may_change = Action.MODERATE
    max_num = 0
    fields = ["refined", "refined_why"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("question", "refined_by").order_by("question__number")

    def get_formset(self, request, obj=None, **kwargs):
        """As many rows as there are answers: nobody makes us read thousands that do not exist."""
        return super().get_formset(request, obj, absolute_max=obj.answers.count() if obj else 0, **kwargs)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (
            obj is None or obj.state not in (IntakeState.DECLINED, IntakeState.MERGED)
        )


@admin.register(Intake)
class IntakeAdmin(DecidingIntakes, MergingIntakes, ExportingIntakes, PortalModelAdmin):
    may_add = None
    form = IntakeAdminForm
    inlines = [AnswerInline]
    list_display = ["company_name", "standing", "trajectory", "owner", "contact", "next_contact", "received"]
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
    always_readonly = ["state", "is_refined", "decision", "known_as", "created_at", "given_consents"]
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
                    "nace_code",
                    "nace_version",
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
                    "given_consents",
                ]
            },
        ),
        (_("Second contact"), {"fields": ["colleague_name", "colleague_function", "colleague_email"]}),
        (
            _("Wishes"),
            {
                "fields": [
                    "study_domains",
                    "key_elements",
                    "places_per_year",
                    "languages",
                    "safety",
                    "partner_schools",
                    "workgroup_role",
                    "goals",
                    "barriers",
                ]
            },
        ),
    )
    # What a decided intake shows in words instead of as it is kept.
    in_words = {
        "study_domains": "domains_in_words",
        "key_elements": "elements_in_words",
        "enterprise_number": "number",
        "contact_phone": "phone",
    }

    # --- The list -----------------------------------------------------------------------------------------------------

    def get_queryset(self, request):
        return selectors.with_last_contact(super().get_queryset(request))

    def get_ordering(self, request):
        """Whoever is to be called comes in the order of what was agreed, then the longest waiting first."""
        if request.GET.get("state__exact") in TO_CALL:
            return [F("next_on").asc(nulls_last=True), "created_at", "id"]
        return self.ordering

    @admin.display(description=_("state"), ordering="state")
    def standing(self, intake):
        if intake.is_refined and intake.state == IntakeState.ACCEPTED:
            return _("%(state)s, refined") % {"state": intake.get_state_display()}
        return intake.get_state_display()

    @admin.display(description=_("contact"), ordering="contact_last_name")
    def contact(self, intake):
        return format_html("{}<br>{}", intake.contact_name, self.phone(intake))

    @admin.display(description=_("next contact"), ordering="next_on")
    def next_contact(self, intake):
        if intake.next_on is None or intake.is_decided:
            return "-"
        day = f"{intake.next_on:%d/%m/%Y}"
        if intake.next_on >= timezone.localdate():
            return day
        return format_html('{} <span class="tag tag-bad">{}</span>', day, _("too late"))

    @admin.display(description=_("received"), ordering="created_at")
    def received(self, intake):
        return f"{timezone.localtime(intake.created_at):%d/%m/%Y}"

    def changelist_view(self, request, extra_context=None):
        """The work lists stand above the list, each with how much waits."""
        return super().changelist_view(request, {**(extra_context or {}), "worklists": self._worklists()})

    def _worklists(self):
        counts, here = selectors.worklist_counts(), reverse("admin:companies_intake_changelist")
        return [
            {"title": title, "count": counts[state], "url": f"{here}?state__exact={state}"}
            for state, title in WORKLISTS.items()
        ]

    def get_search_results(self, request, queryset, search_term):
        """An enterprise number is found in every notation."""
        number = enterprise_numbers.normalise(search_term[: enterprise_numbers.MAX_INPUT_LENGTH])
        return super().get_search_results(request, queryset, number if number.isdigit() else search_term)

    # --- The page of one ----------------------------------------------------------------------------------------------

    @admin.display(description=_("enterprise number"))
    def number(self, intake):
        return intake.shown_enterprise_number

    @admin.display(description=_("Telephone"))
    def phone(self, intake):
        return format_html('<a href="tel:{}">{}</a>', intake.contact_phone, shown(intake.contact_phone))

    @admin.display(description=_("Study domains"))
    def domains_in_words(self, intake):
        return ", ".join(str(StudyDomain(value).label) for value in intake.study_domains) or "-"

    @admin.display(description=_("Key elements"))
    def elements_in_words(self, intake):
        return ", ".join(str(KeyElement(value).label) for value in intake.key_elements) or "-"

    @admin.display(description=_("refined"), boolean=True)
    def is_refined(self, intake):
        return intake.is_refined

    @admin.display(description=_("consents"))
    def given_consents(self, intake):
        """Those of the present contact: whoever came in the place of another is still to be asked."""
        given = [str(consent.get_kind_display()) for consent in selectors.consents_of_contact(intake)]
        return ", ".join(given) or _("Still to ask: %(person)s gave none.") % {"person": intake.contact_name}

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

    def get_fieldsets(self, request, obj=None):
        work = ["state", "is_refined", "owner", "trajectory", "known_as", "created_at", "decision"]
        note = (_("Note a contact"), {"fields": [("note_kind", "next_on"), "note"]})
        return [note, (_("Follow-up"), {"fields": work}), *self._details_of(obj)]

    def _details_of(self, intake):
        """The parts of the form; of a decided intake they are text."""
        if intake is None or not intake.is_decided:
            return self.details
        return [(title, {"fields": self._as_text(options["fields"])}) for title, options in self.details]

    def _as_text(self, names):
        return [self.in_words.get(name, name) for name in names]

    def get_readonly_fields(self, request, obj=None):
        if obj is not None and obj.is_decided:
            return [*self.always_readonly, *services.DETAILS, *self.in_words.values(), "trajectory"]
        return self.always_readonly

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Texts get as many lines as they need; trajectories and colleagues are made elsewhere."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in ("trajectory", "owner"):
            for icon in ("can_add_related", "can_change_related", "can_view_related"):
                setattr(field.widget, icon, False)
        elif field and isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = 3
        return field

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A save holds the row first: what its form compares with is what it writes on."""
        with transaction.atomic():
            if request.method == "POST" and self.has_change_permission(request):
                self._hold(id_of(object_id))
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _hold(self, pk):
        Intake.objects.select_for_update().filter(pk=pk).first()

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context |= {
                "title": obj.company_name,
                "subtitle": _("Intake received on %(date)s") % {"date": self.received(obj)},
                "steps": self.steps_of(obj),
                "phone": self.phone(obj),
                "history": [_in_words(entry) for entry in obj.log.select_related("by", "question", "intake")],
                "consents": obj.consents.all(),
            }
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

    # --- Actions ------------------------------------------------------------------------------------------------------

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
        return self.ask_first(
            request, queryset, form, title=_("Assign intakes"), lead=_("You assign:"), button=_("Assign")
        )

    @admin.action(description=_("Accept"))
    def accept(self, request, queryset):
        """Mails leave at once, so say first to whom."""
        if "confirmed" in request.POST:
            self.carry_out(
                request,
                queryset,
                lambda intake: services.accept(intake=intake, by=request.user),
                _("Accepted: %(count)d. Each contact gets a mail."),
            )
            return None
        return self.ask_first(
            request,
            queryset,
            forms.Form(),
            title=_("Accept intakes"),
            lead=_("You accept these companies, and each contact gets an invitation by mail at once:"),
            button=_("Accept and mail"),
            name=lambda intake: f"{intake} · {intake.trajectory or _('no trajectory yet')} · {intake.contact_email}",
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
        return self.ask_first(
            request, queryset, form, title=_("Decline intakes"), lead=_("You decline:"), button=_("Decline")
        )


def _in_words(entry):
    """A line of the history; of a refined answer what it was and what it became."""
    text = entry.text
    if entry.kind == LogKind.CORRECTION:
        old, new = Maturity(entry.old_value).in_full, Maturity(entry.new_value).in_full
        text = f"{entry.question.text}: {old} → {new}. {entry.text}"
    return {
        "at": entry.at,
        "kind": entry.get_kind_display(),
        "actor": entry.actor,
        "text": text,
        "next_on": entry.next_on,
    }
