"""The intake with which a company signs up: answers, consents and the log of what happened to it.

What a newcomer gets wrong: writing `Intake.state` or `IntakeAnswer.refined`. Only companies.services does that, because
each move is logged.
"""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import AppendOnlyModel
from accounts.models import Organisation
from accounts.policy import is_voka_staff
from companies import enterprise_numbers
from companies.enums import (
    ConsentKind,
    HeadcountBand,
    IntakeState,
    LogKind,
    Maturity,
    NaceVersion,
    Sector,
    WorkgroupRole,
)
from companies.models.company import validate_nace_code, validate_postal_code
from companies.models.questionnaire import Question, Questionnaire
from phases.models import Trajectory

REASON_MAX_LENGTH = 2000


NOTE_MAX_LENGTH = 4000


REMARK_MAX_LENGTH = 2000


WISH_MAX_LENGTH = 1000


ANSWER_REMARK_MAX_LENGTH = 500


MAX_VOLUME = 100_000


class IntakeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Voka staff see all; others what their own company filled in, once it is accepted."""
        if not user.is_authenticated:
            return self.none()
        if is_voka_staff(user):
            return self
        return self.filter(organisation__in=user.organisation_ids)

    def accepted(self):
        return self.filter(state=IntakeState.ACCEPTED)


class Intake(models.Model):
    """The form with which a company signs up, what Voka did with it, and since when it is decided."""

    # What the company filled in
    submission_key = models.UUIDField(
        _("key of the form"),
        unique=True,
        default=uuid.uuid4,
        editable=False,
        help_text=_("The same form sent twice is one intake."),
    )
    fingerprint = models.CharField(_("fingerprint"), max_length=64, editable=False)
    trajectory = models.ForeignKey(
        Trajectory,
        verbose_name=_("trajectory"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="intakes",
        help_text=_("Empty when the company leaves the choice to Voka."),
    )
    questionnaire = models.ForeignKey(
        Questionnaire, verbose_name=_("questionnaire"), on_delete=models.PROTECT, related_name="intakes", editable=False
    )
    company_name = models.CharField(_("company name"), max_length=200)
    enterprise_number = models.CharField(
        _("enterprise number"), max_length=10, validators=[enterprise_numbers.validate]
    )
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=4, validators=[validate_postal_code])
    municipality = models.CharField(_("municipality"), max_length=100)
    sector = models.CharField(_("sector"), max_length=30, choices=Sector)
    headcount_band = models.CharField(_("number of employees"), max_length=10, choices=HeadcountBand)
    website = models.URLField(_("website"), max_length=300, blank=True)
    contact_first_name = models.CharField(_("first name"), max_length=80)
    contact_last_name = models.CharField(_("last name"), max_length=80)
    contact_function = models.CharField(_("job function"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail address"), max_length=254)
    contact_phone = models.CharField(
        _("telephone"), max_length=20, help_text=_("International, for example +3214000000.")
    )
    colleague_name = models.CharField(_("second contact"), max_length=160, blank=True)
    colleague_function = models.CharField(_("job function of the second contact"), max_length=120, blank=True)
    colleague_email = models.EmailField(_("e-mail address of the second contact"), max_length=254, blank=True)
    nace_code = models.CharField(_("NACE-BEL code"), max_length=5, blank=True, validators=[validate_nace_code])
    nace_version = models.CharField(_("version of the NACE-BEL code"), max_length=4, choices=NaceVersion, blank=True)
    places_per_year = models.PositiveIntegerField(
        _("places per year"), null=True, blank=True, validators=[MaxValueValidator(MAX_VOLUME)]
    )
    languages = models.CharField(_("languages"), max_length=200, blank=True)
    safety = models.TextField(_("safety and age"), max_length=WISH_MAX_LENGTH, blank=True)
    partner_schools = models.TextField(_("partner schools"), max_length=WISH_MAX_LENGTH, blank=True)
    study_domains = models.JSONField(_("study domains"), default=list, blank=True)
    key_elements = models.JSONField(_("key elements"), default=list, blank=True)
    workgroup_role = models.CharField(_("part in a workgroup"), max_length=10, choices=WorkgroupRole, blank=True)
    goals = models.TextField(_("goals"), max_length=WISH_MAX_LENGTH, blank=True)
    barriers = models.TextField(_("barriers"), max_length=WISH_MAX_LENGTH, blank=True)
    remark = models.TextField(_("remark"), max_length=REMARK_MAX_LENGTH, blank=True)
    created_at = models.DateTimeField(_("received"), auto_now_add=True)

    # What Voka did with it
    state = models.CharField(
        _("state"), max_length=12, choices=IntakeState, default=IntakeState.SUBMITTED, editable=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("followed up by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_intakes",
        limit_choices_to={"is_staff": True},
    )
    nudged_at = models.DateTimeField(_("reminded"), null=True, editable=False)
    refined_at = models.DateTimeField(_("refined"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    declined_reason = models.TextField(_("reason of the refusal"), blank=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="intakes",
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="merged_intakes",
    )

    objects = IntakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="intake_state_is_known", condition=Q(state__in=[state.value for state in IntakeState])
            ),
            models.CheckConstraint(
                name="a_nace_code_of_an_intake_says_its_version",
                condition=Q(nace_code="", nace_version="") | (~Q(nace_code="") & ~Q(nace_version="")),
            ),
            models.CheckConstraint(
                name="an_intake_has_an_enterprise_number", condition=Q(enterprise_number__regex=r"^[01][0-9]{9}$")
            ),
            models.CheckConstraint(
                name="a_declined_intake_has_a_reason",
                condition=(Q(state=IntakeState.DECLINED) & ~Q(declined_reason=""))
                | (~Q(state=IntakeState.DECLINED) & Q(declined_reason="")),
            ),
            models.CheckConstraint(
                name="an_accepted_intake_has_organisation_and_trajectory",
                condition=Q(state=IntakeState.ACCEPTED, organisation__isnull=False, trajectory__isnull=False)
                | (~Q(state=IntakeState.ACCEPTED) & Q(organisation__isnull=True)),
            ),
            models.CheckConstraint(
                name="a_decided_intake_says_when_and_by_whom",
                condition=Q(
                    state__in=[IntakeState.ACCEPTED, IntakeState.DECLINED, IntakeState.MERGED],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                )
                | (
                    ~Q(state__in=[IntakeState.ACCEPTED, IntakeState.DECLINED, IntakeState.MERGED])
                    & Q(decided_at__isnull=True, decided_by__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="a_merged_intake_says_into_which",
                condition=Q(state=IntakeState.MERGED, merged_into__isnull=False)
                | (~Q(state=IntakeState.MERGED) & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="a_refined_intake_says_when",
                condition=~Q(state=IntakeState.REFINED) | Q(refined_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["organisation", "trajectory"],
                condition=Q(state=IntakeState.ACCEPTED),
                name="one_accepted_intake_per_company_and_trajectory",
            ),
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=Q(state=IntakeState.SUBMITTED) & ~Q(fingerprint=""),
                name="one_untouched_intake_says_the_same",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-created_at"], name="intakes_by_state"),
            models.Index(fields=["-created_at", "-id"], name="intakes_newest_first"),
            models.Index(fields=["enterprise_number"], name="intakes_by_number"),
            models.Index(fields=["contact_email"], name="intakes_by_address"),
            models.Index(fields=["fingerprint"], name="intakes_by_fingerprint"),
            models.Index(fields=["trajectory", "state"], name="intakes_of_a_trajectory"),
            models.Index(fields=["contact_phone"], name="intakes_by_phone"),
        ]

    def __str__(self):
        return self.company_name

    @property
    def contact_name(self) -> str:
        return f"{self.contact_first_name} {self.contact_last_name}"

    @property
    def shown_enterprise_number(self) -> str:
        return enterprise_numbers.shown(self.enterprise_number)

    @property
    def is_decided(self) -> bool:
        return IntakeState(self.state).is_decided

    @property
    def is_refined(self) -> bool:
        """Whether Voka went over the answers with the company; stays true after acceptance."""
        return self.refined_at is not None


class IntakeAnswer(models.Model):
    """One answer of a company, and beside it what Voka made of it after talking to them."""

    intake = models.ForeignKey(Intake, verbose_name=_("intake"), on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, verbose_name=_("question"), on_delete=models.PROTECT, related_name="answers")
    declared = models.CharField(_("declared"), max_length=14, choices=Maturity)
    volume = models.PositiveIntegerField(
        _("how often last school year"), null=True, blank=True, validators=[MaxValueValidator(MAX_VOLUME)]
    )
    remark = models.CharField(_("remark"), max_length=ANSWER_REMARK_MAX_LENGTH, blank=True)
    refined = models.CharField(
        _("refined"),
        max_length=14,
        choices=Maturity,
        blank=True,
        help_text=_("Empty when the declared answer is right."),
    )
    refined_why = models.CharField(_("why"), max_length=ANSWER_REMARK_MAX_LENGTH, blank=True)
    refined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("refined by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    refined_at = models.DateTimeField(_("refined on"), null=True, editable=False)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["question__number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["intake", "question"], name="one_answer_per_question"),
            models.CheckConstraint(
                name="a_declared_answer_is_known", condition=Q(declared__in=[value.value for value in Maturity])
            ),
            models.CheckConstraint(
                name="a_refined_answer_says_who_when_and_why",
                condition=Q(refined="", refined_why="", refined_by__isnull=True, refined_at__isnull=True)
                | (
                    Q(
                        refined__in=[value.value for value in Maturity],
                        refined_by__isnull=False,
                        refined_at__isnull=False,
                    )
                    & ~Q(refined_why="")
                ),
            ),
        ]

    def __str__(self):
        return f"{self.question}: {self.value.in_full}"

    @property
    def declared_in_full(self) -> str:
        return Maturity(self.declared).in_full

    @property
    def value(self) -> Maturity:
        """What counts: the refined answer, or else the declared one."""
        return Maturity(self.refined or self.declared)


class IntakeConsent(models.Model):
    """Proof of a consent: exactly what was on the screen, and when the box was ticked. No row means not given."""

    intake = models.ForeignKey(Intake, verbose_name=_("intake"), on_delete=models.CASCADE, related_name="consents")
    email = models.EmailField(_("given by"), max_length=254)
    kind = models.CharField(_("kind"), max_length=12, choices=ConsentKind)
    version = models.CharField(_("version"), max_length=20)
    text = models.TextField(_("text"))
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["intake", "kind"], name="one_consent_per_kind"),
            models.CheckConstraint(
                name="a_consent_is_withdrawn_after_it_was_given",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} ({self.version})"


class IntakeLog(AppendOnlyModel):
    """Everything that happened to an intake: moves, contacts with the company, refined answers. `by` empty means the company."""

    intake = models.ForeignKey(Intake, verbose_name=_("intake"), on_delete=models.PROTECT, related_name="log")
    kind = models.CharField(_("kind"), max_length=12, choices=LogKind)
    text = models.TextField(_("text"), blank=True, max_length=NOTE_MAX_LENGTH)
    question = models.ForeignKey(
        Question, verbose_name=_("question"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    old_value = models.CharField(_("old answer"), max_length=14, choices=Maturity, blank=True)
    new_value = models.CharField(_("new answer"), max_length=14, choices=Maturity, blank=True)
    next_on = models.DateField(_("next contact on"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("intake log entry")
        verbose_name_plural = _("intake log")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="a_correction_names_its_question",
                condition=(Q(kind=LogKind.CORRECTION, question__isnull=False) & ~Q(old_value=""))
                | (~Q(kind=LogKind.CORRECTION) & Q(question__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["intake", "-at"], name="intake_log_newest_first")]

    def __str__(self):
        return f"{self.intake}: {self.get_kind_display()}"

    @property
    def actor(self) -> str:
        return str(self.by) if self.by_id else str(self.intake)
