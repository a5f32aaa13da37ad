"""The library and the pages of one practice: who gets in, what is found, and two writers at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practices import services
from practices.enums import PracticeState
from practices.models import Practice
from tests.practices.conftest import SHEET, published, submitted, write

pytestmark = pytest.mark.django_db
LIBRARY = "/praktijken/"


def text(response):
    return " ".join(response.content.decode().split())


def found(client, **query):
    return {practice.title for practice in client.get(LIBRARY, query).context["page_obj"]}


def at(practice, name="detail"):
    return reverse(f"practices:{name}", args=[practice.slug])


# --- The library ------------------------------------------------------------------------------------------------------


def test_everyone_finds_what_they_may_read(scene, client, sign_in_as):
    published(scene, title="Openbaar", is_public=True)
    published(scene, title="Van het traject")
    write(scene, title="GEHEIM concept")
    assert found(client) == {"Openbaar"}
    assert found(sign_in_as(scene.world.stranger)) == {"Openbaar"}
    for name in ("neighbour", "teacher", "administrator"):
        assert found(sign_in_as(getattr(scene.world, name))) == {"Openbaar", "Van het traject"}


def test_unfinished_practices_are_shown_to_their_writers_and_voka_only(scene, client, sign_in_as):
    write(scene, title="GEHEIM concept")
    assert "GEHEIM" not in text(client.get(LIBRARY))
    for name in ("stranger", "neighbour", "colleague"):
        assert "GEHEIM" not in text(sign_in_as(getattr(scene.world, name)).get(LIBRARY))
    for name in ("teacher", "owner", "facilitator"):
        assert "GEHEIM" in text(sign_in_as(getattr(scene.world, name)).get(LIBRARY))


def test_search_looks_in_the_texts_and_asks_for_every_word(scene, client):
    published(scene, title="Lasrobot", approach="Samen leren lassen", is_public=True)
    published(scene, title="Bedrijfsbezoek", tags="stage, lassen", is_public=True)
    published(scene, title="100% gratis", is_public=True)
    published(scene, title="GEHEIM lassen")
    assert found(client, q="lassen") == {"Lasrobot", "Bedrijfsbezoek"}
    assert found(client, q="LASSEN samen leren") == {"Lasrobot"}
    assert found(client, q="lassen vliegen") == set()
    assert found(client, q="%") == {"100% gratis"}
    assert found(client, q="   ") == {"Lasrobot", "Bedrijfsbezoek", "100% gratis"}


@pytest.mark.parametrize("query", ["x" * 101, "' OR 1=1--", '"><svg/onload=alert(1)>', "\\", "_"])
def test_strange_searches_find_nothing_and_break_nothing(scene, client, query):
    published(scene, is_public=True)
    response = client.get(LIBRARY, {"q": query, "page": "'"})
    assert response.status_code == 200
    assert list(response.context["page_obj"]) == []
    assert "<svg/onload" not in text(response)


def test_the_library_comes_in_pages_that_keep_the_search(scene, client):
    world = scene.world
    for number in range(26):
        Practice.objects.create(
            workgroup=scene.workgroup,
            author=world.owner,
            title=f"Lassen {number}",
            slug=f"lassen-{number}",
            is_public=True,
            state=PracticeState.PUBLISHED,
            published_at=world.owner.date_joined,
            published_by=world.owner,
        )
    first = client.get(LIBRARY, {"q": "lassen"})
    assert len(first.context["page_obj"]) == 25
    assert "?q=lassen&amp;page=2" in text(first)
    assert len(client.get(LIBRARY, {"q": "lassen", "page": 2}).context["page_obj"]) == 1


@pytest.mark.parametrize("name", [None, "teacher", "facilitator"])
def test_the_library_costs_the_same_with_one_practice_as_with_three(scene, client, sign_in_as, name):
    client = sign_in_as(getattr(scene.world, name)) if name else client

    def add(number):
        published(scene, title=f"Openbaar {number}", is_public=True)
        write(scene, title=f"Concept {number}")

    def cost():
        client.get(LIBRARY)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIBRARY).status_code == 200
        return len(queries)

    add(1)
    with_one = cost()
    add(2), add(3)
    assert cost() == with_one <= 8


# --- One practice -----------------------------------------------------------------------------------------------------


def test_a_visitor_reads_a_public_practice_without_names_of_people(scene, client):
    practice = published(scene, is_public=True)
    page = text(client.get(at(practice)))
    assert "Drie scholen, twee bedrijven" in page
    assert "Lore Leerkracht" not in page
    assert "Fien Begeleider" not in page


def test_a_visitor_is_sent_to_sign_in_for_anything_else_whether_it_exists_or_not(scene, client):
    for slug in (published(scene).slug, write(scene, title="GEHEIM").slug, "bestaat-niet"):
        response = client.get(f"/praktijken/{slug}/")
        assert (response.status_code, response.url) == (302, f"/account/login/?next=/praktijken/{slug}/")


def posts(practice):
    return {
        at(practice, "edit"): SHEET | {"version": 1, "title": "Veranderd"},
        at(practice, "submit"): {},
        at(practice, "publish"): {"is_public": "on"},
        at(practice, "send_back"): {"comment": "x"},
    }


def everything():
    return list(Practice.objects.order_by("pk").values())


def test_a_stranger_finds_and_changes_nothing(scene, sign_in_as):
    client = sign_in_as(scene.world.stranger)
    for practice in (write(scene, title="GEHEIM"), submitted(scene), published(scene)):
        before = everything()
        assert client.get(at(practice)).status_code == 404
        for address, data in posts(practice).items():
            expected = 403 if address.endswith(("/delen/", "/terugsturen/")) else 404
            assert (address, client.post(address, data).status_code) == (address, expected)
        assert everything() == before
    assert client.post(reverse("practices:write", args=[scene.workgroup.pk]), SHEET).status_code == 404


@pytest.mark.parametrize("name", ["neighbour", "colleague", "other_teacher", "expert"])
def test_who_only_reads_may_not_write(scene, sign_in_as, name):
    client, practice = sign_in_as(getattr(scene.world, name)), published(scene)
    before = everything()
    assert client.get(at(practice)).status_code == 200
    assert client.get(at(practice, "edit")).status_code == 403
    for address, data in posts(practice).items():
        assert (address, client.post(address, data).status_code) == (address, 403)
    new = reverse("practices:write", args=[scene.workgroup.pk])
    assert {client.get(new).status_code, client.post(new, SHEET).status_code} == {403}
    assert everything() == before


def test_writers_may_not_share_or_send_back(scene, sign_in_as):
    client, practice = sign_in_as(scene.world.chair), submitted(scene)
    assert client.post(at(practice, "publish")).status_code == 403
    assert client.post(at(practice, "send_back"), {"comment": "x"}).status_code == 403
    assert Practice.objects.get().state == PracticeState.REVIEW


def test_nobody_reads_a_public_practices_history_but_its_writers(scene, sign_in_as):
    practice = published(scene, is_public=True)
    line = "Aan Voka gegeven"
    assert line in text(sign_in_as(scene.world.owner).get(at(practice)))
    for name in ("neighbour", "stranger"):
        assert line not in text(sign_in_as(getattr(scene.world, name)).get(at(practice)))


def test_from_draft_to_shared_on_the_pages(scene, sign_in_as, client):
    new = reverse("practices:write", args=[scene.workgroup.pk])
    response = sign_in_as(scene.world.owner).post(new, SHEET | {"is_public": "on", "tags": "stage, mentor"})
    practice = Practice.objects.get()
    assert response.url == at(practice) == "/praktijken/een-stageplan-voor-drie-scholen/"
    writer = sign_in_as(scene.world.owner)
    writer.post(at(practice, "submit"))
    reader = sign_in_as(scene.world.facilitator)
    assert "Deel deze praktijk" in text(reader.get(at(practice)))
    response = reader.post(at(practice, "send_back"), {"comment": ""})
    assert list(response.context["comment_form"].errors) == ["comment"]
    reader.post(at(practice, "send_back"), {"comment": "Wat kostte het?"})
    writer = sign_in_as(scene.world.teacher)
    assert "Voka vraagt:</b> Wat kostte het?" in text(writer.get(at(practice)))
    writer.post(at(practice, "edit"), SHEET | {"version": 1, "costs": "Niets", "is_public": "on"})
    writer.post(at(practice, "submit"))
    sign_in_as(scene.world.facilitator).post(at(practice, "publish"), {"is_public": "on"})
    client.logout()
    page = text(client.get(at(practice)))
    assert "Niets" in page
    assert "Voka vraagt" not in page


def test_handing_over_too_early_tells_all_that_is_missing(scene, sign_in_as):
    practice = write(scene, context="", result="")
    response = sign_in_as(scene.world.teacher).post(at(practice, "submit"))
    assert response.status_code == 409
    for sentence in ("Vul eerst ‘Context’ in.", "Vul eerst ‘Resultaat’ in."):
        assert sentence in text(response)


def test_two_writers_at_once_lose_nothing(scene, sign_in_as):
    practice = write(scene)
    services.edit(practice=practice, version=1, by=scene.world.owner, **SHEET | {"result": "Van Olga"})
    client = sign_in_as(scene.world.teacher)
    response = client.post(at(practice, "edit"), SHEET | {"version": 1, "result": "Van Lore"})
    assert response.status_code == 409
    page = text(response)
    assert "Olga Eigenaar heeft deze praktijk intussen gewijzigd." in page
    assert "Van Lore</textarea>" in page
    assert "Zo staat het er nu" in page
    assert "Van Olga" in page
    assert Practice.objects.get().result == "Van Olga"
    assert 'name="version" value="2"' in page
    response = client.post(at(practice, "edit"), SHEET | {"version": 2, "result": "Van ons twee"})
    assert response.status_code == 302
    assert Practice.objects.get().result == "Van ons twee"


@pytest.mark.parametrize("version", ["", "x", "-1", "99", "999999999999999999999"])
def test_a_forged_version_saves_nothing(scene, sign_in_as, version):
    practice = write(scene)
    response = sign_in_as(scene.world.teacher).post(
        at(practice, "edit"), SHEET | {"version": version, "title": "Anders"}
    )
    assert response.status_code in (200, 409)
    assert Practice.objects.get().title == SHEET["title"]


def test_what_is_with_voka_cannot_be_opened_for_editing_by_its_writers(scene, sign_in_as):
    practice = submitted(scene)
    response = sign_in_as(scene.world.teacher).get(at(practice, "edit"))
    assert response.status_code == 409
    assert "Deze praktijk is bij Voka." in text(response)
    assert sign_in_as(scene.world.facilitator).get(at(practice, "edit")).status_code == 200


@pytest.mark.parametrize(
    ("field", "bad"),
    [("title", ""), ("title", "x" * 161), ("title", "a\x00b"), ("context", "x" * 6001), ("tips", "x" * 2001)],
)
def test_text_that_does_not_fit_comes_back_with_a_sentence_and_the_rest(scene, sign_in_as, field, bad):
    new = reverse("practices:write", args=[scene.workgroup.pk])
    response = sign_in_as(scene.world.owner).post(new, SHEET | {field: bad})
    assert list(response.context["form"].errors) == [field]
    assert "Samen aan tafel" in text(response)
    assert not Practice.objects.exists()


def test_nobody_smuggles_in_a_state_or_an_author(scene, sign_in_as):
    world, new = scene.world, reverse("practices:write", args=[scene.workgroup.pk])
    sign_in_as(world.owner).post(
        new, SHEET | {"state": "published", "author": world.teacher.pk, "slug": "eigen", "version": 9}
    )
    practice = Practice.objects.get()
    assert (practice.state, practice.author, practice.version) == (PracticeState.DRAFT, world.owner, 1)
    assert practice.slug != "eigen"


def test_everything_people_type_is_shown_as_typed(scene, sign_in_as):
    evil = '"><svg/onload=alert(1)>{{7*7}}'
    fields = ("title", "context", "approach", "result", "material", "tips", "costs", "tags")
    practice = published(scene, is_public=True, **dict.fromkeys(fields, evil))
    services.send_back(practice=practice, comment=evil, by=scene.world.facilitator)
    client = sign_in_as(scene.world.owner)
    for address in (at(practice), at(practice, "edit"), LIBRARY, scene.workgroup.get_absolute_url()):
        page = text(client.get(address))
        assert "<svg/onload" not in page
        assert "{{7*7}}" in page
        assert ">49" not in page


def test_the_workgroups_page_shows_each_reader_the_practices_they_may_read(scene, sign_in_as):
    published(scene, title="Gedeelde praktijk")
    write(scene, title="GEHEIM concept")
    page = scene.workgroup.get_absolute_url()
    for name, sees_draft in (("owner", True), ("facilitator", True), ("neighbour", False), ("expert", False)):
        html = text(sign_in_as(getattr(scene.world, name)).get(page))
        assert "Gedeelde praktijk" in html
        assert ("GEHEIM" in html) == sees_draft


# --- As evidence of a school -------------------------------------------------------------------------------------------


def test_a_school_makes_evidence_of_a_shared_practice(scene, sign_in_as):
    practice = published(scene, title="Meetlab")
    priority = practice.workgroup.priority
    priority.themes = "2.3"
    priority.save()
    url = f"/scholen/{scene.world.school.pk}/bewijs/nieuw/?praktijk={practice.slug}"
    client = sign_in_as(scene.world.teacher)
    assert url in text(client.get(at(practice)))
    form = client.get(url).context["form"]
    assert form.initial["title"] == "Meetlab"
    assert practice.result in form.initial["text"]
    assert form.initial["link"].endswith(practice.get_absolute_url())
    assert [criterion.number for criterion in form.initial["criteria"]] == ["2.3"]
    assert f'value="{form.initial["practice_date"]:%Y-%m-%d}"' in text(client.get(url))


def test_only_schools_get_that_button_and_nothing_leaks_of_a_practice_that_is_not_shared(scene, client, sign_in_as):
    shared, draft = published(scene, title="Openbaar", is_public=True), write(scene, title="GEHEIM concept")
    for page in (client, sign_in_as(scene.world.owner)):
        assert "Gebruik als bewijs" not in text(page.get(at(shared)))
    other = f"/scholen/{scene.world.other_school.pk}/bewijs/nieuw/?praktijk="
    for slug in (draft.slug, "bestaat-niet", "a" * 5000):
        response = sign_in_as(scene.world.other_teacher).get(other + slug)
        assert response.status_code == 200
        assert "GEHEIM" not in text(response)
