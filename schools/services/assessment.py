"""Scoring the criteria. A form with an old version gets `Stale` with what is there now; nothing is lost."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policy import Action, Conflict, require
from phases.models import Participation
from schools import selectors
from schools.models import (
    CriterionScore,
    School,
    SelfAssessment,
)


class Stale(Conflict):
    """Someone else, or another tab of the same person, saved meanwhile. `current` is what is stored now."""

    def __init__(self, current):
        super().__init__(_("You or a colleague saved this meanwhile. Compare both versions and save again."))
        self.current = current


@transaction.atomic
def score_criterion(*, school, trajectory, moment, criterion, score, argument, by, seen_version=0) -> CriterionScore:
    """Save the score (0-4) and argument on one criterion.

    `seen_version` is the version that the form showed, 0 when there was none. Raises Stale when it is older than what is
    stored, and Conflict when this moment is not open.
    """
    require(by, Action.EDIT_SCHOOL, school)
    lock_school(school)
    if not Participation.objects.filter(trajectory=trajectory, organisation=school.pk).exists():
        raise Conflict(_("This school does not take part in this trajectory."))
    assessment = _assessment(school, trajectory, moment)
    if criterion.framework_id != assessment.framework_id:
        raise Conflict(_("This criterion belongs to another version of the label."))
    stored = CriterionScore.objects.filter(assessment=assessment, criterion=criterion).first()
    if stored and (stored.score, stored.argument) == (score, argument):
        return stored
    _check_moment_is_open(trajectory, moment, is_answered=stored is not None)
    if seen_version != (stored.version if stored else 0):
        raise Stale(stored)
    stored = stored or CriterionScore(assessment=assessment, criterion=criterion, version=0)
    stored.score, stored.argument, stored.wording = score, argument, criterion.label_nl
    stored.updated_by, stored.version = by, stored.version + 1
    stored.save()
    _note_completion(assessment)
    return stored


def _assessment(school, trajectory, moment):
    """The self-assessment of this moment. The end asks what the start asked, also when the words changed meanwhile."""
    beside = SelfAssessment.objects.filter(school=school, trajectory=trajectory).select_related("framework").first()
    framework = beside.framework if beside else selectors.current_framework()
    assessment, _created = SelfAssessment.objects.get_or_create(
        school=school, trajectory=trajectory, moment=moment, defaults={"framework": framework}
    )
    return assessment


@transaction.atomic
def take_over_scores(*, school, trajectory, moment, criteria, by) -> list[CriterionScore]:
    """Take the previous score and argument of these criteria over, after someone looked at each of them.

    A previous score is only ever a proposal: it counts once a person of the school chose it here or saved it in the form.
    A criterion that a colleague scored meanwhile keeps that score; one that never had a score is left alone.
    """
    require(by, Action.EDIT_SCHOOL, school)
    lock_school(school)
    previous = selectors.previous_scores(school, trajectory, moment)
    answered = set(
        CriterionScore.objects.filter(
            assessment__school=school, assessment__trajectory=trajectory, assessment__moment=moment
        ).values_list("criterion", flat=True)
    )
    return [
        score_criterion(
            school=school,
            trajectory=trajectory,
            moment=moment,
            criterion=criterion,
            score=previous[criterion.number].score,
            argument=previous[criterion.number].argument,
            by=by,
        )
        for criterion in criteria
        if criterion.number in previous and criterion.pk not in answered
    ]


def lock_school(school):
    """One writer per school at a time: its row is the lock."""
    School.objects.select_for_update().get(pk=school.pk)


def _check_moment_is_open(trajectory, moment, *, is_answered):
    if sentence := selectors.why_closed(trajectory, moment, is_answered=is_answered):
        raise Conflict(sentence)


def _note_completion(assessment):
    if assessment.completed_at is None and assessment.scores.count() == assessment.framework.criteria.count():
        assessment.completed_at = timezone.now()
        assessment.save(update_fields=["completed_at"])
