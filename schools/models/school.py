"""A school: profile, former numbers and sites. The instellingsnummer is text and never a key."""

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from accounts.policy import is_voka_staff
from phases.models import Participation
from schools.addresses import address_key
from schools.enums import Network

INSTITUTION_NUMBER = RegexValidator(
    r"^\d{6}$", _("An institution number has six digits, for example 030569. Add zeros in front if it is shorter.")
)


POSTAL_CODE = RegexValidator(r"^[1-9]\d{3}$", _("A Belgian postal code has four digits, for example 2300."))


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

    def get_gap_url(self):
        return reverse("schools:gap", args=[self.pk])

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
