"""Two that are one, side by side: which value wins, what moves, what keeps them apart; and the list of merges, with a way back.

What a newcomer gets wrong: merging what is no longer what was on the screen. The preview carries a mark of what it showed; when
one of the two changed since, the preview comes back instead.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_POST

from accounts.admin import PortalModelAdmin
from accounts.models import Invitation, Membership
from accounts.policy import Conflict
from companies import services
from companies.enums import UNDECIDED, IntakeState, KeyElement, StudyDomain
from companies.models import Company, Intake, IntakeAnswer, Merge
from companies.services.merging import (
    COMPANY_PARTS,
    INTAKE_PARTS,
    ORGANISATION_PARTS,
    reasons_against,
    reasons_against_intakes,
    reasons_against_undo,
)
from phases.models import Participation

LABELS = {
    "received": _("Received"),
    "state": _("state"),
    "company_name": _("Company name"),
    "name": _("Company name"),
    "enterprise_number": _("Enterprise number"),
    "address": _("Address"),
    "sector": _("Sector"),
    "headcount_band": _("Number of employees"),
    "nace": _("NACE-BEL code"),
    "website": _("Website"),
    "contact": _("Contact"),
    "colleague": _("Second contact"),
    "study_domains": _("Study domains"),
    "key_elements": _("Key elements"),
    "places_per_year": _("Places per year"),
    "languages": _("Languages"),
    "safety": _("Safety and age"),
    "partner_schools": _("Partner schools"),
    "workgroup_role": _("Part in a workgroup"),
    "goals": _("Goals"),
    "barriers": _("Barriers"),
    "remark": _("Remark"),
    "trajectory": _("Trajectory"),
    "owner": _("Followed up by"),
    "chamber": _("Voka chamber"),
}
# Lists of choices, each with its words.
LISTS = {"study_domains": StudyDomain, "key_elements": KeyElement}
STAYS, GONE = "stays", "gone"
PAIR = 2


@dataclass(frozen=True)
class Line:
    """One part beside the same part of the other, and which of the two wins; without choice `wins` is settled."""

    name: str
    stays: str
    gone: str
    is_choice: bool = True
    wins: str = STAYS

    @property
    def label(self) -> str | Promise:
        return LABELS[self.name]


def _day(moment) -> str:
    return f"{timezone.localtime(moment):%d/%m/%Y}"


def _in_words(obj, part, fields) -> str:
    """A part as one line of text."""
    words = [_shown(obj, name) for name in fields]
    if part == "contact":
        words[:2] = [" ".join(words[:2])]
    elif part == "address":
        words[1:] = [" ".join(words[1:]).strip()]
    return ", ".join(filter(None, words))


def _shown(obj, name) -> str:
    """A field in words."""
    if name == "enterprise_number":
        return obj.shown_enterprise_number
    display = getattr(obj, f"get_{name}_display", None)
    value = display() if display else getattr(obj, name.removesuffix("_id"))
    if name in LISTS:
        return ", ".join(str(LISTS[name](each).label) for each in value)
    return "" if value is None else str(value)


def lines(parts: Mapping[str, tuple[str, ...]], stays, gone, chosen, *, is_open=True) -> list[Line]:
    """Each part that one of the two has. A gap is filled unless someone says otherwise; `chosen` is what was ticked before, if anything."""
    made = []
    for name, fields in parts.items():
        here, there = (_in_words(obj, name, fields) for obj in (stays, gone))
        if not here and not there:
            continue
        is_choice = is_open and bool(there) and here != there
        wins = (chosen.get(f"part_{name}") or (STAYS if here else GONE)) if is_choice else STAYS
        made.append(Line(name, here, there, is_choice, wins))
    return made


class MergingPage:
    """Links to the preview, the preview and the deed. The class below it knows the kind: MergingIntakes, MergingCompanies."""

    def linked(self, obj, suspects):
        """What looks like `obj`, each with its reasons and, where it makes sense, a way to merge the two."""
        rows = []
        for suspect in suspects:
            found = suspect.found
            name = f"{found} ({found.get_state_display()})" if isinstance(found, Intake) else str(found)
            url = reverse(f"admin:companies_{found._meta.model_name}_change", args=[found.pk])
            if suspect.is_company and not isinstance(obj, Company):
                name, url = _("%(company)s already has a profile") % {"company": found}, found.get_absolute_url()
            why = ", ".join(map(str, suspect.reasons))
            rows.append((format_html('<a href="{}">{}</a> ({})', url, name, why), self._merge_link(obj, found)))
        return format_html_join("", "{}{}<br>", rows) or "-"

    def _merge_link(self, obj, found):
        if type(found) is not type(obj) or not self.could_be_one(obj, found):
            return ""
        return format_html(' · <a href="{}">{}</a>', self._preview_url(obj.pk, found.pk), self._merge_words(found))

    def _merge_words(self, found):
        return _("Merge with %(other)s") % {"other": found}

    def _preview_url(self, pk, other):
        return reverse(f"admin:companies_{self.opts.model_name}_merge", args=[pk]) + f"?with={other}"

    @admin.display(description=_("merged into"))
    def where_it_went(self, obj):
        """The one it went into, and the merge, where it can be undone."""
        merge = obj.merges.filter(undone_at=None).first()
        if obj.merged_into is None or merge is None:
            return "-"
        there = reverse(f"admin:companies_{self.opts.model_name}_change", args=[obj.merged_into_id])
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>', there, obj.merged_into, merge_url(merge), _("See the merge")
        )

    @admin.action(description=_("Merge two duplicates"))
    def merge_two(self, request, queryset):
        pks = list(queryset.order_by("pk").values_list("pk", flat=True)[: PAIR + 1])
        if len(pks) == PAIR:
            return HttpResponseRedirect(self._preview_url(*pks))
        messages.error(request, _("Tick exactly two, then choose this action again."))
        return None

    def preview(self, request, pk):
        """Side by side; the POST merges, once. A second click or a refresh only shows the merge that is there."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        gone, stays = self._pair(request, pk)
        if merge := self.merges(gone, stays):
            messages.info(request, _("%(gone)s went into %(stays)s.") % {"gone": gone, "stays": stays})
            return HttpResponseRedirect(merge_url(merge))
        rows = self.lines_of(stays, gone, request.POST)
        mark = _mark(stays, gone, rows, self.moves(stays, gone))
        if request.method == "POST":
            if request.POST.get("mark") != mark:
                messages.warning(request, _("One of the two changed in the meantime. Look again before you merge."))
            elif answer := self._merge(request, gone, stays, rows):
                return answer
        context = {
            **self.admin_site.each_context(request),
            "title": _("Merge duplicates"),
            "opts": self.opts,
            "gone": gone,
            "stays": stays,
            "gone_url": reverse(f"admin:companies_{self.opts.model_name}_change", args=[gone.pk]),
            "stays_url": reverse(f"admin:companies_{self.opts.model_name}_change", args=[stays.pk]),
            "lines": rows,
            "mark": mark,
            "warnings": self.warnings(stays, gone),
            "answers": self.answers(stays, gone),
            "moves": self.moves(stays, gone),
            "reasons": self.reasons(gone, stays),
            "swap_url": f"{self._preview_url(stays.pk, gone.pk)}&stays={gone.pk}",
            "list_url": reverse(f"admin:companies_{self.opts.model_name}_changelist"),
            "back_url": reverse(f"admin:companies_{self.opts.model_name}_change", args=[pk]),
        }
        return TemplateResponse(request, "admin/companies/merge.html", context)

    def _pair(self, request, pk):
        """This one and the one in ?with=; ?stays= says which of them stays, else the older or the accepted one does."""
        other, chosen = _number(request.GET.get("with")), _number(request.GET.get("stays"))
        pair = {row.pk: row for row in self.mergeable(pk, other)}
        if len(pair) != PAIR:
            raise Http404
        first, second = sorted(pair.values(), key=self.seniority)
        stays = pair.get(chosen, first)
        return (second if stays is first else first), stays

    def _merge(self, request, gone, stays, rows):
        taken = [row.name for row in rows if row.is_choice and row.wins == GONE]
        try:
            merge = self.merge(gone, stays, request.user, taken)
        except Conflict as conflict:
            for reason in conflict.reasons:
                messages.error(request, str(reason))
            # The other half of a double click came first.
            merge = self.merges(gone, stays)
            return HttpResponseRedirect(merge_url(merge)) if merge else None
        self.log_change(request, stays, str(_("Merged with %(other)s") % {"other": gone}))
        messages.success(request, _("%(gone)s went into %(stays)s.") % {"gone": gone, "stays": stays})
        return HttpResponseRedirect(merge_url(merge))

    def get_urls(self):
        name = f"companies_{self.opts.model_name}_merge"
        return [path("<int:pk>/merge/", self.admin_site.admin_view(self.preview), name=name), *super().get_urls()]


def _number(text) -> int:
    """An id from the address; 0, which no row has, for anything that is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _mark(stays, gone, rows, moves) -> str:
    """What was on the screen, in short."""
    facts = [stays.pk, gone.pk, *((row.name, row.stays, row.gone, row.is_choice) for row in rows), *map(str, moves)]
    return hashlib.sha256(repr(facts).encode("utf-8", "backslashreplace")).hexdigest()


def merge_url(merge) -> str:
    return reverse("admin:companies_merge_change", args=[merge.pk])


class MergingIntakes(MergingPage):
    """Two intakes."""

    def could_be_one(self, intake, other):
        states = {IntakeState(intake.state), IntakeState(other.state)}
        return states <= {*UNDECIDED, IntakeState.ACCEPTED} and states != {IntakeState.ACCEPTED}

    def _merge_words(self, found):
        return _("Merge with %(other)s of %(date)s") % {"other": found, "date": _day(found.created_at)}

    def mergeable(self, *pks):
        known = Intake.objects.filter(id__in=[pk for pk in pks if pk < 2**63])
        return known.select_related("trajectory", "owner", "decided_by")

    def seniority(self, intake):
        """The accepted one stays, else the oldest that is still open."""
        return (intake.state != IntakeState.ACCEPTED, intake.is_decided, intake.pk)

    def warnings(self, stays, gone):
        """What makes one wonder whether these two are one; merging stays possible, for a number is easily mistyped."""
        if stays.enterprise_number == gone.enterprise_number:
            return []
        return [
            _("These two have different enterprise numbers. Are they really one company? Look both numbers up first.")
        ]

    def answers(self, stays, gone):
        """What both answered, question by question; a question that one of them did not get has an empty place."""
        found: dict[str, dict[str, str]] = {}
        answers = IntakeAnswer.objects.filter(intake__in=[stays, gone]).select_related("question")
        for answer in answers.order_by("question__number", "question_id"):
            beside = found.setdefault(str(answer.question), {})
            beside[STAYS if answer.intake_id == stays.pk else GONE] = answer.value.in_full
        return [{"question": question} | values for question, values in found.items()]

    def lines_of(self, stays, gone, chosen):
        received = Line("received", _day(stays.created_at), _day(gone.created_at), is_choice=False)
        state = Line("state", stays.get_state_display(), gone.get_state_display(), is_choice=False)
        return [received, state, *lines(INTAKE_PARTS, stays, gone, chosen, is_open=not stays.is_decided)]

    def moves(self, stays, gone):
        return [
            _("The answers of the intake that stays count. Those of the other one stay readable on its own page."),
            _("Consents go along with the contact who gave them."),
            _("The history of both stays. Nobody gets a mail."),
        ]

    def reasons(self, gone, stays):
        return reasons_against_intakes(gone, stays)

    def merges(self, gone, stays):
        return Merge.objects.filter(intake=gone, into_intake=stays, undone_at=None).first()

    def merge(self, gone, stays, by, taken):
        return services.merge_intakes(intake=gone, into=stays, by=by, taken=taken)


class MergingCompanies(MergingPage):
    """Two companies."""

    def could_be_one(self, company, other):
        return company.merged_into_id is None and other.merged_into_id is None

    def mergeable(self, *pks):
        known = Company.objects.filter(organisation__id__in=[pk for pk in pks if pk < 2**63])
        return known.select_related("organisation__chamber", "merged_into__organisation")

    def seniority(self, company):
        """The one with an enterprise number stays, else the oldest."""
        return (company.merged_into_id is not None, not company.enterprise_number, company.pk)

    def warnings(self, stays, gone):
        """Two different numbers keep two companies apart: see `reasons`."""
        return []

    def answers(self, stays, gone):
        """Those hang on the intakes, which move along."""
        return []

    def lines_of(self, stays, gone, chosen):
        numbers = stays.shown_enterprise_number, gone.shown_enterprise_number
        number = Line("enterprise_number", *numbers, is_choice=False, wins=GONE if numbers[1] else STAYS)
        organisations = stays.organisation, gone.organisation
        return [number, *lines(ORGANISATION_PARTS, *organisations, chosen), *lines(COMPANY_PARTS, stays, gone, chosen)]

    def moves(self, stays, gone):
        sentences = (
            (Membership, ngettext_lazy("%(count)d person moves along.", "%(count)d people move along.", "count")),
            (
                Invitation,
                ngettext_lazy("%(count)d invitation moves along.", "%(count)d invitations move along.", "count"),
            ),
            (
                Participation,
                ngettext_lazy("%(count)d trajectory moves along.", "%(count)d trajectories move along.", "count"),
            ),
            (
                Intake,
                ngettext_lazy(
                    "%(count)d intake moves along, with its answers.",
                    "%(count)d intakes move along, with their answers.",
                    "count",
                ),
            ),
        )
        counts = [(model.objects.filter(organisation=gone.pk).count(), sentence) for model, sentence in sentences]
        moving = [sentence % {"count": count} for count, sentence in counts if count]
        return moving or [_("Nothing hangs on the company that goes: only its profile disappears.")]

    def reasons(self, gone, stays):
        return reasons_against(gone, stays)

    def merges(self, gone, stays):
        return Merge.objects.filter(company=gone, into_company=stays, undone_at=None).first()

    def merge(self, gone, stays, by, taken):
        return services.merge_companies(company=gone, into=stays, by=by, taken=taken)


@admin.register(Merge)
class MergeAdmin(PortalModelAdmin):
    """What was merged, by whom, and the way back for as long as there is one."""

    may_add = may_change = None
    closed_fields = ("touched", "by", "undone_by")
    list_display = ["what", "by", "at", "until", "undone_at"]
    list_select_related = ["intake", "into_intake", "company__organisation", "into_company__organisation", "by"]
    fields = readonly_fields = ["gone_one", "remaining", "taken_over", "by", "at", "until", "undone_by", "undone_at"]
    search_fields = ["intake__company_name", "company__organisation__name"]
    change_form_template = "admin/companies/merge_detail.html"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related, "undone_by")

    @admin.display(description=_("merge"))
    def what(self, merge):
        return str(merge)

    @admin.display(description=_("went into the other"))
    def gone_one(self, merge):
        return self._link(merge, merge.gone)

    @admin.display(description=_("stays"))
    def remaining(self, merge):
        return self._link(merge, merge.stays)

    def _link(self, merge, obj):
        kind = _("intake") if merge.intake_id else _("company")
        url = reverse(f"admin:companies_{obj._meta.model_name}_change", args=[obj.pk])
        return format_html('<a href="{}">{}</a> ({})', url, obj, kind)

    @admin.display(description=_("taken over"))
    def taken_over(self, merge):
        return ", ".join(str(LABELS[name]) for name in merge.taken) or "-"

    @admin.display(description=_("can be undone until"))
    def until(self, merge):
        return _day(merge.undo_until)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context |= {"merge": obj, "reasons": reasons_against_undo(obj)}
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def get_urls(self):
        undo = self.admin_site.admin_view(require_POST(self.undo))
        return [path("<int:pk>/undo/", undo, name="companies_merge_undo"), *super().get_urls()]

    def undo(self, request, pk):
        """Take it back. A second click only says that it was done."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        merge = self.get_object(request, str(pk))
        if merge is None:
            raise Http404
        try:
            services.undo_merge(merge=merge, by=request.user)
        except Conflict as conflict:
            for reason in conflict.reasons:
                messages.error(request, str(reason))
        else:
            self.log_change(request, merge, str(_("Merge undone")))
            messages.success(request, _("The merge is undone. Everything is as it was."))
        return HttpResponseRedirect(merge_url(merge))
