"""Input about certificates: a search, a reason, and the code or number that a stranger types over from a certificate."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import REASON_MAX_LENGTH
from companies import enterprise_numbers

NUMBER = re.compile(r"IN2-[0-9]{4}-[A-Z]{2,3}-[0-9]{4,8}")
TOKEN = re.compile(r"[A-Z2-7]{26}")
# Digits that a code never has, and the letters they were read for.
MISREAD = str.maketrans("018", "OIB")


def clean_token(text: str) -> str:
    """The code as it is stored, or "" when no certificate can have it."""
    token = text.upper()
    return token if TOKEN.fullmatch(token) else ""


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Number, company or trajectory"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=REASON_MAX_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))


class RevokeForm(ReasonForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "Everyone who checks the certificate reads this reason. Write no names of people in it."
        )


class CheckForm(forms.Form):
    """What stands on a certificate: its code (also inside the whole address), or its number with the enterprise number."""

    code = forms.CharField(
        label=_("Code or number"),
        max_length=200,
        help_text=_("The code of 26 characters at the bottom right, or the number that starts with IN2."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )
    enterprise_number = forms.CharField(
        label=_("Enterprise number"),
        max_length=enterprise_numbers.MAX_INPUT_LENGTH,
        required=False,
        help_text=_("Only together with a number. It stands on the certificate too."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_code(self) -> str:
        last_part = self.cleaned_data["code"].strip().rstrip("/").rpartition("/")[2]
        text = re.sub(r"\s", "", last_part).upper()
        text = re.sub("[\u2010-\u2015\u2212]", "-", text)
        if NUMBER.fullmatch(text):
            return text
        if token := clean_token(text.replace("-", "").translate(MISREAD)):
            return token
        raise forms.ValidationError(
            _(
                "This is not a code or number of a certificate. A code has 26 letters and digits; a number looks like IN2-2027-MK-0014."
            )
        )

    def clean(self):
        cleaned = super().clean()
        if NUMBER.fullmatch(cleaned.get("code", "")) and "enterprise_number" not in self.errors:
            if not cleaned["enterprise_number"]:
                self.add_error("enterprise_number", _("Fill in the enterprise number that stands on the certificate."))
            else:
                try:
                    cleaned["enterprise_number"] = enterprise_numbers.clean(cleaned["enterprise_number"])
                except forms.ValidationError as error:
                    self.add_error("enterprise_number", error)
        return cleaned

    @property
    def is_number(self) -> bool:
        return bool(NUMBER.fullmatch(self.cleaned_data["code"]))
