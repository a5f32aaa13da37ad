"""Reads about where a trajectory stands. `next_steps` calls the very needs that `services.move` checks."""

from dataclasses import dataclass, field, replace

from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from accounts.policy import Action, may
from phases.enums import MoveKind, Phase
from phases.machine import Blocker, Condition, Transition, open_blockers, transitions
from phases.models import Participation, PhaseChange, PhasePlan


@dataclass(frozen=True)
class NextStep:
    """One move that the table knows from here, seen by one person."""

    transition: Transition
    target: Phase
    conditions: list[Condition] = field(default_factory=list)
    may_move: bool = False
    may_override: bool = False

    @property
    def blockers(self) -> list[Blocker]:
        return open_blockers(self.conditions)

    @property
    def open_conditions(self) -> list[Condition]:
        return [condition for condition in self.conditions if not condition.is_done]

    @property
    def done_conditions(self) -> list[Condition]:
        return [condition for condition in self.conditions if condition.is_done]

    @property
    def is_adjustment(self):
        return self.transition.kind == MoveKind.ADJUSTMENT


@dataclass(frozen=True)
class PhaseStanding:
    """A phase as the stepper shows it."""

    phase: Phase
    state: str  # "done", "now" or "later"
    starts_on: object = None
    ends_on: object = None

    @property
    def number(self):
        return self.phase.number

    @property
    def name(self):
        return self.phase.label

    @property
    def is_late(self):
        """It runs longer than planned: dates propose, a person moves."""
        return self.state == "now" and self.ends_on is not None and self.ends_on < timezone.localdate()


@dataclass(frozen=True)
class HistoryEntry:
    """One move, and what was missing then as far as the reader may know."""

    change: PhaseChange
    open_points: list[Blocker]


def next_steps(trajectory, user) -> list[NextStep]:
    """Every ordinary move from here with what blocks it and whether `user` may make it."""
    rows = transitions(trajectory.phase)
    return [
        NextStep(
            transition=row,
            target=row.target,
            conditions=[
                replace(condition, blockers=as_seen_by(user, condition.blockers))
                for condition in row.conditions(trajectory)
            ],
            may_move=may(user, row.who, trajectory),
            may_override=any(
                other.kind == MoveKind.OVERRIDE and other.target == row.target and may(user, other.who, trajectory)
                for other in rows
            ),
        )
        for row in rows
        if row.kind != MoveKind.OVERRIDE
    ]


def as_seen_by(user, blockers) -> list[Blocker]:
    """What `user` may read of what is missing. What waits in the back office (a company's intake) is for Voka only.

    Others read how much Voka still has to do there.
    """
    if may(user, Action.MODERATE):
        return blockers
    back_office = reverse("admin:index")
    shown = [blocker for blocker in blockers if not blocker.url.startswith(back_office)]
    closed = len(blockers) - len(shown)
    if closed:
        sentence = ngettext(
            "Voka still has %(count)d point to settle here.", "Voka still has %(count)d points to settle here.", closed
        )
        shown.append(Blocker(sentence % {"count": closed}))
    return shown


def history(trajectory, user) -> list[HistoryEntry]:
    """Every move of a trajectory, newest first; one query."""
    changes = trajectory.phase_changes.select_related("by", "announcement")
    return [
        HistoryEntry(change, as_seen_by(user, [Blocker(**point) for point in change.open_points])) for change in changes
    ]


def standing(trajectory) -> list[PhaseStanding]:
    """The six phases with their state and planned dates; one query."""
    plans = {plan.phase: plan for plan in trajectory.plans.all()}
    current = Phase(trajectory.phase).number
    return [
        PhaseStanding(
            phase=phase,
            state="done" if phase.number < current else "now" if phase.number == current else "later",
            starts_on=getattr(plans.get(phase), "starts_on", None),
            ends_on=getattr(plans.get(phase), "ends_on", None),
        )
        for phase in Phase
    ]


# For prefetch_related: everyone who takes part, read once for a page whose needs ask for it several times.
TAKING_PART = Prefetch(
    "participations", Participation.objects.active().select_related("organisation"), to_attr="taking_part"
)


def participants(trajectory, kind: OrganisationKind) -> list[Participation]:
    """Active participations of one kind with their organisation, by name."""
    return [row for row in _taking_part(trajectory) if row.organisation.kind == kind]


def participants_by_kind(trajectory) -> dict[str, list[Organisation]]:
    """The organisations that take part now, by name, under each kind (also the empty ones)."""
    found: dict[str, list[Organisation]] = {kind: [] for kind in OrganisationKind}
    for row in _taking_part(trajectory):
        found[row.organisation.kind].append(row.organisation)
    return found


def _taking_part(trajectory) -> list[Participation]:
    """One query, or none when `trajectory` was fetched with TAKING_PART."""
    if hasattr(trajectory, "taking_part"):
        return trajectory.taking_part
    return list(trajectory.participations.active().select_related("organisation"))


def with_summary(trajectories):
    """Adds what a list shows: `school_count`, `company_count` and `ends_on`, the planned end of the phase it is in."""
    planned = PhasePlan.objects.filter(trajectory=OuterRef("pk"), phase=OuterRef("phase"))
    return trajectories.annotate(
        school_count=_number_taking_part(OrganisationKind.SCHOOL),
        company_count=_number_taking_part(OrganisationKind.COMPANY),
        ends_on=Subquery(planned.values("ends_on")[:1]),
    )


def _number_taking_part(kind):
    """As a subquery, so that only the rows of the page are counted."""
    participations = Participation.objects.active().of_kind(kind).filter(trajectory=OuterRef("pk")).order_by()
    return Coalesce(Subquery(participations.values("trajectory").annotate(number=Count("pk")).values("number")), 0)


def phase_is(trajectory, *phases) -> bool:
    return trajectory.phase in phases
