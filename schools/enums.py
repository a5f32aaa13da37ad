"""Words of the school floor: networks, label levels, scores, and the states of evidence and outcome."""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Network(models.TextChoices):
    """The network (net) that a Flemish school belongs to."""

    GO = "go", _("GO!")
    OFFICIAL = "official", _("Subsidised official education")
    FREE = "free", _("Subsidised free education")


class LabelLevel(models.TextChoices):
    """Levels of the STEM School Label, lowest first. EUN gives them; their English names stay on screen."""

    NONE = "none", _("No label")
    COMPETENT = "competent", _("Competent")
    PROFICIENT = "proficient", _("Proficient")
    EXPERT = "expert", _("Expert")

    @property
    def rank(self) -> int:
        """0 to 3."""
        return list(LabelLevel).index(self)

    @property
    def is_label(self) -> bool:
        return self is not LabelLevel.NONE


LABELS = [level for level in LabelLevel if level.is_label]
# The label did not exist before; an earlier date is a slip of the keyboard.
FIRST_AWARDS = datetime.date(2010, 1, 1)


class Moment(models.TextChoices):
    """When a school assesses itself: at the start (nulmeting) and at the end (eindmeting) of a trajectory."""

    START = "start", _("Start")
    END = "end", _("End")


class Score(models.IntegerChoices):
    """How far a school is on one criterion. Our own scale: EUN does not publish the official one."""

    ABSENT = 0, _("Not present yet")
    FIRST_STEPS = 1, _("First steps")
    PARTLY = 2, _("Partly present")
    LARGELY = 3, _("Largely present")
    FULLY = 4, _("Fully part of our school")

    @property
    def meaning(self):
        """What this score stands for, in one line."""
        return _MEANINGS[self]


_MEANINGS = {
    Score.ABSENT: _("We do not do this yet."),
    Score.FIRST_STEPS: _("One or a few teachers try it out."),
    Score.PARTLY: _("It happens in some classes or years."),
    Score.LARGELY: _("It happens almost everywhere, and we agreed how."),
    Score.FULLY: _("It happens everywhere, and we keep improving it."),
}


class EvidenceState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    MORE_ASKED = "more_asked", _("Addition asked")
    APPROVED = "approved", _("Approved")


EDITABLE = (EvidenceState.DRAFT, EvidenceState.MORE_ASKED)


class ExportState(models.TextChoices):
    """How far the worker is with a dossier or a report."""

    QUEUED = "queued", _("Waiting")
    MAKING = "making", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Did not work")


BEING_MADE = (ExportState.QUEUED, ExportState.MAKING)


class OutcomeKind(models.TextChoices):
    """How the attempt to move up a level ended for a school. Moving up is an opportunity, not a duty."""

    MOVED_UP = "moved_up", _("Moved up a level")
    KEPT = "kept", _("Kept its level")
    NOT_APPLIED = "not_applied", _("Did not apply")
    REFUSED = "refused", _("Applied, not granted")


class ApplicationState(models.TextChoices):
    """Where a school's application for a level stands. EUN decides; the school or Voka records it."""

    PREPARING = "preparing", _("In preparation")
    SUBMITTED = "submitted", pgettext_lazy("application", "Submitted")
    GRANTED = "granted", _("Granted")
    NOT_GRANTED = "not_granted", _("Not granted")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def tone(self) -> str:
        """The tone of its tag (templates/components/tag.html)."""
        return _TONES.get(self, "")


_TONES = {ApplicationState.SUBMITTED: "blue", ApplicationState.GRANTED: "ok", ApplicationState.WITHDRAWN: "soft"}
OPEN_APPLICATIONS = (ApplicationState.PREPARING, ApplicationState.SUBMITTED)

# Which practices may help a school with a criterion is known one floor up: a dotted path to
# function(user, numbers) -> {criterion number: [practices]}.
WHO_SUGGESTS = "practices.selectors.for_criteria"
# And what a practice says, to make evidence of it: function(user, address) -> values of the form, and "numbers" of criteria.
WHO_TELLS = "practices.selectors.as_evidence"
