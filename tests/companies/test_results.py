"""What a company reads in its answers: right after signing up, later in its profile, and beside others without naming one."""

import re
from decimal import Decimal

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from companies import selectors, services
from companies.enums import Maturity
from companies.links import RESULTS_SALT, results_url
from companies.models import Company, Intake
from notifications.models import OutboundMail
from tests.companies.conftest import submit

pytestmark = pytest.mark.django_db

NONE, AD_HOC, REPEATED, STRUCTURAL, INTEGRATED = (Maturity(str(points)) for points in range(5))
UNKNOWN, NOT_APPLICABLE = Maturity.UNKNOWN, Maturity.NOT_APPLICABLE
PRIVATE = ("greet.janssens@staalbouw.example", "Janssens", "+3214580102", "Nijverheidsstraat", "Vooral in de lente")


def accepted(world, *values, **changes):
    return services.accept(intake=submit(world.trajectory, *values, **changes), by=world.facilitator)


def of_owner(world, *values):
    """The accepted intake of the company of owner, colleague and chair."""
    Company.objects.filter(pk=world.company.pk).update(enterprise_number="0566988259")
    return accepted(world, *values, enterprise_number="0566988259")


def profile(intake):
    return selectors.profile_of_intake(intake.pk)


def read(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


# --- The figures ------------------------------------------------------------------------------------------------------


def test_a_pillar_is_the_mean_of_its_answers_on_the_scale(world):
    intake = submit(world.trajectory, INTEGRATED, UNKNOWN, NOT_APPLICABLE, NONE)
    pupils, teachers, school = profile(intake).pillars
    # 4, 0 and three times 2; the two answers that are not on the scale are not 0.
    assert (pupils.average, pupils.counted, len(pupils.forms)) == (Decimal("2.0"), 5, 7)
    assert (teachers.average, teachers.counted) == (Decimal("2.0"), 3)
    assert (school.average, school.counted) == (Decimal("2.0"), 3)


def test_what_voka_refined_counts(world):
    intake = submit(world.trajectory, NONE)
    answer = intake.answers.get(question__number=1)
    services.correct_answers(
        intake=intake, by=world.facilitator, refinements=[services.Refinement(answer, STRUCTURAL, "Aan de telefoon")]
    )
    form = profile(intake).pillars[0].forms[0]
    assert form.row.value == STRUCTURAL
    assert form.row.next_step.value == INTEGRATED


@pytest.mark.parametrize(
    ("value", "following", "text"),
    [
        (NONE, AD_HOC, "Een keer, op vraag"),
        (AD_HOC, REPEATED, "Elk jaar, hangt af van één persoon"),
        (REPEATED, STRUCTURAL, "Afspraken, vast contact, budget"),
        (STRUCTURAL, INTEGRATED, "Gemeten, gedeeld, in het HR-beleid"),
    ],
)
def test_the_next_step_is_one_step_higher_in_the_words_of_that_question(world, value, following, text):
    row = profile(submit(world.trajectory, value)).pillars[0].forms[0].row
    assert (row.next_step.value, row.next_step.text) == (following, text)


@pytest.mark.parametrize("value", [INTEGRATED, UNKNOWN, NOT_APPLICABLE])
def test_there_is_no_step_above_the_highest_nor_beside_the_scale(world, value):
    assert profile(submit(world.trajectory, value)).pillars[0].forms[0].row.next_step is None


def group_of_first(intake):
    return profile(intake).pillars[0].forms[0].group


def figures(intake):
    """All that this page tells about the trajectory."""
    pillars = profile(intake).pillars
    return [(pillar.group, [form.group for form in pillar.forms]) for pillar in pillars]


NO_FIGURES = [(None, [None] * 7), (None, [None] * 3), (None, [None] * 3)]


def test_with_four_companies_nobody_is_compared(world):
    own = accepted(world, NONE)
    for _ in range(3):
        accepted(world, INTEGRATED)
    assert not profile(own).has_comparison
    assert figures(own) == NO_FIGURES


def test_from_five_companies_on_the_mean_is_there_to_the_nearest_half(world):
    own = accepted(world, NONE)
    for _ in range(4):
        accepted(world, INTEGRATED)
    found = profile(own)
    assert found.has_comparison
    assert group_of_first(own) == Decimal("3.0")  # 3.2
    assert found.pillars[0].group == Decimal("2.0")  # question 1 has 3.2, the six others 2


def test_each_question_needs_five_real_answers_of_its_own(world):
    own = accepted(world, NONE, REPEATED)
    for _ in range(3):
        accepted(world, INTEGRATED, INTEGRATED)
    accepted(world, UNKNOWN, INTEGRATED)
    found = profile(own)
    first, second = found.pillars[0].forms[:2]
    assert (first.group, second.group) == (None, Decimal("3.5"))
    # The pillar leaves the first question out too: its answers cannot be had by subtraction.
    assert found.pillars[0].group == Decimal("2.5")  # 2.3


@pytest.mark.parametrize(("answer", "shown"), [(INTEGRATED, "3.5"), (NONE, "0.5"), (REPEATED, "2.0")])
def test_no_mean_tells_that_all_of_them_gave_the_highest_or_the_lowest_answer(world, answer, shown):
    for _ in range(4):
        accepted(world, answer)
    assert group_of_first(accepted(world, answer)) == Decimal(shown)


# Strangers who sign up to read what one company answered --------------------------------------------------------------


def test_a_stranger_reads_nothing_in_the_difference_that_a_number_makes(world):
    """The number of a company is public. Signing up with it once took that company out of the mean."""
    numbers = ["0403019261", "0566988259", "0353456320", "0440966354", "0831797467", "0314595348"]
    for number, answer in zip(numbers, (INTEGRATED, NONE, STRUCTURAL, AD_HOC, REPEATED, INTEGRATED), strict=True):
        accepted(world, answer, answer, enterprise_number=number)
    seen = [
        figures(submit(world.trajectory, *[answer] * 13, enterprise_number=number))
        for number in [*numbers, "0428759497"]
        for answer in (UNKNOWN, NONE, INTEGRATED)
    ]
    assert seen == [seen[0]] * 21
    assert seen[0] != NO_FIGURES


def test_everyone_sees_the_same_mean_whether_accepted_or_not(world):
    intakes = [accepted(world, answer) for answer in (NONE, AD_HOC, REPEATED, STRUCTURAL, INTEGRATED)]
    seen = [figures(intake) for intake in [*intakes, submit(world.trajectory, INTEGRATED)]]
    assert seen == [seen[0]] * 6


def test_own_answers_do_not_bring_the_fifth_company(world):
    """Else whoever signs up reads the mean of four, and with made-up answers knows their sum."""
    for _ in range(4):
        accepted(world, INTEGRATED)
    assert [figures(submit(world.trajectory, NONE)) for _ in range(3)] == [NO_FIGURES] * 3


def test_sign_ups_that_voka_did_not_accept_count_for_nobody(world):
    """Else anyone could send four forms and read the answers of the fifth company."""
    own = accepted(world, NONE)
    for _ in range(5):
        submit(world.trajectory, NONE)
    declined = submit(world.trajectory, NONE)
    services.decline(intake=declined, reason="Geen plaats", by=world.facilitator)
    assert figures(own) == NO_FIGURES


def test_who_waits_for_a_company_to_join_reads_nothing_in_the_mean_before_and_after(world):
    """Near the border between two halves the sixth answer would be the only one that tips it over."""
    for answer in (NONE, AD_HOC, AD_HOC, AD_HOC, AD_HOC):
        accepted(world, answer)
    reader = submit(world.trajectory)
    before = figures(reader)
    assert group_of_first(reader) == Decimal("1.0")  # 0.8; with a 0 in the sixth place 0.7
    for _ in range(2):
        accepted(world, NONE)
        assert figures(reader) == before
    accepted(world, NONE)
    assert group_of_first(reader) == Decimal("0.5")


def test_other_trajectories_do_not_count(world):
    own = accepted(world, NONE)
    for _ in range(5):
        services.accept(intake=submit(world.other_trajectory, INTEGRATED), by=world.facilitator)
    assert group_of_first(own) is None


# --- The public page right after signing up ---------------------------------------------------------------------------


def test_the_link_shows_the_results_and_nothing_personal(world, client):
    intake = submit(world.trajectory, AD_HOC, remark="Vooral in de lente")
    page = read(client, results_url(intake))
    assert "Waar Staalbouw Kempen nv staat" in page
    assert page.count('class="dumb-row"') == 3
    assert "2 herhaald" in page
    assert "Elk jaar, hangt af van één persoon" in page
    assert [word for word in PRIVATE if word in page] == []


def test_the_page_after_signing_up_links_to_it(world, client):
    from companies.views import THANKS_SALT

    intake = submit(world.trajectory)
    page = read(client, f"/inschrijven/bedankt/?ref={signing.dumps(intake.pk, salt=THANKS_SALT)}")
    assert "/inschrijven/resultaat/?ref=" in page
    assert "/inschrijven/resultaat/?ref=" not in read(client, "/inschrijven/bedankt/?ref=onzin")


@pytest.mark.parametrize("ref", ["?ref=1", "?ref=1:abc:def", "?ref=%F0%9F", "?ref=" + "x" * 5000])
def test_nobody_guesses_a_link(world, client, ref):
    submit(world.trajectory)
    answer = client.get("/inschrijven/resultaat/" + ref)
    assert answer.status_code == 404
    assert "Deze link werkt niet meer" in answer.content.decode()


@pytest.mark.parametrize("ref", ["", "?ref="])
def test_without_a_link_the_page_says_where_it_is(world, client, ref):
    answer = client.get("/inschrijven/resultaat/" + ref)
    assert answer.status_code == 200
    assert "met de link in de bevestigingsmail van je inschrijving" in answer.content.decode()


def test_the_confirmation_holds_the_link(world, client):
    intake = submit(world.trajectory)
    mail = OutboundMail.objects.get()
    for body in (mail.text, mail.html):
        link = re.search(r"http://testserver(/inschrijven/resultaat/\?ref=[\w:.-]+)", body)[1]
        assert intake.company_name in read(client, link)


def test_a_reference_of_another_page_or_of_nobody_is_no_link(world, client):
    intake = submit(world.trajectory)
    for ref in (signing.dumps(intake.pk, salt="companies.thanks"), signing.dumps(10**6, salt=RESULTS_SALT)):
        assert client.get(f"/inschrijven/resultaat/?ref={ref}").status_code == 404


def test_the_link_ends_after_thirty_days(world, client):
    url = results_url(submit(world.trajectory))
    with time_machine.travel(timezone.now() + timezone.timedelta(days=29)):
        assert client.get(url).status_code == 200
    with time_machine.travel(timezone.now() + timezone.timedelta(days=31)):
        assert client.get(url).status_code == 404


def test_nothing_keeps_the_page(world, client):
    answer = client.get(results_url(submit(world.trajectory)))
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"


def test_when_nothing_counts_the_page_says_so(world, client):
    page = read(client, results_url(submit(world.trajectory, *[UNKNOWN] * 12, NOT_APPLICABLE)))
    assert "Nog geen antwoord telt mee" in page
    assert page.count("geen antwoord telt mee") >= 3
    assert ">0<" not in page.split("<main", 1)[-1].split('class="axis', 1)[0]


def test_with_too_few_companies_the_page_says_from_when_on(world, client):
    page = read(client, results_url(submit(world.trajectory)))
    assert "zodra 5 bedrijven die meedoen" in page
    assert "zodra Voka samen met jou een traject gekozen heeft" in read(client, results_url(submit(None)))


def test_with_enough_companies_the_page_shows_the_mean(world, client):
    for _ in range(6):
        accepted(world, STRUCTURAL)
    page = read(client, results_url(submit(world.trajectory, NONE)))
    assert "is dat van de bedrijven die meedoen, voor elke vraag minstens 5" in page
    assert "6 bedrijven" not in page  # how many exactly would tell who joined
    assert "3,0" in page
    assert "Je bedrijf 1,7" in page
    assert "zodra 5 bedrijven" not in page


def test_a_name_cannot_write_in_the_page(world, client):
    page = read(client, results_url(submit(world.trajectory, company_name="<b>Dikke</b> & Zonen")))
    assert "<b>Dikke</b>" not in page
    assert "&lt;b&gt;Dikke&lt;/b&gt; &amp; Zonen" in page


# --- Later, in the profile --------------------------------------------------------------------------------------------


def page_of(company):
    return reverse("companies:results", args=[company.pk])


def test_the_company_and_voka_see_the_results_and_nobody_else(world, sign_in_as, client):
    of_owner(world)
    address = page_of(world.company)
    assert client.get(address).status_code == 302
    seen = {
        name: sign_in_as(getattr(world, name)).get(address).status_code
        for name in ("owner", "colleague", "facilitator", "administrator", "neighbour", "teacher", "expert", "stranger")
    }
    assert seen == {
        "owner": 200,
        "colleague": 200,
        "facilitator": 200,
        "administrator": 200,
        "neighbour": 403,
        "teacher": 403,
        "expert": 403,
        "stranger": 404,
    }


def test_a_company_without_a_start_measurement_reads_where_it_comes_from(world, sign_in_as):
    assert "Nog geen nulmeting" in read(sign_in_as(world.owner), page_of(world.company))


def test_the_profile_links_to_the_results(world, sign_in_as):
    of_owner(world)
    page = read(sign_in_as(world.owner), f"/bedrijven/{world.company.pk}/")
    assert f"{page_of(world.company)}?traject=testtraject" in page


def test_an_unknown_trajectory_is_not_found(world, sign_in_as):
    of_owner(world)
    client = sign_in_as(world.owner)
    assert client.get(page_of(world.company) + "?traject=testtraject").status_code == 200
    assert client.get(page_of(world.company) + "?traject=ander-traject").status_code == 404
    assert client.get("/bedrijven/99999999999999999999/resultaat/").status_code == 404


def test_the_page_asks_the_same_number_of_queries_however_many_companies_there_are(world, sign_in_as):
    of_owner(world)
    client = sign_in_as(world.owner)

    def queries():
        with CaptureQueriesContext(connection) as context:
            client.get(page_of(world.company))
        return len(context)

    queries()
    few = queries()
    for _ in range(5):
        accepted(world)
    assert queries() == few
    assert Intake.objects.count() == 6
