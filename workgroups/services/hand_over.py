"""Somebody of a company leaves and a successor takes over: seats, objectives and open action points.

No window guards this: people leave in every phase. A seat in the steering group goes along too; Voka can still appoint
somebody else afterwards.
"""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.leaving import Tie
from companies.selectors import hand_over_url
from phases.models import Trajectory
from workgroups.enums import LEADING_ROLES, ActionEvent, SeatRole, SteeringRole
from workgroups.models import ActionPoint, ActionPointLog, Objective, Seat, SteeringSeat
from workgroups.services.door import save
from workgroups.services.steering import end
from workgroups.services.workgroup import tell


@transaction.atomic
def take_over(*, leaving, successor, by) -> list[Seat]:
    """Give `successor` the seats of `leaving`, with what belongs to them; the new seats in workgroups.

    `leaving` and `successor` are memberships of one organisation, and whoever lets them change places was asked before
    (companies.services.hand_over). A trajectory that the organisation left stays as it was.
    """
    mine, on_the_board = _seats_of(leaving)
    trajectories = Trajectory.objects.filter(
        Q(pk__in=mine.values("workgroup__priority__trajectory"))
        | Q(pk__in=on_the_board.values("steering_group__trajectory"))
    )
    # The same lock as every verb of a trajectory, always in the same order.
    list(trajectories.select_for_update().order_by("pk"))
    for seat in on_the_board:
        _move_on_the_board(seat, successor)
    seats = [_move(seat, successor, by) for seat in mine]
    workgroups = [seat.workgroup_id for seat in seats]
    Objective.objects.filter(workgroup__in=workgroups, owner=leaving).update(owner=successor)
    points = list(ActionPoint.objects.open().filter(workgroup__in=workgroups, owner=leaving))
    ActionPoint.objects.filter(pk__in=[point.pk for point in points]).update(owner=successor)
    note = f"{leaving.user} → {successor.user}"
    ActionPointLog.objects.bulk_create(
        ActionPointLog(action_point=point, event=ActionEvent.CHANGED, note=note, by=by) for point in points
    )
    return seats


def ties_of(membership) -> list[Tie]:
    """The seats that somebody has to settle before leaving, each with the page for it.

    A contact of a company hands all of them over. Of other organisations only a chair is missed: that one is replaced first.
    """
    seats, on_the_board = _seats_of(membership)
    has_successors = membership.organisation.kind == OrganisationKind.COMPANY
    if not has_successors:
        seats = seats.filter(role=SeatRole.CHAIR)
        on_the_board = on_the_board.filter(role=SteeringRole.CHAIR)
    ties = []
    for seat in [*on_the_board, *seats]:
        group = seat.workgroup if isinstance(seat, Seat) else seat.steering_group
        facts = {"person": membership.user, "group": group, "role": seat.get_role_display()}
        if has_successors:
            sentence = _("%(person)s sits in “%(group)s” (%(role)s). Choose who takes over that seat.")
        else:
            sentence = _("%(person)s chairs “%(group)s”. Ask Voka for another chair first.")
        url = hand_over_url(membership) if has_successors else group.get_absolute_url()
        ties.append(Tie(sentence % facts, url, f"{group} ({seat.get_role_display()})"))
    return ties


def _seats_of(membership):
    """The open seats in workgroups and in steering groups, in the trajectories where the organisation takes part now."""
    trajectories = membership.organisation.participations.active().values("trajectory")
    seats = Seat.objects.filter(membership=membership, ended_on=None, workgroup__priority__trajectory__in=trajectories)
    on_the_board = SteeringSeat.objects.filter(
        membership=membership, ended_on=None, steering_group__trajectory__in=trajectories
    )
    return (
        seats.select_related("workgroup__priority__trajectory"),
        on_the_board.select_related("steering_group__trajectory"),
    )


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


def _move_on_the_board(seat, successor) -> SteeringSeat:
    """The same in the steering group; nobody is mailed about a seat there, as when Voka appoints."""
    end(seat)
    own = SteeringSeat.objects.filter(steering_group=seat.steering_group, membership=successor, ended_on=None).first()
    if own is not None:
        if seat.role != SteeringRole.CHAIR:
            return own
        end(own)
    return save(SteeringSeat(steering_group=seat.steering_group, membership=successor, role=seat.role))
