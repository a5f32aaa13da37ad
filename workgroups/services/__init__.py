"""Verbs of phases 2 to 4, by noun.

Every verb first asks who, then locks the trajectory's row and asks when (workgroups.windows): a verb and a phase move of the
same trajectory wait for each other, so nothing slips in behind a need that was just checked.
"""

from workgroups.services.action import (
    add_action_point,
    complete_action_point,
    drop_action_point,
    reopen_action_point,
    start_action_point,
    update_action_point,
)
from workgroups.services.objective import (
    add_objective,
    adjust_target,
    explain_missed_target,
    mark_not_measured,
    measure,
    update_objective,
)
from workgroups.services.steering import (
    appoint,
    decide_priority,
    drop_priority,
    end_steering_seat,
    propose_priority,
    set_steering_charter,
    update_priority,
)
from workgroups.services.workgroup import create_workgroup, seat, state_no_practice_reason, unseat, update_workgroup

__all__ = [
    "add_action_point",
    "add_objective",
    "adjust_target",
    "appoint",
    "complete_action_point",
    "create_workgroup",
    "decide_priority",
    "drop_action_point",
    "drop_priority",
    "end_steering_seat",
    "explain_missed_target",
    "mark_not_measured",
    "measure",
    "propose_priority",
    "reopen_action_point",
    "seat",
    "set_steering_charter",
    "start_action_point",
    "state_no_practice_reason",
    "unseat",
    "update_action_point",
    "update_objective",
    "update_priority",
    "update_workgroup",
]
