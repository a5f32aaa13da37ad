"""Keeping track of what left the portal: every spreadsheet with people in it is written down."""

from django.db import transaction

from accounts.policy import Action, require
from companies.models import Export, ExportKind


@transaction.atomic
def note_export(*, kind: ExportKind, file_format: str, intakes: int, by, filters: str = "") -> Export:
    """Say who takes what; call it before the first byte leaves."""
    require(by, Action.MODERATE)
    return Export.objects.create(kind=kind, file_format=file_format, intakes=intakes, filters=filters[:500], by=by)
