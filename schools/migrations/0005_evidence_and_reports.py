"""Several files per piece of evidence, what was handed in each time, and what the worker makes to take along.

The one file of before, and the files it replaced, become rows of EvidenceFile. What was handed in is kept as a revision only
where it is certain: evidence that waits for Voka or is approved could not be changed since.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from accounts.history import forbid_changes


def link_files(apps, schema_editor):
    """The present file, and before it the ones it replaced, oldest first."""
    Evidence = apps.get_model("schools", "Evidence")
    EvidenceFile = apps.get_model("schools", "EvidenceFile")
    EvidenceLog = apps.get_model("schools", "EvidenceLog")
    for evidence in Evidence.objects.order_by("pk").iterator():
        linked = {}
        for step in EvidenceLog.objects.filter(evidence=evidence, document__isnull=False).order_by("pk"):
            for file in linked.values():
                if file.removed_at is None and file.document_id != step.document_id:
                    file.removed_at = step.at
                    file.save()
            if step.document_id not in linked:
                linked[step.document_id] = EvidenceFile.objects.create(evidence=evidence, document_id=step.document_id)
        present = evidence.document_id
        if present and present not in linked:
            EvidenceFile.objects.create(evidence=evidence, document_id=present)
        elif present and linked[present].removed_at is not None:
            linked[present].removed_at = None
            linked[present].save()


def keep_revisions(apps, schema_editor):
    Evidence = apps.get_model("schools", "Evidence")
    EvidenceRevision = apps.get_model("schools", "EvidenceRevision")
    EvidenceLog = apps.get_model("schools", "EvidenceLog")
    certain = Evidence.objects.filter(state__in=["submitted", "approved"]).select_related("document")
    for evidence in certain.order_by("pk").iterator():
        step = EvidenceLog.objects.filter(evidence=evidence, state="submitted").order_by("-pk").first()
        document = evidence.document
        EvidenceRevision.objects.create(
            evidence=evidence,
            number=1,
            title=evidence.title,
            text=evidence.text,
            text_en=evidence.text_en,
            practice_date=evidence.practice_date,
            link=evidence.link,
            criteria=list(evidence.criteria.order_by("number").values_list("number", flat=True)),
            files=[{"name": document.name, "sha256": document.sha256, "size": document.size}] if document else [],
            by_id=step.by_id if step else evidence.created_by_id,
            at=step.at if step else evidence.state_since,
        )


def settle_constraints(apps, schema_editor):
    """PostgreSQL does not change a table for which a check still waits for the end of the transaction."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def nothing(apps, schema_editor):
    """Back again the columns are empty; the files keep their rows in documents/."""


def export_fields():
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("requested_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked")),
        (
            "state",
            models.CharField(
                choices=[
                    ("queued", "Waiting"),
                    ("making", "Being made"),
                    ("ready", "Ready"),
                    ("failed", "Did not work"),
                ],
                default="queued",
                max_length=10,
                verbose_name="state",
            ),
        ),
        ("done", models.PositiveIntegerField(default=0, verbose_name="steps done")),
        ("total", models.PositiveIntegerField(default=0, verbose_name="steps")),
        ("error", models.TextField(blank=True, verbose_name="what went wrong")),
        ("file", models.CharField(blank=True, max_length=200, verbose_name="file")),
        ("size", models.PositiveBigIntegerField(default=0, verbose_name="size in bytes")),
        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="ready")),
        ("expires_at", models.DateTimeField(blank=True, db_index=True, null=True, verbose_name="kept until")),
        (
            "requested_by",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked by",
            ),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_downloads_and_storage"),
        ("phases", "0001_initial"),
        ("schools", "0004_label"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EvidenceFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="taken off")),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence_file",
                        to="documents.document",
                        verbose_name="file",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="schools.evidence"
                    ),
                ),
            ],
            options={
                "verbose_name": "file of evidence",
                "verbose_name_plural": "files of evidence",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="EvidenceRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                ("title", models.CharField(max_length=150, verbose_name="title")),
                ("text", models.TextField(verbose_name="what did you do, and what shows that it works?")),
                ("text_en", models.TextField(blank=True, verbose_name="the same in English")),
                ("practice_date", models.DateField(verbose_name="date of the practice")),
                ("link", models.URLField(blank=True, max_length=500, verbose_name="link")),
                ("criteria", models.JSONField(verbose_name="criteria")),
                ("files", models.JSONField(verbose_name="files")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
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
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="schools.evidence"
                    ),
                ),
            ],
            options={
                "verbose_name": "handed-in version",
                "verbose_name_plural": "handed-in versions",
                "ordering": ["-number"],
                "constraints": [models.UniqueConstraint(fields=("evidence", "number"), name="one_revision_per_number")],
            },
        ),
        migrations.RunPython(link_files, nothing),
        migrations.RunPython(keep_revisions, nothing),
        migrations.RunPython(settle_constraints, nothing),
        migrations.RemoveField(model_name="evidence", name="document"),
        migrations.RemoveField(model_name="evidencelog", name="document"),
        migrations.AlterField(
            model_name="evidencelog",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["school", "-id"], name="evidence_of_a_school"),
        ),
        migrations.CreateModel(
            name="Dossier",
            fields=[
                *export_fields(),
                ("plan", models.JSONField(blank=True, default=list)),
                ("pdf", models.CharField(blank=True, max_length=200, verbose_name="PDF")),
                ("pdf_size", models.PositiveBigIntegerField(default=0, verbose_name="size of the PDF in bytes")),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dossiers",
                        to="schools.school",
                        verbose_name="school",
                    ),
                ),
                (
                    "trajectory",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="phases.trajectory",
                        verbose_name="trajectory",
                    ),
                ),
            ],
            options={
                "verbose_name": "dossier",
                "verbose_name_plural": "dossiers",
                "ordering": ["-id"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("queued", "making"))),
                        fields=("school",),
                        name="one_dossier_at_a_time_per_school",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupReportFile",
            fields=[
                *export_fields(),
                (
                    "trajectory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="group_reports",
                        to="phases.trajectory",
                        verbose_name="trajectory",
                    ),
                ),
            ],
            options={
                "verbose_name": "group report",
                "verbose_name_plural": "group reports",
                "ordering": ["-id"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("queued", "making"))),
                        fields=("trajectory",),
                        name="one_group_report_at_a_time_per_trajectory",
                    )
                ],
            },
        ),
        forbid_changes("schools_evidencerevision"),
    ]
