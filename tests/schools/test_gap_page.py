"""The gap screen: what a school still needs for the next level, for whom, and with which practices."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.enums import DocumentState
from phases.enums import Phase
from practices.enums import PracticeState
from practices.models import Practice
from schools import selectors, services
from schools.enums import EvidenceState, LabelLevel, Moment
from schools.models import CriterionThreshold, ElementThreshold, Evidence
from tests.schools.conftest import DAY, evidence, give_label, move_to, pdf, score, settle
from workgroups.enums import PriorityState
from workgroups.models import ActionPriority, Workgroup

pytestmark = pytest.mark.django_db


def page_of(school, query=""):
    return f"/scholen/{school.pk}/label/volgende-stap/{query}"


def approve(*pieces):
    Evidence.objects.filter(pk__in=[piece.pk for piece in pieces]).update(state=EvidenceState.APPROVED)


@pytest.fixture
def few(db):
    """Thresholds small enough to count by hand: Competent asks 1.1 and 2.3, Proficient more of 2.3, Expert 3.1 too."""
    CriterionThreshold.objects.update(min_score=0, min_evidence=0)
    ElementThreshold.objects.update(min_mean=0)

    def ask(level, number, min_score, min_evidence):
        CriterionThreshold.objects.filter(level=level, number=number).update(
            min_score=min_score, min_evidence=min_evidence
        )

    for level, points in (("competent", 1), ("proficient", 3), ("expert", 4)):
        ask(level, "1.1", points, 0)
        ask(level, "2.3", points, points - (level == "proficient"))
    ask("expert", "3.1", 1, 1)


def of(criteria, number):
    return next(criterion for criterion in criteria if criterion.number == number)


def test_the_first_thresholds_climb_and_say_that_they_are_a_guess(db):
    thresholds = selectors.gap.current_thresholds()
    requirements = list(selectors.gap.requirements_of(thresholds).values())
    assert [len(each.criteria) for each in requirements] == [21, 21, 21]
    assert [len(each.means) for each in requirements] == [7, 7, 7]
    for lower, higher in zip(requirements, requirements[1:], strict=False):
        for number, ask in lower.criteria.items():
            assert higher.criteria[number].min_score > ask.min_score
            assert higher.criteria[number].min_evidence >= ask.min_evidence
        assert all(higher.means[number] > mean for number, mean in lower.means.items())
    assert "schatting" in thresholds.source


def test_criterion_by_criterion_it_says_what_is_missing_and_where_to_act(few, school, world, criteria, sign_in_as):
    score(school, world, of(criteria, "1.1"), score=3)
    score(school, world, of(criteria, "2.3"), score=2)
    give_label(school, world.facilitator)
    client = sign_in_as(world.teacher)
    page = client.get(page_of(school))
    view = page.context["view"]
    assert [(row.criterion.number, row.missing) for row in view.open_rows] == [
        ("2.3", ["score minstens 3, nu 2", "nog 2 bewijzen voor 2.3"])
    ]
    html = page.content.decode()
    assert "nog 2 bewijzen voor 2.3" in html
    assert "Niet officieel" in html
    assert f'href="/scholen/{school.pk}/bewijs/nieuw/?criterium=2.3"' in html
    assert f'href="/scholen/{school.pk}/label/2.3/?traject=testtraject&amp;moment=start"' in html
    form = client.get(f"/scholen/{school.pk}/bewijs/nieuw/?criterium=2.3").context["form"]
    assert [criterion.number for criterion in form.initial["criteria"]] == ["2.3"]


def test_what_is_handed_in_waits_and_what_is_approved_counts(few, school, world, criteria):
    score(school, world, of(criteria, "1.1"), score=3)
    score(school, world, of(criteria, "2.3"), score=3)
    first, second, draft = (evidence(school, world.teacher, [of(criteria, "2.3")], title=str(n)) for n in range(3))
    for piece in (first, second):
        services.submit_evidence(evidence=piece, by=world.teacher)
    approve(first)
    view = selectors.gap_view(school, LabelLevel.PROFICIENT)
    assert (view.gap.evidence_short, view.gap.evidence_to_add, view.open_rows) == (1, 0, [])
    assert [row.missing for row in view.waiting_rows] == [["1 bewijs wacht op Voka"]]
    approve(second)
    view = selectors.gap_view(school, LabelLevel.PROFICIENT)
    assert (view.gap.is_met, view.indicative) == (True, LabelLevel.PROFICIENT)


def test_one_piece_counts_for_each_criterion_it_proves_and_once_for_each(few, school, world, criteria):
    made = evidence(school, world.teacher, [of(criteria, "2.3"), of(criteria, "3.1")])
    approve(made)
    standings = selectors.gap.standings_of(school, {})
    assert {number: standing.approved for number, standing in standings.items()} == {"2.3": 1, "3.1": 1}


def test_the_newest_score_counts_the_end_before_the_start(few, school, world, criteria):
    score(school, world, of(criteria, "1.1"), score=4)
    move_to(world.trajectory, Phase.EVALUATION)
    score(school, world, of(criteria, "1.1"), score=2, moment=Moment.END)
    assert selectors.gap.latest_scores(school)["1.1"].score == 2


@pytest.mark.parametrize(
    ("level", "days", "aim"),
    [
        (None, None, LabelLevel.COMPETENT),
        (LabelLevel.COMPETENT, 100, LabelLevel.PROFICIENT),
        (LabelLevel.COMPETENT, -1, LabelLevel.COMPETENT),
        (LabelLevel.EXPERT, 100, LabelLevel.EXPERT),
    ],
)
def test_the_aim_is_one_level_up_and_a_label_that_expired_comes_first(level, days, aim, school, world):
    if level:
        until = timezone.localdate() + datetime.timedelta(days=days)
        give_label(school, world.facilitator, level, valid_until=until)
    assert selectors.aim_of(selectors.label_of(school)) == aim


def test_another_level_can_be_looked_at_and_a_made_up_one_cannot(school, world, sign_in_as):
    client = sign_in_as(world.teacher)
    assert client.get(page_of(school, "?niveau=expert")).context["view"].level == LabelLevel.EXPERT
    for wrong in ("none", "goud", "1"):
        assert client.get(page_of(school, f"?niveau={wrong}")).status_code == 404


def test_a_mean_that_is_too_low_is_told_in_a_sentence(few, school, world, criteria, sign_in_as):
    ElementThreshold.objects.filter(level="competent", number=3).update(min_mean="2.5")
    for number in ("3.1", "3.2"):
        score(school, world, of(criteria, number), score=2)
    html = sign_in_as(world.teacher).get(page_of(school, "?niveau=competent")).content.decode()
    assert "Het gemiddelde van Evaluatie is 2,0 en moet 2,5 zijn: nog 1 punt." in html


# --- Practices that may help -----------------------------------------------------------------------------------------


def practice(world, title, themes, *, trajectory=None, state=PracticeState.PUBLISHED, is_public=False):
    priority = ActionPriority.objects.create(
        trajectory=trajectory or world.trajectory, title=title, themes=themes, state=PriorityState.PROPOSED
    )
    group = Workgroup.objects.create(priority=priority, name=title)
    shared = {"published_at": timezone.now(), "published_by": world.facilitator} if state == "published" else {}
    return Practice.objects.create(
        workgroup=group, author=world.facilitator, title=title, slug=title.lower(), state=state, is_public=is_public,
        result="Het werkte.", **shared,
    )  # fmt: skip


def test_practices_of_workgroups_on_an_open_criterion_are_suggested(few, school, world, sign_in_as):
    practice(world, "Meetlab", "2.3 en 6.1")
    practice(world, "Ouders", "6.2")
    practice(world, "Ontwerp", "2.3", state=PracticeState.DRAFT)
    practice(world, "Elders", "2.3", trajectory=world.other_trajectory)
    practice(world, "Openbaar", "2", trajectory=world.other_trajectory, is_public=True)
    practice(world, "Versie", "versie 2.30 van 23")
    page = sign_in_as(world.teacher).get(page_of(school))
    found = {each.title: numbers for each, numbers in page.context["view"].suggestions}
    assert found == {"Meetlab": ["2.3"], "Openbaar": ["2.3"]}
    assert "Past bij 2.3" in page.content.decode()


# --- For whom, and how much work -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("teacher", 200),
        ("facilitator", 200),
        ("administrator", 200),
        ("other_teacher", 403),
        ("owner", 403),
        ("expert", 403),
        ("stranger", 404),
    ],
)
@pytest.mark.parametrize("query", ["", "?niveau=expert", "?traject=testtraject"])
def test_the_gap_is_for_the_school_and_voka(who, status, query, few, school, world, criteria, sign_in_as):
    score(school, world, of(criteria, "2.3"), score=1, argument="ZEERGEHEIM")
    response = sign_in_as(getattr(world, who)).get(page_of(school, query))
    assert response.status_code == status
    if status != 200:
        assert "score minstens" not in response.content.decode()


def test_a_company_that_reads_the_scores_does_not_see_the_gap_made_of_evidence(few, school, world, sign_in_as):
    services.share_scores(school=school, companies=[world.company], by=world.teacher)
    assert sign_in_as(world.owner).get(page_of(school)).status_code == 403


def test_the_page_costs_the_same_with_one_row_and_with_three(few, school, world, criteria, sign_in_as):
    client = sign_in_as(world.teacher)

    def fill(number):
        score(school, world, criteria[number], score=1)
        approve(evidence(school, world.teacher, criteria[number : number + 2], title=f"Stuk {number}"))
        practice(world, f"Praktijk-{number}", "1.1, 2.3")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(school)).status_code == 200
        return len(queries)

    fill(0)
    cost()
    first = cost()
    fill(1)
    fill(2)
    assert cost() == first
    assert first <= 22


def test_the_one_number_counts_evidence_and_scores(few, school, world, criteria, sign_in_as):
    html = sign_in_as(world.teacher).get(page_of(school)).content.decode()
    view = selectors.gap_view(school, LabelLevel.COMPETENT)
    count, words = view.figure
    assert count == view.gap.evidence_to_add > 0
    assert words.endswith(" te gaan voor Competent")
    assert f"en {view.gap.scores_short} score" in words
    assert "criteria in orde" in html
    assert "voorwaarden vervuld" not in html


def test_a_row_with_a_fixed_score_says_when_it_opens_and_leads_to_it(few, school, world, criteria, sign_in_as):
    score(school, world, of(criteria, "2.3"), score=0)
    move_to(world.trajectory, Phase.ACTION)
    client = sign_in_as(world.teacher)
    html = client.get(page_of(school, "?niveau=proficient")).content.decode()
    assert "Je kan deze score aanpassen bij de laatste zelfevaluatie, vanaf fase 4." in html
    page = client.get(f"/scholen/{school.pk}/label/2.3/?traject=testtraject&moment=start")
    assert page.status_code == 200
    assert "De nulmeting ligt vast" in page.content.decode()
    assert "<textarea" not in page.content.decode()
    assert "op het moment dat nu open is" not in page.content.decode()
    move_to(world.trajectory, Phase.EVALUATION)
    page = client.get(f"/scholen/{school.pk}/label/2.3/?traject=testtraject&moment=start").content.decode()
    assert f'href="/scholen/{school.pk}/label/2.3/?traject=testtraject&amp;moment=end"' in page


def test_at_the_highest_level_nothing_comes_next(few, school, world, sign_in_as):
    give_label(school, world.facilitator, LabelLevel.EXPERT)
    client = sign_in_as(world.teacher)
    html = client.get(page_of(school)).content.decode()
    assert "Je school heeft Expert, het hoogste niveau" in html
    assert "geen, dit is het hoogste" in html
    html = client.get(school.get_label_url()).content.decode()
    assert "Daarna komt er niets meer." in html
    assert "Wat ontbreekt er voor" not in html


def test_an_estimate_below_the_label_is_not_said_and_nothing_recorded_is_no_refusal(few, school, world, sign_in_as):
    client = sign_in_as(world.teacher)
    for url in (school.get_label_url(), page_of(school), school.get_absolute_url()):
        html = client.get(url).content.decode()
        assert "nog niet vastgelegd" in html
        assert "Geen label" not in html
    give_label(school, world.facilitator)
    for url in (school.get_label_url(), page_of(school)):
        html = client.get(url).content.decode()
        assert "te weinig in het portaal om te schatten" in html
        assert "Je label Competent blijft." in html
        assert "Geen label" not in html


def test_a_school_without_a_trajectory_sees_what_a_level_asks(school, world, sign_in_as):
    world.trajectory.participations.filter(organisation=school.pk).delete()
    page = sign_in_as(world.teacher).get(page_of(school))
    assert page.status_code == 200
    assert "Geef een score" not in page.content.decode()


# --- The level a school has now --------------------------------------------------------------------------------------


def test_a_level_whose_proof_was_refused_is_shown_nowhere_as_the_level_now(school, world, sign_in_as):
    give_label(school, world.facilitator, LabelLevel.COMPETENT, awarded_on=DAY)
    award = give_label(
        school, world.teacher, LabelLevel.EXPERT, awarded_on=DAY + datetime.timedelta(days=1), proof=pdf()
    )
    settle(award.proof, DocumentState.REFUSED, "Kapot.")
    assert selectors.label_level_of(school) is LabelLevel.COMPETENT
    client = sign_in_as(world.teacher)
    assert client.get(school.get_label_url()).context["level"] is LabelLevel.COMPETENT
    facts = client.get(school.get_absolute_url()).context["facts"]
    assert [fact["value"] for fact in facts if fact["label"] == "Label nu"] == ["Competent"]
    listed = client.get("/scholen/").context["page_obj"]
    assert {each.pk: each.level_name for each in listed}[school.pk] == "Competent"
    assert client.get(page_of(school)).context["aim"] is LabelLevel.PROFICIENT
