"""The group report: what may be said about many schools, nothing about few, and who reads it."""

import io
import re
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.policy import Conflict, Refused
from schools import group_sheet, selectors, services
from schools.enums import ExportState, Moment
from schools.models import Criterion, CriterionScore, GroupReportFile, School, SelfAssessment
from schools.selectors.group_report import figures_of
from schools.services import dossiers
from workgroups import services as workgroups
from workgroups.enums import SteeringRole

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def page(name, trajectory, *more):
    return reverse(f"schools:{name}", args=[trajectory.slug, *more])


def answer(world, school, scores, moment=Moment.START):
    """Scores by criterion number, without the forms."""
    framework = selectors.current_framework()
    assessment, _new = SelfAssessment.objects.get_or_create(
        school=school, trajectory=world.trajectory, moment=moment, framework=framework
    )
    criteria = {criterion.number: criterion for criterion in selectors.current_criteria()}
    CriterionScore.objects.bulk_create(
        CriterionScore(
            assessment=assessment,
            criterion=criteria[number],
            score=score,
            argument="ZEERGEHEIM",
            updated_by=world.administrator,
        )
        for number, score in scores.items()
    )


def group(world, count) -> list[School]:
    """Schools in the trajectory, the two of the cast among them."""
    found = list(School.objects.filter(organisation__participations__trajectory=world.trajectory))
    for number in range(count - len(found)):
        school = services.create_school(name=f"School {number}")
        world.trajectory.participations.create(organisation=school.organisation)
        found.append(school)
    return found


@pytest.fixture
def five(world):
    """Five schools that score 1.1 with 0 to 4 and 1.2 with 3; only four score 1.3."""
    for number, school in enumerate(group(world, 5)):
        answer(world, school, {"1.1": number, "1.2": 3} | ({"1.3": 4} if number < 4 else {}))
    return world.trajectory


@pytest.fixture
def steering(world):
    workgroups.appoint(
        trajectory=world.trajectory,
        membership=world.membership(world.expert),
        role=SteeringRole.MEMBER,
        by=world.administrator,
    )


# --- Figures ---------------------------------------------------------------------------------------------------------


def test_five_scores_have_a_mean_a_median_quarters_and_a_spread():
    figures = figures_of([0, 1, 2, 3, 4])
    assert (figures.count, figures.mean, figures.median) == (5, Decimal("2.0"), Decimal("2.0"))
    assert (figures.low, figures.high, figures.spread) == (Decimal("1.0"), Decimal("3.0"), Decimal("1.4"))
    assert figures.middle_words == "1,0 tot 3,0"


@pytest.mark.parametrize("count", range(5))
def test_fewer_than_five_scores_have_none(count):
    assert figures_of([4] * count) is None


def test_a_criterion_with_four_scores_is_not_shown_and_cannot_be_worked_out(five):
    report = selectors.group_report(five)
    rows = {row.criterion.number: row.start for row in report.rows}
    assert {number for number, figures in rows.items() if figures} == {"1.1", "1.2"}
    instruction = report.elements[0]
    assert (instruction.mean(Moment.START), instruction.counts(Moment.START)) == (Decimal("2.5"), 2)
    assert [criterion.number for criterion, _figures in report.lowest] == ["1.1", "1.2"]
    assert report.chart.sentence == (
        "Instructie scoort het laagst: 2,5 op 4. Bij de start tellen 5 van de 5 scholen mee, op het einde 0."
    )


def test_the_end_counts_once_five_schools_gave_it(world, five):
    schools = group(world, 5)
    for school in schools[:4]:
        answer(world, school, {"1.1": 4}, Moment.END)
    assert not selectors.group_report(five).has_end
    answer(world, schools[4], {"1.1": 4}, Moment.END)
    report = selectors.group_report(five)
    assert (report.has_end, report.moment, report.end) == (True, Moment.END, 5)
    assert [criterion.number for criterion, _figures in report.lowest] == ["1.1"]


def test_a_school_that_left_and_one_of_another_trajectory_do_not_count(world, five):
    world.trajectory.participations.filter(organisation=world.school).update(left_on=timezone.localdate())
    strange = services.create_school(name="Vreemde School")
    world.other_trajectory.participations.create(organisation=strange.organisation)
    answer(world, strange, {"1.1": 4})
    report = selectors.group_report(five)
    assert (report.schools, report.start, report.is_open) == (4, 4, False)


def test_the_report_costs_the_same_for_5_and_for_12_schools(world, five):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            selectors.group_report(five)
        return len(captured)

    before = cost()
    for school in group(world, 12)[5:]:
        answer(world, school, {"1.1": 2, "7.1": 1})
    assert cost() == before == 3


# --- The page --------------------------------------------------------------------------------------------------------


def test_below_five_schools_only_their_number_is_told(world, sign_in_as):
    for school in group(world, 4):
        answer(world, school, dict.fromkeys([c.number for c in selectors.current_criteria()], 3))
    client = sign_in_as(world.facilitator)
    text = client.get(page("group-report", world.trajectory)).content.decode()
    assert "zodra 5 scholen een score gaven op hetzelfde criterium" in text
    for words, count in (
        ("Scholen die meedoen", 4),
        ("Start helemaal klaar, alle criteria", 4),
        ("Moeten de start nog afwerken", 0),
    ):
        assert f'<th scope="row">{words}</th><td class="num">{count}</td>' in text
    assert "dumb-row" not in text
    assert "3,0" not in text
    assert client.get(page("group-report-sheet", world.trajectory)).status_code == 409
    assert client.post(page("group-report-make", world.trajectory)).status_code == 409
    assert not GroupReportFile.objects.exists()


def test_the_page_shows_figures_and_names_no_school(world, five, sign_in_as):
    text = sign_in_as(world.facilitator).get(page("group-report", five)).content.decode()
    assert text.count('class="dumb-row"') == 7
    cells = [
        ("Gemiddelde", "2,0"),
        ("Mediaan", "2,0"),
        ("Middelste helft", "1,0 tot 3,0"),
        ("Spreiding", "1,4"),
        ("Scholen", "5"),
    ]
    found = re.findall(r'<td data-l="([^"]+)" class="num"><(?:b|span)>([^<]+)<', text)
    assert any(found[at : at + 5] == cells for at in range(len(found)))
    assert text.index("Maak een PDF") < text.index("Welke criteria")
    assert "te weinig scores" in text
    for school in group(world, 5):
        assert school.organisation.name not in text
    assert "ZEERGEHEIM" not in text


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("administrator", 200),
        ("facilitator", 200),
        ("expert", 200),
        ("teacher", 403),
        ("other_teacher", 403),
        ("owner", 403),
        ("neighbour", 403),
        ("stranger", 404),
        (None, 302),
    ],
)
def test_only_voka_and_the_steering_group_read_it_by_any_address(
    who, status, world, five, steering, client, sign_in_as
):
    made = services.request_report(trajectory=five, by=world.facilitator)
    visitor = sign_in_as(getattr(world, who)) if who else client
    for name, more in (("group-report", []), ("group-report-sheet", []), ("group-report-progress", [made.pk])):
        response = visitor.get(page(name, five, *more), headers={"HX-Request": "true"})
        assert response.status_code == status
    response = visitor.get(page("group-report-pdf", five, made.pk))
    assert response.status_code == (409 if status == 200 else status)
    response = visitor.post(page("group-report-make", five))
    assert response.status_code == (302 if status == 200 else status)
    assert GroupReportFile.objects.count() == 1


def test_who_left_the_steering_group_no_longer_reads_it(world, five, steering, sign_in_as):
    workgroups.end_steering_seat(seat=five.steering_group.seats.get(), by=world.administrator)
    assert sign_in_as(world.expert).get(page("group-report", five)).status_code == 403


def test_the_page_of_the_steering_group_leads_to_it_for_who_may_read_it(world, five, steering, sign_in_as):
    address = reverse("workgroups:steering_group", args=[five.slug])
    assert page("group-report", five) in sign_in_as(world.expert).get(address).content.decode()
    assert page("group-report", five) not in sign_in_as(world.teacher).get(address).content.decode()


@pytest.mark.parametrize(
    ("who", "reads"), [("expert", True), ("facilitator", True), ("teacher", False), ("owner", False)]
)
def test_the_page_of_the_trajectory_leads_to_it_for_who_may_read_it(who, reads, world, five, steering, sign_in_as):
    shown = sign_in_as(getattr(world, who)).get(five.get_absolute_url())
    assert shown.status_code == 200
    assert (page("group-report", five) in shown.content.decode()) == reads


# --- PDF and workbook ------------------------------------------------------------------------------------------------


def test_the_workbook_is_dutch_and_a_text_never_becomes_a_formula(world, five):
    Criterion.objects.filter(number="1.1").update(label_nl='=HYPERLINK("http://kwaad")\x07')
    book = load_workbook(io.BytesIO(group_sheet.workbook(selectors.group_report(five), five)))
    assert book.sheetnames == ["Criteria", "Kernelementen", "Leeswijzer"]
    heads = [cell.value for cell in book["Criteria"][1]]
    assert heads[:5] == ["Nummer", "Criterium", "Kernelement", "Start: Scholen", "Start: Gemiddelde"]
    first, _second, third = [[cell.value for cell in row] for row in book["Criteria"].iter_rows(min_row=2, max_row=4)]
    assert book["Criteria"]["B2"].data_type == "s"
    assert first[3:9] == [5, 2, 2, 1, 3, 1.4]
    assert third[3:9] == ["te weinig scores", None, None, None, None, None]


def test_the_workbook_is_downloaded_as_an_attachment(world, five, sign_in_as):
    response = sign_in_as(world.facilitator).get(page("group-report-sheet", five))
    assert response["Content-Disposition"].startswith("attachment; filename*=UTF-8''groepsrapport-testtraject-")
    assert load_workbook(io.BytesIO(b"".join(response.streaming_content))).sheetnames[0] == "Criteria"


def test_the_pdf_is_made_once_tagged_and_downloaded_by_the_steering_group(world, five, steering, sign_in_as):
    made = services.request_report(trajectory=five, by=world.facilitator)
    assert services.request_report(trajectory=five, by=world.expert) == made
    dossiers.build_report(made.pk)
    made.refresh_from_db()
    assert made.state == ExportState.READY
    drawn = PdfReader(default_storage.path(made.file))
    root = drawn.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"].value) == ("nl-BE", True)
    assert drawn.metadata.title == "Groepsrapport Testtraject"
    assert "Middelste helft" in (words := "".join(part.extract_text() for part in drawn.pages).replace("\n", " "))
    assert "1,0 tot 3,0" in words
    client = sign_in_as(world.expert)
    assert client.get(page("group-report-pdf", five, made.pk)).status_code == 200
    assert page("group-report-pdf", five, made.pk) in client.get(page("group-report", five)).content.decode()


def test_who_does_not_steer_has_no_pdf_made(world, five):
    with pytest.raises(Refused):
        services.request_report(trajectory=five, by=world.teacher)


def test_a_report_is_not_found_under_another_trajectory(world, five, sign_in_as):
    made = services.request_report(trajectory=five, by=world.facilitator)
    client = sign_in_as(world.facilitator)
    assert client.get(page("group-report-pdf", world.other_trajectory, made.pk)).status_code == 404


def test_a_failed_pdf_is_told_and_made_again(world, five, sign_in_as):
    made = services.request_report(trajectory=five, by=world.facilitator)
    dossiers.give_up_report(made.pk, "OSError: geen plaats")
    made.refresh_from_db()
    with pytest.raises(Conflict, match="niet gelukt"):
        services.open_file(made, name=made.file, by=world.facilitator)
    client = sign_in_as(world.facilitator)
    assert "Er ging iets mis aan onze kant." in client.get(page("group-report", five)).content.decode()
    client.post(page("group-report-make", five))
    assert GroupReportFile.objects.being_made().count() == 1
