"""Uploading a list of schools in the back office: choose a file, look at what it would change, take it over."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin_uploads import UploadAdmin
from accounts.policy import Conflict
from schools import importing, services
from schools.models import SchoolList

SHOWN = 200


class ListForm(forms.Form):
    """One file; whether it is a list of schools is for importing.read to say."""

    file = forms.FileField(
        label=_("List of schools"),
        max_length=150,
        help_text=_("The official list of establishments, or our own template. CSV, at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > importing.MAX_SIZE:
            raise forms.ValidationError(_("This file is larger than 5 MB. Choose a smaller list."))
        return file


@admin.register(SchoolList)
class SchoolListAdmin(UploadAdmin):
    """Lists of schools: what is in them, and what they changed."""

    list_display = [
        "name", "uploaded_at", "uploaded_by", "taken_over_at", "created", "updated", "unchanged", "refused",
    ]  # fmt: skip
    list_select_related = ["uploaded_by"]
    upload_form = ListForm
    upload_title = _("Upload a list of schools")
    upload_lead = _("First you see what the list would change. Nothing is written until you confirm.")
    upload_button = _("Show what it changes")
    template_words = _("Download our own template")

    def get_queryset(self, request):
        return super().get_queryset(request).defer("content")

    def template_file(self):
        """The portal's own template: only the column names, as a spreadsheet of here opens it."""
        content = "\ufeff" + ";".join(importing.TEMPLATE) + "\r\n"
        response = HttpResponse(content, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="scholen-sjabloon.csv"'
        return response

    def keep(self, request, file):
        try:
            return services.keep_list(name=file.name, content=file.read(), by=request.user)
        except importing.UnreadableList as error:
            raise Conflict(str(error)) from error

    def preview(self, request, school_list):
        """What the list would change; or, once it is taken over, what it changed."""
        context = {"title": school_list.name, "school_list": school_list}
        if school_list.taken_over_at:
            return context | {"counts": _counts(lambda outcome: getattr(school_list, outcome.value))}
        report = services.preview_list(school_list=school_list, by=request.user)
        return context | {
            "report": report,
            "counts": _counts(report.count),
            "refused": _Shown(report.refused),
            "warned": _Shown(report.warned),
            "updated": _Shown(report.having(importing.Outcome.UPDATED)),
            "created": _Shown(report.having(importing.Outcome.CREATED)),
        }

    def confirm(self, request, school_list):
        services.take_over_list(school_list=school_list, by=request.user)
        messages.success(request, gettext("The list is taken over."))


class _Shown:
    """The first lines of a long list, and how many there are more."""

    def __init__(self, lines):
        self.lines, self.total, self.more = lines[:SHOWN], len(lines), max(0, len(lines) - SHOWN)


def _counts(count):
    """The four outcomes with their words and figures."""
    words = {
        importing.Outcome.CREATED: _("new sites"),
        importing.Outcome.UPDATED: _("changed"),
        importing.Outcome.UNCHANGED: _("unchanged"),
        importing.Outcome.REFUSED: _("refused lines"),
    }
    return [(words[outcome], count(outcome)) for outcome in importing.Outcome]
