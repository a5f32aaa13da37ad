"""A sign-up that is not sent yet: what a visitor typed, step by step, right or wrong.

What a newcomer gets wrong: reading values out of `data`. They are what was typed; a form of companies.forms judges them.
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models.intake import Intake
from companies.models.questionnaire import Questionnaire


def draft_expiry():
    return timezone.now() + timedelta(days=settings.INTAKE_DRAFT_DAYS)


class IntakeDraftQuerySet(models.QuerySet):
    def unsent(self):
        return self.filter(intake__isnull=True)


class IntakeDraft(models.Model):
    """One sign-up on its way. It goes away by itself; once sent, only the reference to its intake is left until then."""

    key = models.UUIDField(_("key of the form"), unique=True, default=uuid.uuid4, editable=False)
    data = models.JSONField(_("what was typed"), default=dict, editable=False)
    # Per step: how often it was saved, and by which page last (services.drafts.Save).
    saves = models.JSONField(_("what was saved when"), default=dict, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    questionnaire = models.ForeignKey(
        Questionnaire, verbose_name=_("questionnaire"), on_delete=models.PROTECT, related_name="drafts", editable=False
    )
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last saved"), default=timezone.now)
    expires_at = models.DateTimeField(_("goes away on"), default=draft_expiry)
    reminded_at = models.DateTimeField(_("reminded"), null=True, editable=False)
    # The link in the mail is only kept as its SHA-256, and no longer than until it is used.
    link_hash = models.CharField(max_length=64, blank=True, editable=False)
    link_expires_at = models.DateTimeField(null=True, editable=False)
    intake = models.ForeignKey(
        Intake, verbose_name=_("intake"), on_delete=models.CASCADE, null=True, editable=False, related_name="drafts"
    )

    objects = IntakeDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a sign-up")
        verbose_name_plural = _("drafts of sign-ups")
        ordering = ["-updated_at", "-id"]
        indexes = [
            models.Index(fields=["expires_at"], name="drafts_by_end"),
            models.Index(fields=["email"], name="drafts_by_address"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["link_hash"], condition=~Q(link_hash=""), name="a_link_opens_one_draft"),
            models.CheckConstraint(
                name="a_sent_draft_keeps_no_address_and_no_link",
                condition=Q(intake__isnull=True) | Q(email="", link_hash=""),
            ),
        ]

    def __str__(self):
        return str(self.key)

    @property
    def is_sent(self) -> bool:
        return self.intake_id is not None

    @property
    def company_name(self) -> str:
        """What was typed as name so far, for the top of the page."""
        return str(self.data.get("company", {}).get("company_name", ""))[:200]
