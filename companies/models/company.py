"""A company: what the portal knows of an organisation because it is one."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from accounts.policy import is_voka_staff
from companies import enterprise_numbers
from companies.enums import (
    HeadcountBand,
    NaceVersion,
    Sector,
)
from phases.models import Participation

validate_postal_code = RegexValidator(
    r"^([1-8]\d{3}|9[0-8]\d{2}|99[0-8]\d|999[0-2])\Z",
    _("A Belgian postal code has four digits, from 1000 to 9992."),
)

validate_nace_code = RegexValidator(r"^[0-9]{5}\Z", _("A NACE-BEL code has five digits."))


class CompanyQuerySet(models.QuerySet):
    def standing(self):
        """Without the ones that were merged into another: they only remain to be able to undo that."""
        return self.filter(merged_into__isnull=True)

    def visible_to(self, user):
        """Voka staff see all; others their own company and those that share or shared a trajectory with them.

        Nobody sees what was merged into another: its page leads there (`where_it_went`).
        """
        if not user.is_authenticated:
            return self.none()
        standing = self.standing()
        if is_voka_staff(user):
            return standing
        shared = Participation.objects.filter(organisation__in=user.organisation_ids).values("trajectory")
        companions = Participation.objects.filter(trajectory__in=shared).values("organisation")
        return standing.filter(Q(pk__in=user.organisation_ids) | Q(pk__in=companions))


class Company(models.Model):
    """What the portal knows of an organisation because it is a company. Its id is the organisation's."""

    organisation = models.OneToOneField(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="company",
        limit_choices_to={"kind": OrganisationKind.COMPANY},
    )
    enterprise_number = models.CharField(
        _("enterprise number"),
        max_length=10,
        unique=True,
        null=True,
        blank=True,
        validators=[enterprise_numbers.validate],
        error_messages={"unique": _("There is already a company with this enterprise number.")},
    )
    sector = models.CharField(_("sector"), max_length=30, choices=Sector, blank=True)
    nace_code = models.CharField(
        _("NACE-BEL code"),
        max_length=5,
        blank=True,
        validators=[validate_nace_code],
    )
    nace_version = models.CharField(_("version of the NACE-BEL code"), max_length=4, choices=NaceVersion, blank=True)
    headcount_band = models.CharField(_("number of employees"), max_length=10, choices=HeadcountBand, blank=True)

    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="merged_companies",
    )

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["organisation__name", "organisation"]
        constraints = [
            models.CheckConstraint(
                name="enterprise_number_is_ten_digits",
                condition=Q(enterprise_number__isnull=True) | Q(enterprise_number__regex=r"^[01][0-9]{9}$"),
            ),
            models.CheckConstraint(
                name="a_nace_code_says_its_version",
                condition=Q(nace_code="", nace_version="") | (~Q(nace_code="") & ~Q(nace_version="")),
                violation_error_message=_("Fill in the NACE-BEL code and its version together."),
            ),
        ]

    def __str__(self):
        return self.organisation.name

    def get_absolute_url(self):
        return reverse("companies:detail", args=[self.pk])

    @property
    def shown_enterprise_number(self) -> str:
        """0566.988.259, or empty while Voka does not know it."""
        return enterprise_numbers.shown(self.enterprise_number) if self.enterprise_number else ""

    def where_it_went(self):
        """The company that remains of this one: itself, or the end of a row of merges."""
        company = self
        while company.merged_into_id:
            company = company.merged_into
        return company

    @cached_property
    def _participant_ids(self):
        shared = Participation.objects.filter(organisation=self.pk).values("trajectory")
        return frozenset(Participation.objects.filter(trajectory__in=shared).values_list("organisation_id", flat=True))

    def participant_ids(self) -> frozenset[int]:
        """Ids of all organisations that share or shared a trajectory with this company (policy: takes_part)."""
        return self._participant_ids
