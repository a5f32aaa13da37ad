"""The kinds of fields that the forms of this app are made of."""

import re
from collections.abc import Mapping
from typing import Any

import phonenumbers
from django import forms
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext_lazy as _

from companies import enterprise_numbers
from companies.models import MAX_VOLUME

# Line breaks, other control characters, and the marks that turn the writing direction around.
one_line = RegexValidator(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]",
    _("Use ordinary letters, digits and punctuation, on one line."),
    inverse_match=True,
)
# These names go into a mail to an address that nobody has confirmed yet.
# A name like Bol.com is fine, with a path behind it it leads somewhere; companies.services.journal.defused does the rest.
no_web_address = RegexValidator(
    r"://|www\.|[\w-]\.[a-z]{2,24}(:[0-9]+)?[/?#]\S",
    _("Leave web addresses out of this field."),
    inverse_match=True,
    flags=re.IGNORECASE,
)


class Asking(forms.Form):
    """A form that says of a field that was left open what to do. `asks` holds the sentences by field."""

    asks: Mapping[str, Any] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name in self.asks:
                field.error_messages["required"] = self.asks[name]
            elif field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _("Fill in “%(label)s”.") % {"label": field.label}


def line(label, max_length, *, required=True, autocomplete="", validators=(), **kwargs):
    """A field for one line of text."""
    attrs = {"autocomplete": autocomplete} if autocomplete else {}
    return forms.CharField(
        label=label,
        max_length=max_length,
        required=required,
        validators=[one_line, *validators],
        widget=forms.TextInput(attrs=attrs),
        **kwargs,
    )


class EnterpriseNumberField(forms.CharField):
    """Takes an enterprise number in every common notation; its value is the ten digits, or None when empty."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Enterprise number"))
        kwargs.setdefault(
            "help_text", _("10 digits, for example 0566.988.259. You find it on every invoice of your company.")
        )
        super().__init__(max_length=enterprise_numbers.MAX_INPUT_LENGTH, empty_value=None, **kwargs)

    def clean(self, value):
        value = super().clean(value)
        return value and enterprise_numbers.clean(value)


class PhoneField(forms.CharField):
    """Takes a telephone number, Belgian unless it says otherwise; its value is international: +3214000000."""

    def __init__(self, **kwargs):
        super().__init__(max_length=30, **kwargs)

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return value
        try:
            number = phonenumbers.parse(value, "BE")
        except phonenumbers.NumberParseException:
            number = None
        possible = phonenumbers.ValidationResult.IS_POSSIBLE
        if number is None or phonenumbers.is_possible_number_with_reason(number) != possible:
            raise forms.ValidationError(
                _("Fill in a complete telephone number, for example 014 00 00 00."), code="phone"
            )
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class WebsiteField(forms.URLField):
    """Takes a web address, also without https:// in front."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Website"))
        super().__init__(
            max_length=300,
            required=False,
            assume_scheme="https",
            validators=[URLValidator(schemes=["http", "https"])],
            widget=forms.TextInput(attrs={"autocomplete": "url", "inputmode": "url"}),
            error_messages={"invalid": _("Fill in a web address, for example www.company.be.")},
            **kwargs,
        )


class VolumeField(forms.IntegerField):
    """How often something happened in the last school year: a whole number, or empty."""

    widget = forms.TextInput

    def __init__(self, **kwargs):
        sentence = _("Fill in a whole number, 0 or more.")
        super().__init__(
            required=False,
            min_value=0,
            max_value=MAX_VOLUME,
            error_messages={"invalid": sentence, "min_value": sentence},
            **kwargs,
        )

    def widget_attrs(self, widget):
        return {"inputmode": "numeric"}


class TrajectoryField(forms.ModelChoiceField):
    """A choice of trajectories, each with the chamber that guides it."""

    def label_from_instance(self, obj):
        return f"{obj.name} ({obj.chamber})"


def choices_with_question(question, choices):
    return [("", question), *choices]
