"""The base of back-office tables of files: a file is uploaded on the add page, and read on its own page before it counts.

What a newcomer gets wrong: looking for a form to edit. A file is looked at, and takes one yes; nothing of it is changed here.
"""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import Promise

from accounts.admin import PortalModelAdmin, id_of
from accounts.policy import Conflict


class UploadAdmin(PortalModelAdmin):
    """A subclass says what its files hold: `keep`, `preview`, `confirm` and `template_file`, and the words around the form."""

    may_change = None
    upload_form: type[forms.Form]
    upload_title: str | Promise
    upload_lead: str | Promise
    upload_button: str | Promise
    template_words: str | Promise

    def keep(self, request, file) -> models.Model:
        """The row of a file that came in. Conflict when it cannot be read."""
        raise NotImplementedError

    def preview(self, request, obj) -> dict[str, object]:
        """What the file would change, or changed, for the preview.html of this table. Conflict when that just happened."""
        raise NotImplementedError

    def confirm(self, request, obj) -> None:
        """The yes, with a message that says what became of it."""
        raise NotImplementedError

    def template_file(self) -> HttpResponseBase:
        """The empty file to fill in."""
        raise NotImplementedError

    def get_urls(self):
        view = self.admin_site.admin_view(self.template)
        return [path("template/", view, name=f"{self.table}_template"), *super().get_urls()]

    def template(self, request):
        _require(self.has_view_permission(request))
        return self.template_file()

    def add_view(self, request, form_url="", extra_context=None):
        _require(self.has_add_permission(request))
        form = self.upload_form(request.POST, request.FILES) if request.method == "POST" else self.upload_form()
        if form.is_valid():
            try:
                kept = self.keep(request, form.cleaned_data["file"])
            except Conflict as conflict:
                form.add_error("file", [str(reason) for reason in conflict.reasons])
            else:
                return redirect(f"admin:{self.table}_change", kept.pk)
        return self.own_page(
            request,
            "admin/upload.html",
            title=self.upload_title,
            lead=self.upload_lead,
            button=self.upload_button,
            form=form,
            template_words=self.template_words,
            template_url=reverse(f"admin:{self.table}_template"),
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """What the file would change; or, once there was a yes, what it changed."""
        _require(self.has_view_permission(request))
        obj = get_object_or_404(self.model.objects.select_related(*self.list_select_related), pk=id_of(object_id))
        if request.method == "POST":
            _require(self.has_add_permission(request))
            self.confirm(request, obj)
            return redirect(request.path)
        try:
            context = self.preview(request, obj)
        except Conflict:  # a colleague said yes a moment ago
            return redirect(request.path)
        return self.own_page(request, f"admin/{self.opts.label_lower.replace('.', '/')}/preview.html", **context)


def _require(allowed):
    if not allowed:
        raise PermissionDenied
