"""Schools and their STEM School Label: profile and sites, self-assessment, evidence, awards and outcomes.

What a newcomer gets wrong: treating a score or an estimate as the label. EUN gives the label; the portal records it, as
append-only `LabelAward`s. The instellingsnummer is text and never a key: schools change it, campuses share it.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from accounts.policy import is_voka_staff
from documents.models import Document
from phases.history import AppendOnlyModel
from phases.models import Participation, Trajectory
from schools.addresses import address_key
from schools.enums import EDITABLE, EvidenceState, LabelLevel, Moment, Network, OutcomeKind, Score

INSTITUTION_NUMBER = RegexValidator(
    r"^\d{6}$", _("An institution number has six digits, for example 030569. Add zeros in front if it is shorter.")
)
POSTAL_CODE = RegexValidator(r"^[1-9]\d{3}$", _("A Belgian postal code has four digits, for example 2300."))


# --- The school ------------------------------------------------------------------------------------------------------


class SchoolQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Voka staff see all; others their own school and those they share, or shared, a trajectory with."""
        if not user.is_authenticated:
            return self.none()
        if is_voka_staff(user):
            return self
        trajectories = Participation.objects.filter(organisation__in=user.organisation_ids).values("trajectory")
        fellows = Participation.objects.filter(trajectory__in=trajectories).values("organisation")
        return self.filter(Q(pk__in=user.organisation_ids) | Q(pk__in=fellows))


class School(models.Model):
    """What the portal knows of an organisation because it is a school. Name and address are the organisation's."""

    organisation = models.OneToOneField(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="school",
        limit_choices_to={"kind": OrganisationKind.SCHOOL},
    )
    institution_number = models.CharField(
        _("institution number"),
        max_length=6,
        blank=True,
        db_index=True,
        validators=[INSTITUTION_NUMBER],
        help_text=_("Six digits, as the Flemish government gave them."),
    )
    network = models.CharField(_("network"), max_length=10, choices=Network, blank=True)
    school_board = models.CharField(_("school board"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address of the school"), max_length=254, blank=True)
    phone = models.CharField(_("telephone of the school"), max_length=30, blank=True)
    pupils = models.PositiveIntegerField(
        _("number of pupils"), null=True, blank=True, validators=[MaxValueValidator(20_000)]
    )
    stem_teachers = models.PositiveIntegerField(
        _("number of STEM teachers"), null=True, blank=True, validators=[MaxValueValidator(2_000)]
    )
    scores_shared_with = models.ManyToManyField(
        Organisation,
        verbose_name=_("companies that may see the scores"),
        blank=True,
        related_name="schools_that_share_scores",
        limit_choices_to={"kind": OrganisationKind.COMPANY},
        help_text=_("For example your mentor company. Without a choice only your school and Voka see the scores."),
    )

    objects = SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ["organisation__name", "organisation_id"]
        constraints = [
            models.CheckConstraint(
                name="an_institution_number_has_six_digits",
                condition=Q(institution_number="") | Q(institution_number__regex=r"^[0-9]{6}$"),
            )
        ]

    def __str__(self):
        return str(self.organisation)

    def get_absolute_url(self):
        return reverse("schools:detail", args=[self.pk])

    def get_label_url(self):
        return reverse("schools:label", args=[self.pk])

    def get_evidence_url(self):
        return reverse("schools:evidence", args=[self.pk])

    @cached_property
    def _participant_ids(self):
        trajectories = Participation.objects.filter(organisation=self.pk).values("trajectory")
        return frozenset(
            Participation.objects.filter(trajectory__in=trajectories).values_list("organisation_id", flat=True)
        )

    def participant_ids(self) -> frozenset[int]:
        """Ids of all organisations that share, or shared, a trajectory with this school (policy: takes_part)."""
        return self._participant_ids

    @cached_property
    def _trusted_ids(self):
        return frozenset(self.scores_shared_with.values_list("pk", flat=True))

    def shows_scores_to(self, user) -> bool:
        """Whether the school let this person's company see its scores (policy: agreed_to_show_scores)."""
        return bool(user.organisation_ids & self._trusted_ids)


class FormerNumber(models.Model):
    """An institution number that this school used to have; an old list still finds it."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="former_numbers")
    number = models.CharField(_("institution number"), max_length=6, db_index=True, validators=[INSTITUTION_NUMBER])
    replaced_on = models.DateField(_("until"), default=timezone.localdate)

    class Meta:
        verbose_name = _("former institution number")
        verbose_name_plural = _("former institution numbers")
        ordering = ["-replaced_on", "-id"]

    def __str__(self):
        return self.number


class Site(models.Model):
    """A campus (vestigingsplaats) of a school."""

    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(_("name"), max_length=200, blank=True)
    number = models.CharField(_("site number"), max_length=20, blank=True)
    street = models.CharField(_("street and number"), max_length=200)
    postal_code = models.CharField(_("postal code"), max_length=4, validators=[POSTAL_CODE])
    municipality = models.CharField(_("municipality"), max_length=100)
    is_main = models.BooleanField(_("main site"), default=False)
    # The address without spaces, case and accents: two ways of writing one address are one site.
    address_key = models.CharField(max_length=250, editable=False)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["-is_main", "municipality", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "address_key"],
                name="one_site_per_address_and_school",
                violation_error_message=_("This school already has a site at this address."),
            ),
        ]

    def __str__(self):
        return f"{self.street}, {self.postal_code} {self.municipality}"

    def save(self, *args, **kwargs):
        self.address_key = address_key(self.street, self.postal_code)
        super().save(*args, **kwargs)


# --- The framework of the label --------------------------------------------------------------------------------------


class Framework(models.Model):
    """One version of the label's criteria. Answers keep the version under which they were given."""

    version = models.PositiveSmallIntegerField(_("version"), unique=True)
    title = models.CharField(_("title"), max_length=200)
    is_current = models.BooleanField(_("in use for new self-assessments"), default=False)

    class Meta:
        verbose_name = _("version of the criteria")
        verbose_name_plural = _("versions of the criteria")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["is_current"], condition=Q(is_current=True), name="one_current_framework"),
        ]

    def __str__(self):
        return self.title


class KeyElement(models.Model):
    """One of the seven groups of criteria."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="key_elements")
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1), MaxValueValidator(9)])
    name_en = models.CharField(_("English name"), max_length=120)
    label_nl = models.CharField(_("Dutch name"), max_length=120)

    class Meta:
        verbose_name = _("key element")
        verbose_name_plural = _("key elements")
        ordering = ["framework", "number"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "number"], name="one_key_element_per_number"),
        ]

    def __str__(self):
        return f"{self.number} {self.label_nl}"


class Criterion(models.Model):
    """One of the 21 criteria. The Dutch labels are ours and provisional; Voka edits them in the back office."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="criteria")
    key_element = models.ForeignKey(KeyElement, on_delete=models.PROTECT, related_name="criteria")
    number = models.CharField(_("number"), max_length=4, validators=[RegexValidator(r"^[1-9]\.[1-9]$")])
    name_en = models.CharField(_("English name"), max_length=120)
    label_nl = models.CharField(_("Dutch name"), max_length=120)
    explanation = models.TextField(_("explanation"), max_length=1000, blank=True)
    to_be_confirmed = models.BooleanField(
        _("to be confirmed"), default=False, help_text=_("The English name was not found in a published source.")
    )

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["framework", "number"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "number"], name="one_criterion_per_number"),
        ]

    def __str__(self):
        return f"{self.number} {self.label_nl}"


# --- Self-assessment -------------------------------------------------------------------------------------------------


class SelfAssessment(models.Model):
    """A school's own view on all criteria, at the start or the end of a trajectory. Complete when each has a score."""

    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="assessments")
    trajectory = models.ForeignKey(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, related_name="assessments"
    )
    moment = models.CharField(_("moment"), max_length=5, choices=Moment)
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)

    class Meta:
        verbose_name = _("self-assessment")
        verbose_name_plural = _("self-assessments")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["school", "trajectory", "moment"], name="one_self_assessment_per_moment"),
        ]

    def __str__(self):
        return f"{self.school} ({self.get_moment_display()})"

    @property
    def organisation_id(self):
        return self.school_id


class CriterionScore(models.Model):
    """Score and argument on one criterion. `version` counts the saves: a form with an older one is stale."""

    assessment = models.ForeignKey(SelfAssessment, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(_("score"), choices=Score)
    argument = models.TextField(_("argument"))
    wording = models.CharField(_("wording of the criterion"), max_length=120)
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["criterion__number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="one_score_per_criterion"),
            models.CheckConstraint(name="a_score_is_0_to_4", condition=Q(score__gte=0, score__lte=4)),
            models.CheckConstraint(name="a_score_has_an_argument", condition=~Q(argument="")),
        ]

    def __str__(self):
        return f"{self.criterion}: {self.score}"


# --- Evidence --------------------------------------------------------------------------------------------------------


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


# --- The label itself ------------------------------------------------------------------------------------------------


class LabelAward(AppendOnlyModel):
    """A label that EUN gave, as recorded here. A mistake is put right by a new row that `replaces` the old one."""

    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="awards")
    level = models.CharField(_("level"), max_length=12, choices=LabelLevel)
    awarded_on = models.DateField(_("awarded on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    trajectory = models.ForeignKey(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proof = models.ForeignKey(
        Document, verbose_name=_("proof"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(_("remark"), blank=True)
    replaces = models.OneToOneField(
        "self", verbose_name=_("corrects"), on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["-awarded_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="a_label_is_valid_after_its_award",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("awarded_on")),
                violation_error_message=_("The end date is before the date of the award."),
            ),
        ]
        indexes = [models.Index(fields=["school", "-awarded_on", "-id"], name="labels_newest_first")]

    def __str__(self):
        return f"{self.school}: {self.get_level_display()}"

    def get_proof_url(self):
        return reverse("schools:label-proof", args=[self.school_id, self.pk])

    @property
    def organisation_id(self):
        return self.school_id

    @property
    def is_proven(self) -> bool:
        """Whether it counts: recorded by Voka without a file, or with a file that was found safe."""
        return self.proof is None or self.proof.is_safe


class LabelOutcome(models.Model):
    """How a school's step to the next level ended in a trajectory. What came later replaces it through the service."""

    trajectory = models.ForeignKey(
        Trajectory, verbose_name=_("trajectory"), on_delete=models.PROTECT, related_name="label_outcomes"
    )
    school = models.ForeignKey(School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="outcomes")
    outcome = models.CharField(_("outcome"), max_length=12, choices=OutcomeKind)
    level = models.CharField(_("level"), max_length=12, choices=LabelLevel)
    decided_on = models.DateField(_("decided on"))
    note = models.TextField(_("remark"), blank=True)
    award = models.OneToOneField(LabelAward, on_delete=models.PROTECT, null=True, blank=True, related_name="outcome")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"), auto_now=True)

    class Meta:
        verbose_name = _("label outcome")
        verbose_name_plural = _("label outcomes")
        ordering = ["-decided_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trajectory", "school"], name="one_label_outcome_per_school_and_trajectory"
            ),
            models.CheckConstraint(
                name="moving_up_is_backed_by_an_award",
                condition=~Q(outcome=OutcomeKind.MOVED_UP) | Q(award__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.school}: {self.get_outcome_display()}"

    @property
    def organisation_id(self):
        return self.school_id
