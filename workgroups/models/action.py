"""Action points and what happened to each of them."""

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
from workgroups.enums import OPEN_STATES, ActionEvent, ActionState
from workgroups.models.steering import TEXT_MAX_LENGTH, OfTrajectory
from workgroups.models.workgroup import Workgroup


class ActionPointQuerySet(models.QuerySet):
    def open(self):
        """Neither done nor dropped."""
        return self.filter(state__in=OPEN_STATES)


class ActionPoint(OfTrajectory):
    """Something a workgroup does: who, by when, and how it stands."""

    workgroup = models.ForeignKey(
        Workgroup, verbose_name=_("workgroup"), on_delete=models.PROTECT, related_name="action_points"
    )
    title = models.CharField(_("action point"), max_length=200)
    description = models.TextField(_("description"), max_length=TEXT_MAX_LENGTH, blank=True)
    owner = models.ForeignKey(
        Membership,
        verbose_name=_("who"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="action_points",
    )
    due_on = models.DateField(pgettext_lazy("date", "by"))
    state = models.CharField(_("state"), max_length=10, choices=ActionState, default=ActionState.OPEN)
    closed_reason = models.TextField(_("reason"), max_length=TEXT_MAX_LENGTH, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("closed by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = ActionPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("action point")
        verbose_name_plural = _("action points")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_dropped_action_point_has_a_reason",
                condition=~Q(state=ActionState.DROPPED) | ~Q(closed_reason=""),
            ),
            models.CheckConstraint(
                name="a_closed_action_point_says_when_and_by_whom",
                condition=Q(state__in=OPEN_STATES, closed_at__isnull=True, closed_by__isnull=True)
                | Q(
                    state__in=[ActionState.DONE, ActionState.DROPPED],
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                ),
            ),
        ]
        indexes = [models.Index(fields=["owner", "state", "due_on"], name="action_points_of_a_person")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("workgroups:action_point", args=[self.workgroup_id, self.pk])

    @property
    def trajectory(self) -> Trajectory:
        return self.workgroup.trajectory

    def has_seat(self, user) -> bool:
        return self.workgroup.has_seat(user)

    def is_led_by(self, user) -> bool:
        """The leaders of the workgroup, and whoever does this action point (policy: leads_workgroup)."""
        is_owner = self.owner is not None and self.owner.user_id == user.pk and self.workgroup.has_seat(user)
        return is_owner or self.workgroup.is_led_by(user)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def days_late(self) -> int:
        """Days past its date while still open, else 0."""
        return max((timezone.localdate() - self.due_on).days, 0) if self.is_open else 0

    @property
    def tone(self) -> str:
        return "bad" if self.days_late else ActionState(self.state).tone


class ActionPointLog(AppendOnlyModel):
    """One line in the history of an action point."""

    action_point = models.ForeignKey(
        ActionPoint, verbose_name=_("action point"), on_delete=models.PROTECT, related_name="log"
    )
    event = models.CharField(_("event"), max_length=10, choices=ActionEvent)
    note = models.TextField(_("note"), max_length=TEXT_MAX_LENGTH, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("line in the history")
        verbose_name_plural = _("history")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.action_point}: {self.title}"

    @property
    def title(self) -> str:
        """As templates/components/timeline.html reads it; `detail` too."""
        return self.get_event_display()

    @property
    def detail(self) -> str:
        return f"{self.by} · {self.note}" if self.note else str(self.by)
