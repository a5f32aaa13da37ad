"""Reading lists of schools: the official list of establishments (`;`-separated) or the portal's own template.

A line is identified by institution number and address: one number may stand for several campuses, one address for several
numbers, and a name says nothing. Reading a list twice, or in another order, changes nothing the second time. A line that
cannot be used is refused with its reason and never stops the rest; a column that is not understood is named.

Source of the column names: the CSV files of data-onderwijs.vlaanderen.be/onderwijsaanbod/lijsten (schoolnummer,
intern_vplnummer, naam, hoofdzetel ...) and of the pupil counts on the same site (nummer_instelling, straatnaam_vpl ...).
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from schools.addresses import address_key, collapse, key, proper
from schools.enums import Network
from schools.models import FormerNumber, Framework, School, Site

TEMPLATE = (
    "instellingsnummer", "naam", "straat", "huisnummer", "postcode", "gemeente", "net", "schoolbestuur", "e-mail",
    "telefoon", "website", "leerlingen", "stem-leerkrachten",
)  # fmt: skip

# Per field the column names we know, compared without case, accents and punctuation; the first one that is filled counts.
COLUMNS = {
    "number": "instellingsnummer schoolnummer nummerinstelling instellingsnr instellingscode nrinstelling schoolnr "
    "instellingnummer instellingnr nummerschool nrschool",
    "name": "naam naaminstelling instellingsnaam naamschool schoolnaam school instelling benaming kortenaam",
    "site_name": "naamvestigingsplaats vestigingsnaam naamvpl vestigingsplaats",
    "site_number": "internvplnummer internvolgnrvpl vestigingsplaatsnummer vestigingsnummer volgnrvpl",
    "street": "straat straatnaam straatnaamvpl straatnaamvestigingsplaats straatvestigingsplaats straatennummer straatnr",
    "house": "huisnummer huisnr huisnrvpl huisnrvestigingsplaats huisnummervan huisnummervpl huisnummervestigingsplaats",
    "box": "busnummer busnr bus busvpl busvestigingsplaats",
    "address": "adres vestigingsplaatsadres adresvestigingsplaats",
    "postal_code": "postcode postnummer postnr postnummervpl postcodevestigingsplaats postcodevpl pc",
    "municipality": "gemeente gemeentenaam gemeentevpl gemeentevestigingsplaats hoofdgemeente stad plaats deelgemeente deelgemeentevestigingsplaats "
    "fusiegemeentevestigingsplaats fusiegemeente fusiegemeentevpl",
    "network": "net naamnet onderwijsnet",
    "school_board": "schoolbestuur bestuur naamschoolbestuur naamim inrichtendemacht beheerders",
    "is_main": "hoofdzetel hoofdvestiging hoofdvestigingsplaats",
    "email": "email emailadres mail",
    "phone": "telefoon telefoonnummer tel",
    "website": "website webadres url",
    "pupils": "leerlingen aantalleerlingen",
    "stem_teachers": "stemleerkrachten aantalstemleerkrachten",
}
# These stand for the house number behind a street, and for the institution number anywhere else.
EITHER_NUMBER = {"nummer", "nr"}
# What a column that we do not read may well have held; of the rest (coordinates, codes) nobody misses anything.
_NEEDED = re.compile(r"nummer|nr|naam|adres|straat|huis|post|gemeente|leerling|hoofdzetel|hoofdvest|mail|telef")
_NOT_NEEDED = re.compile(r"crab|nis|kbo|fax|clb|bestuur|beheerder|provincie|gemeenschap|ondernemingsnummer|code$")
HEADER_SEARCH_LINES = 10
MAX_SIZE = 5 * 1024 * 1024
MAX_LINES = 20_000
MAX_COUNT = 20_000
ODD = -1
BATCH = 500
YES = {"true", "ja", "j", "1", "x", "waar", "yes"}
_ADDRESS = re.compile(r"^(?P<street>.*?)[\s,;–-]*\b(?P<postal_code>[1-9]\d{3})\s+(?P<municipality>\D.*)$")
_LIMITS = {
    "name": 200, "site_name": 200, "site_number": 20, "street": 200, "municipality": 100, "school_board": 200,
    "phone": 30,
}  # fmt: skip


class UnreadableList(Exception):
    """Nothing in this file can be used. The text is a sentence for the user."""


class LineRefused(Exception):
    """One line cannot be used. The text is the reason, for the user."""


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass
class Row:
    """One line of the list, cleaned."""

    line: int
    number: str
    name: str
    street: str
    postal_code: str
    municipality: str
    site_name: str = ""
    site_number: str = ""
    network: str = ""
    school_board: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    is_main: bool = False
    pupils: int | None = None
    stem_teachers: int | None = None
    warning: str = ""

    @property
    def address_key(self) -> str:
        return address_key(self.street, self.postal_code)

    @property
    def rank(self) -> tuple:
        """Which of several lines counts: the main one, then the lowest site number. Never the order in the file."""
        number = self.site_number
        return not self.is_main, not number, number.zfill(20), self.address_key, *map(str, astuple(self)[1:])


@dataclass(frozen=True)
class Change:
    """One fact, before and after."""

    label: str
    old: str
    new: str

    def __str__(self):
        return f"{self.label}: {self.old} → {self.new}"


@dataclass(frozen=True)
class LineResult:
    """What became of one line of the file."""

    line: int
    outcome: Outcome
    name: str
    reason: str = ""
    changes: tuple[Change, ...] = ()
    warning: str = ""
    address: str = ""
    is_new_school: bool = False


@dataclass
class Report:
    """What became of every line; `unread` are the names of columns that look needed and were not understood."""

    lines: list[LineResult] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def count(self, outcome) -> int:
        return sum(result.outcome == outcome for result in self.lines)

    def having(self, outcome) -> list[LineResult]:
        return [result for result in self.lines if result.outcome == outcome]

    @property
    def refused(self) -> list[LineResult]:
        return self.having(Outcome.REFUSED)

    @property
    def warned(self) -> list[LineResult]:
        return [result for result in self.lines if result.warning]

    @property
    def new_schools(self) -> int:
        return sum(result.is_new_school for result in self.lines)


@dataclass
class Content:
    """A file, read: its usable rows, its refused lines, and the columns that look needed and were not understood."""

    rows: list[Row] = field(default_factory=list)
    refused: list[LineResult] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


# --- Reading ---------------------------------------------------------------------------------------------------------


def read(content: bytes) -> Content:
    """What a file holds. Raises UnreadableList when it is not a list of schools at all."""
    if len(content) > MAX_SIZE:
        raise UnreadableList(_("This file is larger than %(maximum)d MB.") % {"maximum": MAX_SIZE // 1024**2})
    reader = csv.reader(io.StringIO(_decoded(content), newline=None), delimiter=_delimiter(content), strict=False)
    found = Content()
    columns, tried = None, []
    try:
        for cells in reader:
            cells = [collapse(cell.replace("\x00", "")) for cell in cells]
            if columns is None:
                columns = _columns(cells)
                if columns is None:
                    tried.append(cells)
                    if reader.line_num >= HEADER_SEARCH_LINES:
                        break
                else:
                    found.unread = _unread(cells)
            elif len(found.rows) + len(found.refused) >= MAX_LINES:
                raise UnreadableList(_("This list is longer than %(maximum)d lines.") % {"maximum": MAX_LINES})
            elif any(cells):
                _read_line(reader.line_num, cells, columns, found)
    except csv.Error as error:
        raise UnreadableList(
            _("Line %(line)d cannot be read: %(error)s.") % {"line": reader.line_num, "error": error}
        ) from None
    if columns is None:
        raise UnreadableList(_what_is_missing(tried))
    return found


def _what_is_missing(tried) -> str:
    """Why no line has the column names; a line with most of them says which one is missing."""
    nearest: list[str] = max(tried, key=lambda cells: len(_known(cells)), default=[])
    if len(_known(nearest)) < 2:
        return _("This is not a list of schools: there is no line with the columns institution number and name.")
    unread = ", ".join(f"“{name[:40]}”" for name in _not_understood(nearest)[:10]) or "–"
    if _places(nearest)["number"]:
        return _("This list has no column with the name of the school. Not understood: %(names)s.") % {"names": unread}
    return _("This list has no column with the institution number. Not understood: %(names)s.") % {"names": unread}


def _read_line(line, cells, columns, found):
    values = {
        name: next((cells[at] for at in places if at < len(cells) and cells[at]), "")
        for name, places in columns.items()
    }
    try:
        if any("\ufffd" in cell for cell in cells):
            raise LineRefused(_("A character on this line cannot be read. Save the list again as CSV UTF-8."))
        found.rows.append(_row(line, values))
    except LineRefused as reason:
        found.refused.append(LineResult(line, Outcome.REFUSED, values.get("name", ""), str(reason)))


def _decoded(content: bytes) -> str:
    """UTF-8 with or without a mark in front, UTF-16 from a spreadsheet, or Windows' Western European.

    One bad byte makes a file of UTF-8 no file of Windows: only its own line is lost.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    text = content.decode("utf-8-sig", errors="replace")
    bad = text.count("\ufffd")
    good = sum(not char.isascii() for char in text) - bad
    if bad and good <= bad and not content.startswith(codecs.BOM_UTF8):
        return content.decode("cp1252", errors="replace")
    return text


def _delimiter(content: bytes) -> str:
    head = content[:2000].replace(b"\x00", b"")
    return max(";\t,", key=lambda mark: head.count(mark.encode()))


def _columns(cells) -> dict[str, list[int]] | None:
    """Places of each field, or None when this is not the line with the column names."""
    columns = _places(cells)
    # A list of sites may only have their names.
    columns["name"] = columns["name"] or columns["site_name"]
    return columns if columns["number"] and columns["name"] else None


def _places(cells) -> dict[str, list[int]]:
    names = [key(cell) for cell in cells]
    columns = {
        name: [names.index(synonym) for synonym in synonyms.split() if synonym in names]
        for name, synonyms in COLUMNS.items()
    }
    streets = {*columns["street"], *columns["address"]}
    for at, name in enumerate(names):
        if name in EITHER_NUMBER:
            columns["house" if at - 1 in streets else "number"].append(at)
    return columns


def _known(cells) -> set[int]:
    return {place for places in _places(cells).values() for place in places}


def _not_understood(cells) -> list[str]:
    known = _known(cells)
    return [cell for at, cell in enumerate(cells) if cell and at not in known]


def _unread(cells) -> list[str]:
    """The columns that look as if they hold something we need, and are not understood."""
    return [cell for cell in _not_understood(cells) if _NEEDED.search(key(cell)) and not _NOT_NEEDED.search(key(cell))]


def _row(line, values) -> Row:
    number = _number(values["number"])
    if not values["name"]:
        raise LineRefused(_("The name is missing."))
    street, postal_code, municipality = _address(values)
    pupils, stem_teachers = _count(values["pupils"]), _count(values["stem_teachers"])
    odd = [
        text for text, count in ((values["pupils"], pupils), (values["stem_teachers"], stem_teachers)) if count == ODD
    ]
    row = Row(
        line=line,
        number=number,
        name=values["name"],
        street=street,
        postal_code=postal_code,
        municipality=municipality,
        site_name=values["site_name"] or values["name"],
        site_number=values["site_number"],
        network=_network(values["network"]),
        school_board=values["school_board"],
        email=_valid(validate_email, values["email"].lower()),
        phone=values["phone"],
        website=_website(values["website"]),
        is_main=key(values["is_main"]) in YES,
        pupils=None if pupils == ODD else pupils,
        stem_teachers=None if stem_teachers == ODD else stem_teachers,
        warning=" ".join(_("“%(text)s” is not a number, so it is left out.") % {"text": text[:40]} for text in odd),
    )
    for name, limit in _LIMITS.items():
        if len(getattr(row, name)) > limit:
            raise LineRefused(_("A text is too long: “%(start)s…”.") % {"start": getattr(row, name)[:40]})
    return row


def _number(text: str) -> str:
    """Six digits; a spreadsheet takes the zero in front away, or adds ".0" behind it."""
    if not text:
        raise LineRefused(_("The institution number is missing."))
    digits = re.sub(r"[\s.]", "", text.removesuffix(".0").removesuffix(",0"))
    if not re.fullmatch(r"[0-9]{5,6}", digits):
        raise LineRefused(
            _("“%(number)s” is not an institution number: it has five or six digits.") % {"number": text[:40]}
        )
    return digits.zfill(6)


def _address(values) -> tuple[str, str, str]:
    """Street with house number, postal code and municipality, from separate columns or from one."""
    whole = _ADDRESS.match(values["address"])
    parts = whole.groupdict() if whole else {}
    street, postal_code = values["street"], values["postal_code"].removesuffix(".0")
    if not street and not whole:
        street = values["address"]  # beside a postal code and a municipality of their own
    if street:
        street = " ".join(filter(None, [street, values["house"]]))
        street = f"{street} bus {values['box']}" if values["box"] else street
    street = street or parts.get("street", "")
    postal_code = postal_code or parts.get("postal_code", "")
    municipality = values["municipality"] or parts.get("municipality", "")
    if not (street and postal_code and municipality):
        raise LineRefused(_("The address is not complete: street, postal code and municipality are needed."))
    if not re.fullmatch(r"[1-9][0-9]{3}", postal_code):
        raise LineRefused(_("“%(code)s” is not a Belgian postal code.") % {"code": postal_code[:40]})
    return proper(street), postal_code, proper(municipality)


def _network(text: str) -> str:
    name = key(text)
    if "officieel" in name or name == "ogo":
        return Network.OFFICIAL
    if "vrij" in name or name == "vgo":
        return Network.FREE
    return Network.GO if name.startswith(("go", "gemeenschapsonderwijs")) else ""


def _website(text: str) -> str:
    if text and "://" not in text:
        text = f"https://{text}"
    return _valid(URLValidator(schemes=["http", "https"]), text) if len(text) <= 300 else ""


def _valid(validator, text) -> str:
    """The text, or nothing when it is not what it should be: a wrong address of a website is no reason to miss a school."""
    try:
        validator(text)
    except ValidationError:
        return ""
    return text


def _count(text: str) -> int | None:
    """A figure that nobody has to give; ODD when it is none: no reason to miss a school, but worth a word."""
    if not text:
        return None
    digits = re.sub(r"[\s.]", "", re.sub(r"[.,]0+$", "", text))
    return int(digits) if re.fullmatch(r"[0-9]{1,5}", digits) and int(digits) <= MAX_COUNT else ODD


# --- Writing ---------------------------------------------------------------------------------------------------------


@dataclass
class _Plan:
    """What has to be written, gathered first: a preview costs no write, and a long list few queries."""

    organisations: list[Organisation] = field(default_factory=list)
    schools: list[School] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    changed: dict[type[Model], dict[int, tuple[Model, set[str]]]] = field(default_factory=dict)

    def change(self, instance, values) -> list[Change]:
        """Take over what is different; an empty value never erases. Returns what changed, in words."""
        different = {
            name: value
            for name, value in values.items()
            if value not in ("", None) and getattr(instance, name) != value
        }
        changes = [_change(instance, name, value) for name, value in different.items()]
        for name, value in different.items():
            setattr(instance, name, value)
        if different and instance.pk is not None:
            _instance, names = self.changed.setdefault(type(instance), {}).setdefault(instance.pk, (instance, set()))
            names.update(different)
        return changes

    def write(self) -> None:
        """A bulk write sends no signals, so each new organisation brings its profile along here (schools/apps.py)."""
        Organisation.objects.bulk_create(self.organisations, batch_size=BATCH)
        for school in self.schools:
            school.organisation = school.organisation  # copies the id it has now
        School.objects.bulk_create(self.schools, batch_size=BATCH)
        for site in self.sites:
            site.school = site.school
            site.address_key = address_key(site.street, site.postal_code)
        Site.objects.bulk_create(self.sites, batch_size=BATCH)
        for model, rows in self.changed.items():
            names = sorted(set().union(*(names for _instance, names in rows.values())))
            model._default_manager.bulk_update(
                [instance for instance, _names in rows.values()], names, batch_size=BATCH
            )


@transaction.atomic
def import_schools(content: bytes, *, dry_run=False) -> Report:
    """Bring the portal in line with a list, in one transaction. With `dry_run` nothing is written."""
    found = read(content)
    if not dry_run:
        # One import at a time: two of them would both create a school that is in both lists. Whoever points at this row,
        # as a first score does, need not wait.
        Framework.objects.select_for_update(no_key=True).get(is_current=True)
    known = _known_schools()
    report, plan = Report(found.refused, found.unread), _Plan()
    for number, group in _by_number(found.rows):
        report.lines.extend(_import_group(plan, known.get(number), number, group))
    report.lines.sort(key=lambda result: result.line)
    if not dry_run:
        plan.write()
    return report


def _known_schools() -> dict[str, School]:
    """Schools by number, former numbers included; the present number wins."""
    schools = School.objects.select_related("organisation").prefetch_related("sites").order_by("-pk")
    by_number = {school.institution_number: school for school in schools if school.institution_number}
    by_id = {school.pk: school for school in schools}
    for number, school in FormerNumber.objects.order_by("replaced_on", "pk").values_list("number", "school"):
        by_number.setdefault(number, by_id[school])
    return by_number


def _by_number(rows) -> Iterator[tuple[str, list[Row]]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.number, []).append(row)
    yield from groups.items()


def _import_group(plan, school, number, group) -> list[LineResult]:
    """All lines of one institution number: the school itself from its main line, and a site per address."""
    is_new = school is None
    home = "" if is_new else address_key(school.organisation.street, school.organisation.postal_code)
    main = min(group, key=lambda row: (not row.is_main, row.address_key != home, row.rank))
    if is_new:
        school = _new_school(plan, main.name, number)
        sites = {}
    else:
        sites = {site.address_key: site for site in school.sites.all()}
    leads = is_new or main.is_main or not school.organisation.street
    school_changes = _update_school(plan, school, main, leads=leads, is_named=leads or main.address_key == home)
    # Of several lines for one address one counts; the others add nothing.
    counting = {row.address_key: row for row in sorted(group, key=lambda row: row.rank, reverse=True)}
    counting[main.address_key] = main
    results = []
    for row in group:
        changes: list[Change] = []
        outcome = Outcome.UNCHANGED
        if row is counting[row.address_key]:
            is_main = row is main if leads else None
            outcome, changes = _import_site(plan, school, sites.get(row.address_key), row, is_main=is_main)
        if row is main and not is_new:
            changes = school_changes + changes
            if leads:
                changes += _no_longer_main(plan, sites, main)
            if changes and outcome == Outcome.UNCHANGED:
                outcome = Outcome.UPDATED
        results.append(
            LineResult(
                row.line,
                outcome,
                row.name,
                changes=tuple(changes),
                warning=row.warning,
                address=f"{row.street}, {row.postal_code} {row.municipality}",
                is_new_school=is_new and row is main,
            )
        )
    return results


def _no_longer_main(plan, sites, main) -> list[Change]:
    """A school has one main site: the one it had before steps back."""
    others = [site for address, site in sites.items() if address != main.address_key and site.is_main]
    return [change for site in others for change in plan.change(site, {"is_main": False})]


def _new_school(plan, name, number) -> School:
    organisation = Organisation(kind=OrganisationKind.SCHOOL, name=name)
    school = School(organisation=organisation, institution_number=number)
    plan.organisations.append(organisation)
    plan.schools.append(school)
    return school


def _update_school(plan, school, row, *, leads, is_named) -> list[Change]:
    """Take over what the list knows. The address only from a line that leads, the name also from one at that address."""
    facts = {
        name: getattr(row, name) for name in ("network", "school_board", "email", "phone", "pupils", "stem_teachers")
    }
    own = {"name": row.name if is_named else "", "website": row.website}
    if leads:
        own |= {"street": row.street, "postal_code": row.postal_code, "municipality": row.municipality}
    return plan.change(school, facts) + plan.change(school.organisation, own)


def _import_site(plan, school, site, row, *, is_main) -> tuple[Outcome, list[Change]]:
    facts = {
        "name": row.site_name,
        "number": row.site_number,
        "street": row.street,
        "postal_code": row.postal_code,
        "municipality": row.municipality,
    }
    if site is None:
        plan.sites.append(Site(school=school, is_main=bool(is_main), **facts))
        return Outcome.CREATED, []
    if is_main is not None:
        facts["is_main"] = is_main
    changes = plan.change(site, facts)
    return (Outcome.UPDATED if changes else Outcome.UNCHANGED), changes


def _change(instance, name, value) -> Change:
    """As the screen calls and writes it."""
    found = instance._meta.get_field(name)
    return Change(str(found.verbose_name), _shown(found, getattr(instance, name)), _shown(found, value))


def _shown(found, value) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(dict(found.flatchoices).get(value, value) if value not in ("", None) else "–")
