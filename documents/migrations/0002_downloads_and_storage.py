import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.history import forbid_changes


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("documents", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Download",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organisations", models.TextField(blank=True, verbose_name="organisations")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="downloads",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
            ],
            options={"verbose_name": "download", "verbose_name_plural": "downloads", "ordering": ["-id"]},
        ),
        migrations.CreateModel(
            name="StorageLimit",
            fields=[
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="storage_limit",
                        serialize=False,
                        to="accounts.organisation",
                        verbose_name="organisation",
                    ),
                ),
                ("megabytes", models.PositiveIntegerField(verbose_name="room in MB")),
            ],
            options={"verbose_name": "room for files", "verbose_name_plural": "room for files"},
        ),
        migrations.AddField(
            model_name="document",
            name="scanned_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Empty: no virus scanner was switched on.",
                null=True,
                verbose_name="scanned for viruses",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="state",
            field=models.CharField(
                choices=[
                    ("checking", "Being checked"),
                    ("safe", "Safe"),
                    ("refused", "Refused"),
                    ("missing", "Missing"),
                    ("removed", "Removed"),
                ],
                default="checking",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["state", "uploaded_at"], name="documents_by_state"),
        ),
        forbid_changes("documents_download"),
    ]
