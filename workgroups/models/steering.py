"""The steering group of a trajectory and the action priorities it decides.

A seat counts only while the person still works there: ask `current()`, not `ended_on`.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Membership
from phases.models import Trajectory
from workgroups.enums import PriorityState, SteeringRole

TEXT_MAX_LENGTH = 4000


class OfTrajectory(models.Model):
    """What the policy asks of an object that belongs to a trajectory; the object offers `trajectory`."""

    class Meta:
        abstract = True

    def participant_ids(self):
        """Ids of the organisations that take or took part (policy: takes_part)."""
        return self.trajectory.participant_ids()

    def steering_chair_id(self):
        """Id of the person who chairs the steering group, if any (policy: chairs_steering_group)."""
        return self.trajectory.steering_chair_id()


class SeatQuerySet(models.QuerySet):
    def current(self):
        """Open seats of people who still work there and may still sign in."""
        today = timezone.localdate()
        return self.filter(
            Q(membership__ended_on__isnull=True) | Q(membership__ended_on__gt=today),
            ended_on__isnull=True,
            membership__started_on__lte=today,
            membership__user__is_active=True,
        )

    def with_people(self):
        return self.select_related("membership__user", "membership__organisation")

    def of_organisation(self, organisation):
        """Seats, also ended ones, held for an organisation; not those taken back on the day they were given."""
        return self.filter(membership__organisation=organisation).exclude(ended_on=F("started_on"))


class SeatBase(models.Model):
    """A person in a group, for one organisation, since when. Ended, never deleted."""

    membership = models.ForeignKey(
        Membership, verbose_name=_("person"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    started_on = models.DateField(_("since"), default=timezone.localdate)
    ended_on = models.DateField(_("until"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def kind(self) -> str:
        """Kind of the organisation this person sits here for."""
        return self.membership.organisation.kind

    def clean_membership(self, trajectory):
        """Whoever takes a seat works for Voka or for an organisation that takes part now. Ending a seat is always fine."""
        if not self._state.adding or self.membership_id is None:
            return
        if not self.membership.is_active:
            raise ValidationError(
                {"membership": _("%(person)s no longer belongs to this organisation.") % {"person": self.membership}}
            )
        takes_part = (
            self.kind == OrganisationKind.VOKA
            or trajectory.participations.active().filter(organisation=self.membership.organisation_id).exists()
        )
        if not takes_part:
            raise ValidationError(
                {
                    "membership": _("%(organisation)s does not take part in this trajectory.")
                    % {"organisation": self.membership.organisation}
                }
            )


class SteeringGroup(OfTrajectory):
    """The board of a trajectory: it decides the priorities and adjusts the course."""

    trajectory = models.OneToOneField(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, related_name="steering_group"
    )
    charter = models.TextField(_("assignment"), max_length=TEXT_MAX_LENGTH, blank=True)

    class Meta:
        verbose_name = _("steering group")
        verbose_name_plural = _("steering groups")
        ordering = ["-trajectory__first_school_year", "trajectory__name", "id"]

    def __str__(self):
        return f"{_('Steering group')} {self.trajectory}"

    def get_absolute_url(self):
        return reverse("workgroups:steering_group", args=[self.trajectory.slug])

    @cached_property
    def current_seats(self) -> list["SteeringSeat"]:
        """Seats that count today, with their people; one query."""
        return list(self.seats.current().with_people())

    def steering_chair_id(self) -> int | None:
        """Id of the person who chairs it (policy: chairs_steering_group)."""
        return next((seat.membership.user_id for seat in self.current_seats if seat.role == SteeringRole.CHAIR), None)

    def steering_member_ids(self) -> frozenset[int]:
        """Ids of the people who sit in it now (policy: sits_in_steering_group)."""
        return frozenset(seat.membership.user_id for seat in self.current_seats)


class SteeringSeat(SeatBase):
    """A person in the steering group."""

    steering_group = models.ForeignKey(
        SteeringGroup, verbose_name=_("steering group"), on_delete=models.PROTECT, related_name="seats"
    )
    role = models.CharField(_("role"), max_length=10, choices=SteeringRole, default=SteeringRole.MEMBER)

    class Meta:
        verbose_name = _("seat in the steering group")
        verbose_name_plural = _("seats in the steering group")
        ordering = ["role", "membership__user__last_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["steering_group"],
                condition=Q(role=SteeringRole.CHAIR, ended_on__isnull=True),
                name="one_active_chair_per_steering_group",
                violation_error_message=_("The steering group already has a chair. End that seat first."),
            ),
            models.UniqueConstraint(
                fields=["steering_group", "membership"],
                condition=Q(ended_on__isnull=True),
                name="one_open_seat_per_person_and_steering_group",
                violation_error_message=_("This person already sits in the steering group."),
            ),
            models.CheckConstraint(
                name="a_steering_seat_ends_after_it_starts",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
            ),
        ]

    def __str__(self):
        return f"{self.membership}: {self.get_role_display()}"

    def clean(self):
        if self.steering_group_id is not None:
            self.clean_membership(self.steering_group.trajectory)


class ActionPriority(OfTrajectory):
    """Something the trajectory wants to work on. Once decided, one workgroup carries it out."""

    trajectory = models.ForeignKey(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, related_name="priorities"
    )
    title = models.CharField(_("title"), max_length=160)
    description = models.TextField(_("description"), max_length=TEXT_MAX_LENGTH, blank=True)
    themes = models.CharField(
        _("themes of the label"),
        max_length=200,
        blank=True,
        help_text=_("Key elements or criteria of the STEM School Label, for example 2.3 and 6.1."),
    )
    state = models.CharField(_("state"), max_length=10, choices=PriorityState, default=PriorityState.PROPOSED)
    decision = models.TextField(_("decision"), max_length=TEXT_MAX_LENGTH, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("action priority")
        verbose_name_plural = _("action priorities")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_settled_priority_says_when_and_by_whom",
                condition=Q(state=PriorityState.PROPOSED, decided_on__isnull=True, decided_by__isnull=True)
                | Q(
                    state__in=[PriorityState.DECIDED, PriorityState.DROPPED],
                    decided_on__isnull=False,
                    decided_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="a_dropped_priority_has_a_reason", condition=~Q(state=PriorityState.DROPPED) | ~Q(decision="")
            ),
        ]
        indexes = [models.Index(fields=["trajectory", "state"], name="priorities_by_trajectory")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("workgroups:steering_group", args=[self.trajectory.slug]) + "#prioriteiten"

    @property
    def tone(self) -> str:
        return PriorityState(self.state).tone
