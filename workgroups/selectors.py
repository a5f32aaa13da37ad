"""Reads that span the tables of this app or that higher floors need."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import OrganisationKind
from workgroups.enums import ActionState, MeasurementKind, Outcome, SeatRole
from workgroups.models import ActionPoint, Objective, Seat, Workgroup

# The order in which people are shown.
ROLE_ORDER = [SeatRole.CHAIR, SeatRole.FACILITATOR, SeatRole.PARTICIPANT]


@dataclass(frozen=True)
class ObjectiveLine:
    """An objective as templates/components/objective.html draws it: figures in words, places on the bar as 0 to 100."""

    objective: Objective
    note: str
    start: str
    now: str
    target: str
    start_share: float
    now_share: float
    target_share: float
    tag: str | Promise
    tone: str


def objective_line(objective) -> ObjectiveLine:
    """`objective` with its measurements prefetched. The bar runs from 0 (or the lowest figure) to a third past the target."""
    latest = objective.latest
    start, target, now = objective.baseline_value, objective.target_value, latest.value if latest else None
    known = [value for value in (start, now, target) if value is not None] or [Decimal(0)]
    low = min(Decimal(0), *known)
    room = (target - low) * 4 / 3 if target is not None else Decimal(0)
    width = max(room, *(value - low for value in known)) or Decimal(1)

    def share(value) -> float:
        return 0.0 if value is None else round(float((value - low) / width * 100), 1)

    return ObjectiveLine(
        objective=objective,
        note=_note(objective),
        start=figure(start),
        now=figure(now),
        target=figure(target),
        start_share=share(start),
        now_share=share(now),
        target_share=share(target),
        tag=objective.outcome.label,
        tone=objective.outcome.tone,
    )


def _note(objective) -> str:
    parts = []
    if objective.due_on:
        parts.append(_("By %(date)s") % {"date": f"{objective.due_on:%d/%m/%Y}"})
    first = next((row for row in objective.adjustments.all() if row.old_target != row.new_target), None)
    if first is not None:
        parts.append(_("target adjusted, at first %(target)s") % {"target": figure(first.old_target) or "–"})
    return ", ".join(parts)


def figure(value) -> str:
    """A figure as people write it: 12 or 12,5; empty when unknown."""
    return "" if value is None else formats.number_format(value.normalize())


@dataclass(frozen=True)
class Share:
    """How many people of one kind of organisation sit in a workgroup; `squares` are the x positions to draw."""

    kind: str
    count: int
    words: str

    @property
    def squares(self) -> list[int]:
        return [1 + 22 * number for number in range(self.count)]

    @property
    def width(self) -> int:
        return max(22 * self.count, 1)


def balance(workgroup) -> list[Share]:
    """Schools against companies, with Voka and partners behind them when there are any."""
    words = {
        OrganisationKind.SCHOOL: _("from schools"),
        OrganisationKind.COMPANY: _("from companies"),
        OrganisationKind.PARTNER: _("from external partners"),
        OrganisationKind.VOKA: _("from Voka"),
    }
    kinds = [seat.kind for seat in workgroup.current_seats]
    always = (OrganisationKind.SCHOOL, OrganisationKind.COMPANY)
    return [
        Share(kind=kind.value, count=kinds.count(kind), words=text)
        for kind, text in words.items()
        if kind in always or kind in kinds
    ]


def roster(workgroup) -> list[Seat]:
    """Current seats: chair, facilitator, participants by name."""
    return sorted(
        workgroup.current_seats,
        key=lambda seat: (ROLE_ORDER.index(SeatRole(seat.role)), seat.membership.user.last_name, seat.pk),
    )


def points_summary(points) -> str:
    """How many of these action points are open and late, in a sentence or two."""
    still_open = sum(point.is_open for point in points)
    late = sum(point.days_late > 0 for point in points)
    if not still_open:
        return _("All action points are closed.")
    sentences = [ngettext("%(count)d is open.", "%(count)d are open.", still_open) % {"count": still_open}]
    if late:
        sentences.append(ngettext("%(count)d is late.", "%(count)d are late.", late) % {"count": late})
    return " ".join(sentences)


def people_link(workgroup) -> str:
    """Where the people of a workgroup stand."""
    return workgroup.get_absolute_url() + "#leden"


def workgroup_list(user, trajectory=None):
    """Workgroups this person may see, with people and the number of open action points."""
    workgroups = Workgroup.objects.visible_to(user).with_people()
    if trajectory is not None:
        workgroups = workgroups.filter(priority__trajectory=trajectory)
    # Counted apart: a count over a join would lose the order of the list.
    points = ActionPoint.objects.open().filter(workgroup=OuterRef("pk")).order_by().values("workgroup")
    count = Subquery(points.annotate(count=Count("pk")).values("count"))
    return workgroups.annotate(open_points=Coalesce(count, 0))


def my_open_action_points(user):
    """Open action points this person should do, the first due one first."""
    points = ActionPoint.objects.open().filter(owner__user=user).order_by("due_on", "id")
    return points.select_related("workgroup__priority__trajectory")


@dataclass(frozen=True)
class Contribution:
    """What an organisation did in one workgroup; `roles` are SeatRole values, the leading one first."""

    workgroup: Workgroup
    roles: tuple[str, ...]
    action_points_done: int
    own_action_points_done: int
    objectives_reached: int
    objectives_total: int


@dataclass(frozen=True)
class Contributions:
    """What an organisation did in a trajectory, for its certificate. Counts are over its workgroups."""

    workgroups: tuple[Contribution, ...]

    @property
    def action_points_done(self) -> int:
        return sum(each.action_points_done for each in self.workgroups)

    @property
    def own_action_points_done(self) -> int:
        return sum(each.own_action_points_done for each in self.workgroups)

    @property
    def objectives_reached(self) -> int:
        return sum(each.objectives_reached for each in self.workgroups)

    @property
    def objectives_total(self) -> int:
        return sum(each.objectives_total for each in self.workgroups)


def contributions_of(organisation, trajectory) -> Contributions:
    """What `organisation` did in the workgroups of decided priorities in which it has or had a seat. Five queries."""
    roles: dict[int, set[str]] = {}
    for seat in Seat.objects.of_organisation(organisation).filter(workgroup__priority__trajectory=trajectory):
        roles.setdefault(seat.workgroup_id, set()).add(seat.role)
    workgroups = Workgroup.objects.of_decided_priorities().filter(pk__in=roles)
    rows = []
    for workgroup in workgroups.prefetch_related("action_points__owner", "objectives__measurements"):
        done = [point for point in workgroup.action_points.all() if point.state == ActionState.DONE]
        objectives = list(workgroup.objectives.all())
        rows.append(
            Contribution(
                workgroup=workgroup,
                roles=tuple(role.value for role in ROLE_ORDER if role in roles[workgroup.pk]),
                action_points_done=len(done),
                own_action_points_done=sum(
                    point.owner is not None and point.owner.organisation_id == organisation.pk for point in done
                ),
                objectives_reached=sum(objective.outcome == Outcome.REACHED for objective in objectives),
                objectives_total=len(objectives),
            )
        )
    return Contributions(tuple(rows))


@dataclass(frozen=True)
class HistoryEntry:
    """One line of a timeline (templates/components/timeline.html)."""

    at: datetime.date
    title: str
    text: str
    detail: str


def objective_history(objective) -> list[HistoryEntry]:
    """Measurements and adjusted targets of one objective, newest first. Two queries."""
    measured = [
        HistoryEntry(
            at=row.measured_on,
            title=f"{figure(row.value)} {objective.unit}".strip(),
            text=str(MeasurementKind(row.kind).label),
            detail=" · ".join(filter(None, [str(row.by), row.note])),
        )
        for row in objective.measurements.select_related("by")
    ]
    adjusted = [
        HistoryEntry(
            at=timezone.localdate(row.at),
            title=_("Target from %(old)s to %(new)s")
            % {"old": figure(row.old_target) or "–", "new": figure(row.new_target)},
            text=_adjusted_date(row),
            detail=f"{row.by} · {row.reason}",
        )
        for row in objective.adjustments.select_related("by")
    ]
    return sorted(measured + adjusted, key=lambda entry: entry.at, reverse=True)


def _adjusted_date(row):
    if row.new_due_on is None or row.new_due_on == row.old_due_on:
        return ""
    return _("The date becomes %(date)s.") % {"date": f"{row.new_due_on:%d/%m/%Y}"}
