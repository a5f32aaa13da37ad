"""A list of schools in the back office: looked at first, taken over once, and safe to upload again."""

import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Organisation
from accounts.policy import Refused
from schools import importing, services
from schools.models import School, SchoolList, Site
from tests.schools.test_importing import OFFICIAL, counts, file_of, official, picture

pytestmark = pytest.mark.django_db
UPLOAD = "/beheer/schools/schoollist/add/"
BAD = official("12", 1, "Te kort nummer", "Straat", "1", "2300", "GEEL")


@pytest.fixture
def voka(world, sign_in_as):
    return sign_in_as(world.facilitator)


def upload(client, content, name="lijst.csv"):
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content, content_type="text/csv")})


def test_first_the_list_is_shown_and_nothing_is_written(voka):
    before = picture()
    response = upload(voka, file_of([*OFFICIAL, BAD]))
    page = voka.get(response.url)
    html = page.content.decode()
    assert [count for _words, count in page.context["counts"]] == [6, 0, 0, 1]
    assert "Te kort nummer" in html
    assert "is geen instellingsnummer" in html
    assert "Er is nog niets bewaard." in html
    assert picture() == before


def test_then_it_is_taken_over_once_however_often_one_clicks(voka, world):
    page = upload(voka, file_of(OFFICIAL)).url
    assert voka.post(page).url == page
    once = picture()
    assert voka.post(page).url == page
    assert picture() == once
    kept = SchoolList.objects.get()
    assert (kept.created, kept.updated, kept.unchanged, kept.refused) == (6, 0, 0, 0)
    assert (kept.taken_over_by, kept.content) == (world.facilitator, None)
    assert "Neem deze lijst over" not in voka.get(page).content.decode()


def test_the_preview_names_what_changes(voka):
    importing.import_schools(file_of(OFFICIAL))
    changed = [OFFICIAL[2].replace("Sint-Jozefscollege", "Sint-Jozefcollege"), *OFFICIAL[3:]]
    page = voka.get(upload(voka, file_of(changed)).url)
    assert [count for _words, count in page.context["counts"]] == [0, 1, 3, 0]
    assert [(result.name, [*map(str, result.changes)]) for result in page.context["updated"].lines] == [
        (
            "Sint-Jozefcollege",
            ["naam: Sint-Jozefscollege → Sint-Jozefcollege", "naam: Sint-Jozefscollege → Sint-Jozefcollege"],
        )
    ]
    assert "naam: Sint-Jozefscollege → <b>Sint-Jozefcollege</b>" in page.content.decode()


def test_what_changed_between_preview_and_confirmation_is_not_done_twice(voka):
    page = upload(voka, file_of(OFFICIAL)).url
    importing.import_schools(file_of(OFFICIAL))
    voka.post(page)
    assert School.objects.exclude(institution_number="").count() == 5
    assert SchoolList.objects.get().unchanged == 6


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "leeg"),
        (b"%PDF-1.7 ...", "geen lijst van scholen"),
        (b"\x00" * 1000, "geen lijst van scholen"),
        (b"x" * (importing.MAX_SIZE + 1), "groter dan 5 MB"),
    ],
)
def test_what_is_no_list_is_refused_beside_the_field(content, sentence, voka):
    response = upload(voka, content)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not SchoolList.objects.exists()


def test_a_list_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(importing, "MAX_LINES", 3)
    with pytest.raises(importing.UnreadableList, match="langer dan 3 regels"):
        importing.import_schools(file_of(OFFICIAL))


def test_our_own_template_can_be_downloaded_filled_in_and_read(voka):
    response = voka.get(reverse("admin:schools_schoollist_template"))
    assert response["Content-Disposition"] == 'attachment; filename="scholen-sjabloon.csv"'
    filled = response.content + b"030569;Atheneum;Stationsstraat;12;2300;Turnhout;GO!;;;;;640;12\r\n"
    assert counts(importing.import_schools(filled)) == {"created": 1}
    assert School.objects.get(institution_number="030569").pupils == 640


@pytest.mark.parametrize("who", ["teacher", "owner", "stranger"])
def test_only_voka_uploads_or_reads_a_list(who, world, sign_in_as):
    kept = services.keep_list(name="x.csv", content=file_of(OFFICIAL), by=world.facilitator)
    client = sign_in_as(getattr(world, who))
    pages = [UPLOAD, f"/beheer/schools/schoollist/{kept.pk}/change/", "/beheer/schools/schoollist/template/"]
    for page in pages:
        assert client.get(page).status_code in (302, 403), page
        assert client.post(page).status_code in (302, 403), page
    with pytest.raises(Refused):
        services.take_over_list(school_list=kept, by=getattr(world, who))
    assert not Site.objects.exists()


def test_a_page_of_a_list_that_is_not_there_is_not_found(voka):
    for number in ("999", "x", "9" * 30):
        assert voka.get(f"/beheer/schools/schoollist/{number}/change/").status_code == 404


# --- As large and as odd as the real one ------------------------------------------------------------------------------

NAMES = [
    "Sint-Jozefscollege",
    "GO! atheneum",
    "Vrije  Basis- en Secundaire School",
    "Instituut Réné Façade",
    "Heilig Hart",
]
PLACES = [("2300", "TURNHOUT"), ("9170", "SINT-GILLIS-WAAS"), ("2970", "'S-GRAVENWEZEL"), ("1000", "Brussel")]


def a_real_list(size=1090):
    """As the official list comes: the same name many times, campuses, numbers without their zero, capitals, spaces."""
    dice, lines = random.Random(7), []
    for n in range(size):
        school = n * 2 // 3  # two of three schools have one campus more
        number = 30_000 + school * 97
        shown = str(number) if dice.random() < 0.5 else f"{number:06d}"
        name = NAMES[school % len(NAMES)]
        postal_code, place = PLACES[n % len(PLACES)]
        lines.append(
            official(shown, n % 3, name, dice.choice(["Kerkstraat", "  Lange   Straat", "Réé ’t Hof"]), str(n + 1),
                     postal_code, place, main=str(n % 3 != 2))
        )  # fmt: skip
    dice.shuffle(lines)
    return lines


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_list_of_1090_sites_gives_the_same_twice_in_few_queries(encoding, django_assert_max_num_queries):
    content = file_of(a_real_list(), encoding=encoding)
    with django_assert_max_num_queries(60):
        assert counts(importing.import_schools(content, dry_run=True)) == {"created": 1090}
        assert counts(importing.import_schools(content)) == {"created": 1090}
    assert (Site.objects.count(), School.objects.count()) == (1090, len(range(1090 * 2 // 3 + 1)) - 0)
    assert Organisation.objects.filter(name="Vrije Basis- en Secundaire School").count() > 100
    before = picture()
    with django_assert_max_num_queries(10):
        assert counts(importing.import_schools(content)) == {"unchanged": 1090}
    assert picture() == before


def test_a_list_in_which_everything_changed_costs_few_queries_too(django_assert_max_num_queries):
    importing.import_schools(file_of(a_real_list(300)))
    renamed = [line.replace("info@school.example", "nieuw@school.example") for line in a_real_list(300)]
    with django_assert_max_num_queries(40):
        report = importing.import_schools(file_of(renamed))
    assert set(counts(report)) <= {"updated", "unchanged"}
    assert not School.objects.exclude(email="nieuw@school.example").exists()
