"""Enterprise numbers of the Belgian Crossroads Bank for Enterprises (KBO): clean what was typed, check it, show it.

Stored as ten digits of text, shown as 0566.988.259. Don't replace this by python-stdnum: its check lets 00, 98 and 99
through as last two digits, and any first digit.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_INPUT_LENGTH = 60

_SEPARATORS = re.compile(r"[\s.:()/\u2010-\u2015\u2212-]")
# What people write in front of it; "nr." and "nummer" may follow.
_PREFIX = re.compile("^(?:BTW|TVA|VAT|KBO|BCE|RPR|RPM|OND|ONDERNEMINGS)?(?:NUMMER|NUMBER|NR|NO|N°)?(?:BE)?(?=[0-9])")


def normalise(text: str) -> str:
    """The digits of what was typed: without "BTW BE" and the like, separators and marks that nobody sees, and with the leading
    0 of an old nine-digit number. Checks nothing.
    """
    plain = "".join(_plain(letter) for letter in text)
    number = _PREFIX.sub("", _SEPARATORS.sub("", plain).upper(), count=1)
    return f"0{number}" if re.fullmatch("[0-9]{9}", number) else number


def _plain(letter):
    """A copied number brings along zero-width spaces, soft hyphens, marks of the writing direction and wide digits."""
    kind = unicodedata.category(letter)
    if kind == "Cf":
        return ""
    return letter if kind == "No" else unicodedata.normalize("NFKC", letter)  # No: a small 2 above the line is no 2


def check_digits(front: str) -> str:
    """The last two digits that belong to the first eight: 97 minus the remainder, so "01" to "97"."""
    return f"{97 - int(front) % 97:02}"


def validate(number: str) -> None:
    """Raise ValidationError, with a sentence that helps, unless `number` is ten digits that the KBO could have given."""
    if not re.fullmatch("[0-9]{10}", number):
        raise ValidationError(_("An enterprise number has 10 digits, for example 0566.988.259."), code="format")
    if number[0] in "2345678":
        raise ValidationError(
            _(
                "This is the number of an establishment: those start with 2 to 8. "
                "Fill in the enterprise number of the company, it starts with 0 or 1."
            ),
            code="establishment",
        )
    if number[0] == "9":
        raise ValidationError(_("An enterprise number starts with 0 or 1."), code="first_digit")
    if number[8:] != check_digits(number[:8]):
        raise ValidationError(
            _("This enterprise number does not exist: the last two digits do not fit. Did you make a typing error?"),
            code="check",
        )


def clean(text: str) -> str:
    """Ten digits out of what was typed; ValidationError when it is no enterprise number."""
    number = normalise(text[: MAX_INPUT_LENGTH + 1])
    validate(number)
    return number


def shown(number: str) -> str:
    """0566988259 -> "0566.988.259"."""
    return f"{number[:4]}.{number[4:7]}.{number[7:]}"
