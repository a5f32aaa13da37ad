"""PostgreSQL refuses to change or delete a measurement, an adjusted target or a line of history."""

from django.db import migrations

from accounts.history import forbid_changes


class Migration(migrations.Migration):
    dependencies = [("workgroups", "0001_initial")]

    operations = [
        forbid_changes("workgroups_measurement"),
        forbid_changes("workgroups_targetadjustment"),
        forbid_changes("workgroups_actionpointlog"),
    ]
