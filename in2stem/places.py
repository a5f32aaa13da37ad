"""The way to one's own pages: the organisations and workgroups someone belongs to, and what can be opened there.

What stands here is known already when "Mijn volgende stap" is made: it asks the database nothing.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.enums import OrganisationKind
from accounts.policy import Action, may
from schools.enums import LABELS, LabelLevel


@dataclass(frozen=True)
class Link:
    label: str | Promise
    url: str


@dataclass(frozen=True)
class Place:
    """Where someone belongs, an organisation or their workgroups, and the pages they have there."""

    name: str | Promise
    links: list[Link]


def own_page(organisation) -> str:
    """The page of an organisation for its own people; empty for a kind that has none."""
    pages = {OrganisationKind.COMPANY: "companies:detail", OrganisationKind.SCHOOL: "schools:detail"}
    name = pages.get(organisation.kind)
    return reverse(name, args=[organisation.pk]) if name else ""


def places_of(user, seats, labels, applications) -> list[Place]:
    """A place for each organisation of this person, and one for the workgroups. What stands here is known already."""
    places = []
    for membership in user.active_memberships:
        organisation = membership.organisation
        if organisation.kind == OrganisationKind.COMPANY:
            links = _of_company(organisation)
        elif organisation.kind == OrganisationKind.SCHOOL:
            links = _of_school(organisation, labels.get(organisation.pk), applications.get(organisation.pk))
        elif organisation.kind == OrganisationKind.VOKA:
            links = [Link(_("Work lists"), reverse("admin:index")), Link(_("Workgroups"), reverse("workgroups:list"))]
        else:
            links = [Link(_("Colleagues"), f"{reverse('colleagues')}?organisatie={organisation.pk}")]
        places.append(Place(organisation.name, links))
    groups = {seat.workgroup for seat in seats}
    if groups:
        own = [Link(group.name, group.get_absolute_url()) for group in sorted(groups, key=lambda group: group.name)]
        places.append(Place(ngettext("Your workgroup", "Your workgroups", len(own)), own))
    return places


def _of_company(organisation) -> list[Link]:
    return [
        Link(_("Profile"), own_page(organisation)),
        Link(_("Your result"), reverse("companies:results", args=[organisation.pk])),
        Link(_("Colleagues"), reverse("companies:contacts", args=[organisation.pk])),
    ]


def _of_school(organisation, award, application) -> list[Link]:
    following = next_level(LabelLevel(award.level) if award else LabelLevel.NONE)
    links = [
        Link(_("Profile"), own_page(organisation)),
        Link(_("Self-assessment"), reverse("schools:label", args=[organisation.pk])),
        Link(_("Our evidence"), reverse("schools:evidence", args=[organisation.pk])),
    ]
    if following:
        missing = _("What is missing for %(level)s?") % {"level": following.label}
        links.append(Link(missing, reverse("schools:gap", args=[organisation.pk])))
    if application:
        sentence = _("Application for %(level)s") % {"level": application.target.label}
        links.append(Link(sentence, application.get_absolute_url()))
    links.append(Link(_("Dossier"), reverse("schools:dossier", args=[organisation.pk])))
    links.append(Link(_("Colleagues"), f"{reverse('colleagues')}?organisatie={organisation.pk}"))
    return links


def suggestions_for(user) -> list[Link]:
    """What somebody of a company can do while nothing is asked."""
    company = next((row for row in user.active_memberships if row.organisation.kind == OrganisationKind.COMPANY), None)
    if company is None:
        return []
    pk = company.organisation_id
    links = [
        Link(_("Look at your result"), reverse("companies:results", args=[pk])),
        Link(_("Complete your own details"), reverse("profile")),
    ]
    if may(user, Action.INVITE_COLLEAGUE, company):
        links.append(Link(_("Add a colleague"), reverse("companies:contact-invite", args=[pk])))
    return links


def next_level(level) -> LabelLevel | None:
    return next((following for following in LABELS if following.rank == level.rank + 1), None)
