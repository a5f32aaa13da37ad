"""Whether an organisation was merged into another, so that every floor can leave it out of what there is to choose."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="is_merged",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="It only remains so that merging can be undone: nobody can choose it.",
                verbose_name="merged into another",
            ),
        ),
    ]
