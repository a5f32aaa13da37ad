"""What every verb of this app does between asking who and writing: take the lock, ask when, check the row."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.policy import Conflict
from phases.models import Trajectory
from workgroups.windows import Work, require_open


def enter(trajectory, work: Work, by) -> Trajectory:
    """The trajectory, read again under its lock, with `work` open for `by`. Read other rows only after this."""
    locked = Trajectory.objects.select_for_update().get(pk=trajectory.pk)
    require_open(work, locked, by)
    return locked


def save(row):
    """Write a row whose fields, rules and constraints hold; their sentences become the reasons of a Conflict."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise Conflict(*error.messages) from error
    row.save()
    return row


def needed_text(text, sentence) -> str:
    """`text` without spaces around it; Conflict with `sentence` when nothing is left."""
    text = text.strip()
    if not text:
        raise Conflict(sentence)
    return text


def require_member(workgroup, membership) -> None:
    """Whoever gets something to do sits in the workgroup."""
    if membership is not None and all(seat.membership_id != membership.pk for seat in workgroup.current_seats):
        raise Conflict(_("%(person)s does not sit in this workgroup.") % {"person": membership.user})
