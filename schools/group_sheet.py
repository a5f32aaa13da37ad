"""The group report as a workbook (XLSX), in Dutch: criteria, key elements and how to read it.

What a newcomer gets wrong: writing a text that staff may edit straight into a cell. One that starts with "=" would become a
formula; every text here is marked as text.
"""

import io

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from schools.enums import Moment
from schools.selectors import GroupReport


def workbook(report: GroupReport, trajectory) -> bytes:
    """The file; always in the language of the portal, whoever asks."""
    with translation.override(settings.LANGUAGE_CODE):
        book = Workbook()
        book.properties.title = str(_("Group report %(trajectory)s") % {"trajectory": trajectory})
        book.properties.language = "nl-BE"
        _criteria(book.active, report)
        _elements(book.create_sheet(), report)
        _reading(book.create_sheet(), report, trajectory)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _criteria(sheet, report):
    sheet.title = _("Criteria")
    names = [_("Schools"), _("Mean"), _("Median"), _("Lower quarter"), _("Upper quarter"), _("Spread")]
    heads = [_("Number"), _("Criterion"), _("Key element")]
    for moment in Moment:
        heads += [f"{moment.label}: {name}" for name in names]
    _head(sheet, heads, [9, 44, 34, *[14] * (2 * len(names))])
    for element in report.elements:
        for row in element.rows:
            cells = [row.criterion.number, row.criterion.label_nl, element.element.label_nl]
            for moment in Moment:
                cells += _cells(row.at(moment))
            _row(sheet, cells)


def _cells(figures):
    if figures is None:
        return [_("too few scores"), *[None] * 5]
    return [figures.count, figures.mean, figures.median, figures.low, figures.high, figures.spread]


def _elements(sheet, report):
    sheet.title = _("Key elements")
    heads = [_("Number"), _("Key element")]
    for moment in Moment:
        heads += [f"{moment.label}: {_('Mean')}", f"{moment.label}: {_('Criteria that count')}"]
    _head(sheet, heads, [9, 44, 16, 26, 16, 26])
    for element in report.elements:
        cells = [element.element.number, element.element.label_nl]
        for moment in Moment:
            cells += [element.mean(moment), element.counts(moment)]
        _row(sheet, cells)


def _reading(sheet, report, trajectory):
    sheet.title = _("Reading guide")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 80
    for name, words in (
        (_("Trajectory"), f"{trajectory} ({trajectory.school_years})"),
        (_("Made on"), f"{timezone.localdate():%d/%m/%Y}"),
        (_("Schools that take part"), report.schools),
        (_("Schools with scores at the start"), report.start),
        (_("Schools with scores at the end"), report.end),
        (_("Scale"), _("0 (not present yet) to 4 (fully part of the school)")),
        (_("Not official"), _("These scores are the schools' own view. Only EUN decides on the label.")),
        (
            _("Anonymous"),
            _("Figures of fewer than %(minimum)d schools are not shown.") % {"minimum": report.minimum},
        ),
        (_("Lower and upper quarter"), _("The middle half of the schools scores between these two.")),
        (_("Spread"), _("Standard deviation: how far scores lie from the mean.")),
    ):
        _row(sheet, [name, words])


def _head(sheet, heads, widths):
    _row(sheet, heads)
    for cell in sheet[1]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "C2"


def _row(sheet, values):
    sheet.append([ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value for value in values])
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type = "s"
