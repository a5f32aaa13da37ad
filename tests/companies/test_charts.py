"""The start measurement as a drawing, and the funnel of sign-ups that only Voka sees."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from companies import selectors, services
from companies.enums import IntakeState, Maturity
from tests.companies.conftest import submit

pytestmark = pytest.mark.django_db


def funnel_page(trajectory):
    return reverse("companies:funnel", args=[trajectory.slug])


def accepted(world, *values):
    intake = submit(world.trajectory, *values)
    services.accept(intake=intake, by=world.facilitator)
    intake.refresh_from_db()
    return intake


def test_an_answer_that_does_not_count_stands_there_in_words_and_nowhere_on_the_scale(world):
    intake = accepted(world, Maturity.NONE, Maturity.UNKNOWN, Maturity.NOT_APPLICABLE, Maturity.INTEGRATED)
    chart = selectors.baseline_of(intake.organisation, world.trajectory).chart
    assert len(chart.rows) == 13
    assert [(row.entry.number, row.start.words, row.start.share) for row in chart.rows[:5]] == [
        ("1", "0", 0.0),
        ("2", "weet niet", None),
        ("3", "niet van toepassing", None),
        ("4", "4", 100.0),
        ("5", "2", 50.0),
    ]
    assert not chart.has_end


def test_the_drawing_shows_what_voka_made_of_an_answer(world):
    intake = accepted(world, Maturity.NONE)
    answer = intake.answers.get(question__number=1)
    refinement = services.Refinement(answer, Maturity.STRUCTURAL, "Aan de telefoon verteld")
    services.refine(intake=intake, refinements=[refinement], by=world.facilitator)
    chart = selectors.baseline_of(intake.organisation, world.trajectory).chart
    assert chart.rows[0].start.words == "3"


def test_the_profile_shows_the_drawing_and_how_many_answers_count(world, sign_in_as):
    intake = accepted(world, Maturity.UNKNOWN)
    page = sign_in_as(world.facilitator).get(f"/bedrijven/{intake.organisation_id}/").content.decode()
    assert page.count('class="dumb-row"') == 13
    assert "12 van de 13 antwoorden" in page
    assert "css/charts.css" in page


def test_each_step_counts_who_came_that_far(world):
    submit(world.trajectory)
    contacted, declined, refined = (submit(world.trajectory) for _ in range(3))
    for intake in (contacted, declined):
        services.start_contact(intake=intake, by=world.facilitator)
    services.decline(intake=declined, reason="Geen plaats meer", by=world.facilitator)
    services.refine(intake=refined, by=world.facilitator)
    accepted(world)
    submit()
    submit(world.other_trajectory)
    chart = selectors.intake_funnel(world.trajectory)
    assert [(step.label, step.count, step.share) for step in (*chart.steps, *chart.aside)] == [
        ("Ingediend", 5, 100.0),
        ("In contact of verder", 4, 80.0),
        ("Verfijnd", 1, 20.0),
        ("Aanvaard", 1, 20.0),
        ("Afgewezen", 1, 20.0),
    ]
    assert chart.sentence == (
        "Aanvaard: 1 van de 5 inschrijvingen. 3 wachten nog op een beslissing. 1 is aanvaard, maar nog niet verfijnd."
    )


def test_a_step_links_to_just_those_sign_ups(world, sign_in_as):
    submit(world.trajectory, company_name="Wacht nog nv")
    intake = accepted(world)
    client = sign_in_as(world.administrator)
    chart = selectors.intake_funnel(world.trajectory)
    for step in (*chart.steps, *chart.aside):
        if step.url:
            assert client.get(step.url).context["cl"].result_count == step.count
    assert intake.state == IntakeState.ACCEPTED


def test_the_funnel_costs_one_query_however_many_sign_ups(world):
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            selectors.intake_funnel(world.trajectory)
        counts.append(len(queries))
        submit(world.trajectory)
    assert counts == [1, 1, 1]


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("administrator", 200),
        ("facilitator", 200),
        ("owner", 403),
        ("teacher", 403),
        ("expert", 403),
        ("stranger", 403),
    ],
)
def test_only_voka_sees_the_funnel(world, sign_in_as, person, status):
    submit(world.trajectory)
    client = sign_in_as(getattr(world, person))
    assert client.get(funnel_page(world.trajectory)).status_code == status
    link = f'href="{funnel_page(world.trajectory)}"'
    page = client.get(world.trajectory.get_absolute_url())
    assert (link in page.content.decode()) is (status == 200)


def test_a_trajectory_that_does_not_exist_has_no_funnel(world, sign_in_as):
    assert sign_in_as(world.facilitator).get("/bedrijven/instroom/bestaat-niet/").status_code == 404


def test_without_sign_ups_the_page_says_what_will_come(world, sign_in_as):
    page = sign_in_as(world.facilitator).get(funnel_page(world.trajectory)).content.decode()
    assert "Nog geen inschrijvingen" in page
