"""Validation of what people type about themselves."""

import phonenumbers
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# What somebody types without a country code is a Belgian number.
HOME_REGION = "BE"


def validate_phone(value: str) -> None:
    """A complete telephone number, in any notation people use ("014 12 34 56", "+31 6 12345678").

    Whether it is in use is not asked: number plans change faster than this portal.
    """
    try:
        reason = phonenumbers.is_possible_number_with_reason(phonenumbers.parse(value, HOME_REGION))
    except phonenumbers.NumberParseException:
        reason = None
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ValidationError(_("This is not a telephone number. Example: 014 12 34 56 or +32 470 12 34 56."))


class LongEnoughValidator(MinimumLengthValidator):
    """Django's own, with a sentence that is translated (Django 5.2 has none in Dutch)."""

    def get_error_message(self):
        return _("This password is too short. Use at least %(count)d characters.") % {"count": self.min_length}
