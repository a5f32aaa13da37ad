"""The criteria of the STEM School Label, in versions."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext


class Framework(models.Model):
    """One version of the label's criteria. Answers keep the version under which they were given."""

    version = models.PositiveSmallIntegerField(_("version"), unique=True)
    title = models.CharField(_("title"), max_length=200)
    is_current = models.BooleanField(_("in use for new self-assessments"), default=False)
    # Only a draft can be changed: answers were given to the words of the others.
    is_draft = models.BooleanField(_("draft"), default=False, editable=False)

    class Meta:
        verbose_name = _("version of the criteria")
        verbose_name_plural = _("versions of the criteria")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["is_current"], condition=Q(is_current=True), name="one_current_framework"),
            models.CheckConstraint(name="a_framework_in_use_is_no_draft", condition=~Q(is_current=True, is_draft=True)),
        ]

    def __str__(self):
        return self.title

    @property
    def state(self):
        """In one word: draft, in use or retired."""
        return state_of(self)


def state_of(version):
    """Of anything that comes in versions with `is_draft` and `is_current`."""
    if version.is_draft:
        return pgettext("version", "draft")
    return pgettext("version", "in use") if version.is_current else pgettext("version", "retired")


class KeyElement(models.Model):
    """One of the seven groups of criteria."""

    framework = models.ForeignKey(
        Framework, verbose_name=_("version of the criteria"), on_delete=models.PROTECT, related_name="key_elements"
    )
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1), MaxValueValidator(9)])
    name_en = models.CharField(_("English name"), max_length=120)
    label_nl = models.CharField(_("Dutch name"), max_length=120)

    class Meta:
        verbose_name = _("key element")
        verbose_name_plural = _("key elements")
        ordering = ["framework", "number"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "number"], name="one_key_element_per_number"),
        ]

    def __str__(self):
        return f"{self.number} {self.label_nl}"


class Criterion(models.Model):
    """One of the 21 criteria. The Dutch labels are ours and provisional; Voka edits them in the back office."""

    framework = models.ForeignKey(
        Framework, verbose_name=_("version of the criteria"), on_delete=models.PROTECT, related_name="criteria"
    )
    key_element = models.ForeignKey(
        KeyElement, verbose_name=_("key element"), on_delete=models.PROTECT, related_name="criteria"
    )
    number = models.CharField(_("number"), max_length=4, validators=[RegexValidator(r"^[1-9]\.[1-9]$")])
    name_en = models.CharField(_("English name"), max_length=120)
    label_nl = models.CharField(_("Dutch name"), max_length=120)
    explanation = models.TextField(_("explanation"), max_length=1000, blank=True)
    to_be_confirmed = models.BooleanField(
        _("to be confirmed"), default=False, help_text=_("The English name was not found in a published source.")
    )

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["framework", "number"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "number"], name="one_criterion_per_number"),
        ]

    def __str__(self):
        return f"{self.number} {self.label_nl}"
