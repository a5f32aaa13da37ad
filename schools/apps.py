"""App configuration, and the two things that hold for every database: each school has a profile, the criteria are there."""

from django.apps import AppConfig
from django.apps import apps as registry
from django.db.models.signals import post_migrate, post_save
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind

THRESHOLDS = ("ThresholdSet", "CriterionThreshold", "ElementThreshold")


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = _("Schools")

    def ready(self):
        post_save.connect(give_profile, sender="accounts.Organisation", dispatch_uid="a school has a profile")
        post_migrate.connect(load_criteria, sender=self, dispatch_uid="the criteria are there")


def give_profile(sender, instance, *, raw, using, **kwargs):
    """An organisation of kind school has a School row, wherever it was made."""
    from schools.models import School

    if instance.kind == OrganisationKind.SCHOOL and not raw:
        School.objects.using(using).get_or_create(organisation=instance)


def load_criteria(sender, *, apps=registry, **kwargs):
    """After a flush too: without criteria no school can assess itself, without thresholds nobody sees a gap. `apps` knows the models as the tables are now."""
    from schools import first_thresholds, framework

    try:
        models = [apps.get_model("schools", name) for name in ("Framework", "KeyElement", "Criterion")]
        thresholds = [apps.get_model("schools", name) for name in THRESHOLDS]
    except LookupError:
        return  # migrated back to before this app
    framework.load(*models)
    first_thresholds.load(*thresholds)
