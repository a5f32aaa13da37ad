"""People, organisations, who belongs where, and invitations.

A person signs in with an e-mail address (there are no usernames) and may belong to several organisations. Voka is one of
them: each chamber is an organisation and its staff are its members, so rights follow memberships and never a loose flag.
There are no superusers, groups or permission tables either: `create_administrator` makes the first person who may all.
"""

import secrets
from datetime import timedelta

import rules
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.enums import VOKA_ROLES, FunctionProfile, OrganisationKind, Role
from accounts.policy import Action
from accounts.validators import validate_phone


class UserManager(BaseUserManager):
    use_in_migrations = True

    def create_user(self, email, password=None, **fields):
        """Create a person; without a password the account cannot sign in until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A person. `is_staff` follows from an active membership of a Voka chamber (accounts.services keeps it so)."""

    email = models.EmailField(_("e-mail address"), max_length=254)
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    phone = models.CharField(_("telephone"), max_length=30, blank=True, validators=[validate_phone])
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may enter the back office"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["last_name", "first_name", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_per_email_address",
                violation_error_message=_("There is already an account with this e-mail address."),
            )
        ]

    def __str__(self):
        return self.get_full_name()

    def get_full_name(self):
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self):
        return self.first_name or self.email

    def has_perm(self, perm, obj=None):
        """Whether the policy lets this person do `perm` (an Action), for templates and Django's admin."""
        return rules.has_perm(perm, self, obj)

    def has_module_perms(self, app_label):
        """Django's admin asks whether this person has anything to do in the back office."""
        return self.has_perm(Action.MODERATE)

    @property
    def initials(self):
        return (self.first_name[:1] + self.last_name[:1]).upper()

    @cached_property
    def active_memberships(self):
        """Current memberships with their organisations; one query per request, shared by every policy question."""
        return list(self.memberships.active().select_related("organisation").order_by("id"))

    @cached_property
    def organisation_ids(self):
        return frozenset(membership.organisation_id for membership in self.active_memberships)


class OrganisationQuerySet(models.QuerySet):
    def of_kind(self, kind):
        return self.filter(kind=kind)

    def standing(self):
        """Those that somebody can choose: without the ones that were merged into another."""
        return self.filter(is_merged=False)


class Organisation(models.Model):
    """A school, a company, an external partner or a Voka chamber."""

    kind = models.CharField(_("kind"), max_length=10, choices=OrganisationKind)
    name = models.CharField(_("name"), max_length=200)
    chamber = models.ForeignKey(
        "self",
        verbose_name=_("Voka chamber"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="served_organisations",
        limit_choices_to={"kind": OrganisationKind.VOKA},
        help_text=_("Which chamber serves this organisation; the province does not decide it."),
    )
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    postal_code = models.CharField(
        _("postal code"),
        max_length=4,
        blank=True,
        validators=[RegexValidator(r"^[1-9]\d{3}$", _("A Belgian postal code has four digits, for example 2300."))],
    )
    municipality = models.CharField(_("municipality"), max_length=100, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    is_merged = models.BooleanField(
        _("merged into another"),
        default=False,
        editable=False,
        help_text=_("It only remains so that merging can be undone: nobody can choose it."),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="organisation_kind_is_known", condition=Q(kind__in=[kind.value for kind in OrganisationKind])
            ),
            models.CheckConstraint(
                name="a_chamber_is_not_served_by_a_chamber",
                condition=~Q(kind=OrganisationKind.VOKA) | Q(chamber__isnull=True),
                violation_error_message=_("A Voka chamber is not served by another chamber."),
            ),
        ]
        indexes = [models.Index(fields=["kind", "name"], name="organisations_by_kind")]

    def __str__(self):
        return self.name


class MembershipQuerySet(models.QuerySet):
    def active(self):
        """Memberships that count today."""
        today = timezone.localdate()
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=today), started_on__lte=today)


class Membership(models.Model):
    """A person in an organisation, with what they do there and since when. Ended, never deleted."""

    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    job_function = models.CharField(_("job function"), max_length=120, blank=True)
    function_profile = models.CharField(_("function profile"), max_length=20, choices=FunctionProfile, blank=True)
    started_on = models.DateField(_("since"), default=timezone.localdate)
    ended_on = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user__last_name", "user__first_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(ended_on__isnull=True),
                name="one_open_membership_per_person_and_organisation",
                violation_error_message=_("This person already belongs to this organisation."),
            ),
            models.CheckConstraint(
                name="a_membership_ends_after_it_starts",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                violation_error_message=_("The end date is before the start date."),
            ),
        ]

    def __str__(self):
        return f"{self.user} ({self.organisation})"

    @property
    def is_active(self):
        today = timezone.localdate()
        return self.started_on <= today and (self.ended_on is None or self.ended_on > today)


def new_nonce():
    return secrets.token_urlsafe(24)


def invitation_expiry():
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)


class InvitationQuerySet(models.QuerySet):
    def open(self):
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """An offer of a membership to one e-mail address.

    The link carries the signed id and nonce (accounts.services.invitation_token); sending again changes the nonce, so an
    older mail stops working.
    """

    email = models.EmailField(_("e-mail address"), max_length=254)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="invitations"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    job_function = models.CharField(_("job function"), max_length=120, blank=True)
    function_profile = models.CharField(_("function profile"), max_length=20, choices=FunctionProfile, blank=True)
    nonce = models.CharField(max_length=64, default=new_nonce, editable=False)
    invited_by = models.ForeignKey(
        User, verbose_name=_("invited by"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"), default=invitation_expiry)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, verbose_name=_("accepted by"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_invitation_per_address_and_organisation",
            ),
            models.CheckConstraint(
                name="an_accepted_invitation_says_by_whom",
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.email} ({self.organisation})"

    @property
    def is_voka(self):
        return self.role in VOKA_ROLES

    @property
    def is_open(self):
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()

    def get_absolute_url(self):
        from accounts.services import invitation_token

        return reverse("invitation", args=[invitation_token(self)])
