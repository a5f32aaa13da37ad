"""The labels EUN gave, append-only, and how the step up ended in a trajectory."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import AppendOnlyModel
from documents.models import Document
from phases.models import Trajectory
from schools.enums import LabelLevel, OutcomeKind
from schools.models.school import School


class LabelAward(AppendOnlyModel):
    """A label that EUN gave, as recorded here. A mistake is put right by a new row that `replaces` the old one."""

    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="awards")
    level = models.CharField(_("level"), max_length=12, choices=LabelLevel)
    awarded_on = models.DateField(_("awarded on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    trajectory = models.ForeignKey(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proof = models.ForeignKey(
        Document, verbose_name=_("proof"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(_("remark"), blank=True)
    replaces = models.OneToOneField(
        "self", verbose_name=_("corrects"), on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["-awarded_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="a_label_is_valid_after_its_award",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("awarded_on")),
                violation_error_message=_("The end date is before the date of the award."),
            ),
        ]
        indexes = [models.Index(fields=["school", "-awarded_on", "-id"], name="labels_newest_first")]

    def __str__(self):
        return f"{self.school}: {self.get_level_display()}"

    def get_proof_url(self):
        return reverse("schools:label-proof", args=[self.school_id, self.pk])

    @property
    def organisation_id(self):
        return self.school_id

    @property
    def is_proven(self) -> bool:
        """Whether it counts: recorded by Voka without a file, or with a file that was found safe."""
        return self.proof is None or self.proof.is_safe


class LabelOutcome(models.Model):
    """How a school's step to the next level ended in a trajectory. What came later replaces it through the service."""

    trajectory = models.ForeignKey(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, related_name="label_outcomes"
    )
    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="outcomes")
    outcome = models.CharField(_("outcome"), max_length=12, choices=OutcomeKind)
    level = models.CharField(_("level"), max_length=12, choices=LabelLevel)
    decided_on = models.DateField(_("decided on"))
    note = models.TextField(_("remark"), blank=True)
    award = models.OneToOneField(LabelAward, on_delete=models.PROTECT, null=True, blank=True, related_name="outcome")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"), auto_now=True)

    class Meta:
        verbose_name = _("label outcome")
        verbose_name_plural = _("label outcomes")
        ordering = ["-decided_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trajectory", "school"], name="one_label_outcome_per_school_and_trajectory"
            ),
            models.CheckConstraint(
                name="moving_up_is_backed_by_an_award",
                condition=~Q(outcome=OutcomeKind.MOVED_UP) | Q(award__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.school}: {self.get_outcome_display()}"

    @property
    def organisation_id(self):
        return self.school_id
