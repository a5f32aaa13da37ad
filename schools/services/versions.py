"""Versions of the criteria and of the thresholds: copy to a draft, change the draft, put it in use.

What is in use keeps its words: answers were given to them. Numbers never change, so everything that is known of criterion 2.3
stays known of 2.3.
"""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.policy import Action, Conflict, require
from schools.models import (
    Criterion,
    CriterionThreshold,
    ElementThreshold,
    Evidence,
    Framework,
    ThresholdSet,
)


@transaction.atomic
def copy_framework(*, framework, by) -> Framework:
    """A draft with the same criteria and the next version number."""
    require(by, Action.MODERATE)
    copy = Framework.objects.create(version=_next(Framework), title=framework.title, is_draft=True)
    for element in framework.key_elements.all():
        criteria = list(element.criteria.all())
        element.pk, element.framework, element._state.adding = None, copy, True
        element.save()
        for criterion in criteria:
            criterion.pk, criterion.framework, criterion.key_element = None, copy, element
        Criterion.objects.bulk_create(criteria)
    return copy


@transaction.atomic
def put_framework_in_use(*, framework, by) -> Framework:
    """New self-assessments get these words. Evidence moves along by number; scores keep the words they were given to."""
    require(by, Action.MODERATE)
    retired, framework = _swap(Framework, framework)
    if retired:
        _move_evidence(retired, framework)
    return framework


def _move_evidence(old, new):
    links = Evidence.criteria.through.objects
    numbers = dict(new.criteria.values_list("number", "pk"))
    for criterion in old.criteria.all():
        if criterion.number in numbers:
            links.filter(criterion=criterion.pk).update(criterion=numbers[criterion.number])


@transaction.atomic
def copy_thresholds(*, thresholds, by) -> ThresholdSet:
    """A draft with the same thresholds and the next version number."""
    require(by, Action.MODERATE)
    copy = ThresholdSet.objects.create(
        version=_next(ThresholdSet), title=thresholds.title, source=thresholds.source, is_draft=True
    )
    for model, rows in ((CriterionThreshold, thresholds.criteria.all()), (ElementThreshold, thresholds.elements.all())):
        copies = list(rows)
        for row in copies:
            row.pk, row.thresholds = None, copy
        model.objects.bulk_create(copies)
    return copy


@transaction.atomic
def put_thresholds_in_use(*, thresholds, by) -> ThresholdSet:
    """From now on every gap is counted with these. The version in use until now retires."""
    require(by, Action.MODERATE)
    _refuse_a_ladder_that_goes_down(thresholds)
    return _swap(ThresholdSet, thresholds)[1]


def _refuse_a_ladder_that_goes_down(thresholds):
    """A higher level never asks less than a lower one; otherwise "the next level" would make no sense."""
    reasons = []
    rows = list(thresholds.criteria.all())
    for lower, higher in (("competent", "proficient"), ("proficient", "expert")):
        below = {row.number: row for row in rows if row.level == lower}
        for row in rows:
            low = below.get(row.number) if row.level == higher else None
            if low and (row.min_score < low.min_score or row.min_evidence < low.min_evidence):
                facts = {"number": row.number, "higher": row.get_level_display(), "lower": low.get_level_display()}
                reasons.append(_("%(number)s: %(higher)s asks less than %(lower)s.") % facts)
    if reasons:
        raise Conflict(*reasons)


def _next(model):
    """The number after the last one. Who waited for the lock has to look again: its own first look missed the new row."""
    list(model.objects.select_for_update().order_by("pk"))
    return model.objects.aggregate(last=Max("version"))["last"] + 1


def _swap(model, chosen):
    """(what was in use, what is in use now). Only a draft can be put in use."""
    versions = {row.pk: row for row in model.objects.select_for_update().order_by("pk")}
    chosen = versions[chosen.pk]
    if not chosen.is_draft:
        raise Conflict(_("Only a draft can be put in use. Copy this version to change it."))
    retired = next((row for row in versions.values() if row.is_current), None)
    if retired:
        retired.is_current = False
        retired.save(update_fields=["is_current"])
    chosen.is_draft, chosen.is_current = False, True
    chosen.save(update_fields=["is_draft", "is_current"])
    return retired, chosen
