"""A trajectory, who takes part in it, its planning and the record of its moves.

What a newcomer gets wrong: setting `Trajectory.phase`. Only `phases.services.move` does that.
"""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.history import AppendOnlyModel
from accounts.models import Organisation
from accounts.policy import is_voka_staff
from phases.enums import MoveKind, Phase

# U+2011: a school year is never broken over two lines.
NON_BREAKING_HYPHEN = "\u2011"


def school_year_of(day: datetime.date) -> int:
    """The year in which the school year of `day` starts; it switches on 1 September."""
    return day.year if day.month >= 9 else day.year - 1


def school_year_label(first_year: int) -> str:
    """2025 -> "2025-2026", with a non-breaking hyphen."""
    return f"{first_year}{NON_BREAKING_HYPHEN}{first_year + 1}"


def this_school_year() -> int:
    return school_year_of(timezone.localdate())


class TrajectoryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Voka staff see all; others the trajectories in which their organisation takes or took part."""
        if not user.is_authenticated:
            return self.none()
        if is_voka_staff(user):
            return self
        return self.filter(
            pk__in=Participation.objects.filter(organisation__in=user.organisation_ids).values("trajectory")
        )

    def open_for_intake(self):
        return self.filter(is_open_for_intake=True)


class Trajectory(models.Model):
    """One edition of the learning network: one Voka chamber, several schools and companies, six phases."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(
        _("address"), max_length=80, unique=True, help_text=_("The last part of the page's address.")
    )
    chamber = models.ForeignKey(
        Organisation,
        verbose_name=_("Voka chamber"),
        on_delete=models.PROTECT,
        related_name="trajectories",
        limit_choices_to={"kind": OrganisationKind.VOKA},
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("responsible Voka staff member"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="managed_trajectories",
        limit_choices_to={"is_staff": True},
    )
    first_school_year = models.PositiveSmallIntegerField(
        _("first school year"),
        default=this_school_year,
        validators=[MinValueValidator(2015), MaxValueValidator(2100)],
        help_text=_("The year in which it starts: 2025 for school year 2025-2026."),
    )
    last_school_year = models.PositiveSmallIntegerField(
        _("last school year"), default=this_school_year, validators=[MinValueValidator(2015), MaxValueValidator(2100)]
    )
    phase = models.CharField(_("phase"), max_length=20, choices=Phase, default=Phase.BASELINE, editable=False)
    is_open_for_intake = models.BooleanField(_("companies may sign up"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = TrajectoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("trajectory")
        verbose_name_plural = _("trajectories")
        ordering = ["-first_school_year", "name", "id"]
        constraints = [
            models.CheckConstraint(
                name="trajectory_phase_is_known", condition=Q(phase__in=[phase.value for phase in Phase])
            ),
            models.CheckConstraint(
                name="a_trajectory_ends_after_it_starts",
                condition=Q(last_school_year__gte=F("first_school_year")),
                violation_error_message=_("The last school year is before the first."),
            ),
        ]
        indexes = [models.Index(fields=["-first_school_year", "name"], name="trajectories_in_order")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("phases:detail", args=[self.slug])

    @property
    def current_phase(self) -> Phase:
        """The phase with its number, words and summary."""
        return Phase(self.phase)

    @property
    def school_years(self) -> str:
        """One school year, or the first and the last."""
        first, last = school_year_label(self.first_school_year), school_year_label(self.last_school_year)
        return first if first == last else _("%(first)s and %(last)s") % {"first": first, "last": last}

    @cached_property
    def _participant_ids(self):
        return frozenset(self.participations.values_list("organisation_id", flat=True))

    def participant_ids(self) -> frozenset[int]:
        """Ids of all organisations that take or took part (policy: takes_part)."""
        return self._participant_ids

    def steering_chair_id(self) -> int | None:
        """Id of the person who chairs the steering group, if any (policy: chairs_steering_group)."""
        steering_group = getattr(self, "steering_group", None)
        return steering_group.steering_chair_id() if steering_group else None

    def steering_member_ids(self) -> frozenset[int]:
        """Ids of the people who sit in the steering group now (policy: sits_in_steering_group)."""
        steering_group = getattr(self, "steering_group", None)
        return steering_group.steering_member_ids() if steering_group else frozenset()


class PhasePlan(models.Model):
    """When a phase is planned. Dates propose; a person moves the trajectory."""

    trajectory = models.ForeignKey(Trajectory, on_delete=models.CASCADE, related_name="plans")
    phase = models.CharField(_("phase"), max_length=20, choices=Phase)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    class Meta:
        verbose_name = _("planned phase")
        verbose_name_plural = _("planning")
        ordering = ["starts_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["trajectory", "phase"], name="one_plan_per_phase"),
            models.CheckConstraint(
                name="a_planned_phase_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The end date is before the start date."),
            ),
        ]

    def __str__(self):
        return f"{self.get_phase_display()} ({self.starts_on:%d/%m/%Y})"


class ParticipationQuerySet(models.QuerySet):
    def active(self):
        return self.filter(left_on__isnull=True)

    def of_kind(self, kind):
        return self.filter(organisation__kind=kind)


class Participation(models.Model):
    """An organisation in a trajectory. Former participants keep access."""

    trajectory = models.ForeignKey(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, related_name="participations"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="participations"
    )
    joined_on = models.DateField(_("since"), default=timezone.localdate)
    left_on = models.DateField(_("until"), null=True, blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["organisation__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trajectory", "organisation"],
                name="an_organisation_takes_part_once",
                violation_error_message=_("This organisation already takes part in this trajectory."),
            ),
            models.CheckConstraint(
                name="a_participation_ends_after_it_starts",
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
            ),
        ]

    def __str__(self):
        return f"{self.organisation} ({self.trajectory})"

    def clean(self):
        if self.organisation_id and self.organisation.is_merged and self.left_on is None:
            raise ValidationError(
                {
                    "organisation": _("%(organisation)s was merged into another organisation. Choose that one.")
                    % {"organisation": self.organisation}
                }
            )


class PhaseChange(AppendOnlyModel):
    """One move of a trajectory: from, to, who, why, when. `by` empty means "systeem"."""

    trajectory = models.ForeignKey(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, related_name="phase_changes"
    )
    sequence = models.PositiveIntegerField(_("number"))
    source = models.CharField(_("from phase"), max_length=20, choices=Phase)
    target = models.CharField(_("to phase"), max_length=20, choices=Phase)
    kind = models.CharField(_("kind"), max_length=12, choices=MoveKind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(_("reason"), blank=True)
    # Of an override only: what was missing, as [{"sentence": ..., "url": ...}]; read it through selectors.history.
    open_points = models.JSONField(_("what was still missing"), default=list)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("phase change")
        verbose_name_plural = _("phase changes")
        ordering = ["-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["trajectory", "sequence"], name="one_phase_change_per_sequence_number"),
            models.CheckConstraint(
                name="an_exceptional_phase_change_has_a_reason",
                condition=Q(kind=MoveKind.REGULAR) | ~Q(reason=""),
            ),
        ]

    def __str__(self):
        return f"{self.trajectory}: {self.get_source_display()} → {self.get_target_display()}"

    @property
    def actor(self) -> str:
        return str(self.by) if self.by_id else str(_("system"))

    @property
    def source_phase(self) -> Phase:
        return Phase(self.source)

    @property
    def target_phase(self) -> Phase:
        return Phase(self.target)

    @property
    def is_adjustment(self) -> bool:
        return self.kind == MoveKind.ADJUSTMENT

    @property
    def is_override(self) -> bool:
        return self.kind == MoveKind.OVERRIDE


class Announcement(models.Model):
    """The mails about one phase change were written. The row is what makes a second attempt change nothing."""

    change = models.OneToOneField(
        PhaseChange,
        verbose_name=_("phase change"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="announcement",
    )
    recipients = models.PositiveIntegerField(_("number of recipients"))
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("announcement of a phase change")
        verbose_name_plural = _("announcements of phase changes")

    def __str__(self):
        return str(self.change)
