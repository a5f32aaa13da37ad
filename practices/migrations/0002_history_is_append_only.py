"""PostgreSQL refuses to change or delete a line of a practice's history."""

from django.db import migrations

from accounts.history import forbid_changes


class Migration(migrations.Migration):
    dependencies = [("practices", "0001_initial")]

    operations = [forbid_changes("practices_practicelog")]
