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
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import PortalModelAdmin
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
class CompanyImportAdmin(PortalModelAdmin):
    """A workbook is uploaded on the add page and read on its own page; nothing of it is edited here."""

    may_change = None
    list_display = ["file_name", "at", "by", "confirmed_at", "confirmed_by"]
    list_select_related = ["by", "confirmed_by"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("rows", "outcome")

    def get_urls(self):
        template = path("template/", self.admin_site.admin_view(self.template), name="companies_companyimport_template")
        return [template, *super().get_urls()]

    def template(self, request):
        """The workbook to fill in, with its heads and choices."""
        self._require(self.has_view_permission(request))
        name = gettext("companies-template.xlsx")
        return FileResponse(exporting.template(), as_attachment=True, filename=name, content_type=XLSX)

    def add_view(self, request, form_url="", extra_context=None):
        self._require(self.has_add_permission(request))
        form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
        if form.is_valid():
            try:
                made = services.read_import(file=form.cleaned_data["file"], by=request.user)
            except Conflict as conflict:
                form.add_error("file", [str(reason) for reason in conflict.reasons])
            else:
                return redirect("admin:companies_companyimport_change", made.pk)
        return self._page(request, "upload.html", title=gettext("Import companies"), form=form)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """What the workbook would add; or, once it is confirmed, what became of each line."""
        self._require(self.has_view_permission(request))
        company_import = get_object_or_404(
            CompanyImport.objects.select_related("by", "confirmed_by"), pk=self._number(object_id)
        )
        if request.method == "POST":
            self._require(self.has_add_permission(request))
            return self._confirm(request, company_import)
        if company_import.confirmed_at:
            lines = company_import.outcome
        else:
            lines = [row.outcome({}) for row in importing.judge(company_import.rows)]
        lines = [line | {"words": _STATES[line["state"]]} for line in lines]
        lines.sort(key=lambda line: (_ORDER.index(line["state"]), line["number"]))
        counts = Counter(line["state"] for line in lines)
        context = {
            "title": company_import.file_name,
            "company_import": company_import,
            "counts": [
                (words, counts[state]) for state, words in _COUNTED.items() if self._is_said(state, company_import)
            ],
            "has_new": bool(counts[importing.NEW]),
            "lines": Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("page")),
        }
        return self._page(request, "preview.html", **context)

    def _confirm(self, request, company_import):
        try:
            company_import = services.confirm_import(company_import=company_import, by=request.user)
        except Conflict as conflict:
            for reason in conflict.reasons:
                messages.error(request, str(reason))
        else:
            messages.success(request, gettext("This list is imported. Below you see what became of each line."))
        return redirect(request.path)

    def _is_said(self, state, company_import):
        """Before the yes lines are new, afterwards they are added."""
        return state != (importing.NEW if company_import.confirmed_at else importing.ADDED)

    def _number(self, object_id):
        return int(object_id) if object_id.isdecimal() and len(object_id) < 19 else 0

    def _require(self, allowed):
        if not allowed:
            raise PermissionDenied

    def _page(self, request, template, **context):
        whole = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "list_url": reverse("admin:companies_companyimport_changelist"),
            **context,
        }
        return TemplateResponse(request, f"admin/companies/companyimport/{template}", whole)


# What asks attention comes first.
_ORDER = [importing.REFUSED, importing.KNOWN, importing.NEW, importing.ADDED]
_STATES = {
    importing.NEW: _("New"),
    importing.ADDED: _("Added"),
    importing.KNOWN: _("Already known"),
    importing.REFUSED: _("Refused"),
}
_COUNTED = {
    importing.NEW: _("new companies"),
    importing.ADDED: _("added companies"),
    importing.KNOWN: _("already known"),
    importing.REFUSED: _("refused lines"),
}
