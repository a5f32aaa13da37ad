"""What follows a person of a company: the consents given when signing up, and the hand-over when a contact leaves.

What a newcomer gets wrong: rewriting a consent. The text is what was on the screen; only `withdrawn_at` is ever filled in.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Membership, Organisation
from companies.enums import ConsentKind
from companies.models.intake import IntakeConsent


class ContactConsent(models.Model):
    """A consent of the intake, carried over to the person. Without membership until that person accepts the invitation."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="contact_consents"
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    membership = models.ForeignKey(
        Membership, verbose_name=_("person"), on_delete=models.PROTECT, null=True, related_name="consents"
    )
    source = models.ForeignKey(
        IntakeConsent, verbose_name=_("given with"), on_delete=models.PROTECT, related_name="carried_over"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ConsentKind)
    version = models.CharField(_("version"), max_length=20)
    text = models.TextField(_("text"))
    given_at = models.DateTimeField(_("given"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("consent of a contact")
        verbose_name_plural = _("consents of contacts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "organisation"], name="a_consent_is_carried_over_once"),
            models.CheckConstraint(
                name="a_carried_consent_is_withdrawn_after_it_was_given",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "email"], name="consents_of_an_address")]

    def __str__(self):
        return f"{self.get_kind_display()} ({self.version})"

    @property
    def can_be_withdrawn(self) -> bool:
        """Having read the privacy statement is no choice, so there is nothing to take back."""
        return self.withdrawn_at is None and self.kind != ConsentKind.PRIVACY


class HandOver(models.Model):
    """A contact who leaves, and who takes over. Finished at once for a colleague; for a new person once they joined."""

    leaving = models.ForeignKey(
        Membership, verbose_name=_("who leaves"), on_delete=models.PROTECT, related_name="hand_overs"
    )
    successor = models.ForeignKey(
        Membership, verbose_name=_("successor"), on_delete=models.PROTECT, null=True, related_name="taken_over"
    )
    invitation = models.ForeignKey(
        Invitation, verbose_name=_("invitation"), on_delete=models.PROTECT, null=True, related_name="hand_overs"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["leaving"], condition=Q(finished_at__isnull=True), name="one_open_hand_over_per_contact"
            ),
            models.CheckConstraint(
                name="a_finished_hand_over_has_a_successor",
                condition=Q(finished_at__isnull=True, invitation__isnull=False)
                | Q(finished_at__isnull=False, successor__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.leaving} → {self.successor or self.invitation.email}"
