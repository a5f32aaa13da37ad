"""Reads that span the tables of this app or that higher floors need."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import OrganisationKind
from charts import Bullet, Way, bullet, figure, way
from workgroups.enums import ActionState, Direction, MeasurementKind, Outcome, SeatRole
from workgroups.models import ActionPoint, Objective, Seat, Workgroup

# The order in which people are shown.
ROLE_ORDER = [SeatRole.CHAIR, SeatRole.FACILITATOR, SeatRole.PARTICIPANT]


@dataclass(frozen=True)
class ObjectiveLine:
    """An objective as templates/components/objective.html and small_multiples.html draw it, with its figures in words."""

    objective: Objective
    note: str
    start: str
    now: str
    target: str
    bullet: Bullet
    way: Way
    tag: str | Promise
    tone: str

    @property
    def name(self) -> str:
        return self.objective.title

    @property
    def unit(self) -> str:
        return self.objective.unit


def objective_line(objective) -> ObjectiveLine:
    """`objective` with its measurements prefetched."""
    latest = objective.latest
    start, target, now = objective.baseline_value, objective.target_value, latest.value if latest else None
    return ObjectiveLine(
        objective=objective,
        note=_note(objective),
        start=figure(start),
        now=figure(now),
        target=figure(target),
        bullet=bullet(start=start, now=now, target=target),
        way=way(start=start, now=now, target=target),
        tag=_("Date passed") if _is_over(objective) else objective.outcome.label,
        tone="warn" if _is_over(objective) else objective.outcome.tone,
    )


def _is_over(objective) -> bool:
    """The day has passed and there is no outcome yet."""
    is_waiting = objective.outcome in (Outcome.NOT_YET, Outcome.UNDER_WAY)
    return is_waiting and objective.due_on is not None and objective.due_on < timezone.localdate()


def _note(objective) -> str:
    parts = []
    if objective.due_on:
        parts.append(_("By %(date)s") % {"date": f"{objective.due_on:%d/%m/%Y}"})
    first = next((row for row in objective.adjustments.all() if row.old_target != row.new_target), None)
    if first is not None:
        parts.append(_("target adjusted, at first %(target)s") % {"target": figure(first.old_target) or "–"})
    if objective.direction == Direction.DOWN:
        parts.append(_("lower is better"))
    return ", ".join(parts)


@dataclass(frozen=True)
class GroupProgress:
    """One workgroup of components/small_multiples.html: its objectives between start and target."""

    workgroup: Workgroup
    lines: tuple[ObjectiveLine, ...]

    @property
    def name(self) -> str:
        return self.workgroup.name

    @property
    def url(self) -> str:
        return self.workgroup.get_absolute_url()


def progress_by_workgroup(user, trajectory) -> list[GroupProgress]:
    """The workgroups of a trajectory beside each other, for who may see them; four queries."""
    workgroups = Workgroup.objects.visible_to(user).of_decided_priorities().filter(priority__trajectory=trajectory)
    objectives = Objective.objects.with_history()
    return [
        GroupProgress(workgroup, tuple(objective_line(objective) for objective in workgroup.objectives.all()))
        for workgroup in workgroups.select_related("priority").prefetch_related(Prefetch("objectives", objectives))
    ]


def progress_in_a_sentence(groups) -> str:
    """How many objectives reached their target, and how many wait for a first measurement."""
    lines = [line for group in groups for line in group.lines]
    if not lines:
        return _("The workgroups have no objectives yet.")
    reached = sum(line.objective.outcome == Outcome.REACHED for line in lines)
    waiting = sum(not line.now for line in lines)
    sentences = [
        ngettext(
            "Reached: %(reached)d of %(count)d objective.", "Reached: %(reached)d of %(count)d objectives.", len(lines)
        )
        % {"reached": reached, "count": len(lines)}
    ]
    if waiting:
        sentences.append(
            ngettext("%(count)d was not measured yet.", "%(count)d were not measured yet.", waiting)
            % {"count": waiting}
        )
    return " ".join(sentences)


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
