"""Uploading a list of schools in the back office: choose a file, look at what it would change, take it over."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import PortalModelAdmin
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
class SchoolListAdmin(PortalModelAdmin):
    """A list is uploaded on the add page and read on its own page; nothing of it is edited here."""

    may_change = None
    list_display = [
        "name", "uploaded_at", "uploaded_by", "taken_over_at", "created", "updated", "unchanged", "refused",
    ]  # fmt: skip
    list_select_related = ["uploaded_by"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("content")

    def get_urls(self):
        template = path("template/", self.admin_site.admin_view(self.template), name="schools_schoollist_template")
        return [template, *super().get_urls()]

    def template(self, request):
        """The portal's own template: only the column names, as a spreadsheet of here opens it."""
        self._require(self.has_view_permission(request))
        content = "\ufeff" + ";".join(importing.TEMPLATE) + "\r\n"
        response = HttpResponse(content, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="scholen-sjabloon.csv"'
        return response

    def add_view(self, request, form_url="", extra_context=None):
        self._require(self.has_add_permission(request))
        form = ListForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                kept = services.keep_list(name=file.name, content=file.read(), by=request.user)
            except importing.UnreadableList as error:
                form.add_error("file", str(error))
            else:
                return redirect("admin:schools_schoollist_change", kept.pk)
        return self._page(request, "upload.html", title=gettext("Upload a list of schools"), form=form)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """What the list would change; or, once it is taken over, what it changed."""
        self._require(self.has_view_permission(request))
        school_list = get_object_or_404(SchoolList, pk=self._number(object_id))
        if request.method == "POST":
            self._require(self.has_add_permission(request))
            school_list = services.take_over_list(school_list=school_list, by=request.user)
            messages.success(request, gettext("The list is taken over."))
            return redirect(request.path)
        context = {"title": school_list.name, "school_list": school_list}
        if not school_list.taken_over_at:
            try:
                report = services.preview_list(school_list=school_list, by=request.user)
            except Conflict:  # taken over a moment ago
                return redirect(request.path)
            context |= {
                "report": report,
                "counts": _counts(report.count),
                "refused": report.refused[:SHOWN],
                "refused_more": max(0, len(report.refused) - SHOWN),
                "updated": report.updated[:SHOWN],
                "updated_more": max(0, len(report.updated) - SHOWN),
            }
        else:
            context["counts"] = _counts(lambda outcome: getattr(school_list, outcome.value))
        return self._page(request, "preview.html", **context)

    def _number(self, object_id):
        return int(object_id) if object_id.isdecimal() and len(object_id) < 19 else 0

    def _require(self, allowed):
        if not allowed:
            raise PermissionDenied

    def _page(self, request, template, **context):
        whole = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "list_url": reverse("admin:schools_schoollist_changelist"),
            **context,
        }
        return TemplateResponse(request, f"admin/schools/schoollist/{template}", whole)


def _counts(count):
    """The four outcomes with their words and figures."""
    words = {
        importing.Outcome.CREATED: _("new sites"),
        importing.Outcome.UPDATED: _("changed"),
        importing.Outcome.UNCHANGED: _("unchanged"),
        importing.Outcome.REFUSED: _("refused lines"),
    }
    return [(words[outcome], count(outcome)) for outcome in importing.Outcome]
