"""What each step of a draft was saved by, so that a page that saves by itself never overwrites something newer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0007_equal_intakes_are_one")]

    operations = [
        migrations.AddField(
            model_name="intakedraft",
            name="saves",
            field=models.JSONField(default=dict, editable=False, verbose_name="what was saved when"),
        ),
    ]
