"""Voka's back office: schools, the review list and the words of the criteria; nothing there goes around the services."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.models import OutboundMail
from schools import services
from schools.enums import EvidenceState
from schools.models import Criterion, Evidence, LabelAward, School
from tests.schools.conftest import evidence, give_label, safe_evidence, score

pytestmark = pytest.mark.django_db

MODELS = [
    "school", "evidence", "labelaward", "labeloutcome", "selfassessment", "framework", "keyelement", "criterion",
    "labelapplication", "thresholdset", "schoollist",
]  # fmt: skip


@pytest.fixture
def voka(world, sign_in_as):
    return sign_in_as(world.facilitator)


def admin(model, action="changelist", *args):
    return reverse(f"admin:schools_{model}_{action}", args=args)


NO_SITES = {
    f"{prefix}-{name}": "0"
    for prefix in ("sites", "awards", "outcomes")
    for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
}


@pytest.mark.parametrize("model", MODELS)
def test_every_list_and_page_opens_in_dutch(model, voka, school, world, criteria):
    score(school, world, criteria[0])
    give_label(school, world.facilitator)
    evidence(school, world.teacher, criteria[:1])
    page = voka.get(admin(model))
    assert page.status_code == 200
    for row in page.context["cl"].result_list[:1]:
        assert voka.get(admin(model, "change", row.pk)).status_code == 200
    assert voka.get(admin(model), {"q": "atheneum"}).status_code == 200


def test_the_words_of_a_criterion_and_of_a_score_are_dutch(voka, school, world, criteria):
    score(school, world, criteria[0])
    shown = voka.get(admin("criterion")).content.decode().lower()
    assert [word in shown for word in ("kernelement", "versie van de criteria")] == [True, True]
    assert [word in shown for word in ("key element", "framework<")] == [False, False]
    shown = voka.get(admin("selfassessment", "change", school.assessments.get().pk)).content.decode()
    headings = [heading.split("</th>")[0] for heading in shown.split("<th ")[1:]]
    words = ("Criterium", "Gewijzigd door", "Gewijzigd")
    assert [any(heading.split(">")[1].strip().startswith(word) for heading in headings) for word in words] == [True] * 3


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("who", ["teacher", "owner", "stranger"])
def test_nobody_but_voka_enters(who, model, world, sign_in_as):
    assert sign_in_as(getattr(world, who)).get(admin(model)).status_code in (302, 403)


def test_voka_adds_a_school_with_its_address(voka, world):
    sent = {
        "name": "Nieuwe School",
        "institution_number": "030569",
        "network": "go",
        "chamber": world.chamber.pk,
        "street": "Markt 1",
        "postal_code": "2300",
        "municipality": "Turnhout",
    }
    response = voka.post(admin("school", "add"), sent | NO_SITES)
    assert response.status_code == 302
    school = School.objects.get(institution_number="030569")
    assert (school.organisation.name, school.organisation.chamber, school.organisation.kind) == (
        "Nieuwe School",
        world.chamber,
        "school",
    )


def test_voka_changes_a_school_and_an_old_number_stays_on_record(voka, school, world):
    services.change_institution_number(school=school, number="030569")
    sent = {"name": "Atheneum Noord", "institution_number": "030577", "municipality": "Geel", "pupils": "640"}
    assert voka.post(admin("school", "change", school.pk), sent | NO_SITES).status_code == 302
    school = School.objects.get(pk=school.pk)
    assert (school.institution_number, school.pupils) == ("030577", 640)
    assert (school.organisation.name, school.organisation.municipality) == ("Atheneum Noord", "Geel")
    assert [former.number for former in school.former_numbers.all()] == ["030569"]


def test_a_wrong_number_or_postal_code_is_told(voka, school):
    sent = {"name": "Atheneum", "institution_number": "3056", "postal_code": "23"}
    response = voka.post(admin("school", "change", school.pk), sent | NO_SITES)
    assert response.status_code == 200
    assert set(response.context["adminform"].errors) == {"institution_number", "postal_code"}


def test_the_review_list_approves_and_asks_for_more_through_the_services(voka, school, world, criteria):
    ready, waiting = (
        safe_evidence(school, world.teacher, criteria[:1], title=title) for title in ("Klaar", "Onvolledig")
    )
    for each in (ready, waiting):
        services.submit_evidence(evidence=each, by=world.teacher)
    act(voka, "approve", [ready.pk])
    act(voka, "ask_more", [waiting.pk], comment="Voeg een foto toe.")
    assert list(Evidence.objects.order_by("pk").values_list("state", "reviewer_comment")) == [
        (EvidenceState.APPROVED, ""),
        (EvidenceState.MORE_ASKED, "Voeg een foto toe."),
    ]
    assert OutboundMail.objects.count() == 2
    assert ready.log.first().by == world.facilitator


def act(client, action, pks, **more):
    return client.post(admin("evidence"), {"action": action, "_selected_action": pks, **more}, follow=True)


def test_asking_for_more_without_a_comment_is_refused_with_a_sentence(voka, school, world, criteria):
    made = evidence(school, world.teacher, criteria[:1])
    services.submit_evidence(evidence=made, by=world.teacher)
    response = act(voka, "ask_more", [made.pk])
    assert "Schrijf wat er nog ontbreekt" in response.content.decode()
    assert Evidence.objects.get().state == EvidenceState.SUBMITTED


@pytest.mark.parametrize("model", ["evidence", "labelaward", "labeloutcome", "selfassessment"])
def test_what_the_services_guard_cannot_be_added_changed_or_deleted_by_hand(model, voka, school, world, criteria):
    give_label(school, world.facilitator)
    made = evidence(school, world.teacher, criteria[:1])
    pk = {"evidence": made.pk, "labelaward": LabelAward.objects.get().pk}.get(model, 1)
    assert voka.get(admin(model, "add")).status_code == 403
    assert voka.post(admin(model, "change", pk), {"state": "approved", "level": "expert"}).status_code in (302, 403)
    assert voka.post(admin(model, "delete", pk), {"post": "yes"}).status_code in (302, 403)
    assert (Evidence.objects.get().state, LabelAward.objects.get().level) == (EvidenceState.DRAFT, "competent")


def test_what_is_in_use_keeps_its_words(voka, criteria):
    assert voka.post(admin("criterion", "change", criteria[5].pk), {"label_nl": "Anders"}).status_code == 403
    assert Criterion.objects.get(pk=criteria[5].pk).label_nl == "STEM in een reële context"


def test_voka_words_a_draft_of_the_criteria_but_their_number_stays(voka, world, criteria):
    draft = services.copy_framework(framework=criteria[0].framework, by=world.facilitator)
    criteria = list(draft.criteria.order_by("number"))
    sent = {
        "label_nl": "STEM uit het echte leven",
        "name_en": "Contextualisation",
        "explanation": "Uitleg",
        "number": "9.9",
    }
    assert voka.post(admin("criterion", "change", criteria[5].pk), sent).status_code == 302
    changed = Criterion.objects.get(pk=criteria[5].pk)
    assert (changed.label_nl, changed.number) == ("STEM uit het echte leven", "2.3")


@pytest.mark.parametrize("model", MODELS)
def test_a_list_costs_the_same_with_one_row_and_with_three(
    model, voka, school, world, criteria, django_assert_num_queries
):
    def fill(number):
        made = services.create_school(name=f"School {number}")
        world.trajectory.participations.create(organisation=made.organisation)
        score(made, world, criteria[0])
        give_label(made, world.facilitator)
        evidence(made, world.facilitator, criteria[:2])

    fill(1)
    voka.get(admin(model))
    with CaptureQueriesContext(connection) as before:
        voka.get(admin(model))
    fill(2)
    fill(3)
    with django_assert_num_queries(len(before)):
        voka.get(admin(model))


@pytest.mark.parametrize(
    "part",
    [
        "year=9999999999",
        "year=0",
        "year=-1",
        "year=x",
        "year=2026&state_since__month=13",
        "year=2026&state_since__month=2&state_since__day=32",
    ],
)
def test_a_date_that_is_on_no_calendar_shows_the_whole_list(part, world, sign_in_as):
    client = sign_in_as(world.facilitator)
    response = client.get(f"/beheer/schools/evidence/?state_since__{part}")
    assert (response.status_code, response["Location"]) == (302, "/beheer/schools/evidence/")
    for fine in ("", "?state_since__year=2026", "?state_since__year=2026&state_since__month=2"):
        assert client.get(f"/beheer/schools/evidence/{fine}").status_code == 200
