"""Spreadsheets in the back office: what left, with who and when; and companies that come in, looked at before they are added.

What a newcomer gets wrong: an import has no form to edit. Its add page takes a file, its own page shows what would happen
and takes one yes; services.importing decides all of it.
"""

from collections import Counter

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.admin import PortalModelAdmin, id_of
from accounts.admin_uploads import UploadAdmin
from accounts.policy import Action, Conflict, require
from companies import exporting, services
from companies.models import CompanyImport, Export, ExportKind
from companies.services import importing

LINES_PER_PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(kind: ExportKind, file_format: str, intakes, by, filters=""):
    """The spreadsheet as a download, written down before the first byte leaves."""
    services.note_export(kind=kind, file_format=file_format, intakes=intakes.count(), by=by, filters=filters)
    name = f"in2stem-{kind.label}-{timezone.localdate():%Y-%m-%d}.{file_format}".lower().replace(" ", "-")
    if file_format == "csv":
        response = StreamingHttpResponse(exporting.csv_lines(kind, intakes), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    return FileResponse(exporting.workbook(kind, intakes), as_attachment=True, filename=name, content_type=XLSX)


class ExportingIntakes:
    """Buttons above the list that keep its filters, and actions on what is ticked."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.export)
        return [path("export/<str:kind>.<str:file_format>", view, name="companies_intake_export"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        exports = [
            (_("Intakes as Excel"), reverse("admin:companies_intake_export", args=["intakes", "xlsx"])),
            (_("Intakes as CSV"), reverse("admin:companies_intake_export", args=["intakes", "csv"])),
            (_("Start measurements as Excel"), reverse("admin:companies_intake_export", args=["baselines", "xlsx"])),
            (_("Start measurements as CSV"), reverse("admin:companies_intake_export", args=["baselines", "csv"])),
        ]
        return super().changelist_view(request, {"exports": exports} | (extra_context or {}))

    def export(self, request, kind, file_format):
        require(request.user, Action.MODERATE)
        if kind not in ExportKind.values or file_format not in ("csv", "xlsx"):
            raise Http404
        try:
            intakes = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            # As the list itself does with a filter that says nothing.
            return redirect(f"{reverse('admin:companies_intake_changelist')}?e=1")
        return download(ExportKind(kind), file_format, intakes, request.user, request.GET.urlencode())

    @admin.action(description=_("Export as Excel"))
    def export_xlsx(self, request, queryset):
        return download(ExportKind.INTAKES, "xlsx", queryset, request.user, str(_("ticked")))

    @admin.action(description=_("Export as CSV"))
    def export_csv(self, request, queryset):
        return download(ExportKind.INTAKES, "csv", queryset, request.user, str(_("ticked")))

    @admin.action(description=_("Export the start measurements as Excel"))
    def export_baselines(self, request, queryset):
        return download(ExportKind.BASELINES, "xlsx", queryset, request.user, str(_("ticked")))


@admin.register(Export)
class ExportAdmin(PortalModelAdmin):
    """Who took which list, and when."""

    may_add = may_change = None
    list_display = ["kind", "file_format", "intakes", "by", "at"]
    list_filter = ["kind"]
    list_select_related = ["by"]
    fields = ["kind", "file_format", "intakes", "filters", "by", "at"]


class ImportForm(forms.Form):
    """One file; whether companies can be read out of it is for services.read_import to say."""

    file = forms.FileField(
        label=_("Excel workbook with companies"),
        max_length=150,
        help_text=_("The filled-in template (.xlsx): at most 1000 companies and 2 MB."),
        widget=forms.FileInput(attrs={"accept": f".xlsx,{XLSX}"}),
    )


@admin.register(CompanyImport)
class CompanyImportAdmin(UploadAdmin):
    """Workbooks of companies: what is in them, and what became of each line."""

    list_display = ["file_name", "at", "by", "confirmed_at", "confirmed_by"]
    list_select_related = ["by", "confirmed_by"]
    upload_form = ImportForm
    upload_title = _("Import companies")
    upload_lead = _("First you see what becomes of each line. Nothing is added until you confirm.")
    upload_button = _("Show what becomes of each line")
    template_words = _("Download the template")

    def get_queryset(self, request):
        return super().get_queryset(request).defer("rows", "outcome")

    def template_file(self):
        """The workbook to fill in, with its heads and choices."""
        name = gettext("companies-template.xlsx")
        return FileResponse(exporting.template(), as_attachment=True, filename=name, content_type=XLSX)

    def keep(self, request, file):
        return services.read_import(file=file, by=request.user)

    def preview(self, request, company_import):
        """What the workbook would add; or, once it is confirmed, what became of each line."""
        if company_import.confirmed_at:
            lines = company_import.outcome
        else:
            lines = [row.outcome({}) for row in importing.judge(company_import.rows)]
        lines = [line | {"words": _STATES[line["state"]]} for line in lines]
        lines.sort(key=lambda line: (_ORDER.index(line["state"]), line["number"]))
        counts = Counter(line["state"] for line in lines)
        return {
            "title": company_import.file_name,
            "company_import": company_import,
            "counts": [
                words % {"count": counts[state]}
                for state, words in _COUNTED.items()
                if self._is_said(state, company_import)
            ],
            "has_new": bool(counts[importing.NEW]),
            "lines": Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("page")),
        }

    def confirm(self, request, company_import):
        try:
            services.confirm_import(company_import=company_import, by=request.user)
        except Conflict as conflict:
            for reason in conflict.reasons:
                messages.error(request, str(reason))
        else:
            messages.success(request, gettext("This list is imported. Below you see what became of each line."))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if "_discard" in request.POST:
            return self._discard(request, id_of(object_id))
        return super().change_view(request, object_id, form_url, extra_context)

    def _discard(self, request, pk):
        """A second click finds nothing any more, which is what it asked for."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        company_import = CompanyImport.objects.filter(pk=pk).first()
        try:
            if company_import:
                services.discard_import(company_import=company_import, by=request.user)
        except Conflict as conflict:
            for reason in conflict.reasons:
                messages.error(request, str(reason))
            return redirect(request.path)
        messages.success(request, gettext("The list is thrown away. No company was added."))
        return redirect(f"admin:{self.table}_changelist")

    def _is_said(self, state, company_import):
        """Before the yes lines are new, afterwards they are added."""
        return state != (importing.NEW if company_import.confirmed_at else importing.ADDED)


# What asks attention comes first.
_ORDER = [importing.REFUSED, importing.KNOWN, importing.NEW, importing.ADDED]
_STATES = {
    importing.NEW: _("New"),
    importing.ADDED: _("Added"),
    importing.KNOWN: _("Already known"),
    importing.REFUSED: _("Refused"),
}
_COUNTED = {
    importing.NEW: ngettext_lazy("%(count)d new company", "%(count)d new companies", "count"),
    importing.ADDED: ngettext_lazy("%(count)d added company", "%(count)d added companies", "count"),
    importing.KNOWN: ngettext_lazy(
        "%(count)d company that is already known", "%(count)d companies that are already known", "count"
    ),
    importing.REFUSED: ngettext_lazy("%(count)d refused line", "%(count)d refused lines", "count"),
}
