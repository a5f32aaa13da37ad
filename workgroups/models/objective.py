"""Objectives with their measurements and adjusted targets.

What a newcomer gets wrong: overwriting a target. From phase 3 on a target changes through `services.adjust_target`, which
keeps the old one; measurements are only added.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.history import AppendOnlyModel
from accounts.models import Membership
from phases.models import Trajectory
from workgroups.enums import Direction, MeasurementKind, Outcome
from workgroups.models.steering import TEXT_MAX_LENGTH, OfTrajectory
from workgroups.models.workgroup import Workgroup


def value_field(name, **options):
    """A figure: up to 9,999,999,999.99, negative too."""
    return models.DecimalField(name, max_digits=12, decimal_places=2, **options)


class ObjectiveQuerySet(models.QuerySet):
    def with_history(self):
        """With measurements and adjustments, in two more queries."""
        return self.select_related("owner__user").prefetch_related("measurements", "adjustments")


class Objective(OfTrajectory):
    """What a workgroup wants to reach, in figures and by when."""

    workgroup = models.ForeignKey(
        Workgroup, verbose_name=_("workgroup"), on_delete=models.PROTECT, related_name="objectives"
    )
    title = models.CharField(_("objective"), max_length=200)
    indicator = models.CharField(
        _("indicator"),
        max_length=200,
        blank=True,
        help_text=_("What you count or measure, for example: places with a regular mentor."),
    )
    unit = models.CharField(
        _("unit"), max_length=60, blank=True, help_text=_("For example: places, percent of the pupils.")
    )
    direction = models.CharField(_("direction"), max_length=4, choices=Direction, default=Direction.UP)
    baseline_value = value_field(_("start value"), null=True, blank=True)
    target_value = value_field(_("target"), null=True, blank=True)
    due_on = models.DateField(pgettext_lazy("date", "by"), null=True, blank=True)
    owner = models.ForeignKey(
        Membership,
        verbose_name=_("who follows it up"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="objectives",
    )
    explanation = models.TextField(_("why the target was missed"), max_length=TEXT_MAX_LENGTH, blank=True)
    not_measured_reason = models.TextField(_("why it was not measured"), max_length=TEXT_MAX_LENGTH, blank=True)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["id"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("workgroups:objective", args=[self.workgroup_id, self.pk])

    @property
    def trajectory(self) -> Trajectory:
        return self.workgroup.trajectory

    def is_led_by(self, user) -> bool:
        """The leaders of the workgroup, and whoever follows this objective up (policy: leads_workgroup)."""
        is_owner = self.owner is not None and self.owner.user_id == user.pk and self.workgroup.has_seat(user)
        return is_owner or self.workgroup.is_led_by(user)

    def missing_parts(self) -> list[str]:
        """Names of what must be filled in before the objective can be measured."""
        parts = {
            _("indicator"): self.indicator != "",
            _("start value"): self.baseline_value is not None,
            _("target"): self.target_value is not None,
            _("date"): self.due_on is not None,
        }
        return [str(name) for name, is_filled in parts.items() if not is_filled]

    @property
    def final(self) -> "Measurement | None":
        """The final measurement that counts: the one recorded last, so that a mistake can be put right."""
        finals = [row for row in self.measurements.all() if row.kind == MeasurementKind.FINAL]
        return max(finals, key=lambda row: row.pk, default=None)

    @property
    def latest(self) -> "Measurement | None":
        """Where it stands now: the final measurement, or the most recent interim one."""
        return self.final or max(self.measurements.all(), key=lambda row: (row.measured_on, row.pk), default=None)

    def is_reached_with(self, value) -> bool:
        """Whether `value` is as good as the target or better."""
        if self.target_value is None:
            return False
        return value >= self.target_value if self.direction == Direction.UP else value <= self.target_value

    @property
    def outcome(self) -> Outcome:
        """How it stands today, measured against the target of today."""
        final, latest = self.final, self.latest
        if final is None:
            if self.not_measured_reason:
                return Outcome.NOT_MEASURED
            return Outcome.UNDER_WAY if latest else Outcome.NOT_YET
        if self.target_value is None:
            return Outcome.UNDER_WAY
        if self.is_reached_with(final.value):
            return Outcome.REACHED
        if self.baseline_value is None or final.value == self.baseline_value:
            return Outcome.MISSED
        got_better = (final.value > self.baseline_value) == (self.direction == Direction.UP)
        return Outcome.PARTLY if got_better else Outcome.MISSED

    @property
    def needs_explanation(self) -> bool:
        """The target was missed and nobody wrote why."""
        return self.outcome in (Outcome.PARTLY, Outcome.MISSED) and not self.explanation


class TargetAdjustment(AppendOnlyModel):
    """A target that was replaced: what it was, what it became, who did it and why."""

    objective = models.ForeignKey(
        Objective, verbose_name=_("objective"), on_delete=models.PROTECT, related_name="adjustments"
    )
    old_target = value_field(_("old target"), null=True, blank=True)
    new_target = value_field(_("new target"))
    old_due_on = models.DateField(_("old date"), null=True, blank=True)
    new_due_on = models.DateField(_("new date"), null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=TEXT_MAX_LENGTH)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("adjusted target")
        verbose_name_plural = _("adjusted targets")
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="an_adjusted_target_has_a_reason", condition=~Q(reason=""))]

    def __str__(self):
        return f"{self.objective}: {self.old_target} → {self.new_target}"


class Measurement(AppendOnlyModel):
    """A dated value of an objective's indicator. A mistake is put right by a new measurement."""

    objective = models.ForeignKey(
        Objective, verbose_name=_("objective"), on_delete=models.PROTECT, related_name="measurements"
    )
    value = value_field(_("value"))
    measured_on = models.DateField(_("measured on"))
    kind = models.CharField(_("kind"), max_length=10, choices=MeasurementKind)
    note = models.TextField(_("note"), max_length=TEXT_MAX_LENGTH, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("recorded"), default=timezone.now)

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["measured_on", "id"]

    def __str__(self):
        return f"{self.objective}: {self.value} ({self.measured_on:%d/%m/%Y})"
