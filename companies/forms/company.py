"""The profile of a company in the back office, and the search in the list of companies."""

from django import forms
from django.utils.translation import gettext_lazy as _

from companies.forms.fields import EnterpriseNumberField
from companies.models import Company


class SearchForm(forms.Form):
    """Search in the list of companies."""

    q = forms.CharField(label=_("Name"), max_length=100, required=False)


class CompanyAdminForm(forms.ModelForm):
    """A company's profile; the enterprise number in every common notation."""

    enterprise_number = EnterpriseNumberField(required=False)

    class Meta:
        model = Company
        fields = ["enterprise_number", "sector", "headcount_band", "nace_code", "nace_version"]
