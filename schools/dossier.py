"""What a dossier holds and in which order: the 21 criteria, each piece of evidence at the first criterion it proves, and
then the labels that EUN gave, with their proof.

Nothing here asks the policy or writes a file. What a newcomer gets wrong: numbering while packing. Number and name of every
file follow from the contents alone, so that text, PDF and ZIP agree, today and tomorrow.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.utils import formats
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from documents.checks import names
from documents.enums import DocumentState
from documents.models import Document
from schools import selectors
from schools.enums import Moment
from schools.models import Evidence, KeyElement, LabelApplication, LabelAward

PDF_NAME, INDEX_NAME, TEXTS_NAME = "dossier.pdf", "inhoud.txt", "bewijsstukken.txt"
OTHER, LABELS = "overig", "labels"
# Bytes of UTF-8: Windows stops at 260 characters for folders and name together, wherever someone unpacks it.
FOLDER_BYTES, FILE_BYTES = 60, 110
# All texts of a PDF together: more takes longer to draw than a worker has. Above it every text is shortened; the ZIP has all.
TEXT_BUDGET, SHORTEST = 250_000, 200


@dataclass(frozen=True)
class FileLine:
    """A file of the dossier; `entry` is its name in the ZIP, empty when it does not travel along, and then why."""

    document: Document
    entry: str

    @classmethod
    def numbered(cls, document, folder, taken) -> "FileLine":
        """The next file of a folder, when it was found safe; `taken` holds the names that are given already."""
        if not document.is_safe:
            return cls(document, "")
        taken.append(f"{folder}/{len(taken) + 1:03d} {short(document.name, FILE_BYTES)}")
        return cls(document, taken[-1])

    @property
    def why_not(self) -> str:
        return "" if self.entry else str(self.document.get_state_display()).lower()


@dataclass(frozen=True)
class Item:
    """A piece of evidence under its number; it stands at `home`, and at the other `numbers` there is only a reference."""

    number: int
    evidence: Evidence
    home: str
    numbers: list[str]
    files: list[FileLine]
    text: str
    text_en: str

    @property
    def code(self) -> str:
        return f"B{self.number:03d}"

    @property
    def is_shortened(self) -> bool:
        return (self.text, self.text_en) != (self.evidence.text, self.evidence.text_en)


@dataclass
class Line:
    """One criterion with its scores, what stands here, and what is referred to."""

    row: selectors.CriterionRow
    here: list[Item] = field(default_factory=list)
    elsewhere: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Label:
    """A label on record, with its proof when that was kept here."""

    award: LabelAward
    file: FileLine | None


@dataclass(frozen=True)
class Contents:
    """A whole dossier."""

    school: object
    trajectory: object
    board: selectors.Board
    elements: list[tuple[KeyElement, list[Line]]]
    other: list[Item]  # proves only criteria of an earlier version
    items: list[Item]
    labels: list[Label]  # newest first
    applications: list[LabelApplication]

    @property
    def lines(self) -> list[Line]:
        return [line for _element, lines in self.elements for line in lines]

    @property
    def evidence_files(self) -> list[FileLine]:
        return [file for item in self.items for file in item.files]

    @property
    def files(self) -> list[FileLine]:
        return self.evidence_files + [label.file for label in self.labels if label.file]

    @property
    def left_out(self) -> int:
        """How many files do not travel along: not found safe, or not yet."""
        return sum(not file.entry for file in self.files)

    @property
    def without_evidence(self) -> int:
        return sum(not (line.here or line.elsewhere) for line in self.lines)


def contents_of(school, trajectory) -> Contents:
    """Everything, in the order of the criteria. The same number of queries for one piece of evidence or five hundred."""
    board = selectors.assessment_board(school, trajectory, Moment.START)
    order = [row.criterion.number for row in board.rows]
    folders = {row.criterion.number: folder_of(row.criterion) for row in board.rows}
    taken: list[str] = []
    items = _items(school, order, folders, taken)
    here, elsewhere = defaultdict(list), defaultdict(list)
    for item in items:
        here[item.home].append(item)
        for number in item.numbers:
            if number != item.home:
                elsewhere[number].append(item)
    elements = [
        (
            element.element,
            [Line(row, here[row.criterion.number], elsewhere[row.criterion.number]) for row in element.rows],
        )
        for element in board.elements
    ]
    applications = list(selectors.applications_of(school))
    return Contents(school, trajectory, board, elements, here[OTHER], items, _labels(school, taken), applications)


def _labels(school, taken) -> list[Label]:
    awards = selectors.standing_awards().filter(school=school.pk).select_related("proof")
    return [Label(award, FileLine.numbered(award.proof, LABELS, taken) if award.proof else None) for award in awards]


def _items(school, order, folders, taken) -> list[Item]:
    found = []
    for evidence in school.evidence.with_files():
        numbers = sorted({criterion.number for criterion in evidence.criteria.all()} & set(order), key=order.index)
        found.append((order.index(numbers[0]) if numbers else len(order), evidence, numbers))
    found.sort(key=lambda each: (each[0], each[1].practice_date or datetime.date.max, each[1].pk))
    room = _room([evidence for _at, evidence, _numbers in found])
    items = []
    for number, (_at, evidence, numbers) in enumerate(found, 1):
        home = numbers[0] if numbers else OTHER
        folder = folders.get(home, OTHER)
        files = [FileLine.numbered(document, folder, taken) for document in evidence.documents]
        texts = [cut(text, room) for text in (evidence.text, evidence.text_en)]
        items.append(Item(number, evidence, home, numbers, files, *texts))
    return items


def _room(pieces) -> int | None:
    """How many characters each text may have; None when all fit."""
    total = sum(len(evidence.text) + len(evidence.text_en) for evidence in pieces)
    return None if total <= TEXT_BUDGET else max(TEXT_BUDGET // (2 * len(pieces)), SHORTEST)


def cut(text: str, room: int | None) -> str:
    return text if room is None or len(text) <= room else text[: room - 1].rstrip() + "…"


def folder_of(criterion) -> str:
    """ "2.3 STEM in een reële context", fit for every file system."""
    clean = "".join(" " if char in '<>:"/\\|?*' or not char.isprintable() else char for char in criterion.label_nl)
    label = " ".join(clean.split()).strip(". ")
    return f"{criterion.number} {label}".encode()[:FOLDER_BYTES].decode(errors="ignore").strip(". ")


def short(name: str, size: int) -> str:
    """A file name of at most `size` bytes that keeps its ending."""
    clean, extension = names.clean(name)
    stem = clean.removesuffix(f".{extension}").encode()[: size - len(extension) - 1].decode(errors="ignore")
    return f"{stem.rstrip('. ')}.{extension}"


# --- The texts in the ZIP ---------------------------------------------------------------------------------------------


def index_text(contents: Contents, missing: frozenset[int] = frozenset()) -> str:
    """Which file proves which criterion. `missing` holds ids of documents that turned out to be gone."""
    lines = [_("Dossier of %(school)s") % {"school": contents.school}, ""]
    for line in contents.lines:
        lines += [str(line.row.criterion)]
        for item in [*line.here, *line.elsewhere]:
            lines += [f"  {item.code} {item.evidence.title}", *(_file_words(file, missing) for file in item.files)]
        if not (line.here or line.elsewhere):
            lines += ["  " + _("no evidence")]
        lines += [""]
    for item in contents.other:
        lines += [f"{item.code} {item.evidence.title}", *(_file_words(file, missing) for file in item.files)]
    for label in contents.labels:
        lines += [_label_words(label.award), *([_file_words(label.file, missing)] if label.file else [])]
    return "\r\n".join(lines) + "\r\n"


def _label_words(award):
    return _("Label %(level)s of %(date)s") % {
        "level": award.get_level_display(),
        "date": formats.date_format(award.awarded_on, "d/m/Y"),
    }


def _file_words(file, missing):
    if file.document.pk in missing:
        return f"    {file.document.name}: {DocumentState.MISSING.label}"
    if file.entry:
        return f"    {file.entry}  (SHA-256 {file.document.sha256})"
    return f"    {_left_out_words(file)}"


def _left_out_words(file):
    return _("%(file)s: not included, %(why)s") % {"file": file.document.name, "why": file.why_not}


def item_text(item: Item) -> str:
    """One piece of evidence in full, for the file with all texts."""
    evidence = item.evidence
    facts = [
        (_("Criteria"), ", ".join(item.numbers)),
        (
            _("Date of the practice"),
            formats.date_format(evidence.practice_date, "d/m/Y") if evidence.practice_date else "",
        ),
        (_("State"), f"{evidence.get_state_display()} ({localtime(evidence.state_since):%d/%m/%Y})"),
        (_("Link"), evidence.link),
        (_("Files"), ", ".join(file.entry or _left_out_words(file) for file in item.files)),
    ]
    head = [f"{item.code} {evidence.title}", *(f"{name}: {value}" for name, value in facts if value)]
    body = [evidence.text, *([_("In English") + ":", evidence.text_en] if evidence.text_en else [])]
    return "\r\n".join([*head, "", *("\r\n".join(text.splitlines()) for text in body), "", "-" * 60, "", ""])
