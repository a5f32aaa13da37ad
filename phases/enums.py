"""The six phases of a trajectory, in order. Exactly one is active; there is never "no phase"."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Phase(models.TextChoices):
    BASELINE = "baseline", _("Record where everyone stands")
    PRIORITIES = "priorities", _("Decide the action domains")
    ACTION = "action", _("Carry out the action plan")
    EVALUATION = "evaluation", _("Evaluate the results")
    LEVEL_UP = "level_up", _("Move up a level")
    KEEP_LEARNING = "keep_learning", _("Keep learning")

    @property
    def number(self) -> int:
        """1 to 6."""
        return list(Phase).index(self) + 1

    @property
    def summary(self):
        """One line on what happens in this phase."""
        return _SUMMARIES[self]


_SUMMARIES = {
    Phase.BASELINE: _("Companies sign up and tell how they work with schools. Schools do their self-assessment."),
    Phase.PRIORITIES: _("The steering group chooses priorities and starts a workgroup for each."),
    Phase.ACTION: _("Workgroups carry out their action points and share what works."),
    Phase.EVALUATION: _("We measure the objectives and adjust where needed."),
    Phase.LEVEL_UP: _("Schools go for a higher label. Companies receive their certificate."),
    Phase.KEEP_LEARNING: _("You keep the contacts and the good practices."),
}


class MoveKind(models.TextChoices):
    """How a trajectory changed phase."""

    REGULAR = "regular", _("All needs were met")
    OVERRIDE = "override", _("Continued by Voka with a reason")
    ADJUSTMENT = "adjustment", _("Course adjusted")
