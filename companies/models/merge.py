"""What merging two duplicates changed, row by row, so that it can be taken back exactly."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models.company import Company
from companies.models.intake import Intake


class Merge(models.Model):
    """One duplicate that went into another: two intakes, or two companies. Undone, never deleted.

    `touched` holds each changed row: its model, its id, and its fields before and after. `taken` names what the one that
    stays took over from the one that went.
    """

    intake = models.ForeignKey(
        Intake, verbose_name=_("merged intake"), on_delete=models.PROTECT, null=True, related_name="merges"
    )
    into_intake = models.ForeignKey(
        Intake, verbose_name=_("intake that stays"), on_delete=models.PROTECT, null=True, related_name="received_merges"
    )
    company = models.ForeignKey(
        Company, verbose_name=_("merged company"), on_delete=models.PROTECT, null=True, related_name="merges"
    )
    into_company = models.ForeignKey(
        Company,
        verbose_name=_("company that stays"),
        on_delete=models.PROTECT,
        null=True,
        related_name="received_merges",
    )
    taken = models.JSONField(_("taken over"), default=list)
    touched = models.JSONField(_("changed rows"), default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("undone by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone"), null=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="a_merge_joins_two_of_a_kind",
                condition=Q(
                    intake__isnull=False, into_intake__isnull=False, company__isnull=True, into_company__isnull=True
                )
                | Q(intake__isnull=True, into_intake__isnull=True, company__isnull=False, into_company__isnull=False),
            ),
            models.CheckConstraint(
                name="an_undone_merge_says_by_whom",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["intake"], condition=Q(undone_at__isnull=True), name="an_intake_is_merged_once"
            ),
            models.UniqueConstraint(
                fields=["company"], condition=Q(undone_at__isnull=True), name="a_company_is_merged_once"
            ),
        ]

    def __str__(self):
        return f"{self.gone} → {self.stays}"

    @property
    def gone(self):
        return self.intake or self.company

    @property
    def stays(self):
        return self.into_intake or self.into_company

    @property
    def undo_until(self):
        return self.at + timedelta(days=settings.MERGE_UNDO_DAYS)

    @property
    def can_be_undone(self) -> bool:
        return self.undone_at is None and timezone.now() < self.undo_until
