"""Reads about files that other floors need: how much room an organisation has, and who downloaded a file.

Sizes are bytes. A newcomer's mistake: deciding on `storage_of` without the lock that `services.store` holds.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Sum

from documents.enums import STORED
from documents.models import Document, Download, StorageLimit

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Storage:
    """What an organisation keeps, and may keep."""

    used: int
    maximum: int

    @property
    def left(self) -> int:
        return max(self.maximum - self.used, 0)

    @property
    def used_mb(self) -> int:
        """Rounded up, so that something is never nothing."""
        return -(-self.used // MEGABYTE)

    @property
    def left_mb(self) -> int:
        """Rounded down, so that it is never a promise too much."""
        return self.left // MEGABYTE

    @property
    def maximum_mb(self) -> int:
        return self.maximum // MEGABYTE

    @property
    def is_nearly_full(self) -> bool:
        return self.left < self.maximum / 10


def storage_of(organisation) -> Storage:
    """Used and allowed bytes. Files under check count; refused, removed and missing ones take no room. Two queries."""
    used = Document.objects.filter(organisation=organisation, state__in=STORED).aggregate(total=Sum("size"))["total"]
    limit = StorageLimit.objects.filter(organisation=organisation).values_list("megabytes", flat=True).first()
    megabytes = settings.UPLOAD_QUOTA_MB if limit is None else limit
    return Storage(used=used or 0, maximum=megabytes * MEGABYTE)


def downloads_of(document):
    """Who took this file and when, newest first. Only for those with Action.SEE_DOWNLOADS on the document."""
    return Download.objects.filter(document=document).select_related("by")
