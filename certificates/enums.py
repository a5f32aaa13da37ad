"""Where a certificate's PDF stands, whether it still holds, and what the log remembers.

State and status are two things: state is about the file (queued, ready, failed), status about the promise (valid, revoked).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from phases.enums import Phase

# From when a trajectory may hand out certificates.
ISSUING_PHASES = (Phase.LEVEL_UP, Phase.KEEP_LEARNING)


class State(models.TextChoices):
    QUEUED = "queued", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class Status(models.TextChoices):
    VALID = "valid", _("Valid")
    REVOKED = "revoked", _("Revoked")


class Event(models.TextChoices):
    """What happened, in the words of the log."""

    ISSUED = "issued", _("Issued")
    RENDERED = "rendered", _("PDF made")
    FAILED = "failed", _("Making the PDF failed")
    RETRIED = "retried", _("Tried again")
    REVOKED = "revoked", _("Revoked")
    REFUSED = "refused", _("Decided not to issue")
    REFUSAL_WITHDRAWN = "refusal_withdrawn", _("Decision not to issue withdrawn")
