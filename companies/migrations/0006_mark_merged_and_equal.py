"""Mark what was merged before organisations knew it, and tell equal intakes apart before the database holds them to one."""

import hashlib

from django.db import migrations
from django.db.models import Count


def mark_merged(apps, schema_editor):
    """Each merge says so in its own list of changes too, or undoing it would leave the mark."""
    Organisation = apps.get_model("accounts", "Organisation")
    Merge = apps.get_model("companies", "Merge")
    for merge in Merge.objects.filter(company__isnull=False, undone_at=None):
        Organisation.objects.filter(pk=merge.company_id).update(is_merged=True)
        merge.touched.append(
            {
                "model": "accounts.organisation",
                "pk": merge.company_id,
                "before": {"is_merged": False},
                "after": {"is_merged": True},
            }
        )
        merge.save(update_fields=["touched"])


def tell_apart(apps, schema_editor):
    """The oldest of the intakes that say the same keeps its fingerprint."""
    Intake = apps.get_model("companies", "Intake")
    waiting = Intake.objects.filter(state="submitted").exclude(fingerprint="")
    shared = waiting.order_by().values("fingerprint").annotate(number=Count("pk")).filter(number__gt=1)
    for fingerprint in list(shared.values_list("fingerprint", flat=True)):
        for intake in list(waiting.filter(fingerprint=fingerprint).order_by("pk"))[1:]:
            intake.fingerprint = hashlib.sha256(f"{fingerprint} {intake.pk}".encode()).hexdigest()
            intake.save(update_fields=["fingerprint"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_organisation_is_merged"), ("companies", "0005_follow_up")]

    operations = [
        migrations.RunPython(mark_merged, migrations.RunPython.noop),
        migrations.RunPython(tell_apart, migrations.RunPython.noop),
    ]
