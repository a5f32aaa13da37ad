"""The table of moves, and a thousand random moves that may never break its promises."""

import itertools

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.policy import Conflict, Refused
from phases import services
from phases.apps import every_need_exists
from phases.enums import MoveKind, Phase
from phases.machine import TRANSITIONS, Need, Transition
from phases.models import Trajectory
from tests.phases.conftest import needs_of

NEXT = dict(itertools.pairwise(Phase))


def test_every_need_of_the_table_exists():
    assert every_need_exists(None) == []


def test_a_need_that_does_not_exist_stops_the_start(monkeypatch):
    row = Transition(
        Phase.BASELINE, Phase.PRIORITIES, needs=(Need("schools.readiness.the_moon_is_full", "Volle maan"),)
    )
    monkeypatch.setattr("phases.machine.TRANSITIONS", (row,))
    assert [(error.id, "the_moon_is_full" in error.msg) for error in every_need_exists(None)] == [("phases.E001", True)]


def test_every_phase_has_one_ordinary_way_forward_and_one_override_and_only_evaluation_goes_back():
    forward = [(row.source, row.target) for row in TRANSITIONS if row.kind == MoveKind.REGULAR]
    override = [(row.source, row.target) for row in TRANSITIONS if row.kind == MoveKind.OVERRIDE]
    back = [(row.source, row.target) for row in TRANSITIONS if row.kind == MoveKind.ADJUSTMENT]
    assert forward == override == list(NEXT.items())
    assert back == [(Phase.EVALUATION, Phase.ACTION)]


def test_every_exception_asks_for_a_reason_and_every_ordinary_move_has_needs():
    assert {row.kind for row in TRANSITIONS if row.reason_required} == {MoveKind.OVERRIDE, MoveKind.ADJUSTMENT}
    assert all(row.needs for row in TRANSITIONS if row.kind == MoveKind.REGULAR)


@pytest.mark.django_db
def test_no_order_of_moves_ever_breaks_the_history(world, needs):
    class AnyOrder(RuleBasedStateMachine):
        """Random people try random moves. What should happen is worked out here, apart from the portal's own code."""

        numbers = itertools.count()

        def __init__(self):
            super().__init__()
            number = next(self.numbers)
            self.trajectory = Trajectory.objects.create(name=f"T{number}", slug=f"t{number}", chamber=world.chamber)
            self.phase, self.moves = Phase.BASELINE, []
            needs.clear()

        @rule(
            who=st.sampled_from(["administrator", "facilitator", "teacher", "stranger"]),
            to=st.sampled_from(Phase),
            reason=st.sampled_from(["", "  ", "Omdat het moet"]),
            seen=st.sampled_from([None, *Phase]),
        )
        def try_to_move(self, who, to, reason, seen):
            expected = self.foresee(who, to, reason.strip(), seen)
            assert self.outcome(getattr(world, who), to, reason, seen) == expected
            if expected in MoveKind.values:
                self.moves.append((self.phase, to, expected))
                self.phase = to

        @precondition(lambda self: self.phase in NEXT)
        @rule(who=st.sampled_from(["administrator", "facilitator"]))
        def move_on(self, who):
            self.try_to_move(who, NEXT[self.phase], "Omdat het moet", self.phase)

        @rule(phase=st.sampled_from([phase for phase in Phase if phase in NEXT]))
        def something_goes_missing(self, phase):
            needs.block_phase(phase)

        @rule()
        def all_is_settled(self):
            needs.clear()

        def foresee(self, who, to, reason, seen):
            if who in ("teacher", "stranger"):
                return "refused"
            if seen not in (None, self.phase):
                return "conflict"
            if (self.phase, to) == (Phase.EVALUATION, Phase.ACTION):
                return MoveKind.ADJUSTMENT if reason else "reason missing"
            if to != NEXT.get(self.phase):
                return "conflict"
            if not any(need.path in needs.missing for need in needs_of(self.phase)):
                return MoveKind.REGULAR
            return MoveKind.OVERRIDE if who == "administrator" and reason else "conflict"

        def outcome(self, by, to, reason, seen):
            try:
                return services.move(trajectory=self.trajectory, to=to, by=by, reason=reason, seen=seen).kind
            except services.ReasonMissing:
                return "reason missing"
            except Conflict:
                return "conflict"
            except Refused:
                return "refused"

        @invariant()
        def state_and_history_agree(self):
            changes = list(self.trajectory.phase_changes.order_by("sequence"))
            assert [it.sequence for it in changes] == list(range(1, len(changes) + 1))
            assert [(it.source, it.target, it.kind) for it in changes] == self.moves
            assert [it.source for it in changes] == [Phase.BASELINE, *(it.target for it in changes)][: len(changes)]
            self.trajectory.refresh_from_db()
            assert self.trajectory.phase == (changes[-1].target if changes else Phase.BASELINE) == self.phase

        @invariant()
        def exceptions_say_why_and_only_overrides_leave_something_open(self):
            for it in self.trajectory.phase_changes.all():
                assert it.reason or it.kind == MoveKind.REGULAR
                assert bool(it.open_points) == (it.kind == MoveKind.OVERRIDE)

    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
