"""Uploaded files: one row and one stored file each, never served directly, downloadable only once found safe.

Beside them: who took which file (append-only), and how much room an organisation has when that differs from the usual.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.history import AppendOnlyModel
from accounts.models import Organisation
from accounts.policy import is_voka_staff
from documents.enums import WHO_SEES, DocumentPurpose, DocumentState


def stored_name(document, filename):
    """A generated name: nothing of what the visitor typed reaches the file system."""
    return f"documents/{document.uuid.hex[:2]}/{document.uuid.hex}"


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Voka staff see all; others what the owning floor shows them."""
        if not user.is_authenticated:
            return self.none()
        if is_voka_staff(user):
            return self
        shown = Q(pk__in=[])
        for purpose, path in WHO_SEES.items():
            shown |= Q(purpose=purpose, pk__in=import_string(path)(user))
        return self.filter(shown)


class Document(models.Model):
    """A file with its original name, true type, size in bytes and SHA-256."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="documents"
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=DocumentPurpose)
    file = models.FileField(_("file"), upload_to=stored_name, max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=DocumentState, default=DocumentState.CHECKING)
    refusal = models.TextField(_("why it was refused"), blank=True)
    scanned_at = models.DateTimeField(
        _("scanned for viruses"), null=True, blank=True, help_text=_("Empty: no virus scanner was switched on.")
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="a_refused_document_says_why",
                condition=~Q(state=DocumentState.REFUSED) | ~Q(refusal=""),
            )
        ]
        indexes = [models.Index(fields=["state", "uploaded_at"], name="documents_by_state")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("documents:download", args=[self.uuid])

    def get_log_url(self):
        """The page with who downloaded it."""
        return reverse("documents:log", args=[self.uuid])

    @property
    def is_safe(self):
        return self.state == DocumentState.SAFE


class Download(AppendOnlyModel):
    """Someone took a file. `organisations` names where that person worked at that moment: memberships change."""

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="downloads"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    organisations = models.TextField(_("organisations"), blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.document} {self.at:%d/%m/%Y %H:%M}"


class StorageLimit(models.Model):
    """An organisation that may keep more, or less, than settings.UPLOAD_QUOTA_MB."""

    organisation = models.OneToOneField(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="storage_limit",
    )
    megabytes = models.PositiveIntegerField(_("room in MB"))

    class Meta:
        verbose_name = _("room for files")
        verbose_name_plural = _("room for files")

    def __str__(self):
        return str(self.organisation)
