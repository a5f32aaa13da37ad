"""The frame every page shares: the main menu of this visitor and the facts in the footer.

It runs on every page, so it asks the database nothing of its own: memberships are the ones the policy loads anyway.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind


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


def _own_organisation(memberships) -> list[tuple[str, str]]:
    """The way to one's own school or company, for who has exactly one of them."""
    own = [row for row in memberships if row.organisation.kind in (OrganisationKind.SCHOOL, OrganisationKind.COMPANY)]
    if len(own) != 1:
        return []
    (membership,) = own
    if membership.organisation.kind == OrganisationKind.SCHOOL:
        return [(_("My school"), reverse("schools:detail", args=[membership.organisation_id]))]
    return [(_("My company"), reverse("companies:detail", args=[membership.organisation_id]))]


def _members_menu(memberships, *, is_staff: bool) -> list[tuple[str, str]]:
    items = [
        (_("My next step"), reverse("my-next-step")),
        *_own_organisation(memberships),
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


def _menu(items: list[tuple[str, str]], path: str) -> list[MenuItem]:
    """The items, of which one at most is where we are: one's own company is also a page below the list of companies."""
    menu = [MenuItem(label, url, path) for label, url in items]
    nearest = max((item.url for item in menu if item.is_active), key=len, default="")
    return [replace(item, path="") if item.is_active and item.url != nearest else item for item in menu]


def navigation(request: HttpRequest) -> dict[str, object]:
    # A request that was refused before the middleware ran has no user yet.
    user: Any = getattr(request, "user", AnonymousUser())
    memberships = user.active_memberships if user.is_authenticated else []
    items = _members_menu(memberships, is_staff=user.is_staff) if user.is_authenticated else _public_menu()
    return {
        "menu": _menu(items, request.path),
        "portal": {
            "name": "IN2STEM",
            "language": "nl-BE" if (get_language() or "").startswith("nl") else "en",
            "contact_email": settings.CONTACT_EMAIL,
            "contact_phone": settings.CONTACT_PHONE,
        },
        "organisation_label": memberships[0].organisation.name if memberships else "",
        "controller": settings.CONTROLLER,
    }
