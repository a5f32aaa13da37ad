"""What keeps a contact of a company from simply leaving."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.leaving import Tie
from accounts.models import Membership
from accounts.policy import is_voka_staff
from companies.selectors.intakes import contacts_of


def hand_over_url(membership) -> str:
    """Where a contact of a company hands over."""
    return reverse("companies:contact-hand-over", args=[membership.organisation_id, membership.pk])


def ties_of_contact(membership: Membership, by) -> list[Tie]:
    """The last contact of a company chooses a successor first; only Voka may leave a company without one."""
    organisation = membership.organisation
    if organisation.kind != OrganisationKind.COMPANY or is_voka_staff(by):
        return []
    if contacts_of(organisation).exclude(pk=membership.pk).exists():
        return []
    sentence = _("%(person)s is the last contact of %(organisation)s. Choose who takes over first.")
    return [Tie(sentence % {"person": membership.user, "organisation": organisation}, hand_over_url(membership))]
