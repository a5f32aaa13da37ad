"""A telephone number as people read it. The database keeps it international and without spaces: +32475123456."""

import phonenumbers


def shown(number: str) -> str:
    """+32 475 12 34 56; what is no international number comes back as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
