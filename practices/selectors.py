"""Reads of the library and for certificates."""

from django.db.models import Q

from practices.enums import PracticeState
from practices.models import Practice
from workgroups.models import Seat

SEARCHED = ("title", "context", "approach", "result", "tips", "tags")


def library(user, words=""):
    """Shared practices this person may read; each of `words` occurs somewhere in the text."""
    practices = Practice.objects.visible_to(user).published().select_related("workgroup__priority__trajectory")
    for word in words.split():
        occurs = Q()
        for field in SEARCHED:
            occurs |= Q(**{f"{field}__icontains": word})
        practices = practices.filter(occurs)
    return practices


def unfinished(user):
    """Practices this person can still work on: their own drafts and those of their workgroups; for Voka those to read."""
    practices = Practice.objects.visible_to(user).exclude(state=PracticeState.PUBLISHED)
    return practices.select_related("workgroup").order_by("-updated_at")


def published_of(organisation, trajectory):
    """Shared practices of the workgroups of `trajectory` in which `organisation` has or had a seat: they made them together."""
    seats = Seat.objects.of_organisation(organisation).filter(workgroup__priority__trajectory=trajectory)
    return Practice.objects.published().filter(workgroup__in=seats.values("workgroup")).order_by("published_at", "id")
