"""Questionnaires as data: drafts are edited, versions in use stay as they are, and each company gets the questions for its size."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.policy import Conflict
from companies import selectors, services
from companies.enums import Maturity, QuestionnaireState
from companies.models import Question, Questionnaire
from tests.companies.conftest import details, in_use, submit

pytestmark = pytest.mark.django_db

PUPILS, TEACHERS, SCHOOL = (
    "De juiste kennis bij de leerlingen",
    "Leerkrachten versterken",
    "De schoolorganisatie ondersteunen",
)
QUESTION_FIELDS = [
    "number",
    "pillar",
    "text",
    "explanation",
    "step_0",
    "step_1",
    "step_2",
    "step_3",
    "step_4",
    "volume_label",
    "volume_unit",
    "asked_of",
]


@pytest.fixture
def draft(world):
    return services.copy_questionnaire(questionnaire=in_use(), by=world.facilitator)


def change_page(questionnaire):
    return reverse("admin:companies_questionnaire_change", args=[questionnaire.pk])


def as_posted(questionnaire, **changes):
    """The admin form of a questionnaire as a browser sends it. `changes` are {"<number>__<field>": value}."""
    questions = list(questionnaire.questions.all())
    data = {
        "title": questionnaire.title,
        "questions-TOTAL_FORMS": len(questions),
        "questions-INITIAL_FORMS": len(questions),
    }
    for index, question in enumerate(questions):
        data[f"questions-{index}-id"] = question.pk
        data[f"questions-{index}-questionnaire"] = questionnaire.pk
        for name in QUESTION_FIELDS:
            data[f"questions-{index}-{name}"] = changes.get(f"n{question.number}__{name}", getattr(question, name))
    return data


def test_the_first_version_groups_the_thirteen_forms_in_the_words_of_voka(questionnaire):
    pillars = selectors.by_pillar([type("Row", (), {"question": each}) for each in questionnaire.questions.all()])
    assert [(name, [row.question.number for row in rows]) for name, rows in pillars] == [
        (PUPILS, [1, 2, 3, 4, 5, 10, 13]),
        (TEACHERS, [6, 7, 11]),
        (SCHOOL, [8, 9, 12]),
    ]


def test_each_question_says_what_each_step_means(questionnaire):
    assert questionnaire.questions.all()[0].steps == {
        Maturity.NONE: "We doen dit niet",
        Maturity.AD_HOC: "Een keer, op vraag",
        Maturity.REPEATED: "Elk jaar, hangt af van één persoon",
        Maturity.STRUCTURAL: "Afspraken, vast contact, budget",
        Maturity.INTEGRATED: "Gemeten, gedeeld, in het HR-beleid",
    }


def test_a_copy_takes_every_word_along(world):
    Question.objects.filter(number=2).update(
        pillar="Anders",
        step_3="Vaste gastdocent",
        volume_label="Hoeveel lessen?",
        volume_unit="lessen",
        asked_of=["250+"],
    )
    copy = services.copy_questionnaire(questionnaire=in_use(), by=world.facilitator)
    question = copy.questions.get(number=2)
    assert (question.pillar, question.step_3) == ("Anders", "Vaste gastdocent")
    assert (question.volume_label, question.volume_unit, question.asked_of) == ("Hoeveel lessen?", "lessen", ["250+"])
    assert copy.questions.count() == 13


# --- Which questions a company gets ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("band", "asked"), [("1-9", 12), ("10-49", 12), ("50-249", 13), ("250+", 13), ("", 13)], ids=str
)
def test_a_question_can_be_for_some_sizes_only(questionnaire, band, asked):
    Question.objects.filter(number=12).update(asked_of=["50-249", "250+"])
    numbers = [question.number for question in selectors.questions_for(in_use(), band)]
    assert len(numbers) == asked
    assert (12 in numbers) is (asked == 13)


def test_a_small_company_signs_up_without_the_question_for_large_ones(world):
    Question.objects.filter(number=12).update(asked_of=["250+"])
    questionnaire = in_use()
    given = [
        services.GivenAnswer(question=question, declared=Maturity.AD_HOC)
        for question in selectors.questions_for(questionnaire, "1-9")
    ]

    def send(answers, band):
        import uuid

        return services.submit(
            submission_key=uuid.uuid4(),
            questionnaire=questionnaire,
            details=details(headcount_band=band),
            answers=answers,
            given_consents={"privacy"},
        )

    assert send(given, "1-9").answers.count() == 12
    with pytest.raises(Conflict, match="Beantwoord elke vraag"):
        send(given, "250+")


def test_only_known_sizes_can_be_chosen(questionnaire):
    question = questionnaire.questions.all()[0]
    for wrong in (["1000+"], "250+", ["1-9", "1-9"], {"1-9": 1}):
        question.asked_of = wrong
        with pytest.raises(ValidationError):
            question.clean_fields()


# --- Voka edits a draft -----------------------------------------------------------------------------------------------


def test_voka_changes_order_pillar_and_words_of_a_draft(world, draft, sign_in_as):
    client = sign_in_as(world.facilitator)
    changes = {
        "n1__number": 2,
        "n2__number": 1,
        "n3__pillar": "Stages",
        "n3__step_4": "We meten hoeveel stagiairs blijven",
        "n3__volume_unit": "stagiairs",
        "n4__asked_of": ["50-249", "250+"],
    }
    answer = client.post(change_page(draft), as_posted(draft, **changes))
    assert answer.status_code == 302
    assert list(draft.questions.order_by("number").values_list("number", "text")[:2]) == [
        (1, "Gastlessen / experten in de klas"),
        (2, "Bedrijfsbezoeken"),
    ]
    assert [question.number for question in draft.questions.all()] == list(range(1, 14))
    third, fourth = draft.questions.get(number=3), draft.questions.get(number=4)
    assert (third.pillar, third.step_4, third.volume_unit) == (
        "Stages",
        "We meten hoeveel stagiairs blijven",
        "stagiairs",
    )
    assert fourth.asked_of == ["50-249", "250+"]


def test_two_questions_cannot_have_the_same_number(world, draft, sign_in_as):
    page = sign_in_as(world.facilitator).post(change_page(draft), as_posted(draft, n1__number=2))
    assert page.status_code == 200
    assert "eigen nummer" in page.content.decode()
    assert [question.number for question in draft.questions.all()] == list(range(1, 14))


@pytest.mark.parametrize("state", [QuestionnaireState.CURRENT, QuestionnaireState.RETIRED])
def test_a_version_that_was_in_use_is_read_only(world, draft, sign_in_as, state):
    Questionnaire.objects.filter(state=QuestionnaireState.CURRENT).update(state=QuestionnaireState.RETIRED)
    Questionnaire.objects.filter(pk=draft.pk).update(state=state)
    client = sign_in_as(world.administrator)
    assert client.post(change_page(draft), as_posted(draft, n1__text="Anders")).status_code == 403
    assert client.get(change_page(draft)).status_code == 200
    assert not draft.questions.filter(text="Anders").exists()


def test_an_answer_keeps_the_words_it_was_given_under(world, draft):
    intake = submit(world.trajectory, Maturity.AD_HOC)
    draft.questions.filter(number=1).update(text="Rondleidingen", step_2="Elk jaar twee keer")
    services.put_in_use(questionnaire=draft, by=world.facilitator)
    row = selectors.baseline_of_intake(intake.pk).rows[0]
    assert (row.text, row.next_step.text) == ("Bedrijfsbezoeken", "Elk jaar, hangt af van één persoon")


def test_a_member_of_a_company_finds_no_questionnaires_in_the_back_office(world, draft, sign_in_as):
    assert sign_in_as(world.owner).post(change_page(draft), as_posted(draft, n1__text="Anders")).status_code in (
        302,
        403,
    )
    assert not draft.questions.filter(text="Anders").exists()


# --- Preview ----------------------------------------------------------------------------------------------------------


def preview(questionnaire, size=""):
    return reverse("companies:questionnaire-preview", args=[questionnaire.pk]) + (f"?size={size}" if size else "")


def test_voka_sees_a_draft_as_companies_will(world, draft, sign_in_as):
    draft.questions.filter(number=1).update(step_1="Eén klas op bezoek", volume_unit="bezoeken")
    draft.questions.filter(number=13).update(asked_of=["250+"])
    client = sign_in_as(world.facilitator)
    page = client.get(preview(draft)).content.decode()
    assert page.count('class="q-block"') == 13
    assert "Eén klas op bezoek" in page
    assert ">bezoeken</span>" in page
    # Only the question with words of its own shows them in its cards.
    assert page.count("five-told") == 1
    assert client.get(preview(draft, "1-9")).content.decode().count('class="q-block"') == 12
    assert client.get(preview(draft, "verzonnen")).status_code == 200
    assert preview(draft) in client.get(change_page(draft)).content.decode()


def test_only_voka_sees_the_preview(world, draft, sign_in_as, client):
    assert client.get(preview(draft)).status_code == 302
    for person in (world.owner, world.teacher, world.stranger):
        assert sign_in_as(person).get(preview(draft)).status_code == 403


def test_the_preview_of_a_version_without_questions_says_so(world, draft, sign_in_as):
    draft.questions.all().delete()
    assert "Geen vragen" in sign_in_as(world.facilitator).get(preview(draft)).content.decode()


def test_the_preview_asks_the_same_number_of_queries_for_every_number_of_questions(world, draft, sign_in_as):
    client = sign_in_as(world.facilitator)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as context:
            client.get(preview(draft))
        return len(context)

    queries()
    many = queries()
    draft.questions.filter(number__gt=1).delete()
    assert queries() == many
