"""Voka's pages for the profiles of companies."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin import PortalModelAdmin
from companies import selectors
from companies.admin.merging import MergingCompanies
from companies.forms import CompanyAdminForm
from companies.models import Company


@admin.register(Company)
class CompanyAdmin(MergingCompanies, PortalModelAdmin):
    """The profile that each organisation of this kind has by itself; name and address are the organisation's."""

    may_add = None
    form = CompanyAdminForm
    list_display = ["organisation", "number", "sector", "headcount_band", "page"]
    list_filter = ["sector", "headcount_band", ("merged_into", admin.EmptyFieldListFilter)]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name", "enterprise_number"]
    fields = [
        "organisation",
        "where_it_went",
        "known_as",
        "enterprise_number",
        "sector",
        "headcount_band",
        "nace_code",
        "nace_version",
        "page",
    ]
    readonly_fields = ["organisation", "where_it_went", "known_as", "page"]
    actions = ["merge_two"]

    def has_change_permission(self, request, obj=None):
        """What was merged stays as it is, so that it can be taken back."""
        return super().has_change_permission(request, obj) and (obj is None or obj.merged_into_id is None)

    @admin.display(description=_("possible duplicates"))
    def known_as(self, company):
        return self.linked(company, selectors.suspects_of_company(company))

    @admin.display(description=_("enterprise number"), ordering="enterprise_number")
    def number(self, company):
        return company.shown_enterprise_number

    @admin.display(description=_("page"))
    def page(self, company):
        return format_html('<a href="{}">{}</a>', company.get_absolute_url(), _("Open in the portal"))
