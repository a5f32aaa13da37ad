"""Intakes and start measurements as a spreadsheet: what a Flemish Excel shows, what it never runs, and who took it."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.policy import Refused
from companies import exporting, services
from companies.enums import ConsentKind, Maturity
from companies.models import Export, ExportKind, Intake, IntakeAnswer
from tests.companies.conftest import details, in_use, new_enterprise_number, submit

pytestmark = pytest.mark.django_db
LIST = "/beheer/companies/intake/"
FILES = [f"{kind}.{file_format}" for kind in ("intakes", "baselines") for file_format in ("csv", "xlsx")]
RECEIVED = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)


@pytest.fixture
def voka(world, sign_in_as):
    return sign_in_as(world.facilitator)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def taken(client, file="intakes.csv", **filters):
    response = client.get(f"{LIST}export/{file}", filters)
    assert response.status_code == 200
    return response


def csv_rows(response) -> list[dict]:
    return list(csv.DictReader(io.StringIO(body(response).decode("utf-8-sig")), delimiter=";"))


def sheet_of(response):
    return load_workbook(io.BytesIO(body(response))).active


def cells_of(sheet, line=2) -> dict:
    return dict(zip([cell.value for cell in sheet[1]], sheet[line], strict=True))


def received(trajectory, *values, **details) -> Intake:
    intake = submit(trajectory, *values, **details)
    Intake.objects.filter(pk=intake.pk).update(created_at=RECEIVED)
    return intake


# --- What the files hold ----------------------------------------------------------------------------------------------


def test_the_csv_opens_well_in_a_flemish_excel(voka, world):
    intake = received(
        world.trajectory,
        Maturity.INTEGRATED,
        enterprise_number="0566988259",
        remark='Hij zei: "ja; graag"\nen belt terug.',
        consents={ConsentKind.NEWSLETTER},
    )
    response = taken(voka)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="in2stem-inschrijvingen-')
    content = body(response)
    assert content.startswith(
        b"\xef\xbb\xbfInschrijving;Bedrijfsnaam;Ondernemingsnummer;Straat en nummer;Postcode;Gemeente;"
    )
    assert content.count(b"\r\n") == 2
    row = csv_rows(taken(voka))[0]
    expected = {
        "Inschrijving": str(intake.pk),
        "Bedrijfsnaam": "Staalbouw Kempen nv",
        "Ondernemingsnummer": "0566.988.259",
        "Postcode": "2300",
        "Sector": "Metaal, machines en elektronica",
        "Aantal werknemers": "50 tot 249 werknemers",
        "Telefoon": "014 58 01 02",
        "Traject": "Testtraject",
        "Stand": "Ingediend",
        "Ontvangen": "04/03/2026 23:30",
        "Gemiddelde van de nulmeting": "2,15",
        "Opmerking": 'Hij zei: "ja; graag"\nen belt terug.',
        "Voornaam": "Greet",
    }
    assert {head: row[head] for head in expected} == expected
    assert row["Privacyverklaring gelezen"] == row["Nieuwsbrief"] != ""
    assert row["Publicatie van naam en logo"] == ""


def test_the_xlsx_carries_real_dates_and_numbers(voka, world):
    intake = received(world.trajectory, Maturity.INTEGRATED, contact_phone="+31612345678")
    response = taken(voka, "intakes.xlsx")
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    sheet = sheet_of(response)
    cells = cells_of(sheet)
    assert cells["Inschrijving"].value == intake.pk
    assert cells["Ontvangen"].value == datetime(2026, 3, 4, 23, 30)  # noqa: DTZ001 - as the spreadsheet shows it
    assert cells["Ontvangen"].number_format == "dd/mm/yyyy hh:mm"
    assert (cells["Gemiddelde van de nulmeting"].value, cells["Gemiddelde van de nulmeting"].data_type) == (2.15, "n")
    assert cells["Telefoon"].value == "0031 6 12345678"
    assert cells["Ondernemingsnummer"].value == intake.shown_enterprise_number
    assert (sheet.freeze_panes, sheet["A1"].font.bold) == ("C2", True)


def test_the_start_measurements_have_a_row_per_answer_with_both_values(voka, world):
    intake = received(world.trajectory, Maturity.AD_HOC, Maturity.UNKNOWN)
    first = intake.answers.order_by("question__number").first()
    services.correct_answers(
        intake=intake,
        by=world.facilitator,
        refinements=[services.Refinement(answer=first, value=Maturity.STRUCTURAL, why="Ze doen dit al drie jaar.")],
    )
    rows = csv_rows(taken(voka, "baselines.csv"))
    assert len(rows) == intake.answers.count()
    assert [
        rows[0][head] for head in ("Nummer", "Opgegeven", "Verfijnd", "Punten", "Waarom verfijnd", "Verfijnd door")
    ] == [
        "1",
        "1 ad hoc",
        "3 structureel",
        "3",
        "Ze doen dit al drie jaar.",
        "Fien Begeleider",
    ]
    assert (rows[1]["Opgegeven"], rows[1]["Punten"]) == ("weet niet", "")
    cells = cells_of(sheet_of(taken(voka, "baselines.xlsx")))
    assert (cells["Punten"].value, cells["Verfijnd op"].is_date) == (3, True)


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    " =1",
    "＝1",
    '=HYPERLINK("https://x.example";"klik")',
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text, voka, world):
    intake = received(world.trajectory)
    Intake.objects.filter(pk=intake.pk).update(company_name=text, remark=text)
    IntakeAnswer.objects.filter(intake=intake).update(remark=text)
    for kind in ("intakes", "baselines"):
        row = csv_rows(taken(voka, f"{kind}.csv"))[0]
        assert row["Bedrijfsnaam"] == row["Opmerking"] == f"'{text}"
        cells = cells_of(sheet_of(taken(voka, f"{kind}.xlsx")))
        for head in ("Bedrijfsnaam", "Opmerking"):
            assert (cells[head].value, cells[head].data_type, cells[head].quotePrefix) == (text, "s", True)


def test_a_name_that_only_holds_a_sign_stays_as_it_is(voka, world):
    received(world.trajectory, company_name="A-Z = alles + meer @ werk")
    assert csv_rows(taken(voka))[0]["Bedrijfsnaam"] == "A-Z = alles + meer @ werk"


def test_what_no_spreadsheet_can_hold_is_left_out():
    text = "a\x00b\x0bc\ud800d\uffffe" + "x" * 40_000
    for written in (exporting._csv_cell(text), exporting._text(text)):
        assert written.startswith("abcdex")
        assert len(written) <= 32_767
        written.encode()


def test_no_intakes_is_a_file_with_only_the_heads(voka):
    for file in FILES:
        response = taken(voka, file)
        assert (csv_rows(response) == []) if file.endswith("csv") else (sheet_of(response).max_row == 1)


# --- Which intakes ----------------------------------------------------------------------------------------------------


def test_the_buttons_keep_the_filters_and_the_search_of_the_list(voka, world):
    received(world.trajectory, company_name="Eerste nv")
    other = received(world.other_trajectory, company_name="Tweede nv")
    services.start_contact(intake=other, by=world.facilitator)
    page = voka.get(LIST, {"state__exact": "in_contact", "q": "Tweede"}).content.decode()
    for file in FILES:
        assert f'href="{LIST}export/{file}?q=Tweede&amp;state__exact=in_contact"' in page
    assert [row["Bedrijfsnaam"] for row in csv_rows(taken(voka, state__exact="in_contact", q="Tweede"))] == [
        "Tweede nv"
    ]
    assert csv_rows(taken(voka, state__exact="in_contact", q="Eerste")) == []
    assert {row["Bedrijfsnaam"] for row in csv_rows(taken(voka, "baselines.csv", q="Eerste"))} == {"Eerste nv"}
    assert [row["Bedrijfsnaam"] for row in csv_rows(taken(voka))] == ["Tweede nv", "Eerste nv"]


@pytest.mark.parametrize(("action", "expected"), [("export_csv", 2), ("export_xlsx", 2), ("export_baselines", 26)])
def test_what_is_ticked_is_exported(action, expected, voka, world):
    ticked = [received(world.trajectory).pk for _n in range(2)]
    received(world.trajectory)
    response = voka.post(LIST, {"action": action, "_selected_action": ticked})
    rows = len(csv_rows(response)) if action == "export_csv" else sheet_of(response).max_row - 1
    assert rows == expected
    assert Export.objects.get().filters == "aangevinkt"


@pytest.mark.parametrize(
    "query", ["?trajectory__id__exact=x", "?state__exact[]=1&e=", "?o=99.x", "?p=x", "?q=%00", "?q=%ED%A0%80"]
)
def test_an_odd_filter_is_never_an_error(query, voka, world):
    received(world.trajectory)
    assert voka.get(f"{LIST}export/intakes.csv{query}").status_code in (200, 302, 400)


def test_a_filter_outside_the_list_finds_nothing_out(voka, world):
    received(world.trajectory)
    assert voka.get(f"{LIST}export/intakes.csv?owner__password__startswith=a").status_code == 400


@pytest.mark.parametrize("file", ["intakes.pdf", "x.csv", "companies.xlsx"])
def test_another_file_is_not_found(file, voka):
    assert voka.get(f"{LIST}export/{file}").status_code == 404
    assert not Export.objects.exists()


# --- Who, and what is written down ------------------------------------------------------------------------------------


def test_each_export_is_written_down_and_read_only(voka, world):
    received(world.trajectory)
    received(world.trajectory)
    taken(voka, "baselines.xlsx", state__exact="submitted")
    noted = Export.objects.get()
    assert (noted.kind, noted.file_format, noted.intakes, noted.by) == ("baselines", "xlsx", 2, world.facilitator)
    assert noted.filters == "state__exact=submitted"
    page = voka.get("/beheer/companies/export/").content.decode()
    assert "Nulmetingen" in page
    assert "Fien Begeleider" in page
    assert voka.get(f"/beheer/companies/export/{noted.pk}/change/").status_code == 200
    assert voka.post(f"/beheer/companies/export/{noted.pk}/change/", {"intakes": 0}).status_code == 403
    assert voka.get("/beheer/companies/export/add/").status_code == 403


@pytest.mark.parametrize("who", ["owner", "colleague", "teacher", "expert", "stranger", "chair"])
def test_only_voka_exports(who, world, sign_in_as):
    received(world.trajectory)
    client = sign_in_as(getattr(world, who))
    for address in (*(f"{LIST}export/{file}" for file in FILES), "/beheer/companies/export/"):
        response = client.get(address)
        assert response.status_code in (302, 403, 404)
        assert b"Staalbouw" not in response.content
    with pytest.raises(Refused):
        services.note_export(kind=ExportKind.INTAKES, file_format="csv", intakes=1, by=getattr(world, who))
    assert not Export.objects.exists()


def test_a_visitor_is_sent_to_the_sign_in(client):
    assert client.get(f"{LIST}export/intakes.csv").status_code == 302
    assert not Export.objects.exists()


# --- Many -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", FILES)
def test_three_intakes_cost_as_many_queries_as_one(file, voka, world):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            body(taken(voka, file))
        return len(seen)

    first = submit(world.trajectory, consents={ConsentKind.NEWSLETTER})
    services.assign(intake=first, by=world.facilitator, owner=world.facilitator)
    one = queries()
    for owner in (world.administrator, world.facilitator):
        intake = submit(world.other_trajectory, consents={ConsentKind.PUBLICATION})
        services.assign(intake=intake, by=world.facilitator, owner=owner)
    assert queries() == one


@pytest.mark.parametrize("file", ["intakes.csv", "baselines.csv"])
def test_two_thousand_intakes_cost_a_bounded_number_of_queries(file, voka, world, django_assert_max_num_queries):
    questionnaire = in_use()
    question = questionnaire.questions.first()
    fields = {name: value for name, value in details().items() if name != "enterprise_number"}
    intakes = Intake.objects.bulk_create(
        Intake(
            **fields,
            enterprise_number=new_enterprise_number(),
            trajectory=world.trajectory,
            questionnaire=questionnaire,
        )
        for _n in range(2000)
    )
    IntakeAnswer.objects.bulk_create(
        IntakeAnswer(intake=intake, question=question, declared=Maturity.AD_HOC) for intake in intakes
    )
    with django_assert_max_num_queries(40):
        content = body(taken(voka, file))
    assert content.count(b"\r\n") == 2001
