"""Tables of phases 2 to 4, by noun: the steering group, workgroups, objectives and action points."""

from workgroups.models.action import ActionPoint, ActionPointLog
from workgroups.models.objective import Measurement, Objective, TargetAdjustment
from workgroups.models.steering import ActionPriority, SteeringGroup, SteeringSeat
from workgroups.models.workgroup import Seat, Workgroup

__all__ = [
    "ActionPoint",
    "ActionPointLog",
    "ActionPriority",
    "Measurement",
    "Objective",
    "Seat",
    "SteeringGroup",
    "SteeringSeat",
    "TargetAdjustment",
    "Workgroup",
]
