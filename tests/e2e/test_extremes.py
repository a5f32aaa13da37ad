"""Names as long as they may be, with and without a place to break; nothing at all; and hundreds of rows: nothing sticks out."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import Organisation
from certificates.models import Certificate
from companies.models import Company
from phases.enums import Phase
from phases.models import Trajectory
from schools.models import School
from tests.e2e.demo_site import LONG_NAME, UNBREAKABLE_NAME, person
from tests.e2e.inspection import NARROW, NARROWEST, SCRIPT, WIDE, Inspector, sideways
from workgroups.models import Workgroup


@pytest.fixture
def site(demo: str) -> str:
    return demo


@pytest.fixture(scope="session")
def inspector() -> Inspector:
    return Inspector()


@pytest.fixture
def look_at(desktop: Page, inspector: Inspector) -> Callable[[list[str]], None]:
    """Fails with what is wrong with these pages, for whoever is signed in."""
    desktop.add_init_script(SCRIPT)

    def looked_at(paths: list[str]) -> None:
        sentences = []
        for path in paths:
            answer = desktop.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            faults = [*sideways(desktop, NARROW, WIDE), *inspector.faults(desktop)]
            sentences += [f"{path}: {fault}" for fault in faults]
        if sentences:
            pytest.fail("\n".join(sentences), pytrace=False)

    return looked_at


def test_long_names(look_at, desktop, demo, sign_in):
    sign_in(desktop, person("voka"))
    named = Organisation.objects.filter(name__in=[LONG_NAME, UNBREAKABLE_NAME])
    companies, schools = Company.objects.filter(organisation__in=named), School.objects.filter(organisation__in=named)
    trajectories = Trajectory.objects.filter(participations__organisation__in=named).distinct()
    paths = [found.get_absolute_url() for found in [*companies, *schools, *trajectories]]
    paths += [school.get_label_url() for school in schools]
    paths += [found.get_absolute_url() for found in Certificate.objects.filter(organisation__name=UNBREAKABLE_NAME)]
    paths += [reverse("admin:accounts_organisation_change", args=[organisation.pk]) for organisation in named]
    assert len(paths) >= 10
    look_at(paths)


@pytest.mark.parametrize("login", ["buiten", "school"])
def test_someone_of_an_organisation_with_a_long_name(look_at, desktop, demo, sign_in, login):
    """Their own pages, with that name in the head of the page; the menu is open on the phone."""
    member = person(login)
    Organisation.objects.filter(memberships__user=member).update(
        name=UNBREAKABLE_NAME if login == "buiten" else LONG_NAME
    )
    sign_in(desktop, member)
    look_at(["/mijn/", reverse("colleagues"), reverse("phases:list")])
    desktop.set_viewport_size({"width": NARROWEST, "height": 800})
    desktop.locator(".menu summary").click()
    assert desktop.evaluate("document.documentElement.scrollWidth") <= NARROWEST


def test_nothing_yet(look_at, desktop, demo, sign_in):
    sign_in(desktop, person("zonder-organisatie"))
    look_at(["/mijn/", reverse("phases:list"), reverse("workgroups:list")])
    sign_in(desktop, person("voka"))
    lists = [reverse(name) for name in ("companies:list", "schools:list", "practices:list", "certificates:list")]
    lists += [reverse(f"admin:{name}_changelist") for name in ("accounts_organisation", "companies_intake")]
    paths = [f"{path}?q=bestaat-niet" for path in lists]
    paths += [reverse("phases:detail", args=["leeg"]), reverse("workgroups:steering_group", args=["leeg"])]
    look_at(paths)


def test_hundreds_of_rows(look_at, desktop, demo, sign_in):
    sign_in(desktop, person("voka"))
    lists = [reverse("companies:list"), reverse("schools:list"), reverse("admin:accounts_organisation_changelist")]
    workgroup = Workgroup.objects.filter(priority__trajectory__phase=Phase.KEEP_LEARNING).order_by("pk").last()
    paths = [*lists, f"{lists[0]}?page=2", f"{lists[1]}?page=2", reverse("phases:detail", args=["met-velen"])]
    look_at([*paths, workgroup.get_absolute_url()])
