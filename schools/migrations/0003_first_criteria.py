"""Load version 1 of the criteria of the STEM School Label."""

from django.db import migrations

from schools import framework


def load(apps, schema_editor):
    framework.load(*(apps.get_model("schools", name) for name in ("Framework", "KeyElement", "Criterion")))


class Migration(migrations.Migration):
    dependencies = [("schools", "0002_history_is_append_only")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
