"""PostgreSQL refuses to change or delete an entry of an intake's log."""

from django.db import migrations

from accounts.history import forbid_changes


class Migration(migrations.Migration):
    dependencies = [("companies", "0001_initial")]

    operations = [forbid_changes("companies_intakelog")]
