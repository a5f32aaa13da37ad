"""A school's surroundings: its own record and the companies it may trust."""

from accounts.enums import OrganisationKind
from schools.models import (
    School,
)


def companies_near(school):
    """Companies that share a trajectory with this school, and so can be given sight of its scores."""
    from accounts.models import Organisation

    return Organisation.objects.of_kind(OrganisationKind.COMPANY).standing().filter(pk__in=school.participant_ids())


def school_of(organisation) -> School:
    """The profile of an organisation of kind school."""
    return School.objects.select_related("organisation").get(pk=organisation.pk)
