"""The list and the profile of companies: who sees which, what of it, and at what price."""

import html

import pytest
from django.core import mail

from companies import services
from companies.enums import Maturity
from companies.models import Company
from tests.cast import make_organisation, make_person
from tests.companies.conftest import submit

pytestmark = pytest.mark.django_db

LIST = "/bedrijven/"
SECRET_REMARK = "Dit-leest-geen-buur"


def text_of(response) -> str:
    return html.unescape(response.content.decode())


def detail(organisation) -> str:
    return f"/bedrijven/{organisation.pk}/"


@pytest.fixture
def measured(world):
    """`world.company` with an accepted intake: one answer of 4, one refined from 3 to 1, the others 2."""
    Company.objects.filter(pk=world.company.pk).update(enterprise_number="0566988259")
    intake = submit(
        world.trajectory,
        Maturity.INTEGRATED,
        Maturity.STRUCTURAL,
        Maturity.UNKNOWN,
        enterprise_number="0566988259",
        contact_email=world.owner.email,
        remark=SECRET_REMARK,
    )
    intake = services.accept(intake=intake, by=world.facilitator)
    services.refine(
        intake=intake,
        by=world.facilitator,
        refinements=[
            services.Refinement(
                answer=intake.answers.get(question__number=2), value=Maturity.AD_HOC, why="Reden-van-Voka"
            )
        ],
    )
    mail.outbox.clear()
    return intake


# --- List -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [LIST, "/bedrijven/1/"])
def test_an_anonymous_visitor_is_sent_to_sign_in(client, world, path):
    response = client.get(path)
    assert response.status_code == 302
    assert response.url.startswith("/account/")


def listed(response) -> list[str]:
    return [str(company) for company in response.context["page_obj"]]


@pytest.mark.parametrize(
    ("person", "names"),
    [
        ("facilitator", ["Boormachines nv", "Lasrobots bv", "Vreemde Firma nv"]),
        ("owner", ["Boormachines nv", "Lasrobots bv"]),
        ("teacher", ["Boormachines nv", "Lasrobots bv"]),
        ("expert", ["Boormachines nv", "Lasrobots bv"]),
        ("stranger", ["Vreemde Firma nv"]),
    ],
)
def test_the_list_holds_the_companies_of_ones_own_trajectories(world, sign_in_as, person, names):
    response = sign_in_as(getattr(world, person)).get(LIST)
    assert listed(response) == names
    hidden = {"Boormachines nv", "Lasrobots bv", "Vreemde Firma nv"} - set(names) - {"Boormachines nv"}
    assert [name for name in hidden if name in text_of(response)] == []


@pytest.mark.parametrize(
    ("search", "names"),
    [("", 2), ("boor", 1), ("BOOR", 1), ("robot", 1), ("vreemde", 0), ("' OR 1=1--", 0), ("%", 0), ("%00", 0)],
)
def test_searching_by_a_part_of_the_name(world, sign_in_as, search, names):
    response = sign_in_as(world.owner).get(LIST, {"q": search})
    assert response.status_code == 200
    assert len(listed(response)) == names


def test_a_search_that_is_too_long_or_no_text_is_no_crash(world, sign_in_as):
    client = sign_in_as(world.owner)
    for search in ("x" * 10_000, "٣"):
        assert client.get(LIST, {"q": search}).status_code == 200


@pytest.mark.parametrize("page", ["0", "-1", "999", "x", "9" * 400])
def test_a_page_that_does_not_exist_shows_one_that_does(world, sign_in_as, page):
    assert listed(sign_in_as(world.owner).get(LIST, {"page": page})) == ["Boormachines nv", "Lasrobots bv"]


def test_the_list_is_paged_by_25(world, sign_in_as):
    for number in range(30):
        make_organisation("company", f"Firma {number:02}", world.chamber)
    client = sign_in_as(world.facilitator)
    first = client.get(LIST)
    assert len(listed(first)) == 25
    assert "33 bedrijven" in text_of(first)
    assert len(listed(client.get(LIST, {"page": 2}))) == 8


def test_empty_lists_say_what_comes_and_what_to_do(world, sign_in_as):
    school = make_organisation("school", "Eenzame School", world.chamber)
    client = sign_in_as(make_person("Eva", "Alleen", school))
    assert "Nog geen bedrijven" in text_of(client.get(LIST))
    assert "Geen bedrijf gevonden" in text_of(client.get(LIST, {"q": "zzz"}))


def query_count(client, path, django_assert_max_num_queries) -> int:
    with django_assert_max_num_queries(30) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_the_list_costs_the_same_with_1_and_with_3_rows(world, sign_in_as, django_assert_max_num_queries):
    stranger = sign_in_as(world.stranger)
    one = query_count(stranger, LIST, django_assert_max_num_queries)
    for name in ("Extra een", "Extra twee"):
        world.other_trajectory.participations.create(organisation=make_organisation("company", name, world.chamber))
    three = query_count(stranger, LIST, django_assert_max_num_queries)
    assert len(listed(stranger.get(LIST))) == 3
    assert one == three


# --- Profile ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "person", ["facilitator", "administrator", "owner", "colleague", "neighbour", "teacher", "expert"]
)
def test_everyone_in_the_trajectory_sees_the_profile(world, measured, sign_in_as, person):
    response = sign_in_as(getattr(world, person)).get(detail(world.company))
    assert response.status_code == 200
    page = text_of(response)
    assert "Boormachines nv" in page
    assert "0566.988.259" in page
    assert "Olga Eigenaar" in page
    assert "Testtraject" in page


@pytest.mark.parametrize("person", ["facilitator", "administrator", "owner", "colleague", "chair"])
def test_the_company_and_voka_see_the_start_measurement(world, measured, sign_in_as, person):
    page = text_of(sign_in_as(getattr(world, person)).get(detail(world.company)))
    assert "Nulmeting" in page
    assert "4 geïntegreerd en verbeterd" in page
    assert "3 structureel" in page
    assert "1 ad hoc" in page
    assert "Reden-van-Voka" in page
    assert "weet niet" in page
    # 4 + 1 + 10 x 2 over 12 answers; "weet niet" is not one of them.
    assert "Gemiddeld <b>2,1</b> op een schaal van 0 tot 4. 12 van de 13 antwoorden tellen mee." in page
    assert world.owner.email in page


@pytest.mark.parametrize("person", ["neighbour", "teacher", "other_teacher", "expert"])
def test_other_participants_never_see_the_answers_nor_an_address(world, measured, sign_in_as, person):
    response = sign_in_as(getattr(world, person)).get(detail(world.company))
    page = text_of(response)
    for secret in (
        "Nulmeting",
        "geïntegreerd",
        "structureel",
        "Reden-van-Voka",
        "Bedrijfsbezoeken",
        SECRET_REMARK,
        world.owner.email,
        "Inschrijvingen",
        "/beheer/companies/",
    ):
        assert secret not in page
    assert response.context["baselines"] == []
    assert list(response.context["intakes"]) == []


def test_only_voka_sees_the_intakes(world, measured, sign_in_as):
    declined = submit(world.trajectory, enterprise_number="0566988259", company_name="Boormachines (tweede keer)")
    services.decline(intake=declined, by=world.facilitator, reason="Dubbel")
    assert "Boormachines (tweede keer)" in text_of(sign_in_as(world.facilitator).get(detail(world.company)))
    assert "Boormachines (tweede keer)" not in text_of(sign_in_as(world.owner).get(detail(world.company)))


def test_a_stranger_gets_not_found(world, measured, sign_in_as):
    response = sign_in_as(world.stranger).get(detail(world.company))
    assert response.status_code == 404
    assert "Boormachines" not in text_of(response)


def test_a_viewer_only_sees_the_trajectories_they_share(world, measured, sign_in_as):
    world.other_trajectory.participations.create(organisation=world.company)
    page = text_of(sign_in_as(world.teacher).get(detail(world.company)))
    assert "Testtraject" in page
    assert "Ander traject" not in page


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18, "9" * 19, "9" * 40, "9" * 5000, "-1", "x"])
def test_an_address_of_no_company_is_not_found(world, sign_in_as, pk):
    assert sign_in_as(world.facilitator).get(f"/bedrijven/{pk}/").status_code == 404


def test_a_school_has_no_company_profile(world, sign_in_as):
    assert sign_in_as(world.facilitator).get(detail(world.school)).status_code == 404


def test_a_company_that_voka_added_by_hand_has_a_page_with_what_is_known(world, sign_in_as):
    page = text_of(sign_in_as(world.facilitator).get(detail(world.other_company)))
    assert "Lasrobots bv" in page
    assert "Er is nog geen nulmeting." in page
    assert "Voka voegde dit bedrijf zelf toe." in page
    assert "Ondernemingsnummer" not in page


@pytest.mark.parametrize("person", ["facilitator", "owner", "teacher"])
def test_the_profile_costs_the_same_with_1_and_with_3_of_everything(
    world, measured, sign_in_as, person, django_assert_max_num_queries
):
    client = sign_in_as(getattr(world, person))
    few = query_count(client, detail(world.company), django_assert_max_num_queries)
    for number in range(2):
        make_person(f"Nieuw{number}", "Collega", world.company)
        intake = submit(world.other_trajectory, enterprise_number="0566988259")
        if number:
            services.accept(intake=intake, by=world.facilitator)
    many = query_count(client, detail(world.company), django_assert_max_num_queries)
    assert few == many


def test_former_colleagues_are_not_listed(world, measured, sign_in_as):
    assert "Dirk Vertrokken" not in text_of(sign_in_as(world.facilitator).get(detail(world.company)))
