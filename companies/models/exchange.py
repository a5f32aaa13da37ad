"""What left the portal as a spreadsheet, and what came in as one: who, when and how much."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import AppendOnlyModel
from accounts.models import Organisation


class ExportKind(models.TextChoices):
    INTAKES = "intakes", _("Intakes")
    BASELINES = "baselines", _("Start measurements")


class Export(AppendOnlyModel):
    """A spreadsheet with personal data was made: by whom, when, what and how many rows."""

    kind = models.CharField(_("what"), max_length=12, choices=ExportKind)
    file_format = models.CharField(_("format"), max_length=4, choices=[("xlsx", "XLSX"), ("csv", "CSV")])
    intakes = models.PositiveIntegerField(_("number of intakes"))
    filters = models.CharField(_("filters"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"{self.get_kind_display()} ({self.get_file_format_display()})"


class CompanyImport(models.Model):
    """A spreadsheet of companies that was read: its rows wait for a yes, and afterwards say what became of each."""

    file_name = models.CharField(_("file"), max_length=200)
    chamber = models.ForeignKey(
        Organisation, verbose_name=_("Voka chamber"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    rows = models.JSONField(_("rows"), default=list)
    outcome = models.JSONField(_("outcome"), default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("confirmed by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)

    class Meta:
        verbose_name = _("import of companies")
        verbose_name_plural = _("imports of companies")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="a_confirmed_import_says_by_whom",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
        ]

    def __str__(self):
        return self.file_name

    @property
    def goes_away_at(self):
        """Until when somebody can still confirm it."""
        return self.at + timedelta(days=settings.COMPANY_IMPORT_DAYS)
