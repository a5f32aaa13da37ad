"""Reads of the library and for certificates."""

import re

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from practices.enums import PracticeState
from practices.models import Practice
from workgroups.models import Seat

# Suggestions look no further back than this.
SUGGESTED_FROM = 200
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


def newest_public(number):
    """The `number` practices shared last that anyone may read, for the home page."""
    practices = Practice.objects.published().filter(is_public=True).select_related("workgroup")
    return practices.order_by("-published_at", "-id")[:number]


def unfinished(user):
    """Practices this person can still work on: their own drafts and those of their workgroups; for Voka those to read."""
    practices = Practice.objects.visible_to(user).exclude(state=PracticeState.PUBLISHED)
    return practices.select_related("workgroup").order_by("-updated_at")


def published_of(organisation, trajectory):
    """Shared practices of the workgroups of `trajectory` in which `organisation` has or had a seat: they made them together."""
    seats = Seat.objects.of_organisation(organisation).filter(workgroup__priority__trajectory=trajectory)
    return Practice.objects.published().filter(workgroup__in=seats.values("workgroup")).order_by("published_at", "id")


def as_evidence(user, slug) -> dict:
    """What a school may start from to make evidence of a shared practice; nothing for one this person may not read.

    Called by dotted path from schools.enums.WHO_TELLS.
    """
    practice = library(user).filter(slug=slug).first()
    if practice is None:
        return {}
    texts = [text.strip() for text in (practice.context, practice.approach, practice.result) if text.strip()]
    return {
        "title": practice.title[:150],
        "text": "\n\n".join(texts)[:5000],
        "practice_date": timezone.localdate(practice.published_at),
        "link": settings.BASE_URL + practice.get_absolute_url(),
        "numbers": [".".join(filter(None, found)) for found in _THEME.findall(practice.workgroup.priority.themes)],
    }


# "2.3" names a criterion of the label, "6" alone a whole key element; "2.30" and "26" are something else.
_THEME = re.compile(r"(?<![\d.])([1-9])(?:\.([1-9]))?(?![\d.]*\d)")


def for_criteria(user, numbers):
    """Shared practices this person may read, per number of a criterion that their priority names, newest first.

    One query. A theme "6" fits each criterion of key element 6. Called by dotted path from schools.enums.WHO_SUGGESTS.
    """
    found: dict[str, list[Practice]] = {number: [] for number in numbers}
    practices = library(user).exclude(workgroup__priority__themes="").order_by("-published_at", "-id")
    for practice in practices[:SUGGESTED_FROM]:
        named = _THEME.findall(practice.workgroup.priority.themes)
        for number, fitting in found.items():
            element, _dot, position = number.partition(".")
            if any(element == theme and place in ("", position) for theme, place in named):
                fitting.append(practice)
    return found
