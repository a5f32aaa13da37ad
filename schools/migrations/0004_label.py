"""The gap and the way to a level: drafts of the criteria, thresholds in versions, applications, reminders, uploaded lists.

Version 1 of the thresholds is loaded after each migrate (schools/apps.py).
"""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from accounts.history import forbid_changes


class Migration(migrations.Migration):
    dependencies = [
        ("phases", "0002_history_is_append_only"),
        ("schools", "0003_first_criteria"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ApplicationStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("preparing", "In preparation"),
                            ("submitted", "Submitted"),
                            ("granted", "Granted"),
                            ("not_granted", "Not granted"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("happened_on", models.DateField(null=True, verbose_name="on")),
                ("note", models.TextField(blank=True, verbose_name="remark")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="recorded")),
            ],
            options={
                "verbose_name": "step of an application",
                "verbose_name_plural": "history of an application",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="CriterionThreshold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[("competent", "Competent"), ("proficient", "Proficient"), ("expert", "Expert")],
                        max_length=12,
                        verbose_name="level",
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        max_length=4,
                        validators=[django.core.validators.RegexValidator("^[1-9]\\.[1-9]$")],
                        verbose_name="criterion",
                    ),
                ),
                (
                    "min_score",
                    models.PositiveSmallIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(4)],
                        verbose_name="score, at least",
                    ),
                ),
                (
                    "min_evidence",
                    models.PositiveSmallIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(20)],
                        verbose_name="approved pieces of evidence, at least",
                    ),
                ),
            ],
            options={
                "verbose_name": "threshold of a criterion",
                "verbose_name_plural": "thresholds of the criteria",
                "ordering": ["number", "id"],
            },
        ),
        migrations.CreateModel(
            name="ElementThreshold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[("competent", "Competent"), ("proficient", "Proficient"), ("expert", "Expert")],
                        max_length=12,
                        verbose_name="level",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="key element")),
                (
                    "min_mean",
                    models.DecimalField(
                        decimal_places=1,
                        default=0,
                        max_digits=2,
                        validators=[django.core.validators.MaxValueValidator(4)],
                        verbose_name="mean score, at least",
                    ),
                ),
            ],
            options={
                "verbose_name": "threshold of a key element",
                "verbose_name_plural": "thresholds of the key elements",
                "ordering": ["number", "id"],
            },
        ),
        migrations.CreateModel(
            name="ExpiryReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("days_ahead", models.PositiveSmallIntegerField()),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "reminder of an expiry",
                "verbose_name_plural": "reminders of an expiry",
            },
        ),
        migrations.CreateModel(
            name="LabelApplication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[("competent", "Competent"), ("proficient", "Proficient"), ("expert", "Expert")],
                        max_length=12,
                        verbose_name="level",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("preparing", "In preparation"),
                            ("submitted", "Submitted"),
                            ("granted", "Granted"),
                            ("not_granted", "Not granted"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="preparing",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("submitted_on", models.DateField(blank=True, null=True, verbose_name="sent to EUN on")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="started")),
            ],
            options={
                "verbose_name": "label application",
                "verbose_name_plural": "label applications",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="SchoolList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=150, verbose_name="file")),
                ("content", models.BinaryField(null=True)),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="uploaded")),
                ("taken_over_at", models.DateTimeField(null=True, verbose_name="taken over")),
                ("created", models.PositiveIntegerField(null=True, verbose_name="new")),
                ("updated", models.PositiveIntegerField(null=True, verbose_name="changed")),
                ("unchanged", models.PositiveIntegerField(null=True, verbose_name="unchanged")),
                ("refused", models.PositiveIntegerField(null=True, verbose_name="refused")),
            ],
            options={
                "verbose_name": "list of schools",
                "verbose_name_plural": "lists of schools",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ThresholdSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField(unique=True, verbose_name="version")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "source",
                    models.TextField(
                        blank=True,
                        help_text="Schools read this on the page of the gap.",
                        max_length=1000,
                        verbose_name="where this comes from",
                    ),
                ),
                ("is_current", models.BooleanField(default=False, editable=False, verbose_name="in use")),
                ("is_draft", models.BooleanField(default=True, editable=False, verbose_name="draft")),
            ],
            options={
                "verbose_name": "version of the thresholds",
                "verbose_name_plural": "versions of the thresholds (not official)",
                "ordering": ["-version"],
            },
        ),
        migrations.AddField(
            model_name="framework",
            name="is_draft",
            field=models.BooleanField(default=False, editable=False, verbose_name="draft"),
        ),
        migrations.AddConstraint(
            model_name="framework",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_current", True), ("is_draft", True), _negated=True),
                name="a_framework_in_use_is_no_draft",
            ),
        ),
        migrations.AddField(
            model_name="applicationstep",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="expiryreminder",
            name="award",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="schools.labelaward"
            ),
        ),
        migrations.AddField(
            model_name="labelapplication",
            name="award",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="schools.labelaward",
                verbose_name="label",
            ),
        ),
        migrations.AddField(
            model_name="labelapplication",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="started by",
            ),
        ),
        migrations.AddField(
            model_name="labelapplication",
            name="school",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="schools.school",
                verbose_name="school",
            ),
        ),
        migrations.AddField(
            model_name="labelapplication",
            name="trajectory",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="phases.trajectory",
                verbose_name="trajectory",
            ),
        ),
        migrations.AddField(
            model_name="applicationstep",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="schools.labelapplication"
            ),
        ),
        migrations.AddField(
            model_name="schoollist",
            name="taken_over_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="taken over by",
            ),
        ),
        migrations.AddField(
            model_name="schoollist",
            name="uploaded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="uploaded by",
            ),
        ),
        migrations.AddConstraint(
            model_name="thresholdset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)), fields=("is_current",), name="one_threshold_set_is_in_use"
            ),
        ),
        migrations.AddConstraint(
            model_name="thresholdset",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_current", True), ("is_draft", True), _negated=True),
                name="thresholds_in_use_are_no_draft",
            ),
        ),
        migrations.AddField(
            model_name="elementthreshold",
            name="thresholds",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="elements", to="schools.thresholdset"
            ),
        ),
        migrations.AddField(
            model_name="criterionthreshold",
            name="thresholds",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="criteria", to="schools.thresholdset"
            ),
        ),
        migrations.AddConstraint(
            model_name="expiryreminder",
            constraint=models.UniqueConstraint(fields=("award", "days_ahead"), name="one_reminder_per_label_and_term"),
        ),
        migrations.AddIndex(
            model_name="labelapplication",
            index=models.Index(fields=["state", "-id"], name="applications_by_state"),
        ),
        migrations.AddConstraint(
            model_name="labelapplication",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("preparing", "submitted"))),
                fields=("school",),
                name="one_open_application_per_school",
            ),
        ),
        migrations.AddConstraint(
            model_name="labelapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "submitted"), _negated=True), ("submitted_on__isnull", False), _connector="OR"
                ),
                name="a_submitted_application_has_its_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="labelapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "granted"), _negated=True), ("award__isnull", False), _connector="OR"
                ),
                name="a_granted_application_has_its_label",
            ),
        ),
        migrations.AddConstraint(
            model_name="elementthreshold",
            constraint=models.UniqueConstraint(
                fields=("thresholds", "level", "number"), name="one_threshold_per_key_element_and_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="elementthreshold",
            constraint=models.CheckConstraint(
                condition=models.Q(("min_mean__gte", 0), ("min_mean__lte", 4)), name="a_threshold_mean_is_0_to_4"
            ),
        ),
        migrations.AddConstraint(
            model_name="criterionthreshold",
            constraint=models.UniqueConstraint(
                fields=("thresholds", "level", "number"), name="one_threshold_per_criterion_and_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="criterionthreshold",
            constraint=models.CheckConstraint(
                condition=models.Q(("min_score__lte", 4)), name="a_threshold_score_is_0_to_4"
            ),
        ),
        forbid_changes("schools_applicationstep"),
    ]
