"""Companies from a spreadsheet: read once into rows that wait, looked at by a person, and then added in one go.

What a newcomer gets wrong: trusting what was found when the file was read. Confirming checks every row again, and doing it
twice adds nothing: the row of the import is the lock.
"""

import logging
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from accounts.policy import Action, Conflict, require
from companies import enterprise_numbers
from companies.enums import HeadcountBand, Sector
from companies.models import Company, CompanyImport, validate_postal_code
from documents.checks.archive import drain, opened, parts, read_xml
from documents.checks.refusal import Reason, Refusal
from documents.inspection import inspect
from documents.refusals import sentence

MAX_BYTES = 2 * 1024 * 1024
# A thousand companies take less than one. What openpyxl makes of each style or row takes a hundred times its size and time.
MAX_UNPACKED = 4 * 1024 * 1024
MAX_STYLES = 256 * 1024
# Of all parts together; a thousand companies take some thirty thousand. Four megabytes can hold a million empty cells.
MAX_ELEMENTS = 150_000
MAX_ROWS = 1000
# Empty lines between the rows are passed over, but not without end.
MAX_LINES = 5000
MAX_CELL = 1000
# Heads of the template, in its order: what each column fills in.
FIELDS = ("enterprise_number", "name", "street", "postal_code", "municipality", "sector", "headcount_band", "website")
# Columns with a list to choose from; in the file stands the label, in any language of the portal, or the value.
MENUS = {"sector": Sector, "headcount_band": HeadcountBand}
NEW, ADDED, KNOWN, REFUSED = "new", "added", "known", "refused"
_LENGTHS = {"name": 200, "street": 200, "municipality": 100, "website": 300}
_ATTEMPTS = 3
SWEEP_IMPORTS = "companies.sweep_imports"

logger = logging.getLogger(__name__)


def heads() -> dict[str, str]:
    """The heads of the columns in the language of who asks; the template carries them."""
    return {
        "enterprise_number": _("Enterprise number"),
        "name": _("Company name"),
        "street": _("Street and number"),
        "postal_code": _("Postal code"),
        "municipality": _("Municipality"),
        "sector": _("Sector"),
        "headcount_band": _("Number of employees"),
        "website": _("Website"),
    }


@dataclass(frozen=True)
class Judged:
    """A line with what would become of it: new, known already (then `company` says which one), or refused."""

    number: int
    values: dict[str, str]
    state: str
    reasons: tuple[str, ...] = ()
    company: int | None = None

    @property
    def is_new(self) -> bool:
        return self.state == NEW

    @property
    def name(self) -> str:
        return self.values["name"][: _LENGTHS["name"]]

    def outcome(self, added: dict[int, int]) -> dict:
        """What is kept of this line once the import is confirmed; the line itself goes."""
        state = ADDED if self.number in added else self.state
        company = added.get(self.number, self.company)
        return {
            "number": self.number,
            "name": self.name,
            "state": state,
            "reasons": list(self.reasons),
            "company": company,
        }


def read_import(*, file, by) -> CompanyImport:
    """Read an XLSX and keep its rows for the preview. Conflict with a sentence when the file cannot be used."""
    require(by, Action.MODERATE)
    rows = _rows(file)
    membership = next((each for each in by.active_memberships if each.organisation.kind == OrganisationKind.VOKA), None)
    return CompanyImport.objects.create(
        file_name=Path(file.name).name[-200:],
        rows=rows,
        chamber=membership.organisation if membership else None,
        by=by,
    )


def judge(rows) -> list[Judged]:
    """What would become of each row now; one query."""
    numbers = {number for row in rows if (number := _number_of(row["values"]))}
    known = {
        number: (pk, name)
        for pk, number, name in Company.objects.filter(enterprise_number__in=numbers).values_list(
            "pk", "enterprise_number", "organisation__name"
        )
    }
    seen: dict[str, int] = {}
    return [_judge(row, known, seen) for row in rows]


def _judge(row, known, seen) -> Judged:
    line, values = row["number"], row["values"]
    if reasons := _reasons(row):
        return Judged(line, values, REFUSED, tuple(reasons))
    number = _number_of(values)
    if number in seen:
        reason = _("Line %(line)d has the same enterprise number.") % {"line": seen[number]}
        return Judged(line, values, REFUSED, (reason,))
    seen[number] = line
    if number in known:
        company, name = known[number]
        return Judged(line, values, KNOWN, (_("%(company)s is already in the portal.") % {"company": name},), company)
    return Judged(line, values, NEW)


@transaction.atomic
def confirm_import(*, company_import, by) -> CompanyImport:
    """Add the companies of the rows that are good now. Once: whoever confirms again gets the same outcome."""
    require(by, Action.MODERATE)
    company_import = _locked(company_import)
    if company_import is None:
        raise Conflict(_("This list was thrown away meanwhile. Upload the workbook again."))
    if company_import.confirmed_at:
        return company_import
    judged, added = _judged_and_added(company_import)
    company_import.outcome = [row.outcome(added) for row in judged]
    company_import.rows = []
    company_import.confirmed_by, company_import.confirmed_at = by, timezone.now()
    company_import.save(update_fields=["outcome", "rows", "confirmed_by", "confirmed_at"])
    return company_import


@transaction.atomic
def discard_import(*, company_import, by) -> None:
    """Throw a list away that nobody confirmed, with all of its rows. Twice is harmless."""
    require(by, Action.MODERATE)
    company_import = _locked(company_import)
    if company_import is None:
        return
    if company_import.confirmed_at:
        raise Conflict(_("This list was imported already, so it stays. The companies are in the list of companies."))
    company_import.delete()


def _locked(company_import) -> CompanyImport | None:
    return CompanyImport.objects.select_for_update().filter(pk=company_import.pk).first()


@transaction.atomic
def sweep_imports() -> None:
    """Throw the lists away that nobody confirmed in time; what stands in them is of no use any more."""
    long_ago = timezone.now() - timedelta(days=settings.COMPANY_IMPORT_DAYS)
    CompanyImport.objects.filter(confirmed_at=None, at__lte=long_ago).delete()


def _judged_and_added(company_import) -> tuple[list[Judged], dict[int, int]]:
    """When one of the numbers is taken at this very moment, it is known by the next attempt."""
    for _attempt in range(_ATTEMPTS):
        judged = judge(company_import.rows)
        try:
            return judged, _add([row for row in judged if row.is_new], company_import.chamber)
        except IntegrityError:
            continue
    raise Conflict(_("Somebody is adding the same companies at this moment. Try again in a minute."))


@transaction.atomic
def _add(rows, chamber) -> dict[int, int]:
    """The new companies in a few queries: the id of each by its line. In one order, so that two imports never wait in a circle."""
    rows = sorted(rows, key=lambda row: _number_of(row.values))
    organisations = Organisation.objects.bulk_create(
        Organisation(
            kind=OrganisationKind.COMPANY,
            chamber=chamber,
            **{name: row.values[name] for name in ("name", "street", "postal_code", "municipality")},
            website=_website(row.values["website"]),
        )
        for row in rows
    )
    Company.objects.bulk_create(
        Company(
            organisation=organisation,
            enterprise_number=_number_of(row.values),
            **{name: _choice(choices, row.values[name]) or "" for name, choices in MENUS.items()},
        )
        for row, organisation in zip(rows, organisations, strict=True)
    )
    return {row.number: organisation.pk for row, organisation in zip(rows, organisations, strict=True)}


# --- One row ----------------------------------------------------------------------------------------------------------


def _reasons(row) -> list[str]:
    values = row["values"]
    reasons = [
        _("“%(head)s” holds a formula. Copy the column and paste it as values.") % {"head": heads()[name]}
        for name in row["formulas"]
    ]
    if reasons:
        return reasons
    if not values["enterprise_number"]:
        reasons.append(_("The enterprise number is missing."))
    else:
        reasons += _complaints(enterprise_numbers.clean, values["enterprise_number"])
    if not values["name"]:
        reasons.append(_("The name is missing."))
    if values["postal_code"]:
        reasons += _complaints(validate_postal_code, values["postal_code"])
    for name, longest in _LENGTHS.items():
        if len(values[name]) > longest:
            reasons.append(
                _("“%(head)s” is longer than %(maximum)d characters.") % {"head": heads()[name], "maximum": longest}
            )
    for name, choices in MENUS.items():
        if values[name] and _choice(choices, values[name]) is None:
            reasons.append(
                _("“%(value)s” is not one of the choices of “%(head)s”. The template lists them.")
                % {"value": values[name][:60], "head": heads()[name]}
            )
    if values["website"] and not reasons:
        field = Organisation._meta.get_field("website")
        reasons += _complaints(lambda value: field.clean(value, None), _website(values["website"]))
    return reasons


def _complaints(check, value) -> list[str]:
    try:
        check(value)
    except ValidationError as error:
        return [str(message) for message in error.messages]
    return []


def _number_of(values) -> str:
    try:
        return enterprise_numbers.clean(values["enterprise_number"])
    except ValidationError:
        return ""


def _choice(choices, text) -> str | None:
    """The value of a choice out of its label or its value, capitals or not."""
    return _meanings(choices).get(text.strip().casefold())


@cache
def _meanings(choices) -> dict[str, str]:
    labels = _in_each_language(lambda: {each.value: str(each.label) for each in choices})
    return {each.value.casefold(): each.value for each in choices} | labels


def _in_each_language(words: Callable[[], dict[str, str]]) -> dict[str, str]:
    """The meaning of each word in any language of the portal: a colleague may have downloaded the template in another one."""
    meanings: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            meanings |= {word.casefold(): meaning for meaning, word in words().items()}
    return meanings


def _website(text) -> str:
    return text if not text or "://" in text else f"https://{text}"


# --- The file ---------------------------------------------------------------------------------------------------------


def _rows(file) -> list[dict]:
    if not file.name.lower().endswith(".xlsx"):
        raise Conflict(_("Choose an Excel workbook (.xlsx), for example the filled-in template."))
    if file.size > MAX_BYTES:
        raise Conflict(_("This file is too large: at most %(maximum)d MB.") % {"maximum": MAX_BYTES // 1024 // 1024})
    # Nothing of the file is kept: the folder goes when its rows are read, also when that fails.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "import.xlsx"
        with path.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        _check(path, Path(folder) / "clean")
        try:
            lines = list(_lines(path))
        except Conflict:
            raise
        except Exception:  # a proper archive that is no proper workbook: openpyxl then raises just about anything
            logger.warning("A workbook of companies could not be read", exc_info=True)
            raise Conflict(sentence(Reason.INCOMPLETE)) from None
    return _named(lines)


def _check(path, clean):
    """Counted before it is unpacked, then read through by a child process: no bomb, macro, link or document type."""
    try:
        with opened(path) as package:
            sizes = {entry.filename.lower(): entry.file_size for entry in package.infolist()}
            if sum(sizes.values()) > MAX_UNPACKED or sizes.get("xl/styles.xml", 0) > MAX_STYLES:
                raise Refusal(Reason.UNPACKED)
            _count_elements(package)
    except Refusal as refusal:
        raise _refused(refusal.reason, refusal.facts) from None
    try:
        verdict = inspect(path, "xlsx", clean)
    except RuntimeError:
        logger.exception("The check of a workbook of companies is out of order")
        raise Conflict(sentence(Reason.UNCHECKED)) from None
    if verdict.reason:
        raise _refused(verdict.reason, verdict.facts)


def _count_elements(package) -> None:
    """Cells cost next to nothing in the file and a lot of time to read: each is counted first, in a fraction of that."""
    left = MAX_ELEMENTS

    def count(_name, _attributes):
        nonlocal left
        left -= 1
        if left < 0:
            raise Refusal(Reason.UNPACKED)

    for name, chunks in parts(package):
        if name.lower().endswith((".xml", ".rels")):
            read_xml(chunks, on_start=count)
        else:
            drain(chunks)


def _refused(reason, facts) -> Conflict:
    """The general sentences for these two advise a PDF, which is of no use here."""
    if reason in (Reason.UNPACKED, Reason.TOO_COMPLEX):
        return Conflict(
            _(
                "This file becomes far too large when opened. Copy only the list of companies into the template, "
                "at most %(maximum)d at a time."
            )
            % {"maximum": MAX_ROWS}
        )
    return Conflict(sentence(reason, facts))


@dataclass(frozen=True)
class _Line:
    """A line of the sheet that says something: its cells as text, and in which of them stands a formula."""

    number: int
    cells: list[str]
    formulas: frozenset[int]


def _lines(path) -> Iterator[_Line]:
    book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    try:
        sheet = book.worksheets[0]
        if (sheet.max_row or 0) > MAX_LINES:
            raise Conflict(
                _("This list goes down to line %(line)d. Remove the empty lines below, or upload it in parts.")
                % {"line": sheet.max_row}
            )
        found = 0
        rows = sheet.iter_rows(max_row=MAX_LINES, max_col=2 * len(FIELDS))
        for number, row in enumerate(rows, start=1):
            cells = [_cell(cell.value) for cell in row]
            if not any(cells):
                continue
            found += 1
            if found > MAX_ROWS + 1:
                raise Conflict(
                    _("This file has more than %(maximum)d companies. Upload it in parts.") % {"maximum": MAX_ROWS}
                )
            yield _Line(number, cells, frozenset(place for place, cell in enumerate(row) if cell.data_type == "f"))
    finally:
        book.close()


def _cell(value) -> str:
    """A cell as someone would have typed it: 2300.0 is 2300, and no NUL or line break gets through."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(value)[:MAX_CELL]).split())


def _named(lines) -> list[dict]:
    """The lines below the heads, each cell under its name. Columns may stand in any order."""
    if not lines:
        raise Conflict(_("This file is empty. Fill in the template and upload it."))
    places = _places(lines[0].cells)
    rows = [
        {
            "number": line.number,
            "values": {name: line.cells[places[name]] if name in places else "" for name in FIELDS},
            "formulas": [name for name, place in places.items() if place in line.formulas],
        }
        for line in lines[1:]
    ]
    rows = [row for row in rows if any(row["values"].values())]
    if not rows:
        raise Conflict(_("There are no companies below the heads. Fill in the template and upload it."))
    return rows


def _places(cells) -> dict[str, int]:
    """In which column each field stands. Refused when a head is missing, unknown or there twice: nothing is lost silently."""
    meanings = _in_each_language(heads)
    places: dict[str, int] = {}
    odd = []
    for place, cell in enumerate(cells):
        name = meanings.get(cell.casefold())
        if name and name not in places:
            places[name] = place
        elif cell:
            odd.append(cell[:60])
    if missing := [heads()[name] for name in ("enterprise_number", "name") if name not in places]:
        raise Conflict(
            _("The first line must hold the heads of the template. Missing: %(heads)s.") % {"heads": ", ".join(missing)}
        )
    if odd:
        raise Conflict(
            _("These columns are not in the template, or are there twice: %(heads)s. Remove them.")
            % {"heads": ", ".join(odd)}
        )
    return places
