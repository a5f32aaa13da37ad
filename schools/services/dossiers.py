"""Dossiers and PDFs of group reports: asked for by a person, made by the worker, swept a week later.

What a newcomer gets wrong: holding a transaction open while files are copied. Rows are read and written in moments; packing
happens between them, goes on where it stopped, and keeps to the time a worker has.
"""

import hashlib
import shutil
import time
import zipfile
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.policy import Action, Conflict, require
from documents.enums import DocumentState
from documents.models import Document
from documents.services import record_download
from jobs.services import enqueue
from phases.models import Trajectory
from schools import dossier as contents
from schools import exports, selectors
from schools.enums import ExportState
from schools.models import Dossier, GroupReportFile, School

BUILD, REPORT, SWEEP = "schools.dossier", "schools.group_report", "schools.sweep_exports"
KEEP = timedelta(days=7)
# A worker has a minute for one job: after this it stops between two files, and a next job goes on.
BUDGET_SECONDS = 30
CHUNK = 1024 * 1024
# What is drawn and written besides the files: the PDF, the texts and the index.
OWN_STEPS = 3


@transaction.atomic
def request_dossier(*, school, trajectory, by) -> Dossier:
    """Have a dossier made. Asking while one is being made answers that one."""
    require(by, Action.EXPORT_DOSSIER, school)
    School.objects.select_for_update(of=("self",)).get(pk=school.pk)
    running = Dossier.objects.being_made().filter(school=school).first()
    if running:
        return running
    dossier = Dossier.objects.create(school=school, trajectory=trajectory, requested_by=by)
    enqueue(BUILD, dossier.pk)
    return dossier


@transaction.atomic
def request_report(*, trajectory, by) -> GroupReportFile:
    """Have the PDF of a group report made. Asking while one is being made answers that one."""
    require(by, Action.SEE_GROUP_REPORT, trajectory)
    Trajectory.objects.select_for_update(of=("self",)).get(pk=trajectory.pk)
    running = GroupReportFile.objects.being_made().filter(trajectory=trajectory).first()
    if running:
        return running
    if not selectors.group_report(trajectory).is_open:
        raise Conflict(
            _("There are too few schools for a report: at least %(minimum)d must have given scores.")
            % {"minimum": selectors.MINIMUM_GROUP}
        )
    report = GroupReportFile.objects.create(trajectory=trajectory, requested_by=by, total=1)
    enqueue(REPORT, report.pk)
    return report


# --- Making a dossier -------------------------------------------------------------------------------------------------


def build(dossier_id) -> None:
    """Draw and pack, as far as the time of one job reaches. Doing it again goes on where it stopped."""
    dossier = Dossier.objects.select_related("school__organisation", "trajectory").filter(pk=dossier_id).first()
    if dossier is None or not dossier.is_being_made:
        return
    started = time.monotonic()
    with translation.override(settings.LANGUAGE_CODE):
        if dossier.state == ExportState.QUEUED:
            _prepare(dossier)
        if _pack(dossier, until=started + BUDGET_SECONDS):
            _finish(dossier)
        else:
            enqueue(BUILD, dossier_id)


def _prepare(dossier):
    """Draw the PDF and the texts, and settle what goes into the ZIP under which name."""
    found = contents.contents_of(dossier.school, dossier.trajectory)
    dossier.file = dossier.file or exports.new_name("dossier", dossier.pk, "zip")
    dossier.pdf = dossier.pdf or exports.new_name("dossier", dossier.pk, "pdf")
    dossier.plan = [
        {"document": file.document.pk, "entry": file.entry, "sha256": file.document.sha256}
        for file in found.files
        if file.entry
    ]
    dossier.total = len(dossier.plan) + OWN_STEPS
    Dossier.objects.filter(pk=dossier.pk).update(file=dossier.file, pdf=dossier.pdf, total=dossier.total)
    _draw("schools/pdf/dossier.html", {"contents": found, "dossier": dossier}, dossier.pdf)
    with zipfile.ZipFile(exports.part_of(dossier.file), "w") as archive:
        with exports.path_of(dossier.pdf).open("rb") as drawn:
            _add(archive, contents.PDF_NAME, drawn, dossier.requested_at)
        with archive.open(_entry(contents.TEXTS_NAME, dossier.requested_at, zipfile.ZIP_DEFLATED), "w") as texts:
            texts.write("\ufeff".encode())
            for item in found.items:
                texts.write(contents.item_text(item).encode())
        index = _entry(contents.INDEX_NAME, dossier.requested_at, zipfile.ZIP_DEFLATED)
        archive.writestr(index, "\ufeff" + contents.index_text(found))
    Dossier.objects.filter(pk=dossier.pk).update(
        pdf_size=exports.path_of(dossier.pdf).stat().st_size,
        done=OWN_STEPS,
        state=ExportState.MAKING,
        plan=dossier.plan,
    )


def _draw(template, context, name):
    try:
        from schools import printing
    except OSError as error:  # WeasyPrint without Pango
        raise RuntimeError(
            _("A system library for drawing PDFs is missing on this server: %(error)s") % {"error": error}
        ) from error
    printing.write(template, context, exports.part_of(name))
    exports.settle(name)


def _pack(dossier, *, until) -> bool:
    """Add files until all are in or the time is up. Answers whether all are in.

    Half a file is never packed: whatever breaks off the writing makes the next attempt start again.
    """
    part = exports.part_of(dossier.file)
    try:
        # Only to look: opened for adding, a damaged ZIP would simply grow.
        with zipfile.ZipFile(part) as archive:
            packed = len(archive.namelist()) - OWN_STEPS
    except (FileNotFoundError, zipfile.BadZipFile):
        _start_over(dossier)
        return False
    try:
        with zipfile.ZipFile(part, "a") as archive:
            for number, planned in enumerate(dossier.plan[packed:], packed + 1):
                if time.monotonic() > until:
                    return False
                _add_document(archive, planned, dossier.requested_at)
                Dossier.objects.filter(pk=dossier.pk).update(done=number + OWN_STEPS)
    except BaseException:
        _start_over(dossier)
        raise
    return True


def _start_over(dossier):
    exports.forget(dossier.file, dossier.pdf)
    Dossier.objects.filter(pk=dossier.pk).update(state=ExportState.QUEUED, done=0)


def _add_document(archive, planned, moment):
    """The bytes of one file, in pieces. One that went away meanwhile leaves a note in its place, never a gap."""
    document = Document.objects.filter(pk=planned["document"], state=DocumentState.SAFE).first()
    try:
        file = document.file.open("rb") if document else None
    except FileNotFoundError:
        file = None
    if file is None:
        archive.writestr(
            _entry(planned["entry"] + ".txt", moment), _("This file was no longer there when the dossier was made.")
        )
        return
    with file:
        if hashlib.file_digest(file, "sha256").hexdigest() != planned["sha256"]:
            raise RuntimeError(f"document {document.pk} is not the file that was checked")
        file.seek(0)
        _add(archive, planned["entry"], file, document.uploaded_at)


def _entry(name, moment, compression=zipfile.ZIP_STORED):
    # A ZIP counts from 1980, in local time.
    entry = zipfile.ZipInfo(name, max(timezone.localtime(moment).timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
    entry.compress_type, entry.external_attr = compression, 0o644 << 16
    return entry


def _add(archive, name, file, moment):
    # Photos, PDFs and Office files are packed already: storing costs no time and loses nothing.
    with archive.open(_entry(name, moment), "w", force_zip64=True) as target:
        shutil.copyfileobj(file, target, CHUNK)


@transaction.atomic
def _finish(dossier):
    """The ZIP is whole: open it to its people, and let an earlier one of this school go."""
    size = exports.settle(dossier.file)
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    _open(dossier, size)
    _drop(Dossier.objects.filter(school=dossier.school_id, pk__lt=dossier.pk))


def _open(export, size):
    export.size, export.state, export.done = size, ExportState.READY, export.total
    export.finished_at = timezone.now()
    export.expires_at = export.finished_at + KEEP
    export.save()


def build_report(report_id) -> None:
    """Draw the group report as it is now."""
    report = GroupReportFile.objects.select_related("trajectory__chamber").filter(pk=report_id).first()
    if report is None or not report.is_being_made:
        return
    with translation.override(settings.LANGUAGE_CODE):
        name = report.file or exports.new_name("groepsrapport", report_id, "pdf")
        GroupReportFile.objects.filter(pk=report_id).update(file=name, state=ExportState.MAKING)
        context = {"report": selectors.group_report(report.trajectory), "trajectory": report.trajectory}
        _draw("schools/pdf/group_report.html", context | {"made_at": report.requested_at}, name)
    with transaction.atomic():
        report = GroupReportFile.objects.select_for_update(of=("self",)).get(pk=report_id)
        _open(report, exports.path_of(name).stat().st_size)
        _drop(GroupReportFile.objects.filter(trajectory=report.trajectory_id, pk__lt=report.pk))


def give_up_dossier(dossier_id, reason) -> None:
    _fail(Dossier, dossier_id, reason)


def give_up_report(report_id, reason) -> None:
    _fail(GroupReportFile, report_id, reason)


def _fail(model, pk, reason):
    """The job gave up: the page says so in a sentence and offers to try again; staff read the cause."""
    export = model.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if export and export.is_being_made:
        exports.forget(export.file, getattr(export, "pdf", ""))
        export.state, export.error, export.expires_at = ExportState.FAILED, reason, timezone.now() + KEEP
        export.save()


# --- Taking it along, and letting it go -------------------------------------------------------------------------------


def open_file(export, *, name, by):
    """The open file of something that is ready; Conflict with a sentence when there is nothing to hand out."""
    if export.has_failed:
        raise Conflict(_("Making this did not work. Ask for it again."))
    if not export.is_ready:
        raise Conflict(_("This is still being made. Try again in a minute."))
    try:
        return default_storage.open(name, "rb")
    except FileNotFoundError:
        raise Conflict(_("This file was cleaned up. Ask for it again.")) from None


@transaction.atomic
def record_taking(*, dossier, by) -> None:
    """Whoever takes a ZIP takes every file in it: each gets a line in its own log of downloads."""
    for document in Document.objects.filter(pk__in=[planned["document"] for planned in dossier.plan]):
        record_download(document=document, by=by)


def sweep() -> int:
    """Let go of what expired, row and file, and of files without a row. Answers how many rows went."""
    swept = 0
    for model in (Dossier, GroupReportFile):
        with transaction.atomic():
            swept += _drop(model.objects.filter(expires_at__lt=timezone.now()))
    known = {*Dossier.objects.values_list("file", flat=True), *Dossier.objects.values_list("pdf", flat=True)}
    exports.sweep_orphans(known | set(GroupReportFile.objects.values_list("file", flat=True)))
    return swept


def _drop(old) -> int:
    """Rows that are no longer being made, with their files."""
    rows = list(old.exclude(state__in=[ExportState.QUEUED, ExportState.MAKING]))
    names = [name for row in rows for name in (row.file, getattr(row, "pdf", "")) if name]
    old.model.objects.filter(pk__in=[row.pk for row in rows]).delete()
    transaction.on_commit(lambda: exports.forget(*names))
    return len(rows)
