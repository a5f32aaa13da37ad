"""The first Voka administrator of a new installation. Everyone after that comes in by invitation."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from accounts.services import add_member


class Command(BaseCommand):
    help = "Make EMAIL administrator of a Voka chamber; the chamber is made when it does not exist. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument(
            "--chamber", required=True, help="name of the Voka chamber, for example 'Voka - KvK Mechelen-Kempen'"
        )
        parser.add_argument("--first-name", default="Voka")
        parser.add_argument("--last-name", default="Beheer")

    @transaction.atomic
    def handle(self, *args, **options):
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an e-mail address.") from error
        chamber, made_chamber = Organisation.objects.get_or_create(
            kind=OrganisationKind.VOKA, name=options["chamber"].strip()
        )
        user = User.objects.filter(email__iexact=email).first()
        made_user = user is None
        if user is None:
            user = User.objects.create_user(email, first_name=options["first_name"], last_name=options["last_name"])
        EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
        self._make_administrator(user, chamber)
        self.stdout.write(f"{'Made' if made_chamber else 'Found'} the chamber {chamber}.")
        self.stdout.write(
            f"{'Made' if made_user else 'Found'} the account {user.email}, now administrator of {chamber}."
        )
        if not user.has_usable_password():
            self.stdout.write(
                f"Choose a password at {settings.BASE_URL}{reverse('account_reset_password')} (a mail with a link follows), "
                f"or here with: python manage.py changepassword {user.email}"
            )

    def _make_administrator(self, user, chamber):
        current = Membership.objects.active().filter(user=user, organisation=chamber).first()
        if current is None:
            add_member(user=user, organisation=chamber, role=Role.ADMINISTRATOR)
        elif current.role != Role.ADMINISTRATOR:
            current.role = Role.ADMINISTRATOR
            current.save(update_fields=["role"])
