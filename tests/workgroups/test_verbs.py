"""Each verb: who may do it, and in which phase."""

import datetime
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.policy import Conflict, Refused
from phases.enums import Phase
from tests.workgroups.scenery import closed_point, membership, proposed, put_in_phase, seat_of
from workgroups import services
from workgroups.enums import MeasurementKind, PriorityState, SeatRole, SteeringRole
from workgroups.models import Measurement, Objective
from workgroups.windows import WINDOWS

pytestmark = pytest.mark.django_db
FINAL, INTERIM = MeasurementKind.FINAL, MeasurementKind.INTERIM
EVERYONE = (
    "administrator", "facilitator", "expert", "chair", "owner", "teacher", "colleague", "neighbour", "other_teacher", "stranger", "deactivated",
)  # fmt: skip
VOKA = {"administrator", "facilitator"}
STEERS = VOKA | {"expert"}
LEADS = VOKA | {"chair"}
WORKS = LEADS | {"owner", "teacher"}


def missed(scene):
    objective = scene.objective()
    Measurement.objects.create(
        objective=objective, value=11, measured_on=timezone.localdate(), kind=FINAL, by=scene.world.administrator
    )
    return objective


def undisposed(scene):
    """A decided priority without a workgroup."""
    today, by = timezone.localdate(), scene.world.administrator
    return scene.world.trajectory.priorities.create(
        title="Robots", state=PriorityState.DECIDED, decided_on=today, decided_by=by
    )


ALL = set(range(1, 7))
SAME = {"indicator": "x", "unit": "", "direction": "up", "baseline_value": 1, "target_value": 2, "due_on": None}
TODAY = datetime.date(2026, 2, 1)

# One row per verb: who may do it, in which phases people of the trajectory may, in which phases Voka may, and the call.
VERBS = {
    "set_steering_charter": (VOKA, set(), ALL, lambda s: {"trajectory": s.world.trajectory, "charter": "Samen"}),
    "appoint": (
        VOKA, set(), ALL, lambda s: {"trajectory": s.world.trajectory, "membership": membership(s), "role": SteeringRole.MEMBER},
    ),
    "end_steering_seat": (VOKA, set(), ALL, lambda s: {"seat": s.world.trajectory.steering_group.seats.first()}),
    "propose_priority": (STEERS, {2}, {1, 2, 3, 4}, lambda s: {"trajectory": s.world.trajectory, "title": "Robots"}),
    "update_priority": (STEERS, {2}, {1, 2, 3, 4}, lambda s: {"priority": s.priority, "title": "Robots"}),
    "decide_priority": (STEERS, {2}, {1, 2, 3, 4}, lambda s: {"priority": proposed(s)}),
    "drop_priority": (STEERS, {2}, {1, 2, 3, 4}, lambda s: {"priority": s.priority, "reason": "Te duur"}),
    "create_workgroup": (STEERS, {2}, {1, 2, 3, 4}, lambda s: {"priority": undisposed(s), "name": "Robots"}),
    "update_workgroup": (LEADS, {2, 3, 4}, ALL, lambda s: {"workgroup": s.again(), "name": "Nieuwe naam"}),
    "seat": (
        LEADS, {2, 3, 4}, ALL, lambda s: {"workgroup": s.again(), "membership": membership(s), "role": SeatRole.PARTICIPANT},
    ),
    "unseat": (LEADS, {2, 3, 4}, ALL, lambda s: {"seat": seat_of(s, "teacher")}),
    "state_no_practice_reason": (LEADS, {3, 4}, ALL, lambda s: {"workgroup": s.again(), "reason": "Nog te pril"}),
    "add_objective": (LEADS, {2}, {1, 2, 3, 4}, lambda s: {"workgroup": s.again(), "title": "Meer bezoeken"}),
    "update_objective": (
        LEADS, {2}, {1, 2, 3, 4}, lambda s: {"objective": Objective.objects.create(workgroup=s.workgroup, title="x"), "title": "y", **SAME},
    ),
    "adjust_target": (
        LEADS | STEERS, {3, 4}, {3, 4}, lambda s: {"objective": s.objective(), "new_target": Decimal(15), "reason": "Minder plaatsen"},
    ),
    "measure": (LEADS, {3, 4}, {3, 4}, lambda s: {"objective": s.objective(), "value": 12, "measured_on": TODAY, "kind": INTERIM}),
    "measure final": (
        LEADS, {4}, {4, 5, 6}, lambda s: {"objective": s.objective(), "value": 12, "measured_on": TODAY, "kind": FINAL},
    ),
    "explain_missed_target": (LEADS, {4}, {4, 5, 6}, lambda s: {"objective": missed(s), "explanation": "Ziekte"}),
    "mark_not_measured": (LEADS, {4}, {4, 5, 6}, lambda s: {"objective": s.objective(), "reason": "De school stopte"}),
    "add_action_point": (WORKS, {3}, {2, 3, 4}, lambda s: {"workgroup": s.again(), "title": "Bellen", "due_on": TODAY}),
    "update_action_point": (WORKS, {3}, {2, 3, 4}, lambda s: {"action_point": s.action_point(), "title": "x", "due_on": TODAY}),
    "start_action_point": (WORKS, {3, 4}, ALL, lambda s: {"action_point": s.action_point()}),
    "complete_action_point": (WORKS, {3, 4}, ALL, lambda s: {"action_point": s.action_point()}),
    "drop_action_point": (LEADS, {3, 4}, ALL, lambda s: {"action_point": s.action_point(), "reason": "Niet meer nodig"}),
    "reopen_action_point": (LEADS, {3}, {2, 3, 4}, lambda s: {"action_point": closed_point(s)}),
}  # fmt: skip


def test_the_table_knows_every_verb():
    assert {name.split()[0] for name in VERBS} == set(services.__all__)


def attempt(scene, name, user, phase):
    """ "done", "refused" (who) or "conflict" (when)."""
    arguments = VERBS[name][3](scene)
    put_in_phase(scene.world.trajectory, phase)
    try:
        getattr(services, name.split()[0])(**arguments, by=getattr(scene.world, user))
    except Refused:
        return "refused"
    except Conflict:
        return "conflict"
    return "done"


@pytest.mark.parametrize("name", VERBS)
def test_who_may_do_it(scene, name):
    may, people, voka, _arguments = VERBS[name]
    phase = list(Phase)[min(people or voka) - 1]
    doers = set()
    for user in EVERYONE:
        with transaction.atomic():
            if attempt(scene, name, user, phase) != "refused":
                doers.add(user)
            transaction.set_rollback(True)
    assert doers == may


@pytest.mark.parametrize("name", VERBS)
def test_when_it_may_be_done(scene, name):
    may, people, voka, _arguments = VERBS[name]
    doers = {"administrator": voka} | ({sorted(may - VOKA)[0]: people} if may - VOKA else {})
    for user, phases in doers.items():
        open_in = set()
        for phase in Phase:
            with transaction.atomic():
                answer = attempt(scene, name, user, phase)
                transaction.set_rollback(True)
            assert answer in ("done", "conflict")
            if answer == "done":
                open_in.add(phase.number)
        assert (user, open_in) == (user, phases)


def test_every_kind_of_work_is_open_to_voka_somewhere_and_says_why_not_elsewhere():
    for window in WINDOWS.values():
        assert window.voka
        assert set(window.people) <= set(window.voka)
        assert str(window.closed).endswith(".")
