"""The final measurement: the questions of the start again in phase 4, part by part, by several people, once."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.policy import Conflict, Refused
from companies import readiness, selectors, services
from companies.enums import Maturity
from companies.models import Company, FinalMeasurement
from in2stem.asks import desk_of
from phases.enums import Phase
from tests.companies.conftest import submit
from tests.races import at_the_same_time
from tests.workgroups.scenery import put_in_phase

pytestmark = pytest.mark.django_db

NONE, AD_HOC, REPEATED, STRUCTURAL, INTEGRATED = (Maturity(str(points)) for points in range(5))
UNKNOWN = Maturity.UNKNOWN


def start(world, *values):
    """The accepted intake of the company of owner, colleague and chair, in phase 4."""
    Company.objects.filter(pk=world.company.pk).update(enterprise_number="0566988259")
    intake = submit(world.trajectory, *values, enterprise_number="0566988259")
    intake = services.accept(intake=intake, by=world.facilitator)
    services.refine(intake=intake, by=world.facilitator)
    put_in_phase(world.trajectory, Phase.EVALUATION)
    intake.refresh_from_db()
    return intake


@pytest.fixture
def intake(world):
    return start(world, NONE, AD_HOC)


def measured(intake, *values, only=None):
    """An answer per question: the given values first, then 3."""
    questions = [answer.question for answer in intake.answers.select_related("question")]
    given = [*values, *[STRUCTURAL] * len(questions)]
    return [
        services.MeasuredAnswer(question=question, value=value)
        for question, value in zip(questions, given, strict=False)
        if only is None or question.number in only
    ]


def fill(intake, by, *values, **kwargs):
    return services.fill_final_measurement(intake=intake, answers=measured(intake, *values), by=by, **kwargs)


def board(intake):
    return selectors.measurement_board(selectors.baseline_of_intake(intake.pk))


def page(company, number=None):
    if number:
        return reverse("companies:measurement-part", args=[company.pk, number])
    return reverse("companies:measurement", args=[company.pk])


def state(company):
    return reverse("companies:measurement-state", args=[company.pk])


def as_posted(part, seen, value="3", **changes):
    data = {"version": seen}
    for row in part.rows:
        number = row.question.number
        data |= {f"answer_{number}": value, f"volume_{number}": "4", f"remark_{number}": ""}
    return data | changes


# --- Filling in -------------------------------------------------------------------------------------------------------


def test_the_questions_are_those_of_the_start_also_when_there_is_a_newer_version(world, intake):
    draft = services.copy_questionnaire(questionnaire=intake.questionnaire, by=world.facilitator)
    draft.questions.filter(number=1).update(text="Anders")
    services.put_in_use(questionnaire=draft, by=world.facilitator)
    assert [part.name for part in board(intake).parts] == [
        "De juiste kennis bij de leerlingen",
        "Leerkrachten versterken",
        "De schoolorganisatie ondersteunen",
    ]
    assert board(intake).parts[0].rows[0].question.text == "Bedrijfsbezoeken"


def test_it_is_saved_in_parts_and_goes_on_where_someone_stopped(world, intake):
    services.fill_final_measurement(
        intake=intake, answers=measured(intake, only={6, 7, 11}), by=world.owner, seen_version=0
    )
    found = board(intake)
    assert [(part.answered, part.is_done) for part in found.parts] == [(0, False), (3, True), (0, False)]
    assert (found.answered, found.total, found.next_part.number) == (3, 13, 1)
    services.fill_final_measurement(
        intake=intake, answers=measured(intake, only={8, 9, 12}), by=world.colleague, seen_version=1
    )
    assert board(intake).answered == 6


def test_the_same_again_changes_nothing(world, intake):
    first = fill(intake, world.owner, seen_version=0)
    again = fill(intake, world.colleague, seen_version=0)
    assert (first.version, again.version) == (1, 1)
    assert {answer.updated_by for answer in again.answers.all()} == {world.owner}


def test_a_colleague_who_saves_the_same_answers_is_not_overwritten_unawares(world, intake):
    fill(intake, world.owner, INTEGRATED, seen_version=0)
    with pytest.raises(services.StaleMeasurement) as stale:
        fill(intake, world.colleague, AD_HOC, seen_version=0)
    first = intake.answers.get(question__number=1).question_id
    assert {pk: answer.value for pk, answer in stale.value.current.items()} == {first: INTEGRATED}
    assert board(intake).parts[0].rows[0].answer.value == INTEGRATED
    # Seen and chosen: now it is on purpose.
    fill(intake, world.colleague, AD_HOC, seen_version=stale.value.version)
    assert board(intake).parts[0].rows[0].answer.value == AD_HOC


def test_two_people_on_two_pillars_do_not_stop_each_other(world, intake):
    for person, only in ((world.owner, {6, 7, 11}), (world.colleague, {8, 9, 12})):
        services.fill_final_measurement(intake=intake, answers=measured(intake, only=only), by=person, seen_version=0)
    assert board(intake).answered == 6


def test_it_is_complete_once_every_question_is_answered(world, intake):
    services.fill_final_measurement(intake=intake, answers=measured(intake, only={1, 2}), by=world.owner)
    with pytest.raises(Conflict, match="Nog open: 11"):
        services.complete_final_measurement(intake=intake, by=world.owner)
    fill(intake, world.owner)
    done = services.complete_final_measurement(intake=intake, by=world.colleague)
    assert (done.is_complete, done.completed_by) == (True, world.colleague)
    with pytest.raises(Conflict, match="afgerond"):
        fill(intake, world.owner, NONE)


def test_it_can_be_opened_again_as_long_as_phase_4_lasts(world, intake):
    fill(intake, world.owner, complete=True)
    services.reopen_final_measurement(intake=intake, by=world.owner)
    fill(intake, world.owner, NONE, complete=True)
    put_in_phase(world.trajectory, Phase.LEVEL_UP)
    with pytest.raises(Conflict, match="gesloten sinds het einde van fase 4"):
        services.reopen_final_measurement(intake=intake, by=world.owner)


@pytest.mark.parametrize("phase", Phase)
def test_it_is_open_in_phase_4_only(world, intake, phase):
    put_in_phase(world.trajectory, phase)
    if phase == Phase.EVALUATION:
        assert fill(intake, world.owner).version == 1
        return
    sentence = "opent in fase 4" if phase.number < 4 else "gesloten sinds het einde van fase 4"
    with pytest.raises(Conflict, match=sentence):
        fill(intake, world.owner)
    assert not FinalMeasurement.objects.exists()


def test_an_intake_that_is_not_accepted_has_none(world):
    intake = submit(world.trajectory)
    put_in_phase(world.trajectory, Phase.EVALUATION)
    with pytest.raises(Conflict, match="dat deelneemt"):
        fill(intake, world.facilitator)


def test_only_questions_of_the_start_are_taken(world, intake):
    other = services.copy_questionnaire(questionnaire=intake.questionnaire, by=world.facilitator)
    strange = services.MeasuredAnswer(question=other.questions.get(number=1), value=NONE)
    with pytest.raises(Conflict, match="niet de vragen"):
        services.fill_final_measurement(intake=intake, answers=[strange], by=world.owner)


def test_who_may_fill_it_in(world, intake):
    for person in (world.owner, world.colleague, world.facilitator, world.administrator):
        fill(intake, person)
    for person in (world.neighbour, world.teacher, world.expert, world.stranger, world.deactivated):
        with pytest.raises(Refused):
            fill(intake, person, NONE)
    for person in (world.owner, world.neighbour):
        with pytest.raises(Refused):
            services.mark_final_measurement_missing(intake=intake, reason="Geen tijd", by=person)


def test_voka_marks_it_missing_with_a_reason_and_can_open_it_again(world, intake):
    with pytest.raises(Conflict, match="Schrijf waarom"):
        services.mark_final_measurement_missing(intake=intake, reason="  ", by=world.facilitator)
    services.mark_final_measurement_missing(intake=intake, reason="Contactpersoon vertrok", by=world.facilitator)
    with pytest.raises(Conflict, match="Vraag Voka"):
        fill(intake, world.owner)
    with pytest.raises(Refused):
        services.reopen_final_measurement(intake=intake, by=world.owner)
    services.reopen_final_measurement(intake=intake, by=world.facilitator)
    assert fill(intake, world.owner, complete=True).is_complete


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_the_second_is_told(committed_world):
    intake = start(committed_world)
    results = at_the_same_time(
        lambda: fill(intake, committed_world.owner, INTEGRATED, seen_version=0),
        lambda: fill(intake, committed_world.colleague, AD_HOC, seen_version=0),
    )
    assert sorted(type(result).__name__ for result in results) == ["FinalMeasurement", "StaleMeasurement"]
    assert FinalMeasurement.objects.get().version == 1


# --- What the next phase and the company wait for ---------------------------------------------------------------------


def test_the_next_phase_waits_for_each_final_measurement_that_is_not_in_or_missing(world, intake):
    waiting = list(readiness.every_final_measurement_is_in(world.trajectory))
    assert [blocker.sentence for blocker in waiting] == ["De eindmeting van Boormachines nv is nog niet afgerond."]
    assert waiting[0].url == f"{page(world.company)}?traject=testtraject"
    fill(intake, world.owner)
    assert len(list(readiness.every_final_measurement_is_in(world.trajectory))) == 1
    services.complete_final_measurement(intake=intake, by=world.owner)
    assert list(readiness.every_final_measurement_is_in(world.trajectory)) == []


def test_a_measurement_that_is_marked_missing_holds_nobody_up(world, intake):
    services.mark_final_measurement_missing(intake=intake, reason="Failliet", by=world.facilitator)
    assert list(readiness.every_final_measurement_is_in(world.trajectory)) == []
    assert list(readiness.every_final_measurement_is_in(world.other_trajectory)) == []


def test_a_company_that_left_holds_nobody_up_and_is_not_asked(world, intake):
    world.trajectory.participations.filter(organisation=world.company).update(left_on=timezone.localdate())
    assert list(readiness.every_final_measurement_is_in(world.trajectory)) == []
    assert asked(world.owner) == []


def asked(user):
    return [str(ask.title) for ask in desk_of(user).asks if "eindmeting" in str(ask.title)]


def test_people_of_the_company_are_asked_for_it_until_it_is_done(world, intake):
    expected = ["Vul de eindmeting van Boormachines nv in"]
    assert [asked(person) for person in (world.owner, world.colleague)] == [expected, expected]
    assert [asked(person) for person in (world.neighbour, world.teacher, world.stranger)] == [[], [], []]
    fill(intake, world.owner, complete=True)
    assert asked(world.owner) == []


def test_nobody_is_asked_outside_phase_4(world, intake):
    put_in_phase(world.trajectory, Phase.ACTION)
    assert asked(world.owner) == []


# --- The pages --------------------------------------------------------------------------------------------------------


def test_who_sees_the_page(world, intake, sign_in_as, client):
    assert client.get(page(world.company)).status_code == 302
    for address in (page(world.company), page(world.company, 1)):
        seen = {
            name: sign_in_as(getattr(world, name)).get(address).status_code
            for name in ("owner", "colleague", "facilitator", "administrator", "neighbour", "teacher", "stranger")
        }
        assert seen == {
            "owner": 200,
            "colleague": 200,
            "facilitator": 200,
            "administrator": 200,
            "neighbour": 403,
            "teacher": 403,
            "stranger": 404,
        }


def test_the_form_is_filled_in_with_the_start_and_shows_it_beside(world, intake, sign_in_as):
    text = sign_in_as(world.owner).get(page(world.company, 1)).content.decode()
    assert "Bij de start:" in text
    assert 'name="answer_1" value="0" checked' in text
    assert 'name="answer_2" value="1" checked' in text
    assert text.count(" checked") == 7


def test_how_often_is_not_filled_in_with_the_number_of_another_year(world, intake, sign_in_as):
    intake.answers.filter(question__number=1).update(declared="2", volume=37)
    client, part = sign_in_as(world.owner), board(intake).parts[0]
    text = client.get(page(world.company, 1)).content.decode()
    assert "bezoeken: 37" in text
    assert 'value="37"' not in text
    client.post(page(world.company, 1), as_posted(part, 0, volume_1="38"))
    assert 'value="38"' in client.get(page(world.company, 1)).content.decode()


def test_the_next_part_is_never_one_before(world, intake, sign_in_as):
    client = sign_in_as(world.owner)
    assert "Bewaar en ga naar het volgende deel" in client.get(page(world.company, 1)).content.decode()
    assert "Bewaar en ga naar het volgende deel" not in client.get(page(world.company, 3)).content.decode()
    answer = client.post(page(world.company, 3), as_posted(board(intake).parts[2], 0, next="1"))
    assert answer.url == f"{page(world.company)}?traject=testtraject"


def test_a_company_fills_it_in_from_start_to_end(world, intake, sign_in_as):
    client = sign_in_as(world.owner)
    for part in board(intake).parts:
        data = as_posted(part, part.number - 1, next="1")
        answer = client.post(page(world.company, part.number), data)
        assert answer.status_code == 302
    assert answer.url == f"{page(world.company)}?traject=testtraject"
    assert "Rond de eindmeting af" in client.get(page(world.company)).content.decode()
    assert client.post(state(world.company), {"do": "complete"}).status_code == 302
    text = client.get(page(world.company)).content.decode()
    assert "Afgerond door Olga Eigenaar" in text
    assert "Van 13 vormen die je kan vergelijken: 13 gingen vooruit, 0 bleven gelijk, 0 gingen achteruit." in text
    assert client.get(page(world.company, 1)).status_code == 302


def test_a_second_tab_gets_both_versions_and_loses_nothing(world, intake, sign_in_as):
    part = board(intake).parts[1]
    sign_in_as(world.colleague).post(page(world.company, 2), as_posted(part, 0, "4"))
    client = sign_in_as(world.owner)
    answer = client.post(page(world.company, 2), as_posted(part, 0, "1", remark_6="Drie leerkrachten"))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Een collega bewaarde dit intussen" in text
    assert text.count("Cas Collega bewaarde intussen") == 3
    assert "Drie leerkrachten" in text
    assert 'name="answer_6" value="1" checked' in text
    assert 'name="version" value="1"' in text
    assert client.post(page(world.company, 2), as_posted(part, 1, "1")).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"answer_6": "9"}, 200),
        ({"answer_6": ""}, 200),
        ({"answer_6": "\x00"}, 200),
        ({"volume_6": "een paar"}, 200),
        ({"volume_6": "-1"}, 200),
        ({"volume_6": "9" * 30}, 200),
        ({"remark_6": "x" * 1_000_000}, 200),
        ({"remark_6": "a\x00b"}, 200),
        ({"remark_6": "\ud800".encode("utf-8", "surrogatepass")}, 200),
        ({"version": "x"}, 200),
        ({"version": "-1"}, 200),
        ({"version": "9" * 40}, 200),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_input_is_told_beside_the_field_and_nothing_is_saved(world, intake, sign_in_as, wrong, status):
    part = board(intake).parts[1]
    answer = sign_in_as(world.owner).post(page(world.company, 2), as_posted(part, 0, "4", **wrong))
    assert answer.status_code in (status, 302)
    assert answer.status_code == status or "remark_6" in wrong
    if answer.status_code == 200:
        assert not FinalMeasurement.objects.exists()


def test_a_form_that_comes_after_the_phase_keeps_what_was_typed(world, intake, sign_in_as):
    part = board(intake).parts[1]
    put_in_phase(world.trajectory, Phase.LEVEL_UP)
    answer = sign_in_as(world.owner).post(page(world.company, 2), as_posted(part, 0, "4", remark_6="Nog net"))
    assert answer.status_code == 409
    assert "gesloten sinds het einde van fase 4" in answer.content.decode()
    assert "Nog net" in answer.content.decode()


def test_what_does_not_exist_is_not_found(world, intake, sign_in_as):
    client = sign_in_as(world.owner)
    for number in (4, 99999999999):
        assert client.get(page(world.company, number)).status_code == 404
    assert client.get(page(world.company) + "?traject=ander-traject").status_code == 404
    assert client.post(state(world.company), {"do": "iets"}).status_code == 404
    assert client.get(state(world.company)).status_code == 405
    assert sign_in_as(world.neighbour).get(page(world.other_company, 1)).status_code == 404
    assert sign_in_as(world.neighbour).get(page(world.other_company)).status_code == 200


def test_voka_marks_it_missing_on_the_page(world, intake, sign_in_as):
    client = sign_in_as(world.facilitator)
    assert "Schrijf waarom" not in client.get(page(world.company)).content.decode()
    assert client.post(state(world.company), {"do": "missing", "reason": ""}).status_code == 200
    assert client.post(state(world.company), {"do": "missing", "reason": "Contact vertrok"}).status_code == 302
    assert "Contact vertrok" in sign_in_as(world.owner).get(page(world.company)).content.decode()
    assert client.post(state(world.company), {"do": "complete"}).status_code == 409
    assert "Noteer dat ze ontbreekt" not in client.get(page(world.company)).content.decode()


def test_a_member_of_the_company_cannot_mark_it_missing(world, intake, sign_in_as):
    client = sign_in_as(world.owner)
    assert client.post(state(world.company), {"do": "missing", "reason": "Geen tijd"}).status_code == 403
    assert "Komt ze er niet?" not in client.get(page(world.company)).content.decode()


def test_before_phase_4_the_page_says_when_it_opens(world, intake, sign_in_as):
    put_in_phase(world.trajectory, Phase.ACTION)
    client = sign_in_as(world.owner)
    assert "De eindmeting opent in fase 4." in client.get(page(world.company)).content.decode()
    assert client.get(page(world.company, 1)).status_code == 302


def test_the_profile_shows_the_end_beside_the_start_once_it_is_complete(world, intake, sign_in_as):
    fill(intake, world.owner, INTEGRATED)
    profile = f"/bedrijven/{world.company.pk}/"
    assert not selectors.baselines_of(world.company)[0].chart.has_end
    services.complete_final_measurement(intake=intake, by=world.owner)
    text = sign_in_as(world.owner).get(profile).content.decode()
    assert "Bedrijfsbezoeken: start 0, einde 4" in text


# --- The trajectory ---------------------------------------------------------------------------------------------------


def finish(world, *ends, starts=()):
    """One more company that took part, with its start and its end."""
    put_in_phase(world.trajectory, Phase.BASELINE)
    intake = services.accept(intake=submit(world.trajectory, *starts), by=world.facilitator)
    put_in_phase(world.trajectory, Phase.EVALUATION)
    intake.refresh_from_db()
    fill(intake, world.facilitator, *ends, complete=True)
    return intake


GUESTS_AND_VOKA = ("owner", "teacher", "expert", "facilitator")


def growth_page(world):
    return reverse("companies:growth", args=[world.trajectory.slug])


def test_four_companies_make_no_figure_and_five_do(world, sign_in_as):
    for _ in range(4):
        finish(world, INTEGRATED)
    growth = selectors.growth_of(world.trajectory)
    assert (growth.complete, growth.has_figures, growth.still_needed) == (4, False, 1)
    client = sign_in_as(world.teacher)
    text = client.get(growth_page(world)).content.decode()
    assert "Nog 1 te gaan" in text
    assert "dumb-row" not in text
    finish(world, INTEGRATED)
    growth = selectors.growth_of(world.trajectory)
    assert (growth.complete, growth.has_figures) == (5, True)
    first = growth.forms.rows[0].entry
    assert (first.start, first.end) == (Decimal("2.0"), Decimal("3.5"))
    assert [(row.entry.start, row.entry.end) for row in growth.pillars.rows] == [
        (Decimal("2.0"), Decimal("3.0")),
        (Decimal("2.0"), Decimal("3.0")),
        (Decimal("2.0"), Decimal("3.0")),
    ]
    assert "dumb-row" in client.get(growth_page(world)).content.decode()


def test_only_voka_sees_the_growth_exactly(world, sign_in_as):
    """Who compares the figures of five companies with those of six would read the answers of the sixth."""
    for _ in range(5):
        finish(world, INTEGRATED)
    pages = {
        name: sign_in_as(getattr(world, name)).get(growth_page(world)).content.decode() for name in GUESTS_AND_VOKA
    }
    assert {name: ("3,1" in page, "35 antwoorden" in page, "3,5" in page) for name, page in pages.items()} == {
        "owner": (False, False, True),
        "teacher": (False, False, True),
        "expert": (False, False, True),
        "facilitator": (True, True, False),
    }


def test_a_question_that_fewer_than_five_answered_twice_has_no_figure(world):
    for _ in range(4):
        finish(world, INTEGRATED)
    finish(world, UNKNOWN)
    growth = selectors.growth_of(world.trajectory)
    first, second = (row.entry for row in growth.forms.rows[:2])
    assert (first.start, first.end, first.start_words) == (None, None, "te weinig antwoorden")
    assert (second.start, second.end) == (Decimal("2.0"), Decimal("3.0"))
    # The pillar leaves it out too.
    assert growth.pillars.rows[0].entry.end == Decimal("3.0")


def test_only_complete_measurements_count(world, intake):
    fill(intake, world.owner)
    for _ in range(4):
        finish(world)
    growth = selectors.growth_of(world.trajectory)
    assert (growth.total, growth.complete, growth.missing, growth.has_figures) == (5, 4, 0, False)


def test_everyone_in_the_trajectory_sees_the_growth_and_no_stranger(world, sign_in_as, client):
    assert client.get(growth_page(world)).status_code == 302
    seen = {
        name: sign_in_as(getattr(world, name)).get(growth_page(world)).status_code
        for name in ("owner", "neighbour", "teacher", "expert", "facilitator", "stranger")
    }
    assert seen == {"owner": 200, "neighbour": 200, "teacher": 200, "expert": 200, "facilitator": 200, "stranger": 404}


def test_the_pages_ask_the_same_number_of_queries_however_many_companies_there_are(world, intake, sign_in_as):
    client = sign_in_as(world.owner)

    def queries(address):
        with CaptureQueriesContext(connection) as context:
            assert client.get(address).status_code == 200
        return len(context)

    addresses = [page(world.company), page(world.company, 1), growth_page(world), "/mijn/"]
    for address in addresses:
        queries(address)
    few = [queries(address) for address in addresses]
    for _ in range(5):
        finish(world)
    assert [queries(address) for address in addresses] == few
