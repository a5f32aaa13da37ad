"""The frame every page shares: the main menu of this visitor and the facts in the footer.

It runs on every page, so it asks the database nothing of its own: memberships are the ones the policy loads anyway.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class MenuItem:
    label: str
    url: str
    path: str

    @property
    def is_active(self) -> bool:
        return bool(self.current)

    @property
    def current(self) -> str:
        """The value of aria-current: this very page, or a page below it."""
        if self.path == self.url:
            return "page"
        return "true" if self.url != "/" and self.path.startswith(self.url) else ""


def _public_menu() -> list[tuple[str, str]]:
    home = reverse("home")
    return [
        (_("What is IN2STEM?"), f"{home}#what"),
        (_("The six phases"), f"{home}#phases"),
        (_("Practices"), reverse("practices:list")),
        (_("Check a certificate"), reverse("certificates:check")),
    ]


def _members_menu(*, is_staff: bool) -> list[tuple[str, str]]:
    items = [
        (_("My next step"), reverse("my-next-step")),
        (_("Trajectories"), reverse("phases:list")),
        (_("Companies"), reverse("companies:list")),
        (_("Schools"), reverse("schools:list")),
        (_("Workgroups"), reverse("workgroups:list")),
        (_("Practices"), reverse("practices:list")),
        (_("Certificates"), reverse("certificates:list")),
    ]
    if is_staff:
        items.append((_("Back office"), reverse("admin:index")))
    return items


def navigation(request: HttpRequest) -> dict[str, object]:
    # A request that was refused before the middleware ran has no user yet.
    user: Any = getattr(request, "user", AnonymousUser())
    items = _members_menu(is_staff=user.is_staff) if user.is_authenticated else _public_menu()
    memberships = user.active_memberships if user.is_authenticated else []
    return {
        "menu": [MenuItem(label=label, url=url, path=request.path) for label, url in items],
        "portal": {
            "name": "IN2STEM",
            "language": "nl-BE" if (get_language() or "").startswith("nl") else "en",
            "contact_email": settings.CONTACT_EMAIL,
            "contact_phone": settings.CONTACT_PHONE,
        },
        "organisation_label": memberships[0].organisation.name if memberships else "",
        "controller": settings.CONTROLLER,
    }
