"""What each level of the label seems to ask, in versions. EUN does not publish it: this is Voka's estimate, never official.

A threshold names a criterion by its number and not by a row: the numbers stay when the words of the criteria get a new version.
"""

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schools.enums import LABELS, LabelLevel
from schools.models.framework import state_of

LEVELS = [(level.value, level.label) for level in LABELS]


class ThresholdSet(models.Model):
    """One version of the thresholds. A draft can be changed; exactly one is in use."""

    version = models.PositiveSmallIntegerField(_("version"), unique=True)
    title = models.CharField(_("title"), max_length=200)
    source = models.TextField(
        _("where this comes from"),
        max_length=1000,
        blank=True,
        help_text=_("Schools read this on the page of the gap."),
    )
    is_current = models.BooleanField(_("in use"), default=False, editable=False)
    is_draft = models.BooleanField(_("draft"), default=True, editable=False)

    class Meta:
        verbose_name = _("version of the thresholds")
        verbose_name_plural = _("versions of the thresholds (not official)")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="one_threshold_set_is_in_use"
            ),
            models.CheckConstraint(name="thresholds_in_use_are_no_draft", condition=~Q(is_current=True, is_draft=True)),
        ]

    def __str__(self):
        return self.title

    @property
    def state(self):
        return state_of(self)


class CriterionThreshold(models.Model):
    """What one level asks of one criterion."""

    thresholds = models.ForeignKey(ThresholdSet, on_delete=models.CASCADE, related_name="criteria")
    level = models.CharField(_("level"), max_length=12, choices=LEVELS)
    number = models.CharField(_("criterion"), max_length=4, validators=[RegexValidator(r"^[1-9]\.[1-9]$")])
    min_score = models.PositiveSmallIntegerField(_("score, at least"), default=0, validators=[MaxValueValidator(4)])
    min_evidence = models.PositiveSmallIntegerField(
        _("approved pieces of evidence, at least"), default=0, validators=[MaxValueValidator(20)]
    )

    class Meta:
        verbose_name = _("threshold of a criterion")
        verbose_name_plural = _("thresholds of the criteria")
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["thresholds", "level", "number"], name="one_threshold_per_criterion_and_level"
            ),
            models.CheckConstraint(name="a_threshold_score_is_0_to_4", condition=Q(min_score__lte=4)),
        ]

    def __str__(self):
        return f"{LabelLevel(self.level).label} {self.number}"


class ElementThreshold(models.Model):
    """The mean score that one level asks over the criteria of one key element."""

    thresholds = models.ForeignKey(ThresholdSet, on_delete=models.CASCADE, related_name="elements")
    level = models.CharField(_("level"), max_length=12, choices=LEVELS)
    number = models.PositiveSmallIntegerField(_("key element"))
    min_mean = models.DecimalField(
        _("mean score, at least"), max_digits=2, decimal_places=1, default=0, validators=[MaxValueValidator(4)]
    )

    class Meta:
        verbose_name = _("threshold of a key element")
        verbose_name_plural = _("thresholds of the key elements")
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["thresholds", "level", "number"], name="one_threshold_per_key_element_and_level"
            ),
            models.CheckConstraint(name="a_threshold_mean_is_0_to_4", condition=Q(min_mean__gte=0, min_mean__lte=4)),
        ]

    def __str__(self):
        return f"{LabelLevel(self.level).label} {self.number}"
