"""A list of schools that Voka uploaded in the back office: kept between the preview and the confirmation."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SchoolList(models.Model):
    """One uploaded list. The bytes go once it is taken over; the counts of what happened stay."""

    name = models.CharField(_("file"), max_length=150)
    content = models.BinaryField(null=True)
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    taken_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("taken over by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    taken_over_at = models.DateTimeField(_("taken over"), null=True)
    created = models.PositiveIntegerField(_("new"), null=True)
    updated = models.PositiveIntegerField(_("changed"), null=True)
    unchanged = models.PositiveIntegerField(_("unchanged"), null=True)
    refused = models.PositiveIntegerField(_("refused"), null=True)

    class Meta:
        verbose_name = _("list of schools")
        verbose_name_plural = _("lists of schools")
        ordering = ["-id"]

    def __str__(self):
        return self.name
