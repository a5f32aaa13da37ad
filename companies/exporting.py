"""Intakes and start measurements as a spreadsheet: XLSX with real dates and numbers, or CSV as a Flemish Excel opens it.

What a newcomer gets wrong: writing what a visitor typed as it is. A cell that starts with = + - @ is a formula in a
spreadsheet; `harmless` puts an apostrophe in front in CSV, and in XLSX such a cell is typed as text. Rows are read in slices,
so the memory does not grow with the number of rows.
"""

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import phonenumbers
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from companies.enums import ConsentKind, KeyElement, Maturity, StudyDomain
from companies.models import ExportKind, Intake, IntakeAnswer, IntakeConsent
from companies.services import importing

SLICE = 500
CELL_MAX_LENGTH = 32_000
# What no spreadsheet and no XML can hold.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(r"^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")

Value = str | int | float | Decimal | date | datetime | None


@dataclass(frozen=True)
class Column:
    """A head, its width in characters, and how a row gets its value."""

    head: str | Promise
    value: Callable[[Any], Value]
    width: int = 18


def phone(number) -> str:
    """A number that stays a readable text in a spreadsheet: 014 58 01 02, and 0031 6 12345678 from abroad."""
    try:
        parsed = phonenumbers.parse(number, "BE")
    except phonenumbers.NumberParseException:
        return number
    if parsed.country_code == 32:
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL).replace("+", "00", 1)


def _points(answer):
    return Maturity(answer.refined or answer.declared).points


def _labels(choices, values) -> str:
    return ", ".join(str(choices(value).label) for value in values if value in choices.values)


def _field(name, width=24, value: Callable[[Any], Value] | None = None) -> Column:
    """A field of the intake under its own name."""
    words = {field.name: field.verbose_name for field in Intake._meta.fields}
    return Column(capfirst(words[name]), value or (lambda intake: getattr(intake, name)), width)


def _consent(kind):
    """Since when this consent stands; empty when it was not given or is withdrawn."""
    return lambda intake: next(
        (each.given_at for each in intake.consents.all() if each.kind == kind and not each.withdrawn_at), None
    )


INTAKE_COLUMNS = (
    Column(_("Sign-up"), lambda intake: intake.pk, 8),
    Column(_("Company name"), lambda intake: intake.company_name, 34),
    Column(_("Enterprise number"), lambda intake: intake.shown_enterprise_number),
    Column(_("Street and number"), lambda intake: intake.street, 28),
    Column(_("Postal code"), lambda intake: intake.postal_code, 10),
    Column(_("Municipality"), lambda intake: intake.municipality),
    Column(_("Sector"), lambda intake: intake.get_sector_display(), 28),
    Column(_("Number of employees"), lambda intake: intake.get_headcount_band_display(), 24),
    Column(_("Website"), lambda intake: intake.website, 28),
    Column(_("First name"), lambda intake: intake.contact_first_name),
    Column(_("Last name"), lambda intake: intake.contact_last_name),
    Column(_("Job function"), lambda intake: intake.contact_function, 24),
    Column(_("E-mail address"), lambda intake: intake.contact_email, 30),
    Column(_("Telephone"), lambda intake: phone(intake.contact_phone)),
    Column(_("Trajectory"), lambda intake: intake.trajectory.name if intake.trajectory else "", 28),
    Column(_("State"), lambda intake: intake.get_state_display()),
    Column(_("Followed up by"), lambda intake: str(intake.owner) if intake.owner else "", 22),
    Column(_("Received"), lambda intake: intake.created_at),
    Column(_("Refined"), lambda intake: intake.refined_at),
    Column(_("Decided"), lambda intake: intake.decided_at),
    Column(_("Decided by"), lambda intake: str(intake.decided_by) if intake.decided_by else "", 22),
    Column(_("Reason of the refusal"), lambda intake: intake.declined_reason, 34),
    Column(_("Average of the start measurement"), lambda intake: _average(intake), 12),
    _field("nace_code", 12),
    _field("nace_version", 16, lambda intake: intake.get_nace_version_display()),
    _field("colleague_name"),
    _field("colleague_function"),
    _field("colleague_email", 30),
    _field("places_per_year", 12),
    _field("languages"),
    _field("safety", 34),
    _field("partner_schools", 34),
    _field("study_domains", 34, lambda intake: _labels(StudyDomain, intake.study_domains)),
    _field("key_elements", 34, lambda intake: _labels(KeyElement, intake.key_elements)),
    _field("workgroup_role", 24, lambda intake: intake.get_workgroup_role_display()),
    _field("goals", 34),
    _field("barriers", 34),
    Column(_("Remark"), lambda intake: intake.remark, 34),
    *(Column(kind.label, _consent(kind)) for kind in ConsentKind),
)
BASELINE_COLUMNS = (
    Column(_("Sign-up"), lambda row: row.intake_id, 8),
    Column(_("Company name"), lambda row: row.intake.company_name, 34),
    Column(_("Enterprise number"), lambda row: row.intake.shown_enterprise_number),
    Column(_("Trajectory"), lambda row: row.intake.trajectory.name if row.intake.trajectory else "", 28),
    Column(_("State"), lambda row: row.intake.get_state_display()),
    Column(_("Version of the questionnaire"), lambda row: row.question.questionnaire.version, 10),
    Column(_("Number"), lambda row: row.question.number, 9),
    Column(_("Form of cooperation"), lambda row: row.question.text, 44),
    Column(_("Declared"), lambda row: Maturity(row.declared).in_full, 24),
    Column(_("Refined"), lambda row: Maturity(row.refined).in_full if row.refined else "", 24),
    Column(_("Points"), _points, 8),
    Column(_("How often last school year"), lambda row: row.volume, 12),
    Column(_("Remark"), lambda row: row.remark, 34),
    Column(_("Why refined"), lambda row: row.refined_why, 34),
    Column(_("Refined by"), lambda row: str(row.refined_by) if row.refined_by else "", 22),
    Column(_("Refined on"), lambda row: row.refined_at),
)
COLUMNS = {ExportKind.INTAKES: INTAKE_COLUMNS, ExportKind.BASELINES: BASELINE_COLUMNS}


def _average(intake) -> Decimal | None:
    points = [point for answer in intake.answers.all() if (point := _points(answer)) is not None]
    return round(Decimal(sum(points)) / len(points), 2) if points else None


def rows_of(kind: ExportKind, intakes: QuerySet) -> Iterator[list[Value]]:
    """The rows below the head, for these intakes in their order; at most two more queries per slice."""
    columns = COLUMNS[kind]
    questions = IntakeAnswer.objects.order_by("question__number").select_related(
        "question__questionnaire", "refined_by"
    )
    if kind == ExportKind.INTAKES:
        questions = IntakeAnswer.objects.only("intake_id", "declared", "refined")
    needed: list[Any] = [Prefetch("answers", questions)]
    if kind == ExportKind.INTAKES:
        needed.append(Prefetch("consents", IntakeConsent.objects.only("intake_id", "kind", "given_at", "withdrawn_at")))
    slices = intakes.select_related("trajectory", "owner", "decided_by").prefetch_related(*needed)
    for intake in slices.iterator(chunk_size=SLICE):
        things: Iterable[Any] = [intake] if kind == ExportKind.INTAKES else intake.answers.all()
        for thing in things:
            yield [column.value(thing) for column in columns]


def _text(value) -> str:
    return _UNWRITABLE.sub("", str(value))[:CELL_MAX_LENGTH]


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


# --- CSV --------------------------------------------------------------------------------------------------------------


class _Echo:
    """A file that hands back what is written to it, so that a row can be sent on at once."""

    def write(self, text):
        return text


def csv_lines(kind: ExportKind, intakes: QuerySet) -> Iterator[str]:
    """The file line by line: UTF-8 with a mark, `;` between cells, decimal comma, dates as dd/mm/jjjj."""
    writer = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    yield "\ufeff" + writer.writerow([str(column.head) for column in COLUMNS[kind]])
    for row in rows_of(kind, intakes):
        yield writer.writerow([_csv_cell(value) for value in row])


def _csv_cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal | float):
        return str(value).replace(".", ",")
    return harmless(_text(value))


# --- XLSX -------------------------------------------------------------------------------------------------------------


def workbook(kind: ExportKind, intakes: QuerySet) -> IO[bytes]:
    """The file on disk, ready to read, gone when closed. Built row by row: openpyxl keeps none of them."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(kind.label)[:31])
    columns = COLUMNS[kind]
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = "C2"
    sheet.append([_head(sheet, column.head) for column in columns])
    for row in rows_of(kind, intakes):
        sheet.append([_cell(sheet, value) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response that sends it closes it
    book.save(file)
    file.seek(0)
    return file


def _head(sheet, text):
    cell = WriteOnlyCell(sheet, value=str(text))
    cell.font = Font(bold=True)
    return cell


def _cell(sheet, value: Value):
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=_text(value))
        # Text stays text, also when it starts with "=", and also after someone edits the cell.
        cell.data_type = "s"
        cell.quotePrefix = bool(_FORMULA.match(value))
        return cell
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, value=timezone.localtime(value).replace(tzinfo=None, microsecond=0))
        cell.number_format = "dd/mm/yyyy hh:mm"
        return cell
    if isinstance(value, Decimal):
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = "0.00"
        return cell
    return value


# --- The template to fill in ------------------------------------------------------------------------------------------


def template() -> IO[bytes]:
    """The workbook that services.importing reads: the heads, columns that keep their zeros, and lists to choose from."""
    book = Workbook()
    sheet, menus = book.active, book.create_sheet(str(_("Choices")))
    sheet.title = str(_("Companies"))
    sheet.freeze_panes = "A2"
    heads = importing.heads()
    for number, name in enumerate(importing.FIELDS, start=1):
        letter = get_column_letter(number)
        sheet.cell(1, number, heads[name]).font = Font(bold=True)
        sheet.column_dimensions[letter].width = 28
        # As text: as a number, 0566988259 would lose its zero.
        sheet.column_dimensions[letter].number_format = "@"
    for number, (name, choices) in enumerate(importing.MENUS.items(), start=1):
        letter = get_column_letter(number)
        menus.cell(1, number, heads[name]).font = Font(bold=True)
        menus.column_dimensions[letter].width = 42
        for line, label in enumerate(choices.labels, start=2):
            menus.cell(line, number, str(label))
        menu = DataValidation("list", f"'{menus.title}'!${letter}$2:${letter}${len(choices) + 1}", allow_blank=True)
        column = get_column_letter(importing.FIELDS.index(name) + 1)
        menu.add(f"{column}2:{column}{importing.MAX_ROWS + 1}")
        sheet.add_data_validation(menu)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response that sends it closes it
    book.save(file)
    file.seek(0)
    return file
