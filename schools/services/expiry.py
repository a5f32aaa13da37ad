"""Telling a school in time that its label expires: once per label and term, also when the clock stood still for a week."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from notifications.services import queue_mail
from schools import selectors
from schools.models import ExpiryReminder

REMIND = "schools.remind_of_expiry"


def remind_of_expiry() -> int:
    """Mail the people of every school whose label expires within one of the terms. Returns how many labels."""
    terms = sorted(settings.LABEL_EXPIRY_REMINDERS)
    if not terms:
        return 0
    labels = selectors.expiring_labels(terms[-1])
    return sum(_remind(award, terms) for award in labels.filter(valid_until__gte=timezone.localdate()))


@transaction.atomic
def _remind(award, terms) -> bool:
    """The shortest term that was reached; a longer one that was missed meanwhile needs no mail of its own."""
    days_left = (award.valid_until - timezone.localdate()).days
    term = next(days for days in terms if days_left <= days)
    _reminder, is_first = ExpiryReminder.objects.get_or_create(award=award, days_ahead=term)
    if not is_first:
        return False
    running = selectors.open_application_of(award.school)
    for membership in Membership.objects.active().filter(organisation=award.school_id).select_related("user"):
        person = membership.user
        queue_mail(
            event="schools/label_expires",
            to=person.email,
            recipient=person,
            context={
                "first_name": person.first_name,
                "school": str(award.school),
                "level": award.get_level_display(),
                "valid_until": award.valid_until,
                "days": days_left,
                "has_applied": bool(running and running.submitted_on),
                "link": settings.BASE_URL + award.school.get_gap_url(),
            },
        )
    return True
