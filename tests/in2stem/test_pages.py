"""The pages about the portal itself, the frame around every page, the error pages and the shared components."""

import datetime
import gzip
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path, reverse

from accounts.access import public
from accounts.models import Membership
from accounts.policy import Conflict, Refused
from in2stem import urls, views
from practices.services import publish, submit, write
from tests.cast import World
from tests.workgroups.scenery import make_scene


@public
def raises_conflict(request: HttpRequest) -> HttpResponse:
    raise Conflict("Vier actiepunten staan nog open.", "Eén praktijk wacht op Voka.")


@public
def raises_refused(request: HttpRequest) -> HttpResponse:
    raise Refused("Alleen Voka mag dit traject verplaatsen.")


@public
def raises_permission_denied(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("secret: user 4 is not in table accounts_membership")


@public
def raises_anything(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret: the password of the database")


handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500
urlpatterns = [
    path("test/conflict/", raises_conflict),
    path("test/refused/", raises_refused),
    path("test/denied/", raises_permission_denied),
    path("test/broken/", raises_anything),
    path("test/onderdelen/", views.gallery),
    *urls.urlpatterns,
]

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PUBLIC_PAGES = ["home", "privacy", "accessibility", "help", "account_login", "account_reset_password"]


class Page(HTMLParser):
    """What a reader of the page meets: its tags in order, and the text of some of them."""

    def __init__(self, page: Any) -> None:
        """`page` is a response of the test client, or markup."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.feed(page if isinstance(page, str) else page.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.pieces).split())

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] or "" for _tag, attrs in self.tags if "id" in attrs]

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for found, attrs in self.tags if found == tag]


def main_menu(response: Any) -> list[str]:
    """The labels of the main menu, in order."""
    (menu,) = re.findall(r'<nav class="nav-main".*?</nav>', response.content.decode(), re.DOTALL)
    return re.findall(r">([^<>]+)</a>", menu)


# --- Home and the pages in the footer ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_home_names_the_six_phases_in_order_and_the_way_in(client: Client) -> None:
    content = client.get("/").content.decode()
    (phases,) = re.findall(r'<ol class="phase-cards">.*?</ol>', content, re.DOTALL)
    assert re.findall(r"<h3>(.*?)</h3>", phases) == [
        "Beginsituatie vastleggen",
        "Actiedomeinen bepalen",
        "Actieplan uitvoeren",
        "Resultaten evalueren",
        "Niveau hoger schakelen",
        "Blijven leren",
    ]
    assert [attrs["href"] for attrs in Page(content).all("a") if "btn-now" in (attrs.get("class") or "")] == [
        "/inschrijven/",
        "/inschrijven/",
    ]
    assert "ongeveer 5 minuten" in content


@pytest.mark.django_db
def test_home_shows_the_three_newest_public_practices_and_no_other(
    world: World, client: Client, django_assert_num_queries: Any
) -> None:
    scene = make_scene(world)
    for title, is_public in (("Eerste", True), ("Tweede", True), ("Derde", True), ("Vierde", True), ("Intern", False)):
        draft = write(workgroup=scene.again(), by=world.teacher, title=title, context="A", approach="B", result="C")
        publish(practice=submit(practice=draft, by=world.teacher), by=world.facilitator, is_public=is_public)
    write(workgroup=scene.again(), by=world.teacher, title="Klad", is_public=True)
    with django_assert_num_queries(1):
        content = client.get("/").content.decode()
    assert re.findall(r'<h3><a href="[^"]+">([^<]+)</a>', content) == ["Vierde", "Derde", "Tweede"]


@pytest.mark.django_db
def test_home_without_practices_still_leads_to_the_library(client: Client) -> None:
    content = client.get("/").content.decode()
    assert 'class="card-p"' not in content
    assert [
        attrs["class"] for attrs in Page(content).all("a") if attrs["href"] == "/praktijken/" and attrs.get("class")
    ] == ["more"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", PUBLIC_PAGES)
def test_a_public_page_is_dutch_and_has_one_title_and_one_first_heading(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    page = Page(response)
    assert response.status_code == 200
    assert page.all("html") == [{"lang": "nl-BE"}]
    assert len(page.all("h1")) == 1
    assert len(page.ids) == len(set(page.ids))
    (title,) = re.findall(r"<title>(.*?)</title>", response.content.decode())
    assert re.fullmatch(r"\S.* · IN2STEM", title)


@pytest.mark.django_db
@pytest.mark.parametrize("name", PUBLIC_PAGES)
def test_a_public_page_needs_no_script_and_loads_only_its_own_files(client: Client, name: str) -> None:
    page = Page(client.get(reverse(name)))
    assert page.all("script") == []
    loaded = [attrs["href"] or "" for attrs in page.all("link")] + [attrs["src"] or "" for attrs in page.all("img")]
    assert [address for address in loaded if not address.startswith("/static/")] == []


def test_privacy_names_who_answers_for_the_data(client: Client, settings) -> None:
    settings.CONTROLLER = "Voka Testhuis vzw"
    assert "Voka Testhuis vzw is verantwoordelijk" in Page(client.get(reverse("privacy"))).text


@pytest.mark.django_db
def test_the_first_visit_stays_under_100_kilobytes(client: Client) -> None:
    response = client.get("/")
    size = len(gzip.compress(response.content))
    addresses = re.findall(r'(?:href|src)="/static/([^"#]+)', response.content.decode())
    for name in {*addresses, "fonts/ibm-plex-mono-500.woff2"}:
        found = finders.find(name)
        assert found, name
        content = Path(found).read_bytes()
        size += len(content) if name.endswith(".woff2") else len(gzip.compress(content))
    assert size < 100_000


# --- The frame --------------------------------------------------------------------------------------------------------


def test_a_visitor_sees_the_public_menu_and_the_way_to_sign_in(client: Client) -> None:
    response = client.get(reverse("help"))
    assert main_menu(response) == ["Wat is IN2STEM?", "De zes fasen", "Praktijken", "Certificaat controleren"]
    assert "Aanmelden" in Page(response).text
    assert "Afmelden" not in Page(response).text


MEMBERS_MENU = ["Mijn volgende stap", "Trajecten", "Bedrijven", "Scholen", "Werkgroepen", "Praktijken", "Certificaten"]


def test_a_member_sees_the_work_and_not_the_back_office(sign_in_as, world: World) -> None:
    response = sign_in_as(world.owner).get(reverse("help"))
    assert main_menu(response) == [MEMBERS_MENU[0], "Mijn bedrijf", *MEMBERS_MENU[1:]]
    assert "Olga Eigenaar Boormachines nv" in Page(response).text


def test_voka_staff_sees_the_back_office_too(sign_in_as, world: World) -> None:
    assert main_menu(sign_in_as(world.facilitator).get(reverse("help"))) == [*MEMBERS_MENU, "Beheer"]


def test_signing_out_is_a_form_that_posts(sign_in_as, world: World) -> None:
    forms_found = Page(sign_in_as(world.owner).get(reverse("help"))).all("form")
    ways_out = [form for form in forms_found if form.get("action") == reverse("account_logout")]
    assert {form["method"] for form in ways_out} == {"post"}


def test_the_menu_leads_to_the_own_school_and_marks_only_that_one_there(sign_in_as, world: World) -> None:
    response = sign_in_as(world.teacher).get(f"/scholen/{world.school.pk}/")
    (menu,) = re.findall(r'<nav class="nav-main".*?</nav>', response.content.decode(), re.DOTALL)
    assert re.findall(r'aria-current="(\w+)">([^<]+)<', menu) == [("page", "Mijn school")]
    other = sign_in_as(world.teacher).get(f"/scholen/{world.other_school.pk}/")
    (menu,) = re.findall(r'<nav class="nav-main".*?</nav>', other.content.decode(), re.DOTALL)
    assert re.findall(r'aria-current="(\w+)">([^<]+)<', menu) == [("true", "Scholen")]


def test_the_menu_names_no_own_organisation_for_who_has_two(sign_in_as, world: World) -> None:
    Membership.objects.create(user=world.owner, organisation=world.other_company, role="colleague")
    assert main_menu(sign_in_as(world.owner).get(reverse("help"))) == MEMBERS_MENU


def test_the_menu_marks_where_you_are(rf: RequestFactory) -> None:
    from in2stem.navigation import MenuItem

    assert MenuItem("Trajecten", "/trajecten/", path="/trajecten/").current == "page"
    assert MenuItem("Trajecten", "/trajecten/", path="/trajecten/kempen/").current == "true"
    assert MenuItem("Trajecten", "/trajecten/", path="/mijn/").current == ""
    assert MenuItem("Wat is IN2STEM?", "/#what", path="/").current == ""


def test_the_frame_costs_a_member_no_query_beyond_session_person_and_memberships(
    sign_in_as, world: World, django_assert_num_queries
) -> None:
    client = sign_in_as(world.owner)
    with django_assert_num_queries(3):
        client.get(reverse("help"))


def test_a_visitor_can_choose_english_and_come_back_to_dutch(client: Client) -> None:
    response = client.post(reverse("set-language"), {"language": "en", "next": reverse("help")})
    assert (response.status_code, response["Location"]) == (302, reverse("help"))
    assert Page(client.get(reverse("help"))).all("html") == [{"lang": "en"}]
    client.post(reverse("set-language"), {"language": "nl", "next": reverse("help")})
    assert Page(client.get(reverse("help"))).all("html") == [{"lang": "nl-BE"}]


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_choosing_a_language_never_leads_elsewhere(client: Client, elsewhere: str) -> None:
    response = client.post(reverse("set-language"), {"language": "en", "next": elsewhere})
    assert response["Location"] == "/"


def test_a_link_cannot_change_the_language(client: Client) -> None:
    assert client.get(reverse("set-language"), {"language": "en"}).status_code == 405


def test_an_address_that_only_takes_a_form_says_so_on_a_page(client: Client) -> None:
    response = client.get(reverse("companies:begin-again"))
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "Dit adres ontvangt alleen een formulier dat je verstuurt." in response.content.decode()


# --- Error pages ------------------------------------------------------------------------------------------------------


def test_an_unknown_address_gets_a_dutch_page(client: Client) -> None:
    response = client.get("/bestaat-niet/")
    assert response.status_code == 404
    assert "We vinden deze pagina niet" in Page(response).text
    assert "bestaat-niet" not in re.sub(r'name="next" value="[^"]*"', "", response.content.decode())


@pytest.mark.urls(__name__)
def test_a_refusal_says_its_own_sentence(client: Client) -> None:
    response = client.get("/test/refused/")
    assert response.status_code == 403
    assert "Alleen Voka mag dit traject verplaatsen." in Page(response).text


@pytest.mark.urls(__name__)
def test_any_other_refusal_keeps_its_details_inside(client: Client) -> None:
    response = client.get("/test/denied/")
    assert response.status_code == 403
    assert "Dit mag je niet doen" in Page(response).text
    assert "secret" not in response.content.decode()


@pytest.mark.urls(__name__)
def test_a_conflict_lists_all_its_reasons(client: Client) -> None:
    response = client.get("/test/conflict/")
    assert response.status_code == 409
    assert re.findall(r"<span>([^<]*\.)</span>", response.content.decode()) == [
        "Vier actiepunten staan nog open.",
        "Eén praktijk wacht op Voka.",
    ]


@pytest.mark.urls(__name__)
def test_a_fault_of_ours_says_so_and_shows_nothing_else(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get("/test/broken/")
    assert response.status_code == 500
    assert "Er ging iets mis bij ons" in Page(response).text
    assert "secret" not in response.content.decode()


def test_a_form_without_its_token_is_refused_in_dutch() -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("set-language"), {"language": "en"})
    assert response.status_code == 403
    assert "Er is niets bewaard" in Page(response).text


@pytest.mark.parametrize("name", ["400", "401", "403", "403_csrf", "404", "409", "413", "429", "500"])
def test_every_error_page_can_be_drawn_without_any_context(name: str) -> None:
    assert len(Page(render_to_string(f"{name}.html")).all("h1")) == 1


# --- Components -------------------------------------------------------------------------------------------------------


def test_the_sheet_of_components_is_not_there_in_production(client: Client) -> None:
    assert client.get("/componenten/").status_code == 404


@pytest.mark.urls(__name__)
def test_the_sheet_shows_every_component(client: Client) -> None:
    response = client.get("/test/onderdelen/")
    assert response.status_code == 200
    shown = {template.name or "" for template in response.templates}
    # The drawing is for the home page, and htmx has nothing to show.
    elsewhere = {"drawing.html", "htmx.html"}
    components = {file.name for file in (TEMPLATES / "components").glob("*.html")}
    assert components - {name.removeprefix("components/") for name in shown} == elsewhere


def test_every_style_sheet_is_loaded_by_a_page_and_every_one_that_is_loaded_exists() -> None:
    pages = "".join(file.read_text() for file in TEMPLATES.rglob("*.html"))
    sheets = {file.name for file in (TEMPLATES.parent / "static" / "css").glob("*.css")}
    assert set(re.findall(r'static "css/([^"]+)"', pages)) == sheets


@pytest.mark.parametrize("file", sorted((TEMPLATES / "components").glob("*.html")), ids=lambda file: file.stem)
def test_a_component_starts_by_saying_what_it_takes(file: Path) -> None:
    assert file.read_text().startswith("{% comment %}\n")


def test_every_icon_that_is_asked_for_exists() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (Path(settings.BASE_DIR) / "static/img/icons.svg").read_text()))
    asked = {
        name
        for file in TEMPLATES.rglob("*.html")
        for name in re.findall(r'components/icon\.html" with name="([a-z]+)"', file.read_text())
    }
    assert asked <= drawn
    assert "arrow" in asked


class SampleForm(forms.Form):
    name = forms.CharField(label="Naam", help_text="Zoals in de statuten", max_length=20)
    remark = forms.CharField(label="Opmerking", required=False, max_length=20)
    way = forms.ChoiceField(label="Hoe?", choices=[("m", "Mail"), ("t", "Telefoon")], widget=forms.RadioSelect)
    consent = forms.BooleanField(label="Akkoord")


def draw(template: str, **context: object) -> str:
    return render_to_string(template, context)


def test_a_wrong_field_says_so_before_the_input_and_points_at_its_explanation() -> None:
    html = draw("components/field.html", field=SampleForm({"name": ""})["name"])
    (field,) = Page(html).all("input")
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] == "id_name_helptext id_name_error"
    order = [html.index(part) for part in ("<label", "id_name_helptext", 'id="id_name_error"', "<input")]
    assert order == sorted(order)


def test_the_summary_of_errors_links_to_every_wrong_field() -> None:
    form = SampleForm({"name": "", "remark": "x" * 21})
    fields = "".join(draw("components/field.html", field=field) for field in form)
    summary = draw("components/error_summary.html", form=form)
    targets = [(attrs["href"] or "").removeprefix("#") for attrs in Page(summary).all("a")]
    assert targets == ["id_name", "id_remark", "div_id_way", "id_consent"]
    assert set(targets) <= set(Page(fields).ids)
    assert "4 antwoorden moet je nog nakijken" in summary
    assert Page(summary).tags[0][1]["tabindex"] == "-1"


def test_a_form_without_errors_has_no_summary() -> None:
    assert draw("components/error_summary.html", form=SampleForm()).strip() == ""


def test_only_a_field_that_may_stay_empty_is_marked() -> None:
    form = SampleForm()
    marked = [field.name for field in form if "niet verplicht" in draw("components/field.html", field=field)]
    assert marked == ["remark"]


def test_what_was_typed_is_shown_as_text() -> None:
    nasty = "<script>alert(1)</script>"
    html = draw("components/field.html", field=SampleForm({"name": nasty})["name"])
    html += draw("components/note.html", text=nasty) + draw("components/person.html", name=nasty, detail=nasty)
    assert "<script" not in html


def test_pages_of_a_list_keep_the_search(rf: RequestFactory) -> None:
    pages = Paginator(range(240), 25)
    html = render_to_string(
        "components/pagination.html",
        {"page_obj": pages.page(4)},
        request=rf.get("/bedrijven/", {"q": "las & co", "page": "4"}),
    )
    addresses = [attrs["href"] for attrs in Page(html).all("a")]
    assert addresses == [f"?q=las+%26+co&page={number}" for number in (3, 1, 3, 4, 5, 10, 5)]


def test_one_page_has_no_page_links(rf: RequestFactory) -> None:
    html = render_to_string(
        "components/pagination.html", {"page_obj": Paginator(range(5), 25).page(1)}, request=rf.get("/")
    )
    assert html.strip() == ""


def test_the_marker_stands_only_on_the_phase_of_now() -> None:
    phases = [
        {"number": 1, "name": "Een", "state": "done"},
        {"number": 2, "name": "Twee", "state": "now"},
        {"number": 3, "name": "Drie", "state": "later"},
    ]
    html = draw("components/phase_stepper.html", phases=phases)
    assert [(attrs["class"], attrs.get("aria-current")) for attrs in Page(html).all("li")] == [
        ("done", None),
        ("now", "step"),
        ("later", None),
    ]
    assert html.count("tag-now") == 1


# --- One way to write a time, and what paper does not need -----------------------------------------------------------


def test_a_moment_is_written_in_one_way() -> None:
    moment = datetime.datetime(2026, 3, 20, 16, 0, tzinfo=ZoneInfo("Europe/Brussels"))
    page = Template('{{ at|date:"DATETIME_FORMAT" }} / {{ at|time }}').render(Context({"at": moment}))
    assert page == "20/03/2026 om 16.00 uur / 16.00 uur"
    by_hand = re.compile(r'date:"[^"]*H:i|date:"d/m/Y H')
    assert [path.name for path in TEMPLATES.rglob("*.*") if by_hand.search(path.read_text(encoding="utf-8"))] == []


def test_a_button_is_not_printed() -> None:
    sheet = Path(finders.find("css/buttons.css") or "").read_text(encoding="utf-8")
    assert sheet.split("@media print")[-1].split() == ["{", ".btn", "{", "display:", "none;", "}", "}"]
