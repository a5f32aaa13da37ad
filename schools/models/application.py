"""A school's application for a level at EUN, step by step, and the reminders before a label expires.

What a newcomer gets wrong: reading the label from here. The label is a `LabelAward`; a granted application points at it.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import AppendOnlyModel
from phases.models import Trajectory
from schools.enums import OPEN_APPLICATIONS, ApplicationState, LabelLevel
from schools.models.label import LabelAward
from schools.models.school import School
from schools.models.thresholds import LEVELS


class LabelApplication(models.Model):
    """One attempt to get a level. Its state only moves in services."""

    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="applications")
    trajectory = models.ForeignKey(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    level = models.CharField(_("level"), max_length=12, choices=LEVELS)
    state = models.CharField(_("state"), max_length=12, choices=ApplicationState, default=ApplicationState.PREPARING)
    submitted_on = models.DateField(_("sent to EUN on"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    award = models.ForeignKey(
        LabelAward,
        verbose_name=_("label"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("started by"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("started"), auto_now_add=True)

    class Meta:
        verbose_name = _("label application")
        verbose_name_plural = _("label applications")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["school"], condition=Q(state__in=OPEN_APPLICATIONS), name="one_open_application_per_school"
            ),
            models.CheckConstraint(
                name="a_submitted_application_has_its_date",
                condition=~Q(state=ApplicationState.SUBMITTED) | Q(submitted_on__isnull=False),
            ),
            models.CheckConstraint(
                name="a_granted_application_has_its_label",
                condition=~Q(state=ApplicationState.GRANTED) | Q(award__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="applications_by_state")]

    def __str__(self):
        return f"{self.school}: {LabelLevel(self.level).label}"

    def get_absolute_url(self):
        return reverse("schools:application", args=[self.school_id, self.pk])

    @property
    def organisation_id(self):
        return self.school_id

    @property
    def target(self) -> LabelLevel:
        return LabelLevel(self.level)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_APPLICATIONS

    @property
    def tone(self) -> str:
        return ApplicationState(self.state).tone


class ApplicationStep(AppendOnlyModel):
    """One line in the history of an application."""

    application = models.ForeignKey(LabelApplication, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(_("state"), max_length=12, choices=ApplicationState)
    happened_on = models.DateField(_("on"), null=True)
    note = models.TextField(_("remark"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("recorded"), default=timezone.now)

    class Meta:
        verbose_name = _("step of an application")
        verbose_name_plural = _("history of an application")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.application}: {self.get_state_display()}"


class ExpiryReminder(models.Model):
    """That the people of a school were told, so many days ahead, that this label expires. Once per number of days."""

    award = models.ForeignKey(LabelAward, on_delete=models.PROTECT, related_name="reminders")
    days_ahead = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("reminder of an expiry")
        verbose_name_plural = _("reminders of an expiry")
        constraints = [
            models.UniqueConstraint(fields=["award", "days_ahead"], name="one_reminder_per_label_and_term"),
        ]

    def __str__(self):
        return f"{self.award}: {self.days_ahead}"
