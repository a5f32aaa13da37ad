"""The final measurement of a company: the questions of its own start measurement, asked again in phase 4.

What a newcomer gets wrong: looking for its questionnaire. It is the one of the intake, so start and end have the same words.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.enums import Maturity
from companies.models.intake import ANSWER_REMARK_MAX_LENGTH, MAX_VOLUME, REASON_MAX_LENGTH, Intake
from companies.models.questionnaire import Question


class FinalMeasurement(models.Model):
    """How far a final measurement is: being filled in, complete, or missing because Voka says so and why."""

    intake = models.OneToOneField(
        Intake, verbose_name=_("intake"), on_delete=models.PROTECT, related_name="final_measurement"
    )
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    completed_at = models.DateTimeField(_("completed"), null=True, editable=False)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("completed by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    missing_reason = models.TextField(_("why it is missing"), max_length=REASON_MAX_LENGTH, blank=True, editable=False)
    missing_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("marked missing by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("final measurement")
        verbose_name_plural = _("final measurements")
        ordering = ["intake"]
        constraints = [
            models.CheckConstraint(
                name="a_complete_measurement_says_by_whom",
                condition=Q(completed_at__isnull=True, completed_by__isnull=True)
                | Q(completed_at__isnull=False, completed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_missing_measurement_says_why_and_by_whom",
                condition=Q(missing_reason="", missing_by__isnull=True)
                | (~Q(missing_reason="") & Q(missing_by__isnull=False, completed_at__isnull=True)),
            ),
        ]

    def __str__(self):
        return _("Final measurement of %(company)s") % {"company": self.intake}

    @property
    def is_complete(self) -> bool:
        return self.completed_at is not None

    @property
    def is_missing(self) -> bool:
        return bool(self.missing_reason)


class FinalAnswer(models.Model):
    """One answer of a final measurement. `version` is the measurement's when this answer was last written."""

    measurement = models.ForeignKey(
        FinalMeasurement, verbose_name=_("final measurement"), on_delete=models.CASCADE, related_name="answers"
    )
    question = models.ForeignKey(
        Question, verbose_name=_("question"), on_delete=models.PROTECT, related_name="final_answers"
    )
    value = models.CharField(_("answer"), max_length=14, choices=Maturity)
    volume = models.PositiveIntegerField(
        _("how often last school year"), null=True, blank=True, validators=[MaxValueValidator(MAX_VOLUME)]
    )
    remark = models.CharField(_("remark"), max_length=ANSWER_REMARK_MAX_LENGTH, blank=True)
    version = models.PositiveIntegerField(_("version"))
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("updated by"), on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("final answer")
        verbose_name_plural = _("final answers")
        ordering = ["question__number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["measurement", "question"], name="one_final_answer_per_question"),
            models.CheckConstraint(
                name="a_final_answer_is_known", condition=Q(value__in=[value.value for value in Maturity])
            ),
        ]

    def __str__(self):
        return f"{self.question}: {Maturity(self.value).in_full}"
