"""The questions on cooperation, in versions. Once a version is in use its words never change."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.enums import (
    QuestionnaireState,
)


class Questionnaire(models.Model):
    """One version of the questions on cooperation. Once in use its words never change: make a next version."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    title = models.CharField(_("title"), max_length=120)
    state = models.CharField(
        _("state"), max_length=10, choices=QuestionnaireState, default=QuestionnaireState.DRAFT, editable=False
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=QuestionnaireState.CURRENT), name="one_questionnaire_in_use"
            ),
            models.CheckConstraint(
                name="questionnaire_state_is_known",
                condition=Q(state__in=[state.value for state in QuestionnaireState]),
            ),
        ]

    def __str__(self):
        return _("%(title)s, version %(version)s") % {"title": self.title, "version": self.version}

    @property
    def is_draft(self) -> bool:
        return self.state == QuestionnaireState.DRAFT


class Question(models.Model):
    """One form of cooperation. An answer points here, so it keeps the wording it was given under."""

    questionnaire = models.ForeignKey(
        Questionnaire, verbose_name=_("questionnaire"), on_delete=models.CASCADE, related_name="questions"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.CharField(_("form of cooperation"), max_length=200)
    explanation = models.CharField(_("explanation"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["questionnaire", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "number"],
                name="one_question_per_number",
                violation_error_message=_("There is already a question with this number."),
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.text}"
