"""Good practices of workgroups: a draft, read by Voka, then shared with the trajectory or with everyone.

Who sees one is `visible_to`; the policy asks the very same questions of one practice (`is_shared_with`, `has_seat`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import AppendOnlyModel
from accounts.policy import is_voka_staff
from phases.models import Trajectory
from practices.enums import PracticeEvent, PracticeState
from workgroups.models import Seat, Workgroup

TEXT_MAX_LENGTH = 6000
SHORT_TEXT_MAX_LENGTH = 2000


class PracticeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Public ones for everyone; shared ones for the trajectory; the rest for its author, its workgroup and Voka."""
        published = Q(state=PracticeState.PUBLISHED)
        if not user.is_authenticated:
            return self.filter(published, is_public=True)
        if is_voka_staff(user):
            return self
        own_seats = Seat.objects.current().filter(membership__user=user)
        return self.filter(
            (published & Q(is_public=True))
            | (published & Q(workgroup__priority__trajectory__in=Trajectory.objects.visible_to(user)))
            | Q(author=user)
            | Q(workgroup__in=own_seats.values("workgroup"))
        )

    def published(self):
        return self.filter(state=PracticeState.PUBLISHED)


class Practice(models.Model):
    """What a workgroup tried, what came of it, and what another can use of it."""

    workgroup = models.ForeignKey(
        Workgroup, verbose_name=_("workgroup"), on_delete=models.PROTECT, related_name="practices"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="practices"
    )
    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(_("address"), max_length=80, unique=True, editable=False)
    context = models.TextField(_("context"), max_length=TEXT_MAX_LENGTH, blank=True)
    approach = models.TextField(_("approach"), max_length=TEXT_MAX_LENGTH, blank=True)
    result = models.TextField(_("result"), max_length=TEXT_MAX_LENGTH, blank=True)
    material = models.TextField(_("material"), max_length=SHORT_TEXT_MAX_LENGTH, blank=True)
    tips = models.TextField(_("tips"), max_length=SHORT_TEXT_MAX_LENGTH, blank=True)
    costs = models.TextField(_("costs"), max_length=SHORT_TEXT_MAX_LENGTH, blank=True)
    tags = models.CharField(_("tags"), max_length=200, blank=True)
    is_public = models.BooleanField(
        _("public"), default=False, help_text=_("Everyone may read it, also outside the trajectory.")
    )
    state = models.CharField(_("state"), max_length=10, choices=PracticeState, default=PracticeState.DRAFT)
    review_comment = models.TextField(_("what Voka asks"), max_length=SHORT_TEXT_MAX_LENGTH, blank=True)
    published_at = models.DateTimeField(_("shared on"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("shared by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="a_shared_practice_says_when_and_by_whom",
                condition=Q(state=PracticeState.PUBLISHED, published_at__isnull=False, published_by__isnull=False)
                | (~Q(state=PracticeState.PUBLISHED) & Q(published_at__isnull=True, published_by__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["state", "-published_at"], name="practices_by_state")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("practices:detail", args=[self.slug])

    def has_seat(self, user) -> bool:
        """Whether this person sits in its workgroup (policy: has_seat)."""
        return self.workgroup.has_seat(user)

    def is_shared_with(self, user) -> bool:
        """Whether this person is among the readers it was published for (policy: may_see_published)."""
        if self.state != PracticeState.PUBLISHED:
            return False
        return self.is_public or bool(user.organisation_ids & self.workgroup.participant_ids())

    @property
    def is_published(self) -> bool:
        return self.state == PracticeState.PUBLISHED

    @property
    def is_in_review(self) -> bool:
        return self.state == PracticeState.REVIEW

    @property
    def tone(self) -> str:
        return PracticeState(self.state).tone

    @property
    def tag_list(self) -> list[str]:
        return [tag.strip() for tag in self.tags.split(",") if tag.strip()]


class PracticeLog(AppendOnlyModel):
    """One line in the history of a practice; `version` is the version it led to."""

    practice = models.ForeignKey(Practice, verbose_name=_("practice"), on_delete=models.PROTECT, related_name="log")
    event = models.CharField(_("event"), max_length=10, choices=PracticeEvent)
    version = models.PositiveIntegerField(_("version"))
    note = models.TextField(_("note"), max_length=SHORT_TEXT_MAX_LENGTH, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("line in the history")
        verbose_name_plural = _("history")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.practice}: {self.title}"

    @property
    def title(self) -> str:
        """As templates/components/timeline.html reads it; `text` and `detail` too."""
        return self.get_event_display()

    @property
    def text(self) -> str:
        return _("Version %(number)s") % {"number": self.version}

    @property
    def detail(self) -> str:
        return f"{self.by} · {self.note}" if self.note else str(self.by)
