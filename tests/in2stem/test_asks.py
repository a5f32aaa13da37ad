"""Mijn volgende stap: each person is asked what is in their hands, most urgent first, and nothing of somebody else."""

import datetime
import html
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from certificates import services as certificates
from companies.enums import IntakeState
from companies.models import Intake
from in2stem.asks import SHOWN_AT_ONCE, desk_of
from phases.enums import Phase
from phases.models import Participation, PhasePlan, Trajectory
from practices.models import Practice
from schools.models import Criterion, CriterionScore, Evidence, Framework, LabelApplication, LabelAward, SelfAssessment
from tests.certificates.scenery import make_stage
from tests.workgroups.scenery import make_scene, put_in_phase

PAGE = "/mijn/"
# What the page may ask the database in the phase that asks most; every other phase is below it.
MOST_QUERIES_OF_A_MEMBER = 15
MOST_QUERIES_OF_STAFF = 17
MONDAY = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


@pytest.fixture
def scene(world):
    return make_scene(world)


def titles(user):
    """What is asked of `user`, as a fresh visit finds it."""
    return [str(ask.title) for ask in desk_of(User.objects.get(pk=user.pk)).asks]


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())


def settle_the_start(world, school):
    """A label on record and a score for each criterion, so that phase 1 asks nothing more of this school."""
    LabelAward.objects.create(
        school=school.school, level="competent", awarded_on=datetime.date(2025, 6, 1), recorded_by=world.administrator
    )
    framework = Framework.objects.get(is_current=True)
    assessment = SelfAssessment.objects.create(
        school=school.school, trajectory=world.trajectory, moment="start", framework=framework
    )
    for criterion in Criterion.objects.filter(framework=framework):
        CriterionScore.objects.create(
            assessment=assessment, criterion=criterion, score=2, argument="Zo", wording="x", updated_by=world.teacher
        )


def write_evidence(world, school, title, **fields):
    facts = {
        "text": "Wat we deden",
        "practice_date": datetime.date(2026, 1, 10),
        "pupils_confirmed_by": world.teacher,
        "pupils_confirmed_at": timezone.now(),
        "created_by": world.teacher,
    }
    return Evidence.objects.create(school=school.school, title=title, **facts | fields)


# --- Schools ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_school_is_asked_for_its_own_label_and_self_assessment(world):
    asked = ["Noteer het STEM School Label van je school", "Werk de zelfevaluatie van je school af"]
    assert titles(world.teacher) == asked
    settle_the_start(world, world.school)
    assert titles(world.teacher) == []
    assert titles(world.other_teacher) == asked


@pytest.mark.django_db
def test_the_ask_leads_to_the_page_of_ones_own_school_and_says_what_is_missing(world):
    label, assessment = desk_of(world.teacher).asks
    assert label.url.startswith(f"/scholen/{world.school.pk}/")
    assert assessment.url.startswith(f"/scholen/{world.school.pk}/")
    assert "21" in str(assessment.text)
    assert "Atheneum Zuid" in str(assessment.text)


@pytest.mark.django_db
def test_a_school_is_asked_to_complete_evidence_that_voka_sent_back(world):
    settle_the_start(world, world.school)
    write_evidence(world, world.school, "Onze robots", state="more_asked", reviewer_comment="Welke graad?")
    write_evidence(world, world.school, "Nagekeken", state="approved")
    write_evidence(world, world.other_school, "Van een andere school", state="more_asked", reviewer_comment="Waarom?")
    (ask,) = desk_of(world.teacher).asks
    assert str(ask.title) == "Vul het bewijs ‘Onze robots’ aan"
    assert str(ask.text) == "Voka vraagt: Welke graad?"


# --- Workgroups ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_who_leads_a_workgroup_is_asked_for_what_it_lacks_and_its_members_are_not(scene):
    world = scene.world
    assert titles(world.chair) == ["Kies een doelstelling voor je werkgroep"]
    assert titles(world.owner) == []
    assert titles(world.teacher) == []


@pytest.mark.django_db
def test_who_leads_a_workgroup_follows_up_what_is_open_and_unshared(scene):
    scene.action_point(owner=scene.world.membership(scene.world.owner))
    scene.in_phase(Phase.ACTION)
    assert titles(scene.world.chair) == [
        "Volg de open actiepunten van je werkgroep op",
        "Deel een praktijk van je werkgroep",
    ]
    assert titles(scene.world.owner) == ["Mentoren bellen"]


@pytest.mark.django_db
def test_the_chair_of_the_steering_group_is_asked_for_a_priority(world):
    from tests.workgroups.scenery import make_steering_group

    put_in_phase(world.trajectory, Phase.PRIORITIES)
    make_steering_group(world)
    assert titles(world.expert) == ["Beslis over een actieprioriteit"]
    assert titles(world.owner) == []


@pytest.mark.django_db
def test_several_points_of_one_rule_are_one_ask(scene):
    scene.objective(title="Eerste")
    scene.objective(title="Tweede")
    scene.in_phase(Phase.EVALUATION)
    (ask,) = desk_of(scene.world.chair).asks
    assert str(ask.title) == "Noteer de resultaten van je werkgroep"
    assert "Eerste" in ask.text
    assert ask.text.endswith("En nog 1.")


@pytest.mark.django_db
def test_own_action_points_come_by_date_and_closed_ones_do_not(scene):
    world = scene.world
    scene.objective()
    owner = world.membership(world.owner)
    scene.action_point(title="Later", owner=owner, due_on=datetime.date(2026, 6, 1))
    scene.action_point(title="Eerst", owner=owner, due_on=datetime.date(2026, 2, 1))
    scene.action_point(title="Van een ander", owner=world.membership(world.teacher))
    scene.action_point(title="Van niemand")
    scene.action_point(title="Klaar", owner=owner, state="done", closed_at=timezone.now(), closed_by=world.owner)
    assert titles(world.owner) == ["Eerst", "Later"]
    assert titles(world.teacher) == ["Van een ander"]


@pytest.mark.django_db
def test_an_own_draft_of_a_practice_is_asked_and_one_of_another_is_not(scene):
    world = scene.world
    scene.objective()
    common = {"workgroup": scene.workgroup}
    Practice.objects.create(
        title="Stagedag", slug="a", author=world.owner, review_comment="Zet er een foto bij.", **common
    )
    Practice.objects.create(title="Robots", slug="b", author=world.owner, **common)
    Practice.objects.create(title="Bij Voka", slug="c", author=world.owner, state="review", **common)
    Practice.objects.create(title="Van de leerkracht", slug="d", author=world.teacher, **common)
    assert [(str(ask.title), str(ask.text)) for ask in desk_of(world.owner).asks] == [
        ("Werk de praktijk ‘Stagedag’ af", "Voka vraagt: Zet er een foto bij."),
        ("Werk de praktijk ‘Robots’ af", "Ze is nog een concept."),
    ]


# --- Certificates ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_new_certificate_is_news_and_later_stands_beside_the_page(world, sign_in_as):
    stage = make_stage(world)
    certificate = stage.issue()
    assert titles(world.owner) == []
    certificates.render(certificate.pk)
    assert titles(world.owner) == ["Je IN2STEM-certificaat is klaar"]
    assert titles(world.neighbour) == []
    with time_machine.travel(timezone.now() + datetime.timedelta(days=31)):
        assert titles(world.owner) == []
        page = sign_in_as(world.owner).get(PAGE)
        assert f'href="/certificaten/{certificate.number}/download/"' in page.content.decode()
    page = sign_in_as(world.neighbour).get(PAGE).content.decode()
    assert certificate.number not in page
    assert "Bekijk wat je nog nodig hebt" in page
    assert "IN2STEM-certificaat" not in sign_in_as(world.teacher).get(PAGE).content.decode()


# --- Voka ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_voka_is_asked_what_waits_and_how_far_its_own_trajectory_is(world):
    make_stage(world)
    put_in_phase(world.trajectory, Phase.BASELINE)
    Intake.objects.update(
        state=IntakeState.SUBMITTED, organisation=None, decided_at=None, decided_by=None, refined_at=None
    )
    assert titles(world.administrator) == [
        "Inschrijvingen om te contacteren: 1",
        "Testtraject: nog 5 punten voor fase 2 kan starten",
    ]
    Trajectory.objects.filter(pk=world.trajectory.pk).update(manager=None)
    assert titles(world.administrator) == ["Inschrijvingen om te contacteren: 1"]


@pytest.mark.django_db
def test_a_facilitator_reads_about_the_trajectory_of_their_workgroup(scene):
    scene.objective()
    Trajectory.objects.update(manager=None)
    assert titles(scene.world.facilitator) == ["Testtraject is klaar voor fase 3"]


@pytest.mark.django_db
def test_members_never_read_work_of_voka(world):
    make_stage(world)
    Intake.objects.update(
        state=IntakeState.SUBMITTED, organisation=None, decided_at=None, decided_by=None, refined_at=None
    )
    for person in (world.owner, world.teacher, world.expert, world.chair):
        assert [title for title in titles(person) if "nschrijving" in title] == []


# --- The page --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_most_urgent_ask_is_on_the_blue_sheet_and_the_others_below(scene, sign_in_as):
    world = scene.world
    with time_machine.travel(MONDAY):
        owner = world.membership(world.owner)
        scene.action_point(title="Over twee maanden", owner=owner, due_on=datetime.date(2026, 5, 1))
        scene.action_point(title="Te laat", owner=owner, due_on=datetime.date(2026, 2, 27))
        Practice.objects.create(title="Zonder datum", slug="a", author=world.owner, workgroup=scene.workgroup)
        page = sign_in_as(world.owner).get(PAGE).content.decode()
    sheet = re.search(r'<section class="sheet ask-now".*?</section>', page, re.DOTALL).group()
    assert ">Te laat</h2>" in sheet
    assert "Te laat" in sheet
    order = [page.index(text) for text in (">Te laat</h2>", "Zonder datum", "Over twee maanden")]
    assert order == sorted(order)
    assert page.count('class="sheet ask-now"') == 1
    assert "3 vragen staan voor je klaar. Begin met de eerste." in page


@pytest.mark.django_db
def test_nothing_to_do_says_so_and_what_comes_next(world, sign_in_as):
    text = words(sign_in_as(world.owner).get(PAGE))
    assert "Je hebt nu niets te doen." in text
    assert "Testtraject zit in fase 1. Bedrijven schrijven zich in" in text
    assert "Zodra er iets aan jou gevraagd wordt, staat het hier." in text


@pytest.mark.django_db
def test_someone_without_a_trajectory_reads_what_comes(world, sign_in_as):
    Participation.objects.all().delete()
    text = words(sign_in_as(world.stranger).get(PAGE))
    assert "Zodra Voka je organisatie aan een traject toevoegt" in text
    Trajectory.objects.update(manager=None)
    text = words(sign_in_as(world.administrator).get(PAGE))
    assert "je bent voor geen traject verantwoordelijk" in text


@pytest.mark.django_db
def test_the_trajectory_that_ends_its_phase_first_comes_first_and_the_others_are_named(world, sign_in_as):
    Participation.objects.create(trajectory=world.other_trajectory, organisation=world.company)
    for trajectory, day in ((world.trajectory, 30), (world.other_trajectory, 10)):
        PhasePlan.objects.create(
            trajectory=trajectory,
            phase=Phase.BASELINE,
            starts_on=datetime.date(2026, 1, 1),
            ends_on=datetime.date(2026, 6, day),
        )
    text = words(sign_in_as(world.owner).get(PAGE))
    assert "Ander traject zit in fase 1." in text
    assert "10/06/2026" in text
    assert "Je andere trajecten Testtraject" in text


@pytest.mark.django_db
def test_the_page_is_for_who_is_signed_in(client, world):
    response = client.get(PAGE)
    assert (response.status_code, response.url) == (302, f"/account/login/?next={PAGE}")


# --- What it costs ---------------------------------------------------------------------------------------------------


def queries_of(client):
    client.get(PAGE)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(PAGE).status_code == 200
    return [query["sql"] for query in captured]


@pytest.mark.django_db
@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("person", ["administrator", "facilitator", "chair", "owner", "teacher", "expert"])
def test_the_page_asks_little_and_never_the_same_twice(person, phase, world, sign_in_as):
    make_stage(world)
    put_in_phase(world.trajectory, phase)
    queries = queries_of(sign_in_as(getattr(world, person)))
    most = MOST_QUERIES_OF_STAFF if person in ("administrator", "facilitator") else MOST_QUERIES_OF_A_MEMBER
    assert len(queries) <= most
    assert len(queries) == len(set(queries))


@pytest.mark.django_db
@pytest.mark.parametrize("person", ["owner", "teacher", "chair", "administrator"])
def test_the_page_asks_as_often_for_much_as_for_little(person, scene, sign_in_as):
    world = scene.world
    user = getattr(world, person)
    client = sign_in_as(user)

    def more_to_do():
        scene.action_point(title="Nog iets", owner=world.membership(user))
        slug = f"p{Practice.objects.count()}"
        Practice.objects.create(title="Nog een", slug=slug, author=user, workgroup=scene.workgroup)
        write_evidence(world, world.school, "Nog bewijs", state="more_asked", reviewer_comment="Meer")

    scene.objective()
    scene.in_phase(Phase.ACTION)
    more_to_do()
    little = queries_of(client)
    for _more in range(SHOWN_AT_ONCE):
        more_to_do()
    assert len(queries_of(client)) == len(little)


def links(user):
    """The names of the places of `user`, with the labels of the pages there."""
    return [(str(place.name), [str(link.label) for link in place.links]) for place in desk_of(user).places]


def fresh(user):
    return User.objects.get(pk=user.pk)


@pytest.mark.django_db
def test_a_teacher_sees_the_label_of_the_own_school_and_the_way_to_the_next_level(world, sign_in_as):
    settle_the_start(world, world.school)
    panel = desk_of(world.teacher).school
    assert (panel.school_id, panel.level.label) == (world.school.pk, "Competent")
    content = sign_in_as(world.teacher).get("/mijn/").content.decode()
    assert "Wat ontbreekt nog voor Proficient?" in content
    assert f'href="/scholen/{world.school.pk}/label/volgende-stap/"' in content


@pytest.mark.django_db
def test_a_company_sees_no_label_panel(world):
    assert desk_of(world.chair).school is None


@pytest.mark.django_db
def test_with_the_highest_label_there_is_no_next_level(world):
    LabelAward.objects.create(
        school=world.school.school,
        level="expert",
        awarded_on=datetime.date(2025, 6, 1),
        recorded_by=world.administrator,
    )
    assert links(world.teacher) == [
        ("Atheneum Zuid", ["Profiel", "Zelfevaluatie", "Ons bewijs", "Dossier", "Collega's"]),
    ]


# --- The way to one's own pages --------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("person", ["owner", "teacher", "chair", "expert", "facilitator", "administrator"])
def test_every_link_of_ones_place_leads_to_a_page_one_may_see(person, scene, sign_in_as):
    scene.objective()
    scene.in_phase(Phase.ACTION)
    world = scene.world
    client = sign_in_as(getattr(world, person))
    desk = desk_of(getattr(world, person))
    addresses = [link.url for place in desk.places for link in place.links] + [link.url for link in desk.suggestions]
    assert addresses
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


@pytest.mark.django_db
def test_a_company_finds_its_pages_and_the_workgroups_it_sits_in(scene):
    scene.in_phase(Phase.ACTION)
    company = scene.world.company.name
    assert links(scene.world.owner) == [
        (company, ["Profiel", "Je resultaat", "Collega's"]),
        ("Je werkgroep", [scene.workgroup.name]),
    ]


@pytest.mark.django_db
def test_the_title_block_leads_to_the_own_organisation(world, sign_in_as):
    page = sign_in_as(world.owner).get(PAGE).content.decode()
    block = re.search(r'<dl class="titleblock.*?</dl>', page, re.DOTALL).group()
    assert f'href="/bedrijven/{world.company.pk}/"' in block


@pytest.mark.django_db
def test_who_has_nothing_to_do_for_a_company_reads_what_is_possible_and_others_do_not(world, sign_in_as):
    text = words(sign_in_as(world.owner).get(PAGE))
    assert "Dit kan je wel al doen: Bekijk je resultaat Vul je eigen gegevens aan Voeg een collega toe" in text
    assert titles(world.owner) == []
    assert "Voeg een collega toe" not in words(sign_in_as(world.colleague).get(PAGE))
    settle_the_start(world, world.school)
    assert "Dit kan je wel al doen" not in words(sign_in_as(world.teacher).get(PAGE))


@pytest.mark.django_db
def test_an_application_in_preparation_is_asked_of_the_own_school_only(world):
    settle_the_start(world, world.school)
    settle_the_start(world, world.other_school)
    application = LabelApplication.objects.create(
        school=world.school.school, level="proficient", created_by=world.teacher
    )
    (ask,) = desk_of(world.teacher).asks
    assert str(ask.title) == "Dien je aanvraag voor het label Proficient in"
    assert ask.url == application.get_absolute_url()
    assert titles(world.other_teacher) == []
    assert titles(world.owner) == []
    LabelApplication.objects.update(state="submitted", submitted_on=datetime.date(2026, 1, 1))
    assert titles(world.teacher) == []
    assert "Aanvraag voor Proficient" in links(fresh(world.teacher))[0][1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("person", "address", "own"),
    [("owner", "/bedrijven/", "jouw bedrijf"), ("teacher", "/scholen/", "jouw school")],
)
def test_a_list_marks_the_own_organisation_and_no_other(person, address, own, world, sign_in_as):
    text = words(sign_in_as(getattr(world, person)).get(address))
    assert text.count(own) == 1
    assert own not in words(sign_in_as(world.expert).get(address))


@pytest.mark.django_db
def test_the_list_of_workgroups_marks_the_own_ones(scene, sign_in_as):
    assert words(sign_in_as(scene.world.owner).get("/werkgroepen/")).count("jouw werkgroep") == 1
    assert "jouw werkgroep" not in words(sign_in_as(scene.world.neighbour).get("/werkgroepen/"))


# --- Dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_end_of_a_phase_that_runs_on_is_not_told_as_the_date_of_what_is_asked(scene, sign_in_as):
    today = timezone.localdate()
    yesterday, next_week = today - datetime.timedelta(days=1), today + datetime.timedelta(days=7)
    scene.action_point(owner=scene.world.membership(scene.world.teacher), due_on=next_week)
    scene.in_phase(Phase.ACTION)
    PhasePlan.objects.create(
        trajectory=scene.world.trajectory,
        phase=Phase.ACTION,
        starts_on=today - datetime.timedelta(days=90),
        ends_on=yesterday,
    )
    ask = desk_of(scene.world.chair).asks[0]
    assert str(ask.title) == "Volg de open actiepunten van je werkgroep op"
    assert ask.text.endswith(f"Fase 3 was gepland tot {yesterday:%d/%m/%Y} en loopt nog.")
    assert "Te laat" not in words(sign_in_as(scene.world.chair).get(PAGE))
