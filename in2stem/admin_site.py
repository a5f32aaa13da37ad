"""The back office at /beheer/: Django's admin in Dutch, for Voka staff, signing in through the same page as everyone."""

from django.contrib.admin import AdminSite
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.policy import Action, may, require


class PortalAdminSite(AdminSite):
    site_header = _("IN2STEM back office")
    site_title = _("IN2STEM back office")
    index_title = _("What needs you")
    site_url = "/mijn/"
    index_template = "admin/portal_index.html"

    def has_permission(self, request):
        return may(request.user, Action.MODERATE)

    def login(self, request, extra_context=None):
        """Anonymous visitors were sent to sign in before they got here; anyone else either may enter or may not."""
        require(request.user, Action.MODERATE)
        return redirect("admin:index")

    def index(self, request, extra_context=None):
        from in2stem.worklists import worklists

        return super().index(request, {**(extra_context or {}), "worklists": worklists()})
