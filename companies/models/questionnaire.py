"""The questions on cooperation, in versions. Once a version is in use its words never change.

What a newcomer gets wrong: translating the words of a question. They are data of Voka, in Dutch, like its text.
"""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.enums import HeadcountBand, Maturity, QuestionnaireState

STEP_MAX_LENGTH = 160


def validate_bands(value):
    """A list of sizes, each at most once."""
    if not isinstance(value, list) or len(set(map(str, value))) != len(value) or set(value) - set(HeadcountBand.values):
        raise ValidationError(_("Choose from the sizes in the list."))


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
    number = models.PositiveSmallIntegerField(
        _("number"),
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text=_("Companies get them in this order."),
    )
    pillar = models.CharField(
        _("pillar"), max_length=80, blank=True, help_text=_("Questions with the same pillar are shown together.")
    )
    text = models.CharField(_("form of cooperation"), max_length=200)
    explanation = models.CharField(_("explanation"), max_length=300, blank=True)
    step_0 = models.CharField(_("what 0 means"), max_length=STEP_MAX_LENGTH, default="We doen dit niet")
    step_1 = models.CharField(_("what 1 means"), max_length=STEP_MAX_LENGTH, default="Een keer, op vraag")
    step_2 = models.CharField(
        _("what 2 means"), max_length=STEP_MAX_LENGTH, default="Elk jaar, hangt af van één persoon"
    )
    step_3 = models.CharField(_("what 3 means"), max_length=STEP_MAX_LENGTH, default="Afspraken, vast contact, budget")
    step_4 = models.CharField(
        _("what 4 means"), max_length=STEP_MAX_LENGTH, default="Gemeten, gedeeld, in het HR-beleid"
    )
    volume_label = models.CharField(
        _("question on how often"), max_length=120, default="Hoeveel keer vorig schooljaar?"
    )
    volume_unit = models.CharField(
        _("unit"), max_length=40, blank=True, help_text=_("What is counted, for example “bezoeken”. May stay empty.")
    )
    asked_of = models.JSONField(
        _("asked of companies with"),
        default=list,
        blank=True,
        validators=[validate_bands],
        help_text=_("Tick nothing to ask everyone."),
    )

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

    @property
    def steps(self) -> dict[Maturity, str]:
        """What each step of the scale means for this form of cooperation."""
        return {
            Maturity.NONE: self.step_0,
            Maturity.AD_HOC: self.step_1,
            Maturity.REPEATED: self.step_2,
            Maturity.STRUCTURAL: self.step_3,
            Maturity.INTEGRATED: self.step_4,
        }

    def is_asked_of(self, headcount_band) -> bool:
        """Whether a company of this size gets the question; while its size is unknown it does."""
        return not self.asked_of or not headcount_band or headcount_band in self.asked_of
