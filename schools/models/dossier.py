"""What the worker makes to take along: the dossier of a school and the PDF of a group report.

What a newcomer gets wrong: keeping these. They are copies of what the portal holds, so the sweep throws them away again
(services.dossiers), row and file.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from phases.models import Trajectory
from schools.enums import BEING_MADE, ExportState
from schools.models.school import School


class ExportQuerySet(models.QuerySet):
    def being_made(self):
        return self.filter(state__in=BEING_MADE)


class Export(models.Model):
    """Something that is made in the background: how far it is, and where the file stands once it is ready."""

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(_("asked"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=ExportState, default=ExportState.QUEUED)
    done = models.PositiveIntegerField(_("steps done"), default=0)
    total = models.PositiveIntegerField(_("steps"), default=0)
    error = models.TextField(_("what went wrong"), blank=True)
    file = models.CharField(_("file"), max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    finished_at = models.DateTimeField(_("ready"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True, db_index=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-id"]

    @property
    def is_being_made(self):
        return self.state in BEING_MADE

    @property
    def is_ready(self):
        return self.state == ExportState.READY

    @property
    def has_failed(self):
        return self.state == ExportState.FAILED


class Dossier(Export):
    """Everything a school needs to apply for the label: a ZIP with all safe files, and a PDF of its 21 criteria.

    `plan` is what goes into the ZIP and under which name; it is made once, so that packing may stop and go on.
    """

    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="dossiers")
    trajectory = models.ForeignKey(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    plan = models.JSONField(default=list, blank=True)
    pdf = models.CharField(_("PDF"), max_length=200, blank=True)
    pdf_size = models.PositiveBigIntegerField(_("size of the PDF in bytes"), default=0)

    class Meta(Export.Meta):
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        constraints = [
            models.UniqueConstraint(
                fields=["school"], condition=Q(state__in=BEING_MADE), name="one_dossier_at_a_time_per_school"
            ),
        ]

    def __str__(self):
        return f"{self.school}: {self.get_state_display()}"

    @property
    def organisation_id(self):
        """The owner, for the policy."""
        return self.school_id


class GroupReportFile(Export):
    """The group report of a trajectory as a PDF."""

    trajectory = models.ForeignKey(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, related_name="group_reports"
    )

    class Meta(Export.Meta):
        verbose_name = _("group report")
        verbose_name_plural = _("group reports")
        constraints = [
            models.UniqueConstraint(
                fields=["trajectory"],
                condition=Q(state__in=BEING_MADE),
                name="one_group_report_at_a_time_per_trajectory",
            ),
        ]

    def __str__(self):
        return f"{self.trajectory}: {self.get_state_display()}"
