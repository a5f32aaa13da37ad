"""The public address of the results of a sign-up: on the page after sending, and in the confirmation.

What a newcomer gets wrong: putting a name or an address of a person on that page. Whoever gets the link reads it.
"""

from django.core import signing
from django.urls import reverse

RESULTS_SALT = "companies.results"
RESULTS_DAYS = 30
RESULTS_SECONDS = RESULTS_DAYS * 24 * 60 * 60


def results_url(intake) -> str:
    """The public address of what `intake` says; nobody can guess it and it works for a month."""
    return f"{reverse('companies:sent-results')}?ref={signing.dumps(intake.pk, salt=RESULTS_SALT)}"


def intake_of_results(reference: str) -> int | None:
    """The id of the intake whose results this reference opens."""
    try:
        return signing.loads(reference, salt=RESULTS_SALT, max_age=RESULTS_SECONDS)
    except signing.BadSignature:
        return None
