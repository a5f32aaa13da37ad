"""Pictures of the main pages on a phone and a desktop, for the README and for critical eyes.

They land in docs/screenshots/ with UPDATE_SCREENSHOTS=1; else only that each page opens is tested.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from certificates.models import Certificate
from companies.models import Company
from schools.models import School
from tests.e2e.conftest import PHONE, SCREENSHOTS
from tests.e2e.demo_site import person
from workgroups.models import Workgroup

ALL_TOGETHER = 3_000_000


@pytest.fixture
def site(demo: str) -> str:
    return demo


def main_pages() -> dict[str, tuple[str, str]]:
    """Who looks at which page, by the name of its picture. The demo's signed-in people are named by their login."""
    school = School.objects.get(organisation__memberships__user=person("school"))
    company = Company.objects.get(organisation__memberships__user=person("bedrijf"))
    group = Workgroup.objects.filter(priority__trajectory__slug="kempen").earliest("pk")
    certificate = Certificate.objects.order_by("pk")[0]
    return {
        "home": ("", reverse("home")),
        "aanmelden": ("", reverse("account_login")),
        "inschrijven": ("", reverse("companies:intake")),
        "mijn-volgende-stap": ("bedrijf", reverse("my-next-step")),
        "traject-in-fase-3": ("voka", reverse("phases:detail", args=["kempen"])),
        "werkgroep-in-fase-3": ("voorzitter", group.get_absolute_url()),
        "school-label": ("school", school.get_label_url()),
        "bedrijf": ("bedrijf", company.get_absolute_url()),
        "certificaat-nagekeken": ("", certificate.get_absolute_url()),
        "beheer": ("voka", reverse("admin:index")),
    }


def test_pictures_of_the_main_pages(
    open_page: Callable[..., Page], sign_in: Callable[..., None], screenshot: Callable[[Page, str], Path]
) -> None:
    sizes = {"phone": {"size": PHONE, "is_mobile": True, "has_touch": True}, "desktop": {}}
    for kind, options in sizes.items():
        for name, (login, path) in main_pages().items():
            page = open_page(**options)
            if login:
                sign_in(page, person(login))
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            screenshot(page, f"{name}-{kind}")
            page.context.close()
    if os.environ.get("UPDATE_SCREENSHOTS") == "1":
        assert sum(picture.stat().st_size for picture in SCREENSHOTS.glob("*.png")) < ALL_TOGETHER
