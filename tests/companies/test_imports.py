"""Companies from an Excel workbook: looked at line by line, added once, and no workbook brings the portal down."""

import html
import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from accounts.models import Organisation
from accounts.policy import Conflict, Refused
from companies import exporting, services
from companies.models import Company, CompanyImport
from companies.services import importing
from jobs.registry import handler_of
from tests.companies.conftest import new_enterprise_number
from tests.races import Meeting, at_the_same_time

pytestmark = pytest.mark.django_db
LIST = "/beheer/companies/companyimport/"
UPLOAD = f"{LIST}add/"
TEMPLATE = f"{LIST}template/"
HEADS = [
    "Ondernemingsnummer",
    "Bedrijfsnaam",
    "Straat en nummer",
    "Postcode",
    "Gemeente",
    "Sector",
    "Aantal werknemers",
    "Website",
]
GOOD = [
    "0566.988.259",
    "Staalbouw Kempen nv",
    "Nijverheidsstraat 12",
    2300,
    "Turnhout",
    "Metaal, machines en elektronica",
    "50 tot 249 werknemers",
    "www.staalbouw.example",
]


def text_of(response) -> str:
    return html.unescape(response.content.decode())


def workbook_of(*rows, heads=HEADS) -> bytes:
    book = Workbook()
    for row in [heads, *rows]:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def company(name="Nieuw bedrijf bv", number=None) -> list:
    return [number or new_enterprise_number(), name, "", "", "", "", "", ""]


def upload(client, content, name="bedrijven.xlsx"):
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})


def read(content, by, name="bedrijven.xlsx") -> CompanyImport:
    return services.read_import(file=SimpleUploadedFile(name, content), by=by)


def states(company_import) -> list[str]:
    return [line["state"] for line in company_import.outcome]


@pytest.fixture
def voka(world, sign_in_as):
    return sign_in_as(world.facilitator)


# --- The road from file to company ------------------------------------------------------------------------------------


def test_first_each_line_is_judged_and_nothing_is_added(voka, world):
    number = new_enterprise_number()
    Company.objects.filter(pk=world.company.pk).update(enterprise_number=number)
    before = (Organisation.objects.count(), Company.objects.count())
    address = upload(
        voka,
        workbook_of(
            GOOD,
            company("Boormachines", number),
            company("Typfout bv", "0566988258"),
            company("Vestiging bv", "2.012.345.678"),
            company("Staalbouw opnieuw", "BE0566988259"),
            company("", "0403170701"),
        ),
    ).url
    page = voka.get(address)
    shown = text_of(page)
    assert [str(words) for words in page.context["counts"]] == [
        "1 nieuw bedrijf",
        "1 bedrijf dat al bekend is",
        "4 geweigerde regels",
    ]
    assert [line["number"] for line in page.context["lines"]] == [4, 5, 6, 7, 3, 2]
    assert "Dit ondernemingsnummer bestaat niet" in shown
    assert "nummer van een vestiging" in shown
    assert "Regel 2 heeft hetzelfde ondernemingsnummer." in shown
    assert "De naam ontbreekt." in shown
    assert "Boormachines nv staat al in het portaal." in shown
    assert "Er is nog niets toegevoegd." in shown
    assert (Organisation.objects.count(), Company.objects.count()) == before


def test_then_the_new_ones_are_added_with_all_they_carry_however_often_one_clicks(voka, world):
    address = upload(voka, workbook_of(GOOD, company("Typfout bv", "0566988258"))).url
    assert voka.post(address).url == address
    made = Company.objects.select_related("organisation").get(enterprise_number="0566988259")
    organisation = made.organisation
    assert (made.sector, made.headcount_band) == ("metal_machines", "50-249")
    assert (organisation.name, organisation.kind, organisation.chamber) == (
        "Staalbouw Kempen nv",
        "company",
        world.chamber,
    )
    assert (organisation.street, organisation.postal_code, organisation.municipality, organisation.website) == (
        "Nijverheidsstraat 12",
        "2300",
        "Turnhout",
        "https://www.staalbouw.example",
    )
    once = (Organisation.objects.count(), CompanyImport.objects.get().confirmed_at)
    assert voka.post(address).url == address
    assert (Organisation.objects.count(), CompanyImport.objects.get().confirmed_at) == once
    page = text_of(voka.get(address))
    assert "Voeg de nieuwe bedrijven toe" not in page
    assert reverse("admin:companies_company_change", args=[made.pk]) in page
    assert "Fien Begeleider" in page


def test_afterwards_nothing_of_the_file_is_left_but_what_became_of_each_line(world):
    kept = read(workbook_of(GOOD, company("Typfout bv", "0566988258")), world.facilitator)
    kept = services.confirm_import(company_import=kept, by=world.administrator)
    kept.refresh_from_db()
    assert kept.rows == []
    assert states(kept) == ["added", "refused"]
    assert (kept.by, kept.confirmed_by) == (world.facilitator, world.administrator)


def test_a_list_is_thrown_away_with_its_rows_however_often_one_clicks(voka):
    address = upload(voka, workbook_of(GOOD)).url
    assert "Verwerp deze lijst" in text_of(voka.get(address))
    for _click in range(2):
        page = voka.post(address, {"_discard": "1"}, follow=True)
        assert page.redirect_chain == [(LIST, 302)]
        assert "De lijst is weggegooid. Er is geen bedrijf toegevoegd." in text_of(page)
    assert not CompanyImport.objects.exists()
    assert not Company.objects.filter(enterprise_number="0566988259").exists()
    assert voka.get(address).status_code == 404


def test_what_was_imported_is_not_thrown_away(voka, world):
    address = upload(voka, workbook_of(GOOD)).url
    voka.post(address)
    assert "Verwerp deze lijst" not in text_of(voka.get(address))
    page = text_of(voka.post(address, {"_discard": "1"}, follow=True))
    assert "Deze lijst is al ingevoerd, dus ze blijft." in page
    assert states(CompanyImport.objects.get()) == ["added"]


def test_whoever_says_yes_to_a_list_that_was_thrown_away_reads_what_to_do(world):
    kept = read(workbook_of(GOOD), world.facilitator)
    services.discard_import(company_import=kept, by=world.administrator)
    with pytest.raises(Conflict, match="Deze lijst is intussen weggegooid. Laad het Excel-bestand opnieuw op."):
        services.confirm_import(company_import=CompanyImport(pk=kept.pk or 1), by=world.facilitator)
    with pytest.raises(Refused):
        services.discard_import(company_import=read(workbook_of(GOOD), world.facilitator), by=world.owner)


def test_a_list_that_nobody_confirms_goes_away_in_time_and_says_when(voka, world, settings, time_machine):
    settings.COMPANY_IMPORT_DAYS = 3
    waiting, confirmed = (read(workbook_of(GOOD), world.facilitator) for _ in range(2))
    services.confirm_import(company_import=confirmed, by=world.facilitator)
    start = timezone.now()
    until = timezone.localtime(start + timedelta(days=3))
    assert f"na {until:%d/%m/%Y}." in text_of(voka.get(f"{LIST}{waiting.pk}/change/"))
    time_machine.move_to(start + timedelta(days=2))
    services.sweep_imports()
    assert CompanyImport.objects.count() == 2
    time_machine.move_to(start + timedelta(days=4))
    services.sweep_imports()
    assert CompanyImport.objects.get() == confirmed


def test_that_sweep_is_a_job_that_beat_starts(settings):
    assert handler_of(services.SWEEP_IMPORTS).function(0) is None
    assert [services.SWEEP_IMPORTS] in [entry.get("args") for entry in settings.CELERY_BEAT_SCHEDULE.values()]


def test_the_list_of_companies_leads_to_the_import(voka):
    page = text_of(voka.get("/beheer/companies/company/"))
    assert re.search(rf'<a href="{UPLOAD}">\s*Bedrijven invoeren\s*</a>', page)


def test_the_same_workbook_again_adds_nothing(world):
    content = workbook_of(GOOD, company())
    for expected in (["added", "added"], ["known", "known"]):
        kept = services.confirm_import(company_import=read(content, world.facilitator), by=world.facilitator)
        assert states(kept) == expected


def test_what_a_colleague_added_after_the_preview_is_known_at_the_yes(world):
    first, second = (read(workbook_of(GOOD), by) for by in (world.facilitator, world.administrator))
    services.confirm_import(company_import=first, by=world.facilitator)
    assert states(services.confirm_import(company_import=second, by=world.administrator)) == ["known"]
    assert Organisation.objects.filter(name="Staalbouw Kempen nv").count() == 1


def test_a_list_without_anything_new_has_no_button(voka):
    page = text_of(voka.get(upload(voka, workbook_of(company("", "x"))).url))
    assert "Voeg de nieuwe bedrijven toe" not in page
    assert "Er is niets om toe te voegen." in page


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_colleagues_who_say_yes_at_the_same_moment_add_each_company_once(committed_world, monkeypatch):
    world = committed_world
    rows = [company(f"Bedrijf {n}") for n in range(20)]
    imports = [read(workbook_of(*order), world.facilitator) for order in (rows, rows[::-1])]
    meeting, judge = Meeting(), importing.judge

    def judge_together(given):
        judged = judge(given)
        meeting.wait()
        return judged

    monkeypatch.setattr(importing, "judge", judge_together)
    outcomes = at_the_same_time(
        *(lambda each=each: services.confirm_import(company_import=each, by=world.facilitator) for each in imports)
    )
    assert meeting.met
    assert sorted({state for outcome in outcomes for state in states(outcome)}) == ["added", "known"]
    assert Organisation.objects.filter(name__startswith="Bedrijf ").count() == 20


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_double_click_adds_each_company_once(committed_world):
    kept = read(workbook_of(company("Dubbel geklikt bv")), committed_world.facilitator)
    outcomes = at_the_same_time(
        *[lambda: services.confirm_import(company_import=kept, by=committed_world.facilitator)] * 4
    )
    assert [states(outcome) for outcome in outcomes] == [["added"]] * 4
    assert Organisation.objects.filter(name="Dubbel geklikt bv").count() == 1


def test_a_thousand_companies_cost_few_queries(world, django_assert_max_num_queries):
    content = workbook_of(*(company(f"Bedrijf {n}") for n in range(importing.MAX_ROWS)))
    kept = read(content, world.facilitator)
    with django_assert_max_num_queries(40):
        kept = services.confirm_import(company_import=kept, by=world.facilitator)
    assert states(kept) == ["added"] * importing.MAX_ROWS


def test_a_page_shows_a_hundred_lines_with_as_many_queries_as_one(voka, world):
    def queries(count) -> int:
        kept = read(workbook_of(*(company(f"Bedrijf {n}") for n in range(count))), world.facilitator)
        with CaptureQueriesContext(connection) as seen:
            page = voka.get(f"{LIST}{kept.pk}/change/")
        assert len(page.context["lines"]) == min(count, 100)
        return len(seen)

    assert queries(1) == queries(3) == queries(150)


# --- The template -----------------------------------------------------------------------------------------------------


def test_the_template_carries_dutch_heads_and_choices_and_reads_back(voka, world):
    response = voka.get(TEMPLATE)
    assert response["Content-Disposition"] == 'attachment; filename="bedrijven-sjabloon.xlsx"'
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    sheet, choices = book.worksheets
    assert [cell.value for cell in sheet[1]] == HEADS
    assert (sheet.title, choices.title) == ("Bedrijven", "Keuzes")
    assert [cell.value for cell in choices["B"]][:2] == ["Aantal werknemers", "1 tot 9 werknemers"]
    assert sheet.column_dimensions["A"].number_format == "@"
    menus = {str(menu.sqref): menu.formula1 for menu in sheet.data_validations.dataValidation}
    assert menus == {"F2:F1001": "'Keuzes'!$A$2:$A$14", "G2:G1001": "'Keuzes'!$B$2:$B$5"}
    for column, value in enumerate(GOOD, start=1):
        sheet.cell(2, column, value)
    file = io.BytesIO()
    book.save(file)
    kept = services.confirm_import(company_import=read(file.getvalue(), world.facilitator), by=world.facilitator)
    assert states(kept) == ["added"]


def test_an_empty_template_says_what_to_do(world, voka):
    with exporting.template() as file:
        shown = text_of(upload(voka, file.read()))
    assert "Er staan geen bedrijven onder de titels." in shown


def test_columns_in_another_order_or_language_are_read_too(world):
    content = workbook_of(
        ["Care and health", "Zorgbedrijf vzw", "0566 988 259"], heads=["Sector", "Company name", "enterprise NUMBER"]
    )
    services.confirm_import(company_import=read(content, world.facilitator), by=world.facilitator)
    assert Company.objects.get(enterprise_number="0566988259").sector == "care"


def test_a_number_that_lost_its_zero_in_excel_is_found_again(world):
    kept = read(workbook_of(company("Zonder nul bv", 566988259)), world.facilitator)
    assert states(services.confirm_import(company_import=kept, by=world.facilitator)) == ["added"]


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        (0, "", "Het ondernemingsnummer ontbreekt."),
        (1, "x" * 201, "“Bedrijfsnaam” is langer dan 200 tekens."),
        (1, "x" * 30_000, "“Bedrijfsnaam” is langer dan 200 tekens."),
        (2, "x" * 201, "“Straat en nummer” is langer dan 200 tekens."),
        (3, "0999", "postcode"),
        (3, "2300a", "postcode"),
        (4, "x" * 101, "“Gemeente” is langer dan 100 tekens."),
        (5, "Onbestaande sector", "“Onbestaande sector” is geen keuze van “Sector”."),
        (6, "veel", "“veel” is geen keuze van “Aantal werknemers”."),
        (7, "javascript://alert(1)", "URL"),
        (7, "x" * 301, "“Website” is langer dan 300 tekens."),
        (1, "=1+1", "“Bedrijfsnaam” bevat een formule."),
        (0, '=HYPERLINK("https://x.example","x")', "“Ondernemingsnummer” bevat een formule."),
    ],
)
def test_a_bad_cell_refuses_its_line_with_the_reason(place, value, sentence, voka):
    row = GOOD[:place] + [value] + GOOD[place + 1 :]
    page = voka.get(upload(voka, workbook_of(row)).url)
    assert [line["state"] for line in page.context["lines"]] == ["refused"]
    assert sentence in text_of(page)


# --- Files that are no list of companies ------------------------------------------------------------------------------


def changed(content, **parts) -> bytes:
    """The workbook with some of its parts written anew; the name of a part with __ for a slash."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name in source.namelist():
            if name not in parts:
                package.writestr(name, source.read(name))
        for name, data in parts.items():
            package.writestr(name, data)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
_SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet_with(cell: str) -> bytes:
    """The good workbook, with this XML for the cell that holds the name."""
    content = workbook_of(GOOD)
    sheet = zipfile.ZipFile(io.BytesIO(content)).read(SHEET).decode()
    found = re.search(r'<c r="B2"[^>]*>.*?</c>', sheet)
    return changed(content, **{SHEET: sheet.replace(found[0], cell)})


def many_rows() -> bytes:
    rows = "".join(f'<row r="{line}"><c r="A{line}"><v>1</v></c></row>' for line in range(2, 100_002))
    return changed(workbook_of(), **{SHEET: f"<worksheet {_SPACE}><sheetData>{rows}</sheetData></worksheet>"})


def far_below() -> bytes:
    book = Workbook()
    book.active.append(HEADS)
    book.active["A900000"] = "0566988259"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def entity_bomb() -> bytes:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
    return changed(workbook_of(GOOD), **{SHEET: bomb})


def with_macros() -> bytes:
    return changed(workbook_of(GOOD), **{"xl/vbaProject.bin": b"x" * 100})


def no_sheet() -> bytes:
    row = "<row r='x'><c r='?'><v>1</v></c></row>"
    return changed(workbook_of(GOOD), **{SHEET: f"<worksheet {_SPACE}><sheetData>{row}</sheetData></worksheet>"})


HOSTILE = {
    "no zip": (lambda: b"geen werkboek", "niet volledig"),
    "empty": (lambda: b"", "leeg"),
    "half": (lambda: workbook_of(GOOD)[:3000], "niet volledig"),
    "zip bomb": (lambda: changed(workbook_of(GOOD), **{"xl/media/x.bin": b"\0" * 30_000_000}), "veel te groot"),
    "entity bomb": (entity_bomb, "veel te groot"),
    "too large": (lambda: b"PK" + b"x" * importing.MAX_BYTES, "hoogstens 2 MB"),
    "too many styles": (lambda: changed(workbook_of(GOOD), **{"xl/styles.xml": b"<xf/>" * 100_000}), "veel te groot"),
    "macros": (with_macros, "macro"),
    "100,000 rows": (many_rows, "meer dan 1000 bedrijven|veel te groot"),
    "one row far below": (far_below, "loopt door tot regel 900000"),
    "1,001 companies": (lambda: workbook_of(*[GOOD] * 1001), "meer dan 1000 bedrijven"),
    "no heads": (lambda: workbook_of(GOOD, heads=GOOD), "Dit ontbreekt: Ondernemingsnummer, Bedrijfsnaam"),
    "half of the heads": (lambda: workbook_of(GOOD, heads=["Bedrijfsnaam"]), "Dit ontbreekt: Ondernemingsnummer"),
    "a head too many": (lambda: workbook_of(GOOD, heads=[*HEADS[:7], "Fax"]), "niet in het sjabloon.*Fax"),
    "a head twice": (lambda: workbook_of(GOOD, heads=[*HEADS, "Gemeente"]), "staan er twee keer: Gemeente"),
    "nothing at all": (lambda: workbook_of(heads=[]), "Dit bestand is leeg"),
    "odd references": (no_sheet, "niet volledig"),
    "no such style": (lambda: sheet_with('<c r="B2" s="999999"><v>1</v></c>'), ""),
    "no such string": (lambda: sheet_with('<c r="B2" t="s"><v>999999</v></c>'), "niet volledig"),
    "a very long number": (lambda: sheet_with(f'<c r="B2"><v>{"9" * 9000}</v></c>'), "niet volledig"),
    "a program in a formula": (lambda: workbook_of(company("=cmd|' /C calc'!A0")), "koppeling|verbinding"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_gets_a_sentence_beside_the_field(case, voka):
    make, sentence = HOSTILE[case]
    response = upload(voka, make())
    if response.status_code == 302:
        assert not sentence, "read, where a refusal was expected"
        assert voka.get(response.url).status_code == 200
        return
    assert response.status_code == 200
    errors = " ".join(response.context["form"].errors["file"])
    assert re.search(sentence, errors), errors
    assert not CompanyImport.objects.exists()


@pytest.mark.parametrize("name", ["lijst.xlsm", "lijst.xls", "lijst.csv", "lijst", "lijst.xlsx.exe"])
def test_another_kind_of_file_is_refused_by_its_name(name, voka):
    assert "Kies een Excel-bestand (.xlsx)" in text_of(upload(voka, workbook_of(GOOD), name))


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2" t="inlineStr"><is><t>a_x0000_b</t></is></c>',
        '<c r="B2" t="inlineStr"><is><t>a_xD800_b</t></is></c>',
        '<c r="B2" t="str"><v>a&#9;b&#10;c</v></c>',
        f'<c r="B2" t="inlineStr"><is><t>{"x" * 1_000_000}</t></is></c>',
        '<c r="B2" t="e"><v>#REF!</v></c>',
        '<c r="B2"><v>1e999</v></c>',
        '<c r="B2" t="b"><v>1</v></c>',
    ],
    ids=["NUL", "half a letter", "breaks", "1 MB", "error", "infinite", "boolean"],
)
def test_an_odd_cell_never_breaks_the_page_nor_the_yes(cell, voka):
    address = upload(voka, sheet_with(cell)).url
    assert voka.get(address).status_code == 200
    assert voka.post(address).status_code == 302
    assert voka.get(address).status_code == 200
    names = Organisation.objects.filter(company__enterprise_number="0566988259").values_list("name", flat=True)
    assert all(name.isprintable() and len(name) <= 200 for name in names)


def test_markup_in_a_name_is_text_on_the_page(voka):
    page = voka.get(upload(voka, workbook_of(company("<script>alert(1)</script>"))).url).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_check_that_is_out_of_order_is_a_sentence_too(voka, monkeypatch):
    def out_of_order(*_given):
        raise RuntimeError("no child process")

    monkeypatch.setattr(importing, "inspect", out_of_order)
    assert "door een probleem bij ons" in text_of(upload(voka, workbook_of(GOOD)))


def test_nothing_chosen_is_said_beside_the_field(voka):
    response = voka.post(UPLOAD, {})
    assert response.status_code == 200
    assert response.context["form"].errors["file"]


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["owner", "colleague", "teacher", "expert", "stranger"])
def test_only_voka_imports(who, world, sign_in_as):
    kept = read(workbook_of(GOOD), world.facilitator)
    client = sign_in_as(getattr(world, who))
    for page in (LIST, UPLOAD, TEMPLATE, f"{LIST}{kept.pk}/change/"):
        for response in (client.get(page), client.post(page)):
            assert response.status_code in (302, 403), page
            assert "Staalbouw" not in text_of(response)
    with pytest.raises(Refused):
        services.confirm_import(company_import=kept, by=getattr(world, who))
    with pytest.raises(Refused):
        read(workbook_of(GOOD), getattr(world, who))
    assert not Company.objects.filter(enterprise_number="0566988259").exists()


def test_an_import_that_is_not_there_is_not_found_and_none_is_deleted(voka, world):
    for number in ("999", "x", "9" * 30, "²"):
        assert voka.get(f"{LIST}{number}/change/").status_code == 404
    kept = read(workbook_of(GOOD), world.facilitator)
    assert voka.post(f"{LIST}{kept.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.django_db
def test_a_small_workbook_with_a_million_empty_cells_is_refused_before_anything_is_opened(world, monkeypatch):
    monkeypatch.setattr(importing, "inspect", None)
    monkeypatch.setattr(importing, "load_workbook", None)
    with zipfile.ZipFile(io.BytesIO(workbook_of())) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["xl/worksheets/sheet1.xml"] = b"<worksheet><sheetData><row>%s</row></sheetData></worksheet>" % (
        b"<c/>" * 700_000
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    assert len(file.getvalue()) < 20_000
    with pytest.raises(Conflict, match="veel te groot"):
        read(file.getvalue(), world.facilitator)
