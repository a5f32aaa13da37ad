"""A reminder of intakes on which nothing happened for a while: one mail per person with all of theirs.

Runs daily, may run twice: whoever was reminded is left alone for as long again.
"""

from collections import defaultdict
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from companies.enums import UNDECIDED
from companies.models import Intake, IntakeLog
from notifications.services import queue_mail

NUDGE = "companies.nudge"
# More than this in one mail helps nobody; the work list has the rest.
IN_ONE_MAIL = 25


@transaction.atomic
def nudge(now=None) -> int:
    """Mail the owner of each intake that waits, or all Voka staff while nobody follows it up. Returns how many mails."""
    now = now or timezone.now()
    since = now - timedelta(days=settings.INTAKE_NUDGE_DAYS)
    # Two runs at once: the second waits for the first, and then finds that everyone was reminded.
    waiting = Intake.objects.select_for_update(of=("self",)).filter(pk__in=_waiting(now, since)).order_by("pk")
    piles = defaultdict(list)
    staff = list(User.objects.filter(is_staff=True, is_active=True).order_by("pk"))
    for intake in waiting.filter(Q(nudged_at=None) | Q(nudged_at__lt=since)):
        owners = [person for person in staff if person.pk == intake.owner_id] or staff
        for person in owners:
            piles[person].append(intake)
    for person, intakes in piles.items():
        _remind(person, intakes)
    Intake.objects.filter(pk__in={intake.pk for pile in piles.values() for intake in pile}).update(nudged_at=now)
    return len(piles)


def _waiting(now, since):
    """Ids of undecided intakes without anything in their log since then, and without a date agreed for later."""
    log = IntakeLog.objects.filter(intake=OuterRef("pk"))
    active = log.filter(Q(at__gte=since) | Q(next_on__gt=timezone.localdate(now)))
    return Intake.objects.filter(~Exists(active), state__in=UNDECIDED, created_at__lt=since).values("pk")


def _remind(person, intakes):
    mine = f"?owner__id__exact={person.pk}" if any(intake.owner_id == person.pk for intake in intakes) else ""
    queue_mail(
        event="companies/intakes_waiting",
        to=person.email,
        recipient=person,
        context={
            "first_name": person.get_short_name(),
            "days": settings.INTAKE_NUDGE_DAYS,
            "count": len(intakes),
            "companies": [
                {
                    "name": intake.company_name,
                    "state": intake.get_state_display(),
                    "has_owner": intake.owner_id == person.pk,
                    "link": settings.BASE_URL + reverse("admin:companies_intake_change", args=[intake.pk]),
                }
                for intake in intakes[:IN_ONE_MAIL]
            ],
            "link": settings.BASE_URL + reverse("admin:companies_intake_changelist") + mine,
        },
    )
