"""Give each database its first questionnaire, and each organisation of the kind company its profile."""

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.db.models.signals import post_migrate, post_save
from django.utils.translation import gettext_lazy as _

from accounts.leaving import asked_to_leave


class CompaniesConfig(AppConfig):
    name = "companies"
    verbose_name = _("Companies")

    def ready(self):
        post_migrate.connect(sow_first_questionnaire, sender=self)
        post_save.connect(give_profile, sender="accounts.Organisation")
        post_save.connect(welcome_member, sender="accounts.Membership", dispatch_uid="a contact of a company joins")
        asked_to_leave.connect(ties_of_contact, dispatch_uid="a company keeps a contact")


def sow_first_questionnaire(sender, apps=global_apps, **kwargs):
    """After `migrate` and after a flush; does nothing while the tables do not exist yet or when there is one already."""
    from companies.first_questionnaire import sow

    try:
        sow(apps.get_model("companies", "Questionnaire"), apps.get_model("companies", "Question"))
    except LookupError:
        return


def give_profile(sender, instance, raw=False, **kwargs):
    """A company that Voka adds by hand has a page like the others; accepting an intake fills its profile in."""
    from accounts.enums import OrganisationKind
    from companies.models import Company

    if instance.kind == OrganisationKind.COMPANY and not raw:
        Company.objects.get_or_create(organisation=instance)


def welcome_member(sender, instance, created, raw=False, **kwargs):
    """Consents and hand-overs that waited for this person find them."""
    from accounts.enums import OrganisationKind
    from companies.services.contacts import welcome_member as welcome

    if created and not raw and instance.organisation.kind == OrganisationKind.COMPANY:
        welcome(instance)


def ties_of_contact(sender, membership, by, **kwargs):
    """What a contact of a company settles before leaving."""
    from companies.selectors import ties_of_contact as ties

    return ties(membership, by)
