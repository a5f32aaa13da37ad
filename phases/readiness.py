"""What must be true of the participants before a trajectory leaves phase 1."""

from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from phases.machine import Blocker
from phases.selectors import participants_by_kind


def schools_and_companies_take_part(trajectory):
    """At least one school and one company take part."""
    taking_part = participants_by_kind(trajectory)
    if not taking_part[OrganisationKind.SCHOOL]:
        yield Blocker(_("No school takes part yet. Add at least one."), _participants_page(trajectory))
    if not taking_part[OrganisationKind.COMPANY]:
        yield Blocker(_("No company takes part yet. Accept at least one."), _participants_page(trajectory))


def _participants_page(trajectory):
    return trajectory.get_absolute_url() + "#deelnemers"
