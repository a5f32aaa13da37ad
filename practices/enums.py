"""The life of a practice: its members write it, Voka reads it, then it is shared."""

from django.db import models
from django.utils.translation import pgettext_lazy


class PracticeState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("practice", "Draft")
    REVIEW = "review", pgettext_lazy("practice", "Being read by Voka")
    PUBLISHED = "published", pgettext_lazy("practice", "Shared")

    @property
    def tone(self) -> str:
        """The tone of its tag."""
        return {"review": "warn", "published": "ok"}.get(self.value, "soft")


class PracticeEvent(models.TextChoices):
    """What happened to a practice."""

    WRITTEN = "written", pgettext_lazy("practice", "Written")
    EDITED = "edited", pgettext_lazy("practice", "Changed")
    SUBMITTED = "submitted", pgettext_lazy("practice", "Handed to Voka")
    SENT_BACK = "sent_back", pgettext_lazy("practice", "Sent back")
    PUBLISHED = "published", pgettext_lazy("practice", "Shared")
