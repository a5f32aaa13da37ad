"""Who sees a school, its scores and its evidence: a stranger nothing at all, a fellow the profile, the school everything."""

import pytest
from django.urls import reverse

from accounts.policy import Action, may
from documents.enums import DocumentState
from documents.models import Document
from phases.models import Participation
from schools import services
from schools.enums import EvidenceState
from schools.models import CriterionScore, Evidence, LabelAward, School
from tests.schools.conftest import evidence, file_of, give_label, pdf, score, settle

pytestmark = pytest.mark.django_db

MARKER = "ZEERGEHEIM"

PROFILE = ("detail",)
INSIDE = ("label", "evidence", "evidence-item")
EDIT = ("criterion", "record-label", "outcome", "evidence-new", "evidence-edit")

VOKA = ("administrator", "facilitator")
FELLOWS = ("other_teacher", "owner", "colleague", "neighbour", "chair", "expert")
STRANGERS = ("stranger",)


@pytest.fixture
def filled(school, world, criteria):
    """A school with something to leak on every page."""
    score(school, world, criteria[0], argument=MARKER)
    give_label(school, world.teacher, proof=pdf(f"{MARKER}.pdf"), note=MARKER)
    evidence(school, world.teacher, criteria[:1], title=MARKER, upload=pdf(f"{MARKER}.pdf"))
    return school


def address(name, school):
    more = {
        "criterion": ["1.1"],
        "evidence-item": [school.evidence.get().pk],
        "evidence-edit": [school.evidence.get().pk],
        "evidence-submit": [school.evidence.get().pk],
        "evidence-review": [school.evidence.get().pk],
    }
    return reverse(f"schools:{name}", args=[school.pk, *more.get(name, [])])


@pytest.mark.parametrize("who", [*VOKA, "teacher"])
@pytest.mark.parametrize("name", [*PROFILE, *INSIDE, *EDIT])
def test_the_school_and_voka_open_every_page(name, who, filled, world, sign_in_as):
    assert sign_in_as(getattr(world, who)).get(address(name, filled)).status_code == 200


@pytest.mark.parametrize("who", FELLOWS)
@pytest.mark.parametrize("name", [*INSIDE, *EDIT])
def test_a_fellow_participant_may_not_look_inside(name, who, filled, world, sign_in_as):
    response = sign_in_as(getattr(world, who)).get(address(name, filled))
    assert response.status_code == 403
    assert MARKER not in response.content.decode()


@pytest.mark.parametrize("who", FELLOWS)
def test_a_fellow_participant_sees_the_profile_and_the_level_and_nothing_more(who, filled, world, sign_in_as):
    response = sign_in_as(getattr(world, who)).get(address("detail", filled))
    assert response.status_code == 200
    assert "Competent" in response.content.decode()
    assert MARKER not in response.content.decode()


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("name", [*PROFILE, *INSIDE, *EDIT])
def test_a_stranger_is_told_there_is_nothing(name, who, filled, world, sign_in_as):
    response = sign_in_as(getattr(world, who)).get(address(name, filled))
    assert response.status_code == 404
    assert filled.organisation.name not in response.content.decode()


@pytest.mark.parametrize("name", [*PROFILE, *INSIDE, *EDIT])
def test_a_visitor_and_a_deactivated_person_sign_in_first(name, filled, world, client, sign_in_as):
    assert client.get(address(name, filled)).status_code == 302
    world.teacher.is_active = False
    world.teacher.save()
    assert sign_in_as(world.teacher).get(address(name, filled)).status_code == 302


POSTS = {
    "share": {"companies": []},
    "criterion": {"score": "0", "argument": "Overschreven.", "version": "1"},
    "record-label": {"level": "expert", "awarded_on": "2026-01-01"},
    "outcome": {"outcome": "kept", "decided_on": "2026-01-01"},
    "evidence-new": {"title": "Binnengesmokkeld"},
    "evidence-edit": {"title": "Overschreven", "version": "1"},
    "evidence-submit": {},
    "evidence-review": {"decision": "approve"},
}


@pytest.mark.parametrize("who", [*FELLOWS, *STRANGERS])
@pytest.mark.parametrize("name", POSTS)
def test_nobody_else_changes_anything(name, who, filled, world, sign_in_as):
    expected = 404 if who in STRANGERS else 403
    assert sign_in_as(getattr(world, who)).post(address(name, filled), POSTS[name]).status_code == expected
    assert Evidence.objects.get().state == EvidenceState.DRAFT
    assert Evidence.objects.get().title == MARKER
    assert CriterionScore.objects.get().argument == MARKER
    assert LabelAward.objects.count() == 1


def test_a_school_does_not_review_its_own_evidence(filled, world, sign_in_as):
    made = Evidence.objects.get()
    settle(file_of(made), DocumentState.SAFE)
    services.submit_evidence(evidence=made, by=world.teacher)
    response = sign_in_as(world.teacher).post(address("evidence-review", filled), POSTS["evidence-review"])
    assert response.status_code == 403
    assert Evidence.objects.get().state == EvidenceState.SUBMITTED


def test_evidence_is_not_found_under_another_school(filled, other_school, world, sign_in_as):
    item = Evidence.objects.get().pk
    for who in ("other_teacher", "administrator"):
        client = sign_in_as(getattr(world, who))
        for name in ("evidence-item", "evidence-edit", "evidence-submit", "evidence-review"):
            response = client.post(reverse(f"schools:{name}", args=[other_school.pk, item]), {"decision": "approve"})
            assert response.status_code == 404


@pytest.fixture
def mentored(filled, world):
    """The school of `filled`, which lets a company read its scores; an application with a remark, and a safe file."""
    services.share_scores(school=filled, companies=[world.company], by=world.teacher)
    services.start_application(school=filled, level="proficient", by=world.teacher, note=APART)
    CriterionScore.objects.update(argument="Dit mag het mentorbedrijf lezen.")
    for document in Document.objects.all():
        settle(document, DocumentState.SAFE)
    return filled


APART = MARKER + " aanvraag"


def test_a_mentor_company_reads_the_scores_with_their_arguments(mentored, world, sign_in_as):
    response = sign_in_as(world.owner).get(address("label", mentored))
    assert response.status_code == 200
    html = response.content.decode()
    assert "Dit mag het mentorbedrijf lezen." in html
    assert MARKER not in html  # neither the remark nor the name of the proof, nor the evidence or the application
    assert "Onze schatting nu" not in html
    for name in ("evidence", "gap"):
        assert reverse(f"schools:{name}", args=[mentored.pk]) not in html
    assert sign_in_as(world.neighbour).get(address("label", mentored)).status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_mentor_company_gets_no_evidence_no_file_no_application_and_changes_nothing(
    method, mentored, world, sign_in_as
):
    client = sign_in_as(world.owner)
    item, application = mentored.evidence.get(), mentored.applications.get()
    pages = [
        reverse(f"schools:{name}", args=[mentored.pk]) for name in ("evidence", "gap", "dossier", "application-start")
    ]
    pages += [reverse(f"schools:{name}", args=[mentored.pk, item.pk]) for name in ("evidence-item", "evidence-history")]
    pages += [reverse("schools:application", args=[mentored.pk, application.pk])]
    pages += [address(name, mentored) for name in EDIT]
    for page in pages:
        response = getattr(client, method)(page)
        assert response.status_code in (403, 405), page
        assert MARKER not in response.content.decode(), page
    for document in Document.objects.all():
        for page in (document.get_absolute_url(), document.get_log_url()):
            response = getattr(client, method)(page)
            assert response.status_code in (403, 404, 405), page
            assert MARKER not in (b"" if response.streaming else response.content).decode(), page
    person = type(world.owner).objects.get(pk=world.owner.pk)
    assert not Document.objects.visible_to(person).exists()
    assert MARKER not in client.get(address("detail", mentored)).content.decode()


def test_the_tick_says_what_a_company_sees(filled, world, sign_in_as):
    html = sign_in_as(world.teacher).get(address("detail", filled)).content.decode()
    assert "Je bewijs, je bestanden en je aanvragen ziet het nooit." in html


def test_a_former_participant_still_sees_the_profile(filled, world, sign_in_as):
    Participation.objects.filter(organisation=world.company).update(left_on="2099-01-01")
    assert sign_in_as(world.owner).get(address("detail", filled)).status_code == 200


PEOPLE = (*VOKA, "teacher", *FELLOWS, *STRANGERS)


@pytest.mark.parametrize("who", PEOPLE)
def test_what_is_listed_is_what_the_policy_allows(who, filled, strange_school, world):
    services.share_scores(school=filled, companies=[world.company], by=world.teacher)
    evidence(strange_school, world.administrator, list(filled.evidence.get().criteria.all()))
    person = type(world.owner).objects.get(pk=getattr(world, who).pk)
    listed = set(School.objects.visible_to(person))
    assert listed == {school for school in School.objects.all() if may(person, Action.SEE_SCHOOL, school)}
    pieces = set(Evidence.objects.visible_to(person))
    assert pieces == {e for e in Evidence.objects.all() if may(person, Action.SEE_SCHOOL_DOSSIER, e.school)}


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 30, "9" * 400])
def test_a_number_that_is_no_school_is_a_404(pk, world, sign_in_as):
    client = sign_in_as(world.administrator)
    for name in ("", "label/", "bewijs/", "bewijs/nieuw/", f"bewijs/{pk}/"):
        assert client.get(f"/scholen/{pk}/{name}").status_code == 404


@pytest.mark.parametrize("query", ["?page=" + "9" * 400, "?page=-1", "?q=" + "a" * 5000, "?q='%20OR%201=1--"])
def test_odd_searches_are_no_errors(query, world, sign_in_as):
    assert sign_in_as(world.administrator).get(reverse("schools:list") + query).status_code == 200
