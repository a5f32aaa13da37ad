"""The seven key elements at the start beside the end: means, what counts, and what may be said about growth."""

from itertools import count

import pytest
from django.urls import reverse

from phases.enums import Phase
from schools import selectors
from schools.enums import Moment
from schools.models import CriterionScore, SelfAssessment
from tests.workgroups.scenery import put_in_phase

pytestmark = pytest.mark.django_db


def answer(school, world, criteria, moment, scores) -> None:
    """Scores by criterion number, without the forms."""
    assessment = SelfAssessment.objects.create(
        school=school, trajectory=world.trajectory, moment=moment, framework=criteria[0].framework
    )
    for criterion in criteria:
        if criterion.number in scores:
            CriterionScore.objects.create(
                assessment=assessment,
                criterion=criterion,
                score=scores[criterion.number],
                argument="Omdat het zo is.",
                updated_by=world.teacher,
            )


def chart_of(school, world):
    return selectors.assessment_board(school, world.trajectory, Moment.START).chart


def test_a_key_element_stands_at_the_mean_of_its_scores(school, world, criteria):
    answer(school, world, criteria, Moment.START, {"1.1": 1, "1.2": 2, "1.3": 2, "3.1": 0, "3.2": 0, "6.1": 4})
    answer(school, world, criteria, Moment.END, {"1.1": 3, "1.2": 3, "1.3": 3, "3.1": 1, "3.2": 0})
    chart = chart_of(school, world)
    rows = {row.entry.number: row for row in chart.rows}
    assert list(rows) == ["1", "2", "3", "4", "5", "6", "7"]
    drawn = {number: (row.start.words, row.end.words, row.difference) for number, row in rows.items()}
    assert drawn == {
        "1": ("1,7", "3,0", "+1,3"),
        "2": ("nog niet", "nog niet", "–"),
        "3": ("0,0", "0,5", "+0,5"),
        "4": ("nog niet", "nog niet", "–"),
        "5": ("nog niet", "nog niet", "–"),
        "6": ("4,0", "nog niet", "–"),
        "7": ("nog niet", "nog niet", "–"),
    }
    assert (rows["1"].start.share, rows["1"].end.share, rows["3"].start.share) == (42.5, 75.0, 0.0)
    assert (rows["2"].start.share, rows["2"].end.share) == (None, None)
    assert chart.sentence == (
        "Instructie groeide het meest: van 1,7 naar 3,0. Bij de start tellen 6 van de 21 scores mee. "
        "Op het einde 5 van de 21."
    )


def test_a_row_says_it_when_not_every_criterion_counts(school, world, criteria):
    answer(school, world, criteria, Moment.START, {"1.1": 1, "3.1": 2, "3.2": 3})
    rows = {row.entry.number: row.entry for row in chart_of(school, world).rows}
    assert (rows["1"].note, rows["1"].warning) == ("start 1 van 3 criteria", "start 1 van 3 criteria")
    assert (rows["3"].note, rows["3"].warning) == ("start 2 van 2 criteria", "")
    assert (rows["2"].note, rows["2"].warning) == ("start 0 van 3 criteria", "")


@pytest.mark.parametrize("end", [{"1.1": 4}, {"1.1": 1, "1.2": 1, "1.3": 1}, {"1.1": 0, "1.2": 0, "1.3": 0}])
def test_growth_is_only_claimed_where_it_can_be_compared(school, world, criteria, end):
    answer(school, world, criteria, Moment.START, {"1.1": 1, "1.2": 1, "1.3": 1})
    answer(school, world, criteria, Moment.END, end)
    assert "groeide" not in chart_of(school, world).sentence


def test_the_label_page_draws_it_as_soon_as_there_is_a_score(school, world, criteria, sign_in_as):
    client, address = sign_in_as(world.teacher), reverse("schools:label", args=[school.pk])
    assert 'class="dumb-row"' not in client.get(address).content.decode()
    answer(school, world, criteria, Moment.START, dict(zip((c.number for c in criteria), [2] * 21, strict=True)))
    page = client.get(address).content.decode()
    assert page.count('class="dumb-row"') == 7
    assert page.count('class="c-now"') == 0
    put_in_phase(world.trajectory, Phase.EVALUATION)
    answer(school, world, criteria, Moment.END, {c.number: 3 - n % 2 for n, c in zip(count(), criteria, strict=False)})
    page = client.get(address).content.decode()
    assert "Zo groeide de school" in page
    assert page.count('class="c-now"') == 1 + 7
