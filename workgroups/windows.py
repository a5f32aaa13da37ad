"""In which phases each kind of work is open, in one table: for the people of the trajectory, and for Voka staff.

Services refuse by it and pages show their buttons by it, so that button and refusal cannot disagree. Voka's window is wider:
after an override there must always be someone who can put things right.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.policy import Conflict, is_voka_staff
from phases.enums import Phase


class Work(StrEnum):
    STEERING = "steering"  # who sits in the steering group, its charter
    PRIORITIES = "priorities"  # proposing, deciding and dropping priorities; starting their workgroups
    SEATS = "seats"  # who sits in a workgroup, its charter
    OBJECTIVES = "objectives"  # new objectives; changing values that are not frozen yet
    INTERIM = "interim"  # interim measurements
    FINAL = "final"  # final measurements, "not measured", explanations
    ADJUSTING = "adjusting"  # another target, the old one stays visible
    ACTIONS = "actions"  # new and changed action points, opening one again
    CLOSING = "closing"  # starting and closing action points
    PRACTICE_REASON = "practice_reason"  # why a workgroup shares no practice


@dataclass(frozen=True)
class Window:
    """The phases in which some work is open, and the sentence for when it is not."""

    people: tuple[Phase, ...]
    voka: tuple[Phase, ...]
    closed: str | Promise


P1, P2, P3, P4, P5, P6 = ALWAYS = tuple(Phase)

WINDOWS = {
    Work.STEERING: Window((), ALWAYS, _("Only Voka changes the steering group.")),
    Work.PRIORITIES: Window(
        (P2,),
        (P1, P2, P3, P4),
        _("Priorities and workgroups are chosen in phase 2. Ask Voka if one has to change now."),
    ),
    Work.SEATS: Window((P2, P3, P4), ALWAYS, _("The workgroups have finished. Ask Voka if something has to change.")),
    Work.OBJECTIVES: Window(
        (P2,), (P1, P2, P3, P4), _("Objectives are set in phase 2. Since then start values and targets are fixed.")
    ),
    Work.INTERIM: Window((P3, P4), (P3, P4), _("Interim measurements belong to phases 3 and 4.")),
    Work.FINAL: Window((P4,), (P4, P5, P6), _("The final measurement belongs to phase 4.")),
    Work.ADJUSTING: Window((P3, P4), (P3, P4), _("A target can be adjusted in phases 3 and 4.")),
    Work.ACTIONS: Window((P3,), (P2, P3, P4), _("Action points belong to phase 3.")),
    Work.CLOSING: Window((P3, P4), ALWAYS, _("Action points belong to phase 3.")),
    Work.PRACTICE_REASON: Window((P3, P4), ALWAYS, _("Practices are shared from phase 3 on.")),
}


def is_open(work, trajectory, user) -> bool:
    """Whether `work` is open to `user` in the trajectory's phase. Says nothing of whether they may do it at all."""
    window = WINDOWS[work]
    return trajectory.phase in (window.voka if is_voka_staff(user) else window.people)


def require_open(work, trajectory, user) -> None:
    """Raise Conflict with the reason unless `work` is open now."""
    if not is_open(work, trajectory, user):
        raise Conflict(WINDOWS[work].closed)
