"""Word for word the same form is one intake, from however many drafts it is sent at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0006_mark_merged_and_equal")]

    operations = [
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "submitted"), models.Q(("fingerprint", ""), _negated=True)),
                fields=("fingerprint",),
                name="one_untouched_intake_says_the_same",
            ),
        ),
    ]
