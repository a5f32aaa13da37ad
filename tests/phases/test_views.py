"""The pages of a trajectory: who reads what there, and what they cost."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import OrganisationKind
from phases import services
from phases.enums import Phase
from phases.models import Participation, PhasePlan, Trajectory
from tests.cast import make_organisation
from tests.certificates.scenery import make_stage
from tests.phases.conftest import main_part, put_in_phase, words
from tests.workgroups.scenery import make_steering_group

LIST = "/trajecten/"
DETAIL = "/trajecten/testtraject/"
MOVE = "/trajecten/testtraject/fase/"
# Nine of the page itself, the rest is what the needs of that phase ask.
MOST_QUERIES = {
    Phase.BASELINE: 12,
    Phase.PRIORITIES: 14,
    Phase.ACTION: 12,
    Phase.EVALUATION: 13,
    Phase.LEVEL_UP: 16,
    Phase.KEEP_LEARNING: 9,
}


def queries_of(client, path):
    """The statements of a second visit: what is cached once is no part of a page's cost."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in captured]


# --- Who sees the pages -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_visitor_is_sent_to_sign_in_and_a_stranger_finds_nothing(client, world, sign_in_as, needs):
    for path in (LIST, DETAIL):
        response = client.get(path)
        assert (response.status_code, response.url) == (302, f"/account/login/?next={path}")
    assert sign_in_as(world.stranger).get(DETAIL).status_code == 404
    assert "Testtraject" not in words(client.get(LIST))


@pytest.mark.django_db
def test_the_move_takes_no_get(world, sign_in_as, needs):
    assert sign_in_as(world.administrator).get(MOVE).status_code == 405


@pytest.mark.django_db
def test_everyone_who_takes_part_reads_what_is_missing_but_has_no_button(world, sign_in_as, needs):
    needs.block("schools.readiness.every_school_has_a_label_on_record", "Atheneum Zuid: het label ontbreekt")
    response = sign_in_as(world.owner).get(DETAIL)
    assert "Atheneum Zuid: het label ontbreekt" in words(response)
    assert "Ada Beheer van Voka start fase 2 zodra alles klaar is." in words(response)
    assert MOVE not in response.content.decode()


@pytest.mark.django_db
def test_what_waits_in_the_back_office_is_told_to_voka_only(world, sign_in_as, needs):
    """A company never learns which other companies signed up."""
    path = "companies.readiness.every_intake_is_decided_and_refined"
    needs.block(path, "De inschrijving van Geheim nv is niet beslist")
    point = needs.missing[path][0]
    needs.missing[path] = [point.__class__(point.sentence, reverse("admin:index") + "companies/intake/1/change/")]
    services.move(trajectory=world.trajectory, to=Phase.PRIORITIES, by=world.administrator, reason="Toch.")
    put_in_phase(world.trajectory, Phase.BASELINE)
    for member in (world.owner, world.teacher, world.expert):
        text = sign_in_as(member).get(DETAIL).content.decode()
        assert "Geheim" not in text
        assert "/beheer/" not in main_part(sign_in_as(member).get(DETAIL))
        assert text.count("Voka heeft hier nog 1 punt te regelen.") == 2
    staff = sign_in_as(world.facilitator).get(DETAIL).content.decode()
    assert staff.count("De inschrijving van Geheim nv is niet beslist") == 2


# --- What the page says -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ends_on", "sentence"),
    [
        (datetime.date(2099, 10, 30), "Fase 1 loopt nog tot 30/10/2099."),
        (datetime.date(2020, 10, 30), "Fase 1 was gepland tot 30/10/2020 en loopt nog."),
        (None, "Dit traject zit in fase 1: Beginsituatie vastleggen."),
    ],
)
def test_the_first_sentence_says_which_phase_and_until_when(ends_on, sentence, world, sign_in_as, needs):
    PhasePlan.objects.create(
        trajectory=world.trajectory, phase=Phase.BASELINE, starts_on=datetime.date(2020, 9, 1), ends_on=ends_on
    )
    needs.block("schools.readiness.every_school_has_assessed_itself", "Een", "Twee")
    text = words(sign_in_as(world.teacher).get(DETAIL))
    assert f"{sentence} Er zijn nog 2 punten te doen voor fase 2 kan starten." in text


@pytest.mark.django_db
def test_the_head_names_chamber_years_numbers_and_who_is_in_charge(world, sign_in_as, needs):
    text = words(sign_in_as(world.teacher).get(DETAIL))
    for fact in (
        "Kamer Voka Testkamer",
        "Schooljaren 2025\u20112026 en 2026\u20112027",
        "Scholen 2",
        "Bedrijven 2",
        "Verantwoordelijke Ada Beheer",
    ):
        assert fact in text


@pytest.mark.django_db
def test_participants_are_listed_by_kind_and_those_who_left_are_not(world, sign_in_as, needs):
    Participation.objects.filter(organisation=world.other_company).update(left_on=datetime.date(2099, 1, 1))
    page = main_part(sign_in_as(world.teacher).get(DETAIL))
    part = page[page.index('id="deelnemers"') : page.index('id="history"')]
    links = re.findall(r'href="([^"]+)">([^<]+)<', part)
    assert links == [
        (f"/scholen/{world.school.pk}/", "Atheneum Zuid"),
        (f"/scholen/{world.other_school.pk}/", "College Noord"),
        (f"/bedrijven/{world.company.pk}/", "Boormachines nv"),
    ]
    assert "Onderzoekscentrum Techniek" in part
    assert "Lasrobots" not in part


@pytest.mark.django_db
def test_the_page_leads_to_steering_group_and_workgroups(world, sign_in_as, needs):
    page = main_part(sign_in_as(world.teacher).get(DETAIL))
    assert 'href="/stuurgroep/testtraject/"' in page
    assert 'href="/werkgroepen/"' in page


@pytest.mark.django_db
def test_a_trajectory_without_anyone_still_has_a_page(world, sign_in_as, needs):
    Trajectory.objects.create(name="Leeg", slug="leeg", chamber=world.chamber)
    text = words(sign_in_as(world.facilitator).get("/trajecten/leeg/"))
    for sentence in (
        "Verantwoordelijke Nog niet gekozen",
        "Er doet nog geen school mee.",
        "Er doet nog geen bedrijf mee.",
        "Er doet geen externe partner mee.",
    ):
        assert sentence in text


@pytest.mark.django_db
def test_in_the_last_phase_nothing_is_missing_and_nothing_can_be_started(world, sign_in_as, needs):
    put_in_phase(world.trajectory, Phase.KEEP_LEARNING)
    response = sign_in_as(world.administrator).get(DETAIL)
    assert "Wat ontbreekt er nog?" not in words(response)
    assert MOVE not in response.content.decode()
    assert "Je houdt de contacten en de goede praktijken." in words(response)


@pytest.mark.django_db
def test_fifty_points_stay_readable_and_all_are_on_the_page(world, sign_in_as, needs):
    path = "schools.readiness.every_school_has_assessed_itself"
    needs.block(path, *(f"School nummer {number} is niet klaar" for number in range(1, 51)))
    response = sign_in_as(world.facilitator).get(DETAIL)
    text = words(response)
    assert "Er zijn nog 50 punten te doen" in text
    assert "Toon nog 42 punten" in text
    page = response.content.decode()
    assert [f"School nummer {number} is niet klaar" in page for number in range(1, 51)] == [True] * 50
    assert page.index("School nummer 8 is") < page.index("Toon nog 42 punten") < page.index("School nummer 9 is")


@pytest.mark.django_db
def test_history_tells_who_when_why_and_what_was_missing(steered_world, sign_in_as, needs):
    world = steered_world
    needs.block("schools.readiness.every_school_has_a_label_on_record", "Het label van Atheneum Zuid ontbreekt")
    services.move(
        trajectory=world.trajectory, to=Phase.PRIORITIES, by=world.administrator, reason="EUN antwoordt <traag>."
    )
    services.move(trajectory=world.trajectory, to=Phase.ACTION, by=world.facilitator)
    put_in_phase(world.trajectory, Phase.EVALUATION)
    change = services.move(trajectory=world.trajectory, to=Phase.ACTION, by=world.expert, reason="Nog twee stages.")
    services.announce(change.pk)
    response = sign_in_as(world.teacher).get(DETAIL)
    text = words(response)
    history = text[text.index("Geschiedenis") :]
    expected = [
        "Bijgestuurd: van fase 4 terug naar fase 3, Actieplan uitvoeren.",
        "‘Nog twee stages.’",
        "Door Ellen Expert",
        "7 personen kregen een mail.",
        "Van fase 2 naar fase 3, Actieplan uitvoeren.",
        "Alles was in orde.",
        "Door Fien Begeleider",
        "Van fase 1 naar fase 2, Actiedomeinen bepalen.",
        "Doorgegaan met een reden",
        "‘EUN antwoordt <traag>.’",
        "Door Ada Beheer",
        "1 punt stond nog open",
        "Het label van Atheneum Zuid ontbreekt",
        "Traject geopend in fase 1.",
    ]
    places = [history.find(sentence) for sentence in expected]
    assert -1 not in places
    assert places == sorted(places)
    assert "<traag>" not in response.content.decode()


# --- The list ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_list_shows_phase_end_and_who_takes_part(world, sign_in_as):
    PhasePlan.objects.create(
        trajectory=world.trajectory,
        phase=Phase.BASELINE,
        starts_on=datetime.date(2025, 9, 1),
        ends_on=datetime.date(2025, 10, 31),
    )
    Participation.objects.filter(organisation=world.other_company).update(left_on=datetime.date(2099, 1, 1))
    text = words(sign_in_as(world.teacher).get(LIST))
    assert (
        "Testtraject 1 Beginsituatie vastleggen 31/10/2025 2025\u20112026 en 2026\u20112027 Voka Testkamer 2 1" in text
    )
    assert "Ander traject" not in text


@pytest.mark.django_db
def test_an_empty_list_says_what_comes_here(world, sign_in_as):
    Participation.objects.filter(trajectory=world.other_trajectory).delete()
    assert "Je doet nog niet mee aan een traject" in words(sign_in_as(world.stranger).get(LIST))
    Participation.objects.all().delete()
    Trajectory.objects.all().delete()
    response = sign_in_as(world.facilitator).get(LIST)
    assert "Nog geen trajecten" in words(response)
    assert 'href="/beheer/phases/trajectory/add/"' in main_part(response)


@pytest.mark.django_db
def test_a_long_list_has_pages(world, sign_in_as):
    Trajectory.objects.bulk_create(
        Trajectory(name=f"Traject {number:02}", slug=f"t{number}", chamber=world.chamber) for number in range(30)
    )
    client = sign_in_as(world.facilitator)
    sizes = {
        page: main_part(client.get(LIST, {"page": page})).count('<th scope="row">') for page in ("1", "2", "99", "x")
    }
    assert sizes == {"1": 25, "2": 7, "99": 7, "x": 25}


# --- What it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_list_asks_the_database_as_often_with_three_rows_as_with_one(world, sign_in_as):
    client = sign_in_as(world.facilitator)
    Trajectory.objects.exclude(pk=world.trajectory.pk).update(name="Weg", slug="weg")
    Participation.objects.filter(trajectory=world.other_trajectory).delete()
    world.other_trajectory.delete()
    one = queries_of(client, LIST)
    for number in (2, 3):
        another = Trajectory.objects.create(name=f"T{number}", slug=f"t{number}", chamber=world.chamber)
        Participation.objects.create(trajectory=another, organisation=world.school)
    assert len(queries_of(client, LIST)) == len(one) <= 8


@pytest.mark.django_db
@pytest.mark.parametrize("person", ["administrator", "teacher"])
def test_the_page_asks_as_often_with_many_participants_and_moves(person, world, sign_in_as, needs):
    client = sign_in_as(getattr(world, person))
    few = queries_of(client, DETAIL)
    for number in range(3):
        school = make_organisation(OrganisationKind.SCHOOL, f"School {number}", world.chamber)
        company = make_organisation(OrganisationKind.COMPANY, f"Bedrijf {number}", world.chamber)
        for organisation in (school, company):
            Participation.objects.create(trajectory=world.trajectory, organisation=organisation)
    needs.block_phase(Phase.BASELINE)
    for source in (Phase.BASELINE, Phase.PRIORITIES, Phase.ACTION):
        put_in_phase(world.trajectory, source)
        change = services.move(
            trajectory=world.trajectory, to=list(Phase)[source.number], by=world.administrator, reason="Waarom"
        )
        services.announce(change.pk)
    put_in_phase(world.trajectory, Phase.BASELINE)
    many = queries_of(client, DETAIL)
    assert len(many) == len(few)
    assert len(many) == len(set(many))


@pytest.mark.django_db
@pytest.mark.parametrize("phase", Phase)
def test_the_page_with_its_real_needs_stays_within_its_number_of_queries(phase, world, sign_in_as):
    make_stage(world)
    make_steering_group(world)
    put_in_phase(world.trajectory, phase)
    queries = queries_of(sign_in_as(world.facilitator), DETAIL)
    assert len(queries) <= MOST_QUERIES[phase]
    assert len(queries) == len(set(queries))
