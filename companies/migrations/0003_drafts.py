"""Sign-ups on their way (drafts), and what a company can and wants beside its answers."""

import uuid

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import companies.models.draft


class Migration(migrations.Migration):
    dependencies = [("companies", "0002_history_is_append_only")]

    operations = [
        migrations.CreateModel(
            name="IntakeDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="key of the form"),
                ),
                ("data", models.JSONField(default=dict, editable=False, verbose_name="what was typed")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="begun")),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="last saved")),
                (
                    "expires_at",
                    models.DateTimeField(default=companies.models.draft.draft_expiry, verbose_name="goes away on"),
                ),
                ("reminded_at", models.DateTimeField(editable=False, null=True, verbose_name="reminded")),
                ("link_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("link_expires_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "draft of a sign-up",
                "verbose_name_plural": "drafts of sign-ups",
                "ordering": ["-updated_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="intake",
            name="barriers",
            field=models.TextField(blank=True, max_length=1000, verbose_name="barriers"),
        ),
        migrations.AddField(
            model_name="intake",
            name="colleague_email",
            field=models.EmailField(blank=True, max_length=254, verbose_name="e-mail address of the second contact"),
        ),
        migrations.AddField(
            model_name="intake",
            name="colleague_function",
            field=models.CharField(blank=True, max_length=120, verbose_name="job function of the second contact"),
        ),
        migrations.AddField(
            model_name="intake",
            name="colleague_name",
            field=models.CharField(blank=True, max_length=160, verbose_name="second contact"),
        ),
        migrations.AddField(
            model_name="intake",
            name="goals",
            field=models.TextField(blank=True, max_length=1000, verbose_name="goals"),
        ),
        migrations.AddField(
            model_name="intake",
            name="key_elements",
            field=models.JSONField(blank=True, default=list, verbose_name="key elements"),
        ),
        migrations.AddField(
            model_name="intake",
            name="languages",
            field=models.CharField(blank=True, max_length=200, verbose_name="languages"),
        ),
        migrations.AddField(
            model_name="intake",
            name="nace_code",
            field=models.CharField(
                blank=True,
                max_length=5,
                validators=[django.core.validators.RegexValidator("^[0-9]{5}\\Z", "A NACE-BEL code has five digits.")],
                verbose_name="NACE-BEL code",
            ),
        ),
        migrations.AddField(
            model_name="intake",
            name="nace_version",
            field=models.CharField(
                blank=True,
                choices=[("2008", "NACE-BEL 2008"), ("2025", "NACE-BEL 2025")],
                max_length=4,
                verbose_name="version of the NACE-BEL code",
            ),
        ),
        migrations.AddField(
            model_name="intake",
            name="partner_schools",
            field=models.TextField(blank=True, max_length=1000, verbose_name="partner schools"),
        ),
        migrations.AddField(
            model_name="intake",
            name="places_per_year",
            field=models.PositiveIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MaxValueValidator(100000)],
                verbose_name="places per year",
            ),
        ),
        migrations.AddField(
            model_name="intake",
            name="safety",
            field=models.TextField(blank=True, max_length=1000, verbose_name="safety and age"),
        ),
        migrations.AddField(
            model_name="intake",
            name="study_domains",
            field=models.JSONField(blank=True, default=list, verbose_name="study domains"),
        ),
        migrations.AddField(
            model_name="intake",
            name="workgroup_role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("join", "Take part"),
                    ("chair", "Take part, and perhaps chair"),
                    ("later", "We decide later"),
                ],
                max_length=10,
                verbose_name="part in a workgroup",
            ),
        ),
        migrations.AlterField(
            model_name="company",
            name="nace_code",
            field=models.CharField(
                blank=True,
                max_length=5,
                validators=[django.core.validators.RegexValidator("^[0-9]{5}\\Z", "A NACE-BEL code has five digits.")],
                verbose_name="NACE-BEL code",
            ),
        ),
        migrations.AddIndex(
            model_name="intake", index=models.Index(fields=["contact_email"], name="intakes_by_address")
        ),
        migrations.AddIndex(
            model_name="intake", index=models.Index(fields=["fingerprint"], name="intakes_by_fingerprint")
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("nace_code", ""), ("nace_version", "")),
                    models.Q(models.Q(("nace_code", ""), _negated=True), models.Q(("nace_version", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_nace_code_of_an_intake_says_its_version",
            ),
        ),
        migrations.AddField(
            model_name="intakedraft",
            name="intake",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="drafts",
                to="companies.intake",
                verbose_name="intake",
            ),
        ),
        migrations.AddField(
            model_name="intakedraft",
            name="questionnaire",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drafts",
                to="companies.questionnaire",
                verbose_name="questionnaire",
            ),
        ),
        migrations.AddIndex(
            model_name="intakedraft",
            index=models.Index(fields=["expires_at"], name="drafts_by_end"),
        ),
        migrations.AddIndex(
            model_name="intakedraft",
            index=models.Index(fields=["email"], name="drafts_by_address"),
        ),
        migrations.AddConstraint(
            model_name="intakedraft",
            constraint=models.UniqueConstraint(
                condition=models.Q(("link_hash", ""), _negated=True),
                fields=("link_hash",),
                name="a_link_opens_one_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="intakedraft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("intake__isnull", True), models.Q(("email", ""), ("link_hash", "")), _connector="OR"
                ),
                name="a_sent_draft_keeps_no_address_and_no_link",
            ),
        ),
    ]
