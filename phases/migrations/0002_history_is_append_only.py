"""PostgreSQL refuses to change or delete a phase change."""

from django.db import migrations

from accounts.history import forbid_changes


class Migration(migrations.Migration):
    dependencies = [("phases", "0001_initial")]

    operations = [forbid_changes("phases_phasechange")]
