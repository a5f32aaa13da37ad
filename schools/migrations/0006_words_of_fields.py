"""Words for the fields that the back office shows. Nothing changes in the database."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("schools", "0005_evidence_and_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="criterion",
            name="framework",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="criteria",
                to="schools.framework",
                verbose_name="version of the criteria",
            ),
        ),
        migrations.AlterField(
            model_name="criterion",
            name="key_element",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="criteria",
                to="schools.keyelement",
                verbose_name="key element",
            ),
        ),
        migrations.AlterField(
            model_name="criterionscore",
            name="criterion",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="schools.criterion",
                verbose_name="criterion",
            ),
        ),
        migrations.AlterField(
            model_name="criterionscore",
            name="updated_at",
            field=models.DateTimeField(auto_now=True, verbose_name="changed"),
        ),
        migrations.AlterField(
            model_name="criterionscore",
            name="updated_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="updated by",
            ),
        ),
        migrations.AlterField(
            model_name="keyelement",
            name="framework",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="key_elements",
                to="schools.framework",
                verbose_name="version of the criteria",
            ),
        ),
        migrations.AlterField(
            model_name="selfassessment",
            name="framework",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="schools.framework",
                verbose_name="version of the criteria",
            ),
        ),
    ]
