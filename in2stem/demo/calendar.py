"""The demo's sense of time: the world is built in the past, day by day, through the ordinary services.

What a newcomer gets wrong: patching `timezone.now`. Fields have it as their default and keep the real one; what it asks is
the clock below it.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.utils import timezone

from phases.models import school_year_of


@contextmanager
def on_day(day: datetime.date, hour: int = 10) -> Iterator[None]:
    """Let every service and every field believe that it is `day`, so that what they date is dated then."""
    moment = datetime.datetime.combine(day, datetime.time(hour), timezone.get_default_timezone())

    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return moment.astimezone(tz)

    with mock.patch("django.utils.timezone.datetime", Clock):
        yield


def phase_starts(first_school_year: int) -> list[datetime.date]:
    """When each of the six phases starts in a trajectory of two school years."""
    year = first_school_year
    return [
        datetime.date(year, 9, 1),
        datetime.date(year, 11, 4),
        datetime.date(year + 1, 1, 7),
        datetime.date(year + 1, 11, 3),
        datetime.date(year + 2, 1, 6),
        datetime.date(year + 2, 7, 1),
    ]


def first_year_for(phase_number: int, today: datetime.date) -> int:
    """The school year in which a trajectory started that is in phase `phase_number` today, or should soon be."""
    years_ago = {1: 0, 2: 0, 3: 1, 4: 1, 5: 2, 6: 3}[phase_number]
    return school_year_of(today) - years_ago
