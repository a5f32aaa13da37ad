"""A workgroup carries out one priority; its seats say who chairs, who facilitates and who takes part."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.enums import FunctionProfile, OrganisationKind
from accounts.policy import is_voka_staff
from phases.models import Trajectory
from workgroups.enums import LEADING_ROLES, PriorityState, SeatRole
from workgroups.models.steering import TEXT_MAX_LENGTH, ActionPriority, OfTrajectory, SeatBase


class WorkgroupQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Voka staff see all; others those of the trajectories in which their organisation takes or took part."""
        if not user.is_authenticated:
            return self.none()
        if is_voka_staff(user):
            return self
        return self.filter(priority__trajectory__in=Trajectory.objects.visible_to(user))

    def of_decided_priorities(self):
        """The workgroups that count: a dropped priority asks nothing of its workgroup any more."""
        return self.filter(priority__state=PriorityState.DECIDED)

    def with_people(self):
        """With trajectory and current seats, in two queries."""
        current = Seat.objects.current().with_people()
        return self.select_related("priority__trajectory").prefetch_related(
            Prefetch("seats", current, to_attr="current_seats")
        )


class Workgroup(OfTrajectory):
    """People of schools and companies who carry out one priority, facilitated by Voka."""

    priority = models.OneToOneField(
        ActionPriority, verbose_name=_("priority"), on_delete=models.PROTECT, related_name="workgroup"
    )
    name = models.CharField(_("name"), max_length=160)
    charter = models.TextField(_("assignment"), max_length=TEXT_MAX_LENGTH, blank=True)
    wanted_profiles = models.JSONField(_("wanted function profiles"), default=list, blank=True)
    no_practice_reason = models.TextField(_("why it shares no practice"), max_length=TEXT_MAX_LENGTH, blank=True)

    objects = WorkgroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("workgroup")
        verbose_name_plural = _("workgroups")
        ordering = [
            "-priority__trajectory__first_school_year",
            "priority__trajectory__name",
            "priority__order",
            "id",
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("workgroups:detail", args=[self.pk])

    @property
    def trajectory(self) -> Trajectory:
        return self.priority.trajectory

    @cached_property
    def current_seats(self) -> list["Seat"]:
        """Seats that count today, with their people; one query, or none after `with_people()`."""
        return list(self.seats.current().with_people())

    def has_seat(self, user) -> bool:
        """Whether this person sits in it (policy: has_seat)."""
        return any(seat.membership.user_id == user.pk for seat in self.current_seats)

    def is_led_by(self, user) -> bool:
        """Whether this person chairs or facilitates it (policy: leads_workgroup)."""
        return any(seat.membership.user_id == user.pk and seat.role in LEADING_ROLES for seat in self.current_seats)

    @property
    def chair(self) -> "Seat | None":
        return next((seat for seat in self.current_seats if seat.role == SeatRole.CHAIR), None)

    @property
    def facilitator(self) -> "Seat | None":
        return next((seat for seat in self.current_seats if seat.role == SeatRole.FACILITATOR), None)

    @property
    def chair_is_from_school(self) -> bool:
        """Allowed; the page says that industry or an external partner is preferred."""
        return self.chair is not None and self.chair.kind == OrganisationKind.SCHOOL

    @property
    def wanted_profile_labels(self) -> list[str]:
        return [str(FunctionProfile(profile).label) for profile in self.wanted_profiles]

    def clean(self):
        if not set(self.wanted_profiles) <= set(FunctionProfile.values):
            raise ValidationError({"wanted_profiles": _("Choose from the list of function profiles.")})


class Seat(SeatBase):
    """A person in a workgroup."""

    workgroup = models.ForeignKey(
        Workgroup, verbose_name=_("workgroup"), on_delete=models.PROTECT, related_name="seats"
    )
    role = models.CharField(_("role"), max_length=12, choices=SeatRole, default=SeatRole.PARTICIPANT)

    class Meta:
        verbose_name = _("seat in a workgroup")
        verbose_name_plural = _("seats in the workgroup")
        ordering = ["role", "membership__user__last_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workgroup"],
                condition=Q(role=SeatRole.CHAIR, ended_on__isnull=True),
                name="one_active_chair_per_workgroup",
                violation_error_message=_("This workgroup already has a chair. End that seat first."),
            ),
            models.UniqueConstraint(
                fields=["workgroup"],
                condition=Q(role=SeatRole.FACILITATOR, ended_on__isnull=True),
                name="one_active_facilitator_per_workgroup",
                violation_error_message=_("This workgroup already has a facilitator. End that seat first."),
            ),
            models.UniqueConstraint(
                fields=["workgroup", "membership"],
                condition=Q(ended_on__isnull=True),
                name="one_open_seat_per_person_and_workgroup",
                violation_error_message=_("This person already sits in this workgroup."),
            ),
            models.CheckConstraint(
                name="a_seat_ends_after_it_starts",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
            ),
        ]

    def __str__(self):
        return f"{self.membership}: {self.get_role_display()}"

    def clean(self):
        if self.workgroup_id is None or self.membership_id is None or not self._state.adding:
            return
        self.clean_membership(self.workgroup.trajectory)
        if (self.role == SeatRole.FACILITATOR) != (self.kind == OrganisationKind.VOKA):
            raise ValidationError(
                {"role": _("Voka facilitates a workgroup; the chair and the participants come from the network.")}
            )
