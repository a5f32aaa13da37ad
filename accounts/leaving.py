"""What ties somebody to their organisation when the membership would simply end: a chair nobody else has, the last contact.

What a newcomer gets wrong: looking for the rules here. Higher floors know them, and answer `asked_to_leave`.
"""

from dataclasses import dataclass
from typing import Any

from django.dispatch import Signal

from accounts.policy import Conflict

# Sent with `membership` and `by`, who would end it; each receiver returns a list of Tie.
asked_to_leave = Signal()


@dataclass(frozen=True)
class Tie:
    """One thing that has to be settled first, and the page where that is done; `seat` names the place that would be empty."""

    sentence: str
    url: str
    seat: str = ""

    def __str__(self):
        return self.sentence


class StillTied(Conflict):
    """This membership cannot simply end. `reasons` are ties."""


def ties_of(membership, by) -> list[Tie]:
    """What has to be settled before `by` may end this membership."""
    answers: list[tuple[Any, Any]] = asked_to_leave.send(sender=type(membership), membership=membership, by=by)
    return [tie for _receiver, ties in answers for tie in ties]
