"""The first questionnaire says what is counted, as long as nobody answered it."""

from django.db import migrations

from companies.first_questionnaire import add_units


def tell_units(apps, schema_editor):
    add_units(apps.get_model("companies", "Question"))


class Migration(migrations.Migration):
    dependencies = [("companies", "0008_saving_while_typing")]

    operations = [migrations.RunPython(tell_units, migrations.RunPython.noop)]
