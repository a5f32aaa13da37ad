"""The whole workflow on one screen: which phase follows which, who may do it and what must be true first.

A need names a function in an app's readiness.py. It takes a trajectory and yields `Blocker`s: what is still missing, with a
link to where it is solved. A system check proves at start-up that each one exists.

Needs that are checked together may share what they read: see `read_once`. Nothing is remembered after that.
"""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.policy import Action
from phases.enums import MoveKind, Phase

SHOWN_AT_ONCE = 8

Answer = TypeVar("Answer")
# What the needs of the check that runs now have read; None when none runs.
_read: ContextVar[dict[Any, Any] | None] = ContextVar("read by the needs that are checked now", default=None)


@dataclass(frozen=True)
class Blocker:
    """Something that is still missing: a sentence for the user and the page where it is solved."""

    sentence: str
    url: str = ""


@dataclass(frozen=True)
class Need:
    """Something that must be true before a move: the dotted path of its function, and the rule in the user's words."""

    path: str
    sentence: str | Promise

    def check(self, trajectory) -> "Condition":
        return Condition(self.sentence, list(import_string(self.path)(trajectory)))


@dataclass(frozen=True)
class Condition:
    """A need as it stands for one trajectory."""

    sentence: str | Promise
    blockers: list[Blocker] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return not self.blockers

    @property
    def first(self) -> list[Blocker]:
        """What the page shows at once; the others are folded."""
        return self.blockers[:SHOWN_AT_ONCE]

    @property
    def others(self) -> list[Blocker]:
        return self.blockers[SHOWN_AT_ONCE:]


@dataclass(frozen=True)
class Transition:
    """One allowed move. `needs` are checked together, so that all that is missing is told at once."""

    source: Phase
    target: Phase
    who: Action = Action.MOVE_PHASE
    needs: tuple[Need, ...] = ()
    reason_required: bool = False
    kind: MoveKind = MoveKind.REGULAR

    def conditions(self, trajectory) -> list[Condition]:
        """Every need as it stands now, in the order of the table."""
        return check_together(self.needs, trajectory)


def check_together(needs: Iterable[Need], trajectory) -> list[Condition]:
    """These needs as they stand now. What several of them read is read once, for this check only."""
    token = _read.set({})
    try:
        return [need.check(trajectory) for need in needs]
    finally:
        _read.reset(token)


def read_once(read: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
    """For a read of a trajectory's facts that several needs share. Outside a check it asks the database every time."""

    @wraps(read)
    def shared(trajectory):
        known = _read.get()
        if known is None:
            return read(trajectory)
        key = (read, trajectory.pk)
        if key not in known:
            known[key] = read(trajectory)
        return known[key]

    return shared


TRANSITIONS = (
    Transition(
        Phase.BASELINE,
        Phase.PRIORITIES,
        needs=(
            Need(
                "phases.readiness.schools_and_companies_take_part",
                _("At least one school and one company take part"),
            ),
            Need(
                "companies.readiness.every_intake_is_decided_and_refined",
                _("Every sign-up was discussed with the company and decided"),
            ),
            Need("schools.readiness.every_school_has_a_label_on_record", _("The label of every school is on record")),
            Need("schools.readiness.every_school_has_assessed_itself", _("Every school finished its self-assessment")),
        ),
    ),
    Transition(
        Phase.PRIORITIES,
        Phase.ACTION,
        needs=(
            Need(
                "workgroups.readiness.the_steering_group_is_complete",
                _("The steering group has a chair, and members from schools and companies"),
            ),
            Need("workgroups.readiness.a_priority_is_decided", _("At least one action priority is decided")),
            Need(
                "workgroups.readiness.every_priority_has_a_complete_workgroup",
                _("Every action priority has a complete workgroup"),
            ),
            Need(
                "workgroups.readiness.every_workgroup_has_an_objective",
                _("Every workgroup has an objective it can measure"),
            ),
        ),
    ),
    Transition(
        Phase.ACTION,
        Phase.EVALUATION,
        needs=(
            Need(
                "workgroups.readiness.no_action_point_is_open",
                _("Every action point is done, or dropped with a reason"),
            ),
            Need(
                "practices.readiness.every_workgroup_shared_a_practice",
                _("Every workgroup shared a practice, or says why not"),
            ),
        ),
    ),
    Transition(
        Phase.EVALUATION,
        Phase.LEVEL_UP,
        needs=(
            Need(
                "workgroups.readiness.every_objective_is_measured_and_explained",
                _("Every objective is measured, and a missed target is explained"),
            ),
            Need(
                "companies.readiness.every_final_measurement_is_in",
                _("Every final measurement of a company is in, or Voka noted why it is missing"),
            ),
        ),
    ),
    Transition(
        Phase.LEVEL_UP,
        Phase.KEEP_LEARNING,
        needs=(
            Need(
                "schools.readiness.every_school_has_a_label_outcome",
                _("The label outcome of every school is on record"),
            ),
            Need(
                "certificates.readiness.every_eligible_company_has_a_decision",
                _("Every company that earned it has its certificate, or reads why not"),
            ),
        ),
    ),
    # Bijsturen: what was measured asks for more action.
    Transition(
        Phase.EVALUATION,
        Phase.ACTION,
        who=Action.ADJUST_COURSE,
        reason_required=True,
        kind=MoveKind.ADJUSTMENT,
    ),
    # Continuing while something is missing: a Voka administrator, with a reason, on record.
    *(
        Transition(source, target, who=Action.OVERRIDE_PHASE, reason_required=True, kind=MoveKind.OVERRIDE)
        for source, target in zip(list(Phase)[:-1], list(Phase)[1:], strict=True)
    ),
)


def transitions(source, target=None) -> list[Transition]:
    """The rows of the table that leave `source` (for `target`), the ordinary one before the override."""
    return [row for row in TRANSITIONS if row.source == source and target in (None, row.target)]


def open_blockers(conditions) -> list[Blocker]:
    """Everything that is still missing, in the order of the needs."""
    return [blocker for condition in conditions for blocker in condition.blockers]
