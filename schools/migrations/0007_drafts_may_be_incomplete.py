"""A draft of evidence may be a title alone; and 1-12 and 112 are two addresses: their keys are worked out again."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from schools.addresses import address_key


def work_out_address_keys(apps, schema_editor):
    """Only keys in which a sign between two figures was left out can differ; the new keys are finer, so none collide."""
    sites = apps.get_model("schools", "Site").objects.using(schema_editor.connection.alias)
    changed = []
    for site in sites.only("pk", "street", "postal_code", "address_key").iterator():
        wanted = address_key(site.street, site.postal_code)
        if wanted != site.address_key:
            site.address_key = wanted
            changed.append(site)
    sites.bulk_update(changed, ["address_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("schools", "0006_words_of_fields"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="evidence",
            options={
                "ordering": ["-id"],
                "verbose_name": "evidence",
                "verbose_name_plural": "several pieces of evidence",
            },
        ),
        migrations.AlterField(
            model_name="evidence",
            name="text",
            field=models.TextField(blank=True, verbose_name="what did you do, and what shows that it works?"),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="practice_date",
            field=models.DateField(blank=True, null=True, verbose_name="date of the practice"),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="criteria",
            field=models.ManyToManyField(
                blank=True, related_name="evidence", to="schools.criterion", verbose_name="criteria"
            ),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="pupils_confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="confirmed by",
            ),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="pupils_confirmed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="no recognisable pupils, confirmed"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=~Q(state__in=["submitted", "approved"])
                | (~Q(text="") & Q(practice_date__isnull=False, pupils_confirmed_at__isnull=False)),
                name="what_is_handed_in_is_complete",
            ),
        ),
        migrations.RunPython(work_out_address_keys, migrations.RunPython.noop),
    ]
