"""The one door through which a trajectory changes phase, and joining a trajectory."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.policy import Action, Conflict, may, refusal_of, require
from accounts.services import refuse_merged
from jobs.services import enqueue
from notifications.services import queue_mail
from phases.enums import MoveKind, Phase
from phases.machine import TRANSITIONS, Transition, open_blockers, transitions
from phases.models import Announcement, Participation, PhaseChange, Trajectory

ANNOUNCE = "phases.announce"
REASON_MAX_LENGTH = 2000


class ReasonMissing(Conflict):
    """This move needs a reason (400)."""


class OverrideRefused(Conflict):
    """Something is missing, and this person may not continue without it, whatever the reason (403)."""


@transaction.atomic
def move(*, trajectory, to, by, reason="", seen=None) -> PhaseChange:
    """Move `trajectory` to phase `to`; those who take part get a mail after commit.

    `by` is a person; `seen` is the phase the person's page showed, if known. Raises Refused (who), Conflict with every
    blocker (when), ReasonMissing, or Conflict when a colleague was first. A reason on a blocked move asks for an override:
    whoever may do that continues, and it is recorded as such with what was missing; OverrideRefused for anyone else. Once
    the work is done companies no longer sign up; Voka can open that again.
    """
    trajectory = Trajectory.objects.select_for_update().get(pk=trajectory.pk)
    reason = reason.strip()[:REASON_MAX_LENGTH]
    rows = transitions(trajectory.phase, to)
    if not rows or (seen and seen != trajectory.phase):
        _require_some_right(by, trajectory)
        raise Conflict(_why_not_from_here(trajectory, to, by, seen))
    row, open_points = _choose(trajectory, rows, by, reason)
    last = trajectory.phase_changes.first()
    change = PhaseChange.objects.create(
        trajectory=trajectory,
        sequence=last.sequence + 1 if last else 1,
        source=row.source,
        target=row.target,
        kind=row.kind,
        by=by,
        reason=reason,
        open_points=open_points,
        at=timezone.now(),
    )
    trajectory.phase = row.target
    if row.target == Phase.LEVEL_UP:
        trajectory.is_open_for_intake = False
    trajectory.save(update_fields=["phase", "is_open_for_intake"])
    enqueue(ANNOUNCE, change.pk)
    return change


def _require_some_right(by, trajectory):
    """Whoever may make no move at all is refused for that, also when the move does not exist."""
    if not any(may(by, who, trajectory) for who in {row.who for row in TRANSITIONS}):
        require(by, Action.MOVE_PHASE, trajectory)


def _choose(trajectory, rows, by, reason) -> tuple[Transition, list[dict[str, str]]]:
    """The row of the table that lets `by` through, and what was missing (only an override lets something be missing)."""
    ordinary, *exceptions = rows
    override = next((row for row in exceptions if may(by, row.who, trajectory)), None)
    if override is None:
        require(by, ordinary.who, trajectory)
    blockers = open_blockers(ordinary.conditions(trajectory))
    if not blockers:
        if ordinary.reason_required and not reason:
            raise ReasonMissing(_("Write why the course is adjusted. Everyone in the trajectory can read it."))
        return ordinary, []
    if override and reason:
        return override, [{"sentence": str(blocker.sentence), "url": blocker.url} for blocker in blockers]
    if exceptions and reason:
        raise OverrideRefused(refusal_of(exceptions[0].who), *blockers)
    raise Conflict(*blockers)


def _why_not_from_here(trajectory, to, by, seen):
    """Why this move does not exist now: a colleague was first, the same person clicked twice, or it never existed."""
    current = Phase(trajectory.phase)
    last = trajectory.phase_changes.select_related("by").first()
    facts = {"number": current.number, "name": current.label}
    if last is None or not (to == current or (seen and seen != current)):
        return (
            _("This trajectory is in phase %(number)s (%(name)s). From there you cannot go to the phase you chose.")
            % facts
        )
    at = timezone.localtime(last.at)
    facts |= {"who": last.actor, "date": at.strftime("%d/%m/%Y"), "time": at.strftime("%H.%M")}
    if last.by_id == by.pk and last.target == to:
        sentence = _(
            "You did this already: you moved this trajectory to phase %(number)s (%(name)s) on %(date)s at %(time)s. "
            "It happened once. There is nothing more to do."
        )
    else:
        sentence = _(
            "Meanwhile changed by %(who)s: this trajectory is in phase %(number)s (%(name)s) since %(date)s at %(time)s. "
            "Look at the page again before you go on."
        )
    return sentence % facts


@transaction.atomic
def announce(change_id) -> int:
    """Write one mail about a phase change to everyone who takes part, once. Returns how many were written.

    A change that a later one overtook is not announced any more: nobody should read yesterday's phase.
    """
    change = PhaseChange.objects.select_for_update(of=("self",)).select_related("trajectory", "by").get(pk=change_id)
    if Announcement.objects.filter(pk=change_id).exists():
        return 0
    overtaken = change.trajectory.phase_changes.filter(sequence__gt=change.sequence).exists()
    recipients = [] if overtaken else list(_people_taking_part(change.trajectory))
    with translation.override(settings.LANGUAGE_CODE):
        source, target = Phase(change.source), Phase(change.target)
        facts = {
            "trajectory": change.trajectory.name,
            "number": target.number,
            "phase": str(target.label),
            "summary": str(target.summary),
            "is_adjustment": change.kind == MoveKind.ADJUSTMENT,
            "source_number": source.number,
            "by": change.actor,
            "reason": change.reason,
            "link": settings.BASE_URL + change.trajectory.get_absolute_url(),
        }
        for person in recipients:
            queue_mail(
                event="phases/moved",
                to=person.email,
                recipient=person,
                context={**facts, "first_name": person.get_short_name()},
            )
    Announcement.objects.create(change=change, recipients=len(recipients))
    return len(recipients)


def _people_taking_part(trajectory):
    """Everyone who works for an organisation that takes part now, each once."""
    organisations = trajectory.participations.active().values("organisation")
    memberships = Membership.objects.active().filter(organisation__in=organisations)
    return User.objects.filter(is_active=True, pk__in=memberships.values("user")).order_by("pk")


@transaction.atomic
def join(*, trajectory, organisation, joined_on=None) -> Participation:
    """Let an organisation take part; one that left comes back on the same row."""
    refuse_merged(organisation)
    participation, _created = Participation.objects.get_or_create(
        trajectory=trajectory, organisation=organisation, defaults={"joined_on": joined_on or timezone.localdate()}
    )
    if participation.left_on:
        participation.left_on = None
        participation.save(update_fields=["left_on"])
    return participation
