"""Labels on record, their outcomes and applications."""

import datetime

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.enums import DocumentState
from schools.enums import LABELS, OPEN_APPLICATIONS, LabelLevel
from schools.models import (
    LabelApplication,
    LabelAward,
    LabelOutcome,
)


def standing_awards():
    """Awards that were not corrected, newest first."""
    return LabelAward.objects.filter(replaced_by__isnull=True)


def counting_awards():
    """Awards that were not corrected and whose proof, if any, was not refused, newest first."""
    return standing_awards().exclude(proof__isnull=False, proof__state=DocumentState.REFUSED)


def label_of(school) -> LabelAward | None:
    """The award that counts now, if any: a label whose proof was refused gives way to the one before it."""
    return counting_awards().filter(school=school.pk).select_related("proof").first()


def labels_and_refusals(organisation_ids) -> tuple[dict[int, LabelAward], list[LabelAward]]:
    """Per school the award that counts now, and the awards whose proof was refused, newest first. One query."""
    awards = standing_awards().filter(school__in=organisation_ids).select_related("proof", "school__organisation")
    refused = [award for award in awards if award.proof and award.proof.state == DocumentState.REFUSED]
    labels: dict[int, LabelAward] = {}
    for award in awards:
        if award not in refused:
            labels.setdefault(award.school_id, award)
    return labels, refused


def label_level_of(school) -> LabelLevel:
    """The level a school has now; NONE without an award. Takes a School or its Organisation."""
    award = label_of(school)
    return LabelLevel(award.level) if award else LabelLevel.NONE


def level_in_words(level: str) -> str:
    """A level as a page says it. That nothing was recorded ("") is something else than "no label"."""
    return str(LabelLevel(level).label) if level else _("not on record yet")


def with_level(schools):
    """Annotate a queryset of schools with `level`, the value of its LabelLevel; "" when nothing was recorded."""
    newest = counting_awards().filter(school=OuterRef("pk")).values("level")[:1]
    return schools.annotate(level=Coalesce(Subquery(newest), Value("")))


def label_history(school):
    """Every award with what it corrects, newest first."""
    return LabelAward.objects.filter(school=school.pk).select_related("proof", "recorded_by", "replaced_by")


def labels_on_record(organisation_ids) -> dict[int, LabelAward]:
    """Per school its label of level competent or higher: the newest that is proven, else the newest that is not."""
    awards = standing_awards().filter(school__in=organisation_ids, level__in=LABELS).select_related("proof")
    labels: dict[int, LabelAward] = {}
    for award in awards:
        found = labels.get(award.school_id)
        if found is None or (award.is_proven and not found.is_proven):
            labels[award.school_id] = award
    return labels


def outcomes_on_record(trajectory) -> dict[int, LabelOutcome]:
    """The outcome of each school, with the award and the proof behind it."""
    outcomes = LabelOutcome.objects.filter(trajectory=trajectory).select_related("award__proof")
    return {outcome.school_id: outcome for outcome in outcomes}


def expiring_labels(days):
    """The labels that count now and end within `days`, or have ended; the soonest first. One query."""
    newest = counting_awards().filter(school=OuterRef("school")).values("pk")[:1]
    until = timezone.localdate() + datetime.timedelta(days=days)
    ending = counting_awards().filter(level__in=LABELS, valid_until__lte=until, pk=Subquery(newest))
    return ending.select_related("school__organisation").order_by("valid_until", "pk")


def outcome_of(school, trajectory) -> LabelOutcome | None:
    return LabelOutcome.objects.filter(school=school.pk, trajectory=trajectory).first()


def open_application_of(school) -> LabelApplication | None:
    """The application that is being prepared, or was sent to EUN and not answered."""
    return LabelApplication.objects.filter(school=school.pk, state__in=OPEN_APPLICATIONS).first()


def applications_of(school):
    """Every application of a school, newest first."""
    return LabelApplication.objects.filter(school=school.pk).select_related("award", "trajectory")
