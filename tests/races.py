"""Several people (or workers) doing something in the same moment, for real: threads with their own database connection.

Only meaningful on PostgreSQL, in `@pytest.mark.django_db(transaction=True)` tests.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.db import connections

# Long enough for the second one to arrive at the lock or, without a lock, to come through.
MEETING_SECONDS = 2


def at_the_same_time(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all deeds in threads of their own; their results or exceptions, in order."""
    start = threading.Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> Any:
        start.wait(10)
        try:
            return deed()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


class Meeting:
    """A point in the code under test where whoever gets there waits a moment for the other; `met` says whether they met."""

    def __init__(self, parties: int = 2) -> None:
        self._barrier = threading.Barrier(parties)
        self.met = False

    def wait(self) -> None:
        with suppress(threading.BrokenBarrierError):
            self._barrier.wait(MEETING_SECONDS)
            self.met = True
