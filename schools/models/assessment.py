"""A school's own scores on the criteria."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from phases.models import Trajectory
from schools.enums import Moment, Score
from schools.models.framework import Criterion, Framework
from schools.models.school import School


class SelfAssessment(models.Model):
    """A school's own view on all criteria, at the start or the end of a trajectory. Complete when each has a score."""

    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="assessments")
    trajectory = models.ForeignKey(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, related_name="assessments"
    )
    moment = models.CharField(_("moment"), max_length=5, choices=Moment)
    framework = models.ForeignKey(
        Framework, verbose_name=_("version of the criteria"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)

    class Meta:
        verbose_name = _("self-assessment")
        verbose_name_plural = _("self-assessments")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["school", "trajectory", "moment"], name="one_self_assessment_per_moment"),
        ]

    def __str__(self):
        return f"{self.school} ({self.get_moment_display()})"

    @property
    def organisation_id(self):
        return self.school_id


class CriterionScore(models.Model):
    """Score and argument on one criterion. `version` counts the saves: a form with an older one is stale."""

    assessment = models.ForeignKey(SelfAssessment, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(_("score"), choices=Score)
    argument = models.TextField(_("argument"))
    wording = models.CharField(_("wording of the criterion"), max_length=120)
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("updated by"), on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["criterion__number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="one_score_per_criterion"),
            models.CheckConstraint(name="a_score_is_0_to_4", condition=Q(score__gte=0, score__lte=4)),
            models.CheckConstraint(name="a_score_has_an_argument", condition=~Q(argument="")),
        ]

    def __str__(self):
        return f"{self.criterion}: {self.score}"
