"""Somebody of a company leaves and a successor takes over: seats, objectives and open action points.

No window guards this: people leave in every phase. The steering group is not touched, since Voka chooses its people.
"""

from django.db import transaction

from phases.models import Trajectory
from workgroups.enums import LEADING_ROLES, ActionEvent
from workgroups.models import ActionPoint, ActionPointLog, Objective, Seat
from workgroups.services.door import save
from workgroups.services.steering import end
from workgroups.services.workgroup import tell


@transaction.atomic
def take_over(*, leaving, successor, by) -> list[Seat]:
    """Give `successor` the seats of `leaving`, with what belongs to them; the new seats.

    `leaving` and `successor` are memberships of one organisation, and whoever lets them change places was asked before
    (companies.services.hand_over). A trajectory that the organisation left stays as it was.
    """
    participations = leaving.organisation.participations.active()
    mine = Seat.objects.filter(membership=leaving, ended_on=None)
    mine = mine.filter(workgroup__priority__trajectory__in=participations.values("trajectory"))
    trajectories = mine.values("workgroup__priority__trajectory")
    # The same lock as every verb of a trajectory, always in the same order.
    list(Trajectory.objects.select_for_update().filter(pk__in=trajectories).order_by("pk"))
    seats = [_move(seat, successor, by) for seat in mine.select_related("workgroup__priority__trajectory")]
    workgroups = [seat.workgroup_id for seat in seats]
    Objective.objects.filter(workgroup__in=workgroups, owner=leaving).update(owner=successor)
    points = list(ActionPoint.objects.open().filter(workgroup__in=workgroups, owner=leaving))
    ActionPoint.objects.filter(pk__in=[point.pk for point in points]).update(owner=successor)
    note = f"{leaving.user} → {successor.user}"
    ActionPointLog.objects.bulk_create(
        ActionPointLog(action_point=point, event=ActionEvent.CHANGED, note=note, by=by) for point in points
    )
    return seats


def _move(seat, successor, by) -> Seat:
    """End this seat and open one like it; who already sat there keeps the higher of both roles."""
    end(seat)
    seats = Seat.objects.filter(workgroup=seat.workgroup, membership=successor, ended_on=None)
    own = seats.select_related("workgroup__priority__trajectory").first()
    if own is not None:
        if seat.role not in LEADING_ROLES:
            return own
        end(own)
    new = save(Seat(workgroup=seat.workgroup, membership=successor, role=seat.role))
    tell(new, by)
    return new
