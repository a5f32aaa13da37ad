"""Questions say their pillar, what each step means, how often is counted and of whom they are asked; final measurements."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import companies.models.questionnaire
from companies.first_questionnaire import add_pillars


def fill_in_pillars(apps, schema_editor):
    add_pillars(apps.get_model("companies", "Question"))


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0003_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="question",
            name="asked_of",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Tick nothing to ask everyone.",
                validators=[companies.models.questionnaire.validate_bands],
                verbose_name="asked of companies with",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="pillar",
            field=models.CharField(
                blank=True,
                help_text="Questions with the same pillar are shown together.",
                max_length=80,
                verbose_name="pillar",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="step_0",
            field=models.CharField(default="We doen dit niet", max_length=160, verbose_name="what 0 means"),
        ),
        migrations.AddField(
            model_name="question",
            name="step_1",
            field=models.CharField(default="Een keer, op vraag", max_length=160, verbose_name="what 1 means"),
        ),
        migrations.AddField(
            model_name="question",
            name="step_2",
            field=models.CharField(
                default="Elk jaar, hangt af van één persoon", max_length=160, verbose_name="what 2 means"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="step_3",
            field=models.CharField(
                default="Afspraken, vast contact, budget", max_length=160, verbose_name="what 3 means"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="step_4",
            field=models.CharField(
                default="Gemeten, gedeeld, in het HR-beleid", max_length=160, verbose_name="what 4 means"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="volume_label",
            field=models.CharField(
                default="Hoeveel keer vorig schooljaar?", max_length=120, verbose_name="question on how often"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="volume_unit",
            field=models.CharField(
                blank=True,
                help_text="What is counted, for example “bezoeken”. May stay empty.",
                max_length=40,
                verbose_name="unit",
            ),
        ),
        migrations.AlterField(
            model_name="question",
            name="number",
            field=models.PositiveSmallIntegerField(
                help_text="Companies get them in this order.",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)],
                verbose_name="number",
            ),
        ),
        migrations.RunPython(fill_in_pillars, migrations.RunPython.noop),
        migrations.CreateModel(
            name="FinalMeasurement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="version")),
                ("started_at", models.DateTimeField(auto_now_add=True, verbose_name="started")),
                ("completed_at", models.DateTimeField(editable=False, null=True, verbose_name="completed")),
                (
                    "missing_reason",
                    models.TextField(blank=True, editable=False, max_length=2000, verbose_name="why it is missing"),
                ),
                (
                    "completed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="completed by",
                    ),
                ),
                (
                    "intake",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="final_measurement",
                        to="companies.intake",
                        verbose_name="intake",
                    ),
                ),
                (
                    "missing_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="marked missing by",
                    ),
                ),
            ],
            options={
                "verbose_name": "final measurement",
                "verbose_name_plural": "final measurements",
                "ordering": ["intake"],
            },
        ),
        migrations.CreateModel(
            name="FinalAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "value",
                    models.CharField(
                        choices=[
                            ("0", "not"),
                            ("1", "ad hoc"),
                            ("2", "repeated"),
                            ("3", "structural"),
                            ("4", "integrated and improved"),
                            ("unknown", "I don't know"),
                            ("not_applicable", "not applicable"),
                        ],
                        max_length=14,
                        verbose_name="answer",
                    ),
                ),
                (
                    "volume",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100000)],
                        verbose_name="how often last school year",
                    ),
                ),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="final_answers",
                        to="companies.question",
                        verbose_name="question",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="updated by",
                    ),
                ),
                (
                    "measurement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="companies.finalmeasurement",
                        verbose_name="final measurement",
                    ),
                ),
            ],
            options={
                "verbose_name": "final answer",
                "verbose_name_plural": "final answers",
                "ordering": ["question__number", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="finalmeasurement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("completed_at__isnull", True), ("completed_by__isnull", True)),
                    models.Q(("completed_at__isnull", False), ("completed_by__isnull", False)),
                    _connector="OR",
                ),
                name="a_complete_measurement_says_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="finalmeasurement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("missing_by__isnull", True), ("missing_reason", "")),
                    models.Q(
                        models.Q(("missing_reason", ""), _negated=True),
                        ("completed_at__isnull", True),
                        ("missing_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_missing_measurement_says_why_and_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="finalanswer",
            constraint=models.UniqueConstraint(
                fields=("measurement", "question"), name="one_final_answer_per_question"
            ),
        ),
        migrations.AddConstraint(
            model_name="finalanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__in", ["0", "1", "2", "3", "4", "unknown", "not_applicable"])),
                name="a_final_answer_is_known",
            ),
        ),
    ]
