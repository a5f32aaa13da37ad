"""Certificates: an immutable snapshot of facts, a number and a secret token; later a file. Never changed, never deleted.

What a newcomer gets wrong: reading the company's name of today. What was printed stands in `facts`, and only there.
"""

import base64
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.history import AppendOnlyError, AppendOnlyModel
from accounts.models import Organisation
from accounts.policy import is_voka_staff
from certificates.enums import Event, State, Status
from phases.models import Trajectory

TOKEN_BYTES = 16
NAME_MAX_LENGTH = 200
REASON_MAX_LENGTH = 500

# What may never change once written, and what may be written once.
FROZEN = ("number", "token", "facts", "organisation_id", "trajectory_id", "issued_at", "issued_by_id", "supersedes_id")
WRITTEN_ONCE = ("pdf", "sha256", "size", "rendered_at")


def new_token() -> str:
    """128 random bits in base32: upper case only, so that its QR code stays small."""
    return base64.b32encode(secrets.token_bytes(TOKEN_BYTES)).decode().rstrip("=")


class CertificateRules(models.Model):
    """What a company must have done in this trajectory, and who signs. A trajectory without a row follows the defaults."""

    trajectory = models.OneToOneField(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, related_name="certificate_rules"
    )
    requires_refined_intake = models.BooleanField(_("the intake is accepted and refined"), default=True)
    requires_workgroup_seat = models.BooleanField(_("a seat in a workgroup"), default=True)
    min_action_points_done = models.PositiveSmallIntegerField(
        _("action points done, at least"),
        default=1,
        help_text=_("Action points that its workgroups carried out. 0 asks none."),
    )
    signatory_name = models.CharField(
        _("who signs"),
        max_length=80,
        blank=True,
        help_text=_("Empty: the chamber itself stands under the certificate."),
    )
    signatory_title = models.CharField(_("function of who signs"), max_length=100, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    CONDITIONS = ("requires_refined_intake", "requires_workgroup_seat", "min_action_points_done")

    class Meta:
        verbose_name = _("conditions of the certificate")
        verbose_name_plural = _("conditions of certificates")
        ordering = ["trajectory__name"]

    def __str__(self):
        return str(self.trajectory)

    def save(self, *args, **kwargs):
        """Other conditions are a new version: each certificate says under which one it was issued."""
        before = type(self).objects.filter(pk=self.pk).values(*self.CONDITIONS).first() if self.pk else None
        if before and any(before[name] != getattr(self, name) for name in self.CONDITIONS):
            self.version += 1
        super().save(*args, **kwargs)


class CertificateCounter(models.Model):
    """The last number given out per year and chamber code. The row is the lock; numbers never come from max() + 1."""

    year = models.PositiveSmallIntegerField(_("year"))
    chamber_code = models.CharField(_("code of the chamber"), max_length=4)
    last_sequence = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("certificate counter")
        verbose_name_plural = _("certificate counters")
        constraints = [
            models.UniqueConstraint(fields=["year", "chamber_code"], name="one_counter_per_year_and_chamber")
        ]

    def __str__(self):
        return f"{self.year} {self.chamber_code}: {self.last_sequence}"


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Voka staff see all; others the certificates of their own organisations."""
        if not user.is_authenticated:
            return self.none()
        if is_voka_staff(user):
            return self
        return self.filter(organisation__in=user.organisation_ids)

    def valid(self):
        return self.filter(status=Status.VALID)

    def failed(self):
        """What staff must look at: a certificate that holds but has no file."""
        return self.valid().filter(state=State.FAILED)

    def update(self, **fields):
        if touched := {name.removesuffix("_id") for name in fields} & {name.removesuffix("_id") for name in FROZEN}:
            raise AppendOnlyError(f"A certificate's {', '.join(sorted(touched))} never changes.")
        return super().update(**fields)

    def bulk_update(self, *args, **kwargs):
        raise AppendOnlyError("Certificates change one by one, through their services.")

    def delete(self):
        raise AppendOnlyError("A certificate is revoked, never deleted.")


class Certificate(models.Model):
    """One IN2STEM certificate of one company in one trajectory."""

    number = models.CharField(_("number"), max_length=30, unique=True)
    token = models.CharField(_("code"), max_length=26, unique=True, default=new_token, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("company"),
        on_delete=models.PROTECT,
        related_name="certificates",
        limit_choices_to={"kind": OrganisationKind.COMPANY},
    )
    trajectory = models.ForeignKey(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, related_name="certificates"
    )
    facts = models.JSONField(_("what is printed"))
    state = models.CharField(_("file"), max_length=10, choices=State, default=State.QUEUED)
    failed_reason = models.TextField(_("why it failed"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.VALID)
    revoked_at = models.DateTimeField(_("revoked on"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("revoked by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    revoked_reason = models.TextField(_("why it was revoked"), max_length=REASON_MAX_LENGTH, blank=True)
    supersedes = models.OneToOneField(
        "self",
        verbose_name=_("takes the place of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
    )
    pdf = models.FileField(_("PDF"), max_length=200, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    size = models.PositiveIntegerField(_("size in bytes"), null=True, blank=True)
    rendered_at = models.DateTimeField(_("made on"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("issued by"), on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField(_("issued on"), default=timezone.now)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "trajectory"],
                condition=Q(status=Status.VALID),
                name="one_valid_certificate_per_company_and_trajectory",
            ),
            models.CheckConstraint(
                name="certificate_state_is_known", condition=Q(state__in=[state.value for state in State])
            ),
            models.CheckConstraint(
                name="a_ready_certificate_has_a_file",
                condition=~Q(state=State.READY)
                | (~Q(pdf="") & ~Q(sha256="") & Q(size__gt=0) & Q(rendered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_failed_certificate_says_why", condition=~Q(state=State.FAILED) | ~Q(failed_reason="")
            ),
            models.CheckConstraint(
                name="a_revoked_certificate_says_when_by_whom_and_why",
                condition=Q(status=Status.VALID, revoked_at__isnull=True, revoked_by__isnull=True, revoked_reason="")
                | (
                    Q(status=Status.REVOKED, revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_reason="")
                ),
            ),
        ]
        indexes = [models.Index(fields=["status", "state"], name="certificates_by_state")]

    def __str__(self):
        return self.number

    def save(self, *args, **kwargs):
        self._refuse_another_past()
        super().save(*args, **kwargs)
        self._remember()

    def get_absolute_url(self):
        """The public page that says whether it holds."""
        return reverse("certificates:verify", args=[self.token])

    def delete(self, *args, **kwargs):
        raise AppendOnlyError("A certificate is revoked, never deleted.")

    @classmethod
    def from_db(cls, db, field_names, values):
        certificate = super().from_db(db, field_names, values)
        certificate._remember()
        return certificate

    def refresh_from_db(self, *args, **kwargs):
        super().refresh_from_db(*args, **kwargs)
        self._remember()

    def _remember(self):
        """Keep what is in the database, as text, to notice an attempt to change it."""
        self._as_written = {
            name: str(self.__dict__[name]) for name in (*FROZEN, *WRITTEN_ONCE) if name in self.__dict__
        }

    def _refuse_another_past(self):
        written = getattr(self, "_as_written", {})
        changed = [name for name, value in written.items() if value != str(getattr(self, name))]
        changed = [name for name in changed if name in FROZEN or written[name] not in ("", "None")]
        if changed:
            raise AppendOnlyError(f"A certificate's {', '.join(changed)} never changes.")

    @property
    def verification_url(self) -> str:
        """Where anyone can check it, as a full address."""
        return settings.BASE_URL + self.get_absolute_url()

    @property
    def company_name(self) -> str:
        """As printed."""
        return self.facts["company"]

    @property
    def is_valid(self) -> bool:
        return self.status == Status.VALID

    @property
    def is_ready(self) -> bool:
        return self.state == State.READY

    @property
    def is_downloadable(self) -> bool:
        return self.is_valid and self.is_ready

    @property
    def is_in_the_making(self) -> bool:
        return self.is_valid and self.state == State.QUEUED

    @property
    def needs_a_file(self) -> bool:
        """A job that runs now has work to do."""
        return self.is_valid and not self.is_ready

    @property
    def standing(self):
        """One word or two for lists: what holds now, file and promise together."""
        if not self.is_valid:
            return Status.REVOKED.label
        return State(self.state).label

    @property
    def tone(self) -> str:
        """How a list colours `standing`; the word always stands beside it."""
        if not self.is_valid:
            return "bad"
        return {State.READY: "ok", State.FAILED: "bad"}.get(State(self.state), "warn")


class CertificateRefusal(models.Model):
    """Voka's decision not to give a company its certificate, with the reason."""

    trajectory = models.ForeignKey(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, related_name="certificate_refusals"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("company"), on_delete=models.PROTECT, related_name="certificate_refusals"
    )
    reason = models.TextField(_("reason"), max_length=REASON_MAX_LENGTH)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("decision not to issue")
        verbose_name_plural = _("decisions not to issue")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trajectory", "organisation"], name="one_refusal_per_company_and_trajectory"
            ),
            models.CheckConstraint(name="a_refusal_says_why", condition=~Q(reason="")),
        ]

    def __str__(self):
        return f"{self.organisation} ({self.trajectory})"


class CertificateLog(AppendOnlyModel):
    """What happened with a certificate, or with the decision about it. `by` empty means "systeem"."""

    trajectory = models.ForeignKey(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, related_name="certificate_log"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("company"), on_delete=models.PROTECT, related_name="certificate_log"
    )
    certificate = models.ForeignKey(
        Certificate, verbose_name=_("certificate"), on_delete=models.PROTECT, null=True, related_name="log"
    )
    event = models.CharField(_("event"), max_length=20, choices=Event)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    detail = models.TextField(_("detail"), blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log of certificates")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.organisation}: {self.get_event_display()}"
