"""PostgreSQL refuses to change or delete a label or a step of evidence."""

from django.db import migrations

from accounts.history import forbid_changes


class Migration(migrations.Migration):
    dependencies = [("schools", "0001_initial")]

    operations = [forbid_changes("schools_labelaward"), forbid_changes("schools_evidencelog")]
