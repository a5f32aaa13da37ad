"""Following up intakes: merges, carried consents, hand-overs, exports and imports."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from accounts.history import forbid_changes


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("companies", "0004_questionnaires"),
        ("phases", "0002_history_is_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CompanyImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(max_length=200, verbose_name="file")),
                ("rows", models.JSONField(default=list, verbose_name="rows")),
                ("outcome", models.JSONField(default=list, verbose_name="outcome")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="confirmed")),
            ],
            options={
                "verbose_name": "import of companies",
                "verbose_name_plural": "imports of companies",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ContactConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("privacy", "Privacy statement read"),
                            ("newsletter", "Newsletter"),
                            ("publication", "Publication of name and logo"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("version", models.CharField(max_length=20, verbose_name="version")),
                ("text", models.TextField(verbose_name="text")),
                ("given_at", models.DateTimeField(verbose_name="given")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn")),
            ],
            options={
                "verbose_name": "consent of a contact",
                "verbose_name_plural": "consents of contacts",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("intakes", "Intakes"), ("baselines", "Start measurements")],
                        max_length=12,
                        verbose_name="what",
                    ),
                ),
                (
                    "file_format",
                    models.CharField(choices=[("xlsx", "XLSX"), ("csv", "CSV")], max_length=4, verbose_name="format"),
                ),
                ("intakes", models.PositiveIntegerField(verbose_name="number of intakes")),
                ("filters", models.CharField(blank=True, max_length=500, verbose_name="filters")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
            ],
            options={
                "verbose_name": "hand-over",
                "verbose_name_plural": "hand-overs",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("taken", models.JSONField(default=list, verbose_name="taken over")),
                ("touched", models.JSONField(default=list, verbose_name="changed rows")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="undone")),
            ],
            options={
                "verbose_name": "merge",
                "verbose_name_plural": "merges",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="intake",
            name="intake_state_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="intake",
            name="a_decided_intake_says_when_and_by_whom",
        ),
        migrations.AddField(
            model_name="company",
            name="merged_into",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_companies",
                to="companies.company",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="intake",
            name="merged_into",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_intakes",
                to="companies.intake",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="intake",
            name="nudged_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="reminded"),
        ),
        migrations.AlterField(
            model_name="intake",
            name="state",
            field=models.CharField(
                choices=[
                    ("submitted", "Submitted"),
                    ("in_contact", "In contact"),
                    ("refined", "Refined"),
                    ("accepted", "Accepted"),
                    ("declined", "Declined"),
                    ("merged", "Merged"),
                ],
                default="submitted",
                editable=False,
                max_length=12,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="intakelog",
            name="kind",
            field=models.CharField(
                choices=[
                    ("submitted", "Submitted"),
                    ("in_contact", "Contact started"),
                    ("refined", "Refinement finished"),
                    ("accepted", "Accepted"),
                    ("declined", "Declined"),
                    ("call", "Telephone call"),
                    ("mail", "E-mail"),
                    ("visit", "Visit"),
                    ("note", "Note"),
                    ("correction", "Answer refined"),
                    ("owner", "Other owner"),
                    ("merged", "Merged"),
                    ("unmerged", "Merge undone"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AddIndex(
            model_name="intake",
            index=models.Index(fields=["contact_phone"], name="intakes_by_phone"),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["submitted", "in_contact", "refined", "accepted", "declined", "merged"])
                ),
                name="intake_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ["accepted", "declined", "merged"]),
                    ),
                    models.Q(
                        models.Q(("state__in", ["accepted", "declined", "merged"]), _negated=True),
                        ("decided_at__isnull", True),
                        ("decided_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="a_decided_intake_says_when_and_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into__isnull", False), ("state", "merged")),
                    models.Q(models.Q(("state", "merged"), _negated=True), ("merged_into__isnull", True)),
                    _connector="OR",
                ),
                name="a_merged_intake_says_into_which",
            ),
        ),
        migrations.AddField(
            model_name="companyimport",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="companyimport",
            name="chamber",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="Voka chamber",
            ),
        ),
        migrations.AddField(
            model_name="companyimport",
            name="confirmed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="confirmed by",
            ),
        ),
        migrations.AddField(
            model_name="contactconsent",
            name="membership",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consents",
                to="accounts.membership",
                verbose_name="person",
            ),
        ),
        migrations.AddField(
            model_name="contactconsent",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contact_consents",
                to="accounts.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="contactconsent",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="carried_over",
                to="companies.intakeconsent",
                verbose_name="given with",
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="invitation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="hand_overs",
                to="accounts.invitation",
                verbose_name="invitation",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="leaving",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="hand_overs",
                to="accounts.membership",
                verbose_name="who leaves",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="successor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="taken_over",
                to="accounts.membership",
                verbose_name="successor",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="company",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merges",
                to="companies.company",
                verbose_name="merged company",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="intake",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merges",
                to="companies.intake",
                verbose_name="merged intake",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="into_company",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="received_merges",
                to="companies.company",
                verbose_name="company that stays",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="into_intake",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="received_merges",
                to="companies.intake",
                verbose_name="intake that stays",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="undone_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="undone by",
            ),
        ),
        migrations.AddConstraint(
            model_name="companyimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                    models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                    _connector="OR",
                ),
                name="a_confirmed_import_says_by_whom",
            ),
        ),
        migrations.AddIndex(
            model_name="contactconsent",
            index=models.Index(fields=["organisation", "email"], name="consents_of_an_address"),
        ),
        migrations.AddConstraint(
            model_name="contactconsent",
            constraint=models.UniqueConstraint(
                fields=("source", "organisation"), name="a_consent_is_carried_over_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactconsent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at__isnull", True), ("withdrawn_at__gte", models.F("given_at")), _connector="OR"
                ),
                name="a_carried_consent_is_withdrawn_after_it_was_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("finished_at__isnull", True)),
                fields=("leaving",),
                name="one_open_hand_over_per_contact",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", True), ("invitation__isnull", False)),
                    models.Q(("finished_at__isnull", False), ("successor__isnull", False)),
                    _connector="OR",
                ),
                name="a_finished_hand_over_has_a_successor",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("company__isnull", True),
                        ("intake__isnull", False),
                        ("into_company__isnull", True),
                        ("into_intake__isnull", False),
                    ),
                    models.Q(
                        ("company__isnull", False),
                        ("intake__isnull", True),
                        ("into_company__isnull", False),
                        ("into_intake__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="a_merge_joins_two_of_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at__isnull", True), ("undone_by__isnull", True)),
                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="an_undone_merge_says_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)), fields=("intake",), name="an_intake_is_merged_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)), fields=("company",), name="a_company_is_merged_once"
            ),
        ),
        forbid_changes("companies_export"),
    ]
