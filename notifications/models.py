"""Mails on their way out. A mail is written with its cause and sent by a job; nothing is sent inside a request."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboundMail(models.Model):
    """One mail to one address. Once sent, the body of a sensitive mail (it holds a secret link) is blanked."""

    to = models.EmailField(_("to address"), max_length=254)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="mails",
    )
    event = models.CharField(_("event"), max_length=80, help_text=_("Which template, for example accounts/invitation."))
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    is_sensitive = models.BooleanField(_("holds a secret link"), default=False)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    failed_reason = models.TextField(_("why it was not sent"), blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-id"]
        indexes = [models.Index(fields=["to"], name="mails_by_address")]

    def __str__(self):
        return f"{self.subject} ({self.to})"
