"""A consent belongs to the person who gave it, and not to whoever is the contact of that intake later on."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill_in_the_address(apps, schema_editor):
    """The contact as the intake knows it now: nothing older was kept."""
    intakes = apps.get_model("companies", "Intake").objects.filter(pk=OuterRef("intake"))
    consents = apps.get_model("companies", "IntakeConsent").objects.all()
    consents.update(email=Subquery(intakes.values("contact_email")[:1]))


class Migration(migrations.Migration):
    dependencies = [("companies", "0009_units_of_the_first_questions")]

    operations = [
        migrations.AddField(
            model_name="intakeconsent",
            name="email",
            field=models.EmailField(default="", max_length=254, verbose_name="given by"),
            preserve_default=False,
        ),
        migrations.RunPython(fill_in_the_address, migrations.RunPython.noop),
    ]
