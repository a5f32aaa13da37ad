"""Roles in the groups and the small life cycles of priorities, objectives and action points."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SteeringRole(models.TextChoices):
    CHAIR = "chair", _("Chair")
    MEMBER = "member", _("Member")


class SeatRole(models.TextChoices):
    """CHAIR leads and is never from Voka; FACILITATOR is Voka's own person; PARTICIPANT does the work."""

    CHAIR = "chair", _("Chair")
    FACILITATOR = "facilitator", _("Facilitator")
    PARTICIPANT = "participant", _("Participant")


LEADING_ROLES = (SeatRole.CHAIR, SeatRole.FACILITATOR)


class PriorityState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("priority", "Proposed")
    DECIDED = "decided", pgettext_lazy("priority", "Decided")
    DROPPED = "dropped", pgettext_lazy("priority", "Dropped")

    @property
    def tone(self) -> str:
        """The tone of its tag."""
        return {"proposed": "warn", "decided": "ok"}.get(self.value, "")


class Direction(models.TextChoices):
    """Which way is better."""

    UP = "up", _("Higher is better")
    DOWN = "down", _("Lower is better")

    def is_better(self, value, than) -> bool:
        """Whether `value` lies on the good side of `than`; the same is not better."""
        return value > than if self is Direction.UP else value < than


class MeasurementKind(models.TextChoices):
    INTERIM = "interim", _("Interim measurement")
    FINAL = "final", _("Final measurement")


class Outcome(models.TextChoices):
    """How an objective stands. It follows from the measurements; nobody types it."""

    NOT_YET = "not_yet", pgettext_lazy("objective", "Not measured yet")
    UNDER_WAY = "under_way", pgettext_lazy("objective", "Under way")
    REACHED = "reached", pgettext_lazy("objective", "Target reached")
    PARTLY = "partly", pgettext_lazy("objective", "Target partly reached")
    MISSED = "missed", pgettext_lazy("objective", "Target missed")
    NOT_MEASURED = "not_measured", pgettext_lazy("objective", "Not measured")

    @property
    def tone(self) -> str:
        """The tone of its tag."""
        return {"under_way": "blue", "reached": "ok", "partly": "warn", "missed": "bad"}.get(self.value, "")


class ActionState(models.TextChoices):
    OPEN = "open", pgettext_lazy("action point", "To do")
    DOING = "doing", pgettext_lazy("action point", "Busy")
    DONE = "done", pgettext_lazy("action point", "Done")
    DROPPED = "dropped", pgettext_lazy("action point", "Closed with a reason")

    @property
    def tone(self) -> str:
        """The tone of its tag."""
        return {"doing": "blue", "done": "ok"}.get(self.value, "")


OPEN_STATES = (ActionState.OPEN, ActionState.DOING)


class ActionEvent(models.TextChoices):
    """What happened to an action point."""

    ADDED = "added", pgettext_lazy("action point", "Added")
    CHANGED = "changed", pgettext_lazy("action point", "Changed")
    STARTED = "started", pgettext_lazy("action point", "Started")
    COMPLETED = "completed", pgettext_lazy("action point", "Done")
    DROPPED = "dropped", pgettext_lazy("action point", "Closed with a reason")
    REOPENED = "reopened", pgettext_lazy("action point", "Opened again")
