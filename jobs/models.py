"""The one table of work that must happen: the database is the queue, the broker only wakes a worker.

A newcomer's mistake: calling a Celery task directly. Call `jobs.services.enqueue` inside the transaction of the cause.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jobs.enums import JobState


class JobQuerySet(models.QuerySet):
    def open(self):
        """Jobs that still have to happen."""
        return self.filter(state__in=[JobState.WAITING, JobState.RUNNING])

    def overdue(self, now):
        """Open jobs whose time has come: not started, ready for another try, or held by a worker that died."""
        return self.open().filter(next_try_at__lte=now)

    def to_wake(self, now):
        """Open jobs for which the sweep has to tell a worker (again)."""
        return self.open().filter(wake_at__lte=now)


class Job(models.Model):
    """One thing that must happen, e.g. "render certificate 12".

    `next_try_at` is when it may be tried: for a running job the end of its lease. `wake_at` is when the sweep publishes it
    (again), which may be later: a message is under way. Health is measured by the first, so a backlog cannot hide.
    """

    kind = models.CharField(_("kind"), max_length=60)
    object_id = models.BigIntegerField(_("object"))
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"))
    wake_at = models.DateTimeField(_("wake a worker at"))
    claimed_by = models.CharField(_("claimed by"), max_length=64, blank=True)
    is_asked_again = models.BooleanField(_("asked again while it ran"), default=False)
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="one_job_per_kind_and_object"),
            models.CheckConstraint(
                name="a_done_job_says_when",
                condition=Q(state=JobState.DONE, done_at__isnull=False) | ~Q(state=JobState.DONE),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "wake_at"], name="jobs_to_wake"),
            models.Index(fields=["state", "next_try_at"], name="jobs_overdue"),
        ]

    def __str__(self):
        return f"{self.kind} {self.object_id}"


class Heartbeat(models.Model):
    """The last sign of life of the background: beat asked, a worker answered. One row."""

    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        constraints = [models.CheckConstraint(name="one_heartbeat", condition=Q(id=1))]

    def __str__(self):
        return str(self.seen_at)
