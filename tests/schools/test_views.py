"""The pages of a school: what they show, what they keep when something is wrong, and what they cost."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.enums import DocumentState
from documents.services import MAX_SIZE
from phases.enums import Phase
from schools import services
from schools.enums import EvidenceState, LabelLevel, Moment, OutcomeKind
from schools.models import CriterionScore, Evidence, LabelAward, LabelOutcome, School
from tests.documents import files
from tests.schools.conftest import (
    DAY,
    assess,
    evidence,
    file_of,
    give_label,
    move_to,
    pdf,
    safe_evidence,
    score,
    settle,
)

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    return response.content.decode()


def page(name, school, *more):
    return reverse(f"schools:{name}", args=[school.pk, *more])


@pytest.fixture
def teacher(world, sign_in_as):
    return sign_in_as(world.teacher)


# --- List and profile ------------------------------------------------------------------------------------------------


def names_on(response):
    return [school.organisation.name for school in response.context["page_obj"]]


def test_the_list_shows_the_schools_of_my_trajectory_with_their_label(teacher, school, strange_school, world):
    give_label(school, world.facilitator)
    response = teacher.get(reverse("schools:list"))
    assert names_on(response) == ["Atheneum Zuid", "College Noord"]
    assert [each.level_name for each in response.context["page_obj"]] == ["Competent", "nog niet vastgelegd"]


def test_voka_sees_every_school(world, strange_school, sign_in_as):
    response = sign_in_as(world.facilitator).get(reverse("schools:list"))
    assert names_on(response) == ["Atheneum Zuid", "College Noord", "Vreemde School"]


@pytest.mark.parametrize(
    ("words", "found"),
    [("noord", ["College Noord"]), ("turn", ["Atheneum Zuid"]), ("0305", ["Atheneum Zuid"]), ("zzz", [])],
)
def test_the_list_is_searched_by_name_place_and_number(words, found, teacher, school):
    services.change_institution_number(school=school, number="030569")
    school.organisation.municipality = "Turnhout"
    school.organisation.save()
    assert names_on(teacher.get(reverse("schools:list"), {"q": words})) == found


def test_the_list_has_25_schools_on_a_page(world, sign_in_as):
    for number in range(30):
        services.create_school(name=f"School {number:02}")
    client = sign_in_as(world.facilitator)
    assert len(names_on(client.get(reverse("schools:list")))) == 25
    assert len(names_on(client.get(reverse("schools:list"), {"page": "2"}))) == 7
    assert client.get(reverse("schools:list"), {"page": "onzin"}).status_code == 200


def test_a_profile_shows_the_school_its_sites_and_its_people_but_no_addresses_of_people(school, world, sign_in_as):
    school.sites.create(street="Kerkstraat 5", postal_code="2330", municipality="Merksplas")
    response = sign_in_as(world.owner).get(school.get_absolute_url())
    assert "Kerkstraat 5, 2330 Merksplas" in text_of(response)
    assert "Lore Leerkracht" in text_of(response)
    assert world.teacher.email not in text_of(response)
    assert school.get_label_url() not in text_of(response)


def test_the_school_itself_sees_its_people_with_their_addresses(school, world, teacher):
    response = teacher.get(school.get_absolute_url())
    assert world.teacher.email in text_of(response)
    assert school.get_label_url() in text_of(response)


def test_the_school_opens_its_scores_to_a_company_on_its_profile(school, world, teacher):
    response = teacher.post(page("share", school), {"companies": [world.company.pk]}, follow=True)
    assert "Bewaard wie je scores mag zien." in text_of(response)
    assert School.objects.get(pk=school.pk).shows_scores_to(world.owner)
    assert teacher.post(page("share", school), {"companies": [world.strange_company.pk]}).status_code == 400
    assert teacher.get(page("share", school)).status_code == 405


# --- Self-assessment -------------------------------------------------------------------------------------------------


def criterion_page(school, number="2.3", **query):
    return page("criterion", school, number), {"traject": "testtraject", "moment": "start"} | query


def test_the_label_page_shows_progress_scores_and_arguments(school, world, criteria, teacher):
    score(school, world, criteria[0], score=3, argument="Wij werken met niveaugroepen.")
    text = text_of(teacher.get(school.get_label_url()))
    assert "1 van de 21 criteria hebben een score." in text
    assert "Wij werken met niveaugroepen." in text
    assert "Niet officieel" in text
    assert all(criterion.label_nl in text for criterion in criteria)


def test_a_score_is_saved_and_the_next_criterion_opens(school, world, teacher):
    address, query = criterion_page(school)
    response = teacher.post(address, query | {"score": "3", "argument": "Elk jaar.", "version": "0", "next": "1"})
    assert response.url == page("criterion", school, "3.1") + "?traject=testtraject&moment=start"
    stored = CriterionScore.objects.get()
    assert (stored.criterion.number, stored.score, stored.argument) == ("2.3", 3, "Elk jaar.")
    response = teacher.post(address, query | {"score": "4", "argument": "Elk jaar.", "version": "1"})
    assert response.url == school.get_label_url() + "?traject=testtraject&moment=start"


def test_after_the_last_criterion_the_first_empty_one_opens(school, world, criteria, teacher):
    assess(school, world, criteria[2:-1])
    address, query = criterion_page(school, "7.2")
    response = teacher.post(address, query | {"score": "1", "argument": "x", "version": "0", "next": "1"})
    assert response.url.startswith(page("criterion", school, "1.1"))


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"argument": "Mijn tekst."}, "score"),
        ({"score": "9", "argument": "Mijn tekst."}, "score"),
        ({"score": "2", "argument": "  "}, "argument"),
        ({"score": "2", "argument": "Mijn tekst. " * 400}, "argument"),
    ],
)
def test_a_wrong_score_is_told_beside_the_field_and_keeps_the_text(sent, field, school, teacher):
    address, query = criterion_page(school)
    response = teacher.post(address, query | {"version": "0"} | sent)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not CriterionScore.objects.exists()
    if "Mijn tekst." in sent["argument"]:
        assert "Mijn tekst." in text_of(response)


def test_two_tabs_on_one_criterion_show_both_texts_and_lose_none(school, world, criteria, teacher):
    score(school, world, criteria[5], by=world.administrator, argument="Tekst van Ada.")
    address, query = criterion_page(school)
    mine = query | {"score": "1", "argument": "Mijn eigen tekst.", "version": "0"}
    response = teacher.post(address, mine)
    assert response.status_code == 409
    assert "Tekst van Ada." in text_of(response)
    assert "Mijn eigen tekst." in text_of(response)
    assert CriterionScore.objects.get().argument == "Tekst van Ada."
    version = response.context["form"]["version"].value()
    teacher.post(address, mine | {"version": version})
    assert CriterionScore.objects.get().argument == "Mijn eigen tekst."


def test_a_fixed_start_answers_with_a_sentence(school, world, criteria, teacher):
    score(school, world, criteria[5])
    move_to(world.trajectory, Phase.ACTION)
    address, query = criterion_page(school)
    response = teacher.post(address, query | {"score": "4", "argument": "Toch anders.", "version": "1"})
    assert response.status_code == 409
    assert "De nulmeting ligt vast sinds het einde van fase 1." in text_of(response)
    assert "Toch anders." in text_of(response)


@pytest.mark.parametrize("query", [{"traject": "ander-traject"}, {"traject": "onzin"}, {"moment": "midden"}])
def test_an_unknown_trajectory_or_moment_is_a_404(query, school, teacher):
    for address in (school.get_label_url(), page("criterion", school, "2.3")):
        assert teacher.get(address, query).status_code == 404


@pytest.mark.parametrize("number", ["9.9", "2.30", "abc"])
def test_an_unknown_criterion_is_a_404(number, school, teacher):
    assert teacher.get(f"{school.get_label_url()}{number}/").status_code == 404


def test_from_phase_4_on_the_page_is_about_the_end(school, world, teacher):
    move_to(world.trajectory, Phase.EVALUATION)
    assert teacher.get(school.get_label_url()).context["moment"] == Moment.END


def test_a_school_without_trajectory_sees_what_will_come(world, sign_in_as):
    made = services.create_school(name="Alleen")
    response = sign_in_as(world.facilitator).get(made.get_label_url())
    assert "Nog geen traject" in text_of(response)
    assert sign_in_as(world.facilitator).get(page("criterion", made, "1.1")).status_code == 404


# --- Label and outcome -----------------------------------------------------------------------------------------------


def test_a_school_records_its_label_with_proof(school, teacher):
    sent = {"level": "competent", "awarded_on": "2025-05-14", "valid_until": "2027-05-14", "proof": pdf("label.pdf")}
    response = teacher.post(page("record-label", school), sent)
    assert response.url == school.get_label_url() + "#labels"
    award = LabelAward.objects.get()
    assert (award.level, award.awarded_on, award.valid_until, award.proof.name) == (
        "competent",
        datetime.date(2025, 5, 14),
        datetime.date(2027, 5, 14),
        "label.pdf",
    )


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"awarded_on": "2999-01-01"}, "Deze datum ligt in de toekomst. Kies vandaag of een dag ervoor."),
        ({"valid_until": "2020-01-01"}, "De einddatum ligt voor de datum waarop het label behaald is."),
        ({}, "Voeg het bewijs toe dat EUN je bezorgde."),
        ({"proof": "macro.docm"}, "Dit bestandstype aanvaarden we niet."),
        ({"level": "platina"}, "Selecteer een geldige keuze."),
        ({"awarded_on": ""}, "Vul in wanneer EUN het label gaf."),
        (
            {"awarded_on": "2009-12-31"},
            "Deze datum ligt te ver in het verleden: het STEM School Label bestond toen nog niet.",
        ),
    ],
)
def test_a_wrong_label_is_told_and_keeps_what_was_typed(sent, sentence, school, teacher):
    sent = {"level": "competent", "awarded_on": "2025-05-14", "note": "Mijn opmerking"} | sent
    if "proof" in sent:
        sent["proof"] = pdf(sent["proof"])
    response = teacher.post(page("record-label", school), sent)
    assert response.status_code == 200
    assert sentence in text_of(response)
    assert "Mijn opmerking" in text_of(response)
    assert not LabelAward.objects.exists()


def test_no_label_needs_no_date_and_holds_from_today(school, teacher):
    response = teacher.post(page("record-label", school), {"level": "none"})
    assert response.url == school.get_label_url() + "#labels"
    award = LabelAward.objects.get()
    assert (award.level, award.awarded_on, award.valid_until) == ("none", timezone.localdate(), None)


def test_a_school_records_its_outcome(school, world, teacher):
    move_to(world.trajectory, Phase.LEVEL_UP)
    sent = {
        "traject": "testtraject",
        "outcome": "moved_up",
        "level": "competent",
        "decided_on": "2026-06-01",
        "proof": pdf(),
    }
    response = teacher.post(page("outcome", school), sent)
    assert response.url == school.get_label_url() + "?traject=testtraject"
    assert LabelOutcome.objects.get().outcome == OutcomeKind.MOVED_UP
    assert "Een niveau hoger" in text_of(teacher.get(school.get_label_url()))


def test_another_level_without_moving_up_is_told_beside_the_level(school, world, teacher):
    move_to(world.trajectory, Phase.LEVEL_UP)
    sent = {"traject": "testtraject", "outcome": "kept", "level": "expert", "decided_on": "2026-06-01"}
    sentence = "Een nieuw niveau hoort bij ‘Een niveau hoger’. Kies dat, of laat het niveau leeg."
    response = teacher.post(page("outcome", school), sent)
    assert response.context["form"].errors == {"level": [sentence]}
    assert not LabelOutcome.objects.exists()
    teacher.post(page("outcome", school), sent | {"level": ""})
    assert LabelOutcome.objects.get().outcome == OutcomeKind.KEPT


def test_an_outcome_that_is_too_early_is_told(school, world, teacher):
    response = teacher.post(page("outcome", school), {"outcome": "kept", "decided_on": "2026-06-01"})
    assert "Je kan de uitkomst vastleggen vanaf fase 5." in text_of(response)
    assert not LabelOutcome.objects.exists()


# --- Evidence --------------------------------------------------------------------------------------------------------


def filled_in(criteria, **more):
    return {
        "title": "Robotklas",
        "practice_date": "2026-03-20",
        "criteria": [criterion.pk for criterion in criteria],
        "text": "We bouwden een robot.",
        "pupils_confirmed": "on",
        "version": "0",
    } | more


def test_evidence_is_kept_with_its_file_and_handed_in(school, world, criteria, teacher):
    response = teacher.post(page("evidence-new", school), filled_in(criteria[:2], file=pdf("robot.pdf")), follow=True)
    made = Evidence.objects.get()
    assert response.redirect_chain == [(made.get_absolute_url(), 302)]
    assert "Je bewijs is bewaard als concept." in text_of(response)
    assert file_of(made).name == "robot.pdf"
    settle(file_of(made), DocumentState.SAFE)
    response = teacher.post(page("evidence-submit", school, made.pk), follow=True)
    made.refresh_from_db()
    assert made.state == EvidenceState.SUBMITTED
    assert "Voka bekijkt het." in text_of(response)


def test_the_form_of_a_criterion_has_that_criterion_ticked(school, criteria, teacher):
    response = teacher.get(page("evidence-new", school), {"criterium": "2.3"})
    assert response.context["form"]["criteria"].value() == [criteria[5].pk]
    assert text_of(response).count(" checked") == 1
    assert teacher.get(page("evidence-new", school), {"criterium": "onzin"}).context["form"]["criteria"].value() == []


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"title": ""}, "Geef een titel, of kies een bestand. De rest kan later."),
        ({"criteria": ["999999"]}, "Selecteer een geldige keuze."),
        ({"practice_date": "2999-01-01"}, "Deze datum ligt in de toekomst."),
        ({"practice_date": "2026-02-30"}, "Voer een geldige datum in."),
        ({"link": "javascript:alert(1)"}, "Voer een geldige URL in."),
        ({"file": "macro.docm"}, "Dit bestandstype aanvaarden we niet."),
        ({"text": "Mijn tekst. " * 500}, "Zorg dat deze waarde niet meer dan 5000 tekens bevat"),
    ],
)
def test_wrong_evidence_is_told_and_keeps_what_was_typed(more, sentence, school, criteria, teacher):
    sent = filled_in(criteria[:1], text="Mijn tekst.") | more
    if "file" in sent:
        sent["file"] = pdf(sent["file"])
    response = teacher.post(page("evidence-new", school), sent)
    assert response.status_code == 200
    assert sentence in text_of(response)
    assert "Mijn tekst." in text_of(response)
    assert not Evidence.objects.exists()


def test_a_file_that_is_too_large_is_told_in_dutch_and_leaves_nothing_behind(
    school, criteria, teacher, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path / "media"
    large = files.pdf() + b" " * MAX_SIZE
    response = teacher.post(page("evidence-new", school), filled_in(criteria[:1], file=pdf(content=large)))
    assert "Dit bestand is 26 MB groot. Het maximum is 25 MB." in text_of(response)
    assert "We bouwden een robot." in text_of(response)
    assert not Evidence.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("sent", "title"), [({"title": "Robotklas"}, "Robotklas"), ({"file": "foto van de klas.pdf"}, "foto van de klas")]
)
def test_a_title_or_a_file_makes_a_draft_and_handing_in_asks_the_rest(sent, title, school, criteria, teacher, world):
    if "file" in sent:
        sent = {"file": pdf(sent["file"])}
    assert teacher.post(page("evidence-new", school), sent | {"version": "0"}).status_code == 302
    made = Evidence.objects.get()
    assert (made.title, made.text, made.practice_date, made.pupils_confirmed_by) == (title, "", None, None)
    for name in ("evidence", "dossier"):
        assert teacher.get(page(name, school)).status_code == 200
    for document in made.documents:
        settle(document, DocumentState.SAFE)
    response = teacher.post(page("evidence-submit", school, made.pk))
    assert response.status_code == 409
    for sentence in (
        "Schrijf wat je deed",
        "Vul de datum van de praktijk in.",
        "Kies minstens één criterium.",
        "Bevestig dat",
    ):
        assert sentence in text_of(response)
    teacher.post(
        page("evidence-edit", school, made.pk), filled_in(criteria[:1]) | {"version": "1", "pupils_confirmed": ""}
    )
    assert teacher.post(page("evidence-submit", school, made.pk)).status_code == 409
    assert teacher.post(page("evidence-submit", school, made.pk), {"pupils_confirmed": "on"}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.pupils_confirmed_by) == (EvidenceState.SUBMITTED, world.teacher)


def test_the_criteria_are_folded_and_what_is_chosen_is_open(school, criteria, teacher):
    html = text_of(teacher.get(page("evidence-new", school) + "?criterium=2.3"))
    assert html.count('<details class="tbl">') == 6
    assert html.count('<details class="tbl" open>') == 1
    assert html.count('name="criteria"') == 21
    assert html.count(" checked") == 1


def test_after_an_error_the_page_says_to_choose_the_file_again(school, criteria, teacher):
    response = teacher.post(page("evidence-new", school), filled_in(criteria[:1], file=pdf("macro.docm")))
    assert "Kies je bestand opnieuw" in text_of(response)


def test_fields_that_are_not_on_the_form_change_nothing(school, other_school, world, criteria, teacher):
    more = {"state": "approved", "school": other_school.pk, "created_by": world.owner.pk, "reviewer_comment": "Prima"}
    teacher.post(page("evidence-new", school), filled_in(criteria[:1], **more))
    made = Evidence.objects.get()
    assert (made.state, made.school, made.created_by, made.reviewer_comment) == ("draft", school, world.teacher, "")


def test_two_tabs_on_one_piece_of_evidence_show_both_texts_and_lose_none(school, world, criteria, teacher):
    made = evidence(school, world.administrator, criteria[:1])
    address = page("evidence-edit", school, made.pk)
    teacher.post(address, filled_in(criteria[:1], text="Van de eerste tab.", version="1"))
    response = teacher.post(address, filled_in(criteria[:1], text="Van de tweede tab.", version="1"))
    assert response.status_code == 409
    assert "Van de eerste tab." in text_of(response)
    assert "Van de tweede tab." in text_of(response)
    assert Evidence.objects.get().text == "Van de eerste tab."
    version = response.context["form"]["version"].value()
    teacher.post(address, filled_in(criteria[:1], text="Van beide.", version=version))
    assert Evidence.objects.get().text == "Van beide."


def test_what_was_handed_in_cannot_be_opened_for_change(school, world, criteria, teacher):
    made = evidence(school, world.teacher, criteria[:1])
    services.submit_evidence(evidence=made, by=world.teacher)
    assert teacher.get(page("evidence-edit", school, made.pk)).status_code == 409
    assert page("evidence-edit", school, made.pk) not in text_of(teacher.get(made.get_absolute_url()))


def test_voka_answers_on_the_page_of_the_evidence(school, world, criteria, sign_in_as):
    made = safe_evidence(school, world.teacher, criteria[:1])
    services.submit_evidence(evidence=made, by=world.teacher)
    client, address = sign_in_as(world.facilitator), page("evidence-review", school, made.pk)
    response = client.post(address, {"decision": "ask_more", "comment": ""})
    assert response.status_code == 409
    assert "Schrijf wat er nog ontbreekt" in text_of(response)
    client.post(address, {"decision": "ask_more", "comment": "Voeg een foto toe."})
    made.refresh_from_db()
    assert (made.state, made.reviewer_comment) == (EvidenceState.MORE_ASKED, "Voeg een foto toe.")
    services.submit_evidence(evidence=made, by=world.teacher)
    response = client.post(address, {"decision": "approve"}, follow=True)
    made.refresh_from_db()
    assert made.state == EvidenceState.APPROVED
    assert client.post(address, {"decision": "approve"}).status_code == 409
    assert client.post(address, {"decision": "verwijder"}).status_code == 400


def test_the_state_of_the_file_is_shown_and_only_a_safe_one_has_a_link(school, world, criteria, teacher):
    made = evidence(school, world.teacher, criteria[:1], upload=pdf("robot.pdf"))
    text = text_of(teacher.get(made.get_absolute_url()))
    assert "Wordt gecontroleerd" in text
    assert f'href="{file_of(made).get_absolute_url()}"' not in text
    settle(file_of(made), DocumentState.REFUSED, "Deze PDF is kapot.")
    assert "Deze PDF is kapot." in text_of(teacher.get(made.get_absolute_url()))
    settle(file_of(made), DocumentState.SAFE)
    assert f'href="{file_of(made).get_absolute_url()}"' in text_of(teacher.get(made.get_absolute_url()))


def test_the_coverage_map_counts_what_was_handed_in_per_criterion(school, other_school, world, criteria, teacher):
    for _number in range(2):
        services.submit_evidence(evidence=evidence(school, world.teacher, criteria[:2]), by=world.teacher)
    services.approve_evidence(evidence=Evidence.objects.first(), by=world.facilitator)
    evidence(school, world.teacher, criteria[3:4], title="Nog een concept")
    services.submit_evidence(
        evidence=evidence(other_school, world.other_teacher, criteria[4:5]), by=world.other_teacher
    )
    response = teacher.get(school.get_evidence_url())
    cells = {
        cell.criterion.number: (cell.total, cell.approved)
        for element in response.context["coverage"]
        for cell in element.rows
        if cell.total
    }
    assert cells == {"1.1": (2, 1), "1.2": (2, 1)}
    assert "2 van de 21 criteria hebben minstens één bewijs." in text_of(response)
    assert len(response.context["coverage"]) == 7


def test_a_school_without_evidence_sees_how_to_start(school, teacher):
    assert "Toon wat je school doet" in text_of(teacher.get(school.get_evidence_url()))


# --- Cost ------------------------------------------------------------------------------------------------------------


def queries(client, address):
    client.get(address)  # the first visit also fills caches
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_costs_the_same_with_2_and_with_12_schools(world, sign_in_as):
    client = sign_in_as(world.facilitator)
    before = queries(client, reverse("schools:list"))
    for number in range(10):
        give_label(services.create_school(name=f"School {number}"), world.facilitator)
    assert queries(client, reverse("schools:list")) == before


def test_the_evidence_page_costs_the_same_with_1_and_with_3_pieces(school, world, criteria, teacher):
    safe_evidence(school, world.teacher, criteria[:2])
    before = queries(teacher, school.get_evidence_url())
    for _number in range(2):
        services.submit_evidence(evidence=safe_evidence(school, world.teacher, criteria[1:5]), by=world.teacher)
    assert queries(teacher, school.get_evidence_url()) == before


def test_the_label_page_costs_the_same_with_1_and_with_21_scores(school, world, criteria, teacher):
    assess(school, world, criteria[:1])
    give_label(school, world.facilitator)
    before = queries(teacher, school.get_label_url())
    assess(school, world, criteria[1:])
    give_label(school, world.facilitator, LabelLevel.EXPERT, DAY + datetime.timedelta(days=1))
    assert queries(teacher, school.get_label_url()) == before


def test_the_page_of_a_piece_of_evidence_costs_the_same_after_1_and_after_4_steps(school, world, criteria, teacher):
    made = safe_evidence(school, world.teacher, criteria[:1])
    services.submit_evidence(evidence=made, by=world.teacher)
    services.ask_more(evidence=made, by=world.facilitator, comment="Meer.")
    before = queries(teacher, made.get_absolute_url())
    services.submit_evidence(evidence=made, by=world.teacher)
    services.ask_more(evidence=made, by=world.facilitator, comment="Nog meer.")
    assert queries(teacher, made.get_absolute_url()) == before


def test_a_profile_costs_the_same_with_1_and_with_3_sites(school, world, teacher):
    school.sites.create(street="Straat 0", postal_code="2300", municipality="Turnhout")
    before = queries(teacher, school.get_absolute_url())
    for number in (1, 2):
        school.sites.create(street=f"Straat {number}", postal_code="2300", municipality="Turnhout")
    assert queries(teacher, school.get_absolute_url()) == before
