"""Evidence of a school and its history. Its state only moves in services."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.policy import is_voka_staff
from documents.models import Document
from phases.history import AppendOnlyModel
from schools.enums import EDITABLE, EvidenceState
from schools.models.framework import Criterion
from schools.models.school import School


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Voka staff see all; others the evidence of their own school and of schools that opened up to their company."""
        if not user.is_authenticated:
            return self.none()
        if is_voka_staff(user):
            return self
        return self.filter(
            Q(school__in=user.organisation_ids)
            | Q(school__in=School.scores_shared_with.through.objects.filter(
                organisation__in=user.organisation_ids).values("school"))
        )  # fmt: skip


class Evidence(models.Model):
    """Something that proves one or more criteria: a text, with a file or a link. Its state only moves in services."""

    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="evidence")
    title = models.CharField(_("title"), max_length=150)
    text = models.TextField(_("what did you do, and what shows that it works?"))
    text_en = models.TextField(_("the same in English"), blank=True)
    practice_date = models.DateField(_("date of the practice"))
    link = models.URLField(_("link"), max_length=500, blank=True)
    document = models.ForeignKey(
        Document, verbose_name=_("file"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    criteria = models.ManyToManyField(Criterion, verbose_name=_("criteria"), related_name="evidence")
    state = models.CharField(_("state"), max_length=12, choices=EvidenceState, default=EvidenceState.DRAFT)
    state_since = models.DateTimeField(_("since"), default=timezone.now)
    reviewer_comment = models.TextField(_("comment of Voka"), blank=True)
    pupils_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("confirmed by"), on_delete=models.PROTECT, related_name="+"
    )
    pupils_confirmed_at = models.DateTimeField(_("no recognisable pupils, confirmed"))
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("added by"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="an_asked_addition_says_what",
                condition=~Q(state=EvidenceState.MORE_ASKED) | ~Q(reviewer_comment=""),
            ),
        ]
        indexes = [models.Index(fields=["state", "state_since"], name="evidence_to_review")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("schools:evidence-item", args=[self.school_id, self.pk])

    @property
    def organisation_id(self):
        """The owner, for the policy."""
        return self.school_id

    @property
    def is_editable(self):
        return self.state in EDITABLE


class EvidenceLog(AppendOnlyModel):
    """Each step of a piece of evidence: who, when, the comment, and the file as it was then (with its SHA-256)."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="log")
    state = models.CharField(_("state"), max_length=12, choices=EvidenceState)
    comment = models.TextField(_("comment"), blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("step of evidence")
        verbose_name_plural = _("history of evidence")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.evidence}: {self.get_state_display()}"
