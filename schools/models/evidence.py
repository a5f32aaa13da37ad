"""Evidence of a school: what it says, its files, its steps, and what was handed in each time. Services move its state.

A draft may be a title alone; what handing in asks is in services.evidence. What a newcomer gets wrong: asking `files` for what is there now. A file that was taken off keeps its row, with its name
and SHA-256; `documents` gives the present ones.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import AppendOnlyModel
from accounts.policy import is_voka_staff
from documents.models import Document
from schools.enums import EDITABLE, EvidenceState
from schools.models.framework import Criterion
from schools.models.school import School


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Voka staff see all; others that of their own school. A company that may see the scores sees no evidence."""
        if not user.is_authenticated:
            return self.none()
        if is_voka_staff(user):
            return self
        return self.filter(school__in=user.organisation_ids)

    def with_files(self):
        """With the files and criteria at hand: two queries more, however many rows."""
        files = EvidenceFile.objects.select_related("document")
        return self.prefetch_related("criteria", models.Prefetch("files", queryset=files))


class Evidence(models.Model):
    """Something that proves one or more criteria: a text, with files or a link. Its state only moves in services."""

    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="evidence")
    title = models.CharField(_("title"), max_length=150)
    text = models.TextField(_("what did you do, and what shows that it works?"), blank=True)
    text_en = models.TextField(_("the same in English"), blank=True)
    practice_date = models.DateField(_("date of the practice"), null=True, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    criteria = models.ManyToManyField(Criterion, verbose_name=_("criteria"), related_name="evidence", blank=True)
    state = models.CharField(_("state"), max_length=12, choices=EvidenceState, default=EvidenceState.DRAFT)
    state_since = models.DateTimeField(_("since"), default=timezone.now)
    reviewer_comment = models.TextField(_("comment of Voka"), blank=True)
    pupils_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("confirmed by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    pupils_confirmed_at = models.DateTimeField(_("no recognisable pupils, confirmed"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("added by"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("several pieces of evidence")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="an_asked_addition_says_what",
                condition=~Q(state=EvidenceState.MORE_ASKED) | ~Q(reviewer_comment=""),
            ),
            models.CheckConstraint(
                name="what_is_handed_in_is_complete",
                condition=~Q(state__in=[EvidenceState.SUBMITTED, EvidenceState.APPROVED])
                | (~Q(text="") & Q(practice_date__isnull=False, pupils_confirmed_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "state_since"], name="evidence_to_review"),
            models.Index(fields=["school", "-id"], name="evidence_of_a_school"),
        ]

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

    @property
    def documents(self) -> list[Document]:
        """The files that belong to it now, in the order in which they were added."""
        return [file.document for file in self.files.all() if file.removed_at is None]

    @property
    def files_taken_off(self) -> list["EvidenceFile"]:
        """The files that belonged to it once, in the order in which they were added."""
        return [file for file in self.files.all() if file.removed_at]


class EvidenceFile(models.Model):
    """A file of a piece of evidence. One that was taken off keeps its row."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="files")
    document = models.OneToOneField(
        Document, verbose_name=_("file"), on_delete=models.PROTECT, related_name="evidence_file"
    )
    removed_at = models.DateTimeField(_("taken off"), null=True, blank=True)

    class Meta:
        verbose_name = _("file of evidence")
        verbose_name_plural = _("files of evidence")
        ordering = ["id"]

    def __str__(self):
        return str(self.document)


class EvidenceRevision(AppendOnlyModel):
    """What was handed in: words, criteria and files (name, SHA-256, size) as they were at that moment."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=150)
    text = models.TextField(_("what did you do, and what shows that it works?"))
    text_en = models.TextField(_("the same in English"), blank=True)
    practice_date = models.DateField(_("date of the practice"))
    link = models.URLField(_("link"), max_length=500, blank=True)
    criteria = models.JSONField(_("criteria"))  # their numbers, in order
    files = models.JSONField(_("files"))  # {"name", "sha256", "size"} of each
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("handed-in version")
        verbose_name_plural = _("handed-in versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "number"], name="one_revision_per_number"),
        ]

    def __str__(self):
        return f"{self.evidence} ({self.number})"


class EvidenceLog(AppendOnlyModel):
    """Each step of a piece of evidence: who (nobody: the portal itself), when, and the comment."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="log")
    state = models.CharField(_("state"), max_length=12, choices=EvidenceState)
    comment = models.TextField(_("comment"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("step of evidence")
        verbose_name_plural = _("history of evidence")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.evidence}: {self.get_state_display()}"
