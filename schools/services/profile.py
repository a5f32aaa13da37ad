"""A school's profile, number and who may see its scores."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from accounts.policy import Action, Conflict, Refused, require
from schools import selectors
from schools.models import (
    FormerNumber,
    School,
)

ORGANISATION_FIELDS = ("name", "chamber", "street", "postal_code", "municipality", "website")


@transaction.atomic
def create_school(*, name, by=None, **facts) -> School:
    """Add a school. `facts` are fields of School and the address fields of Organisation; `by` None is the system."""
    if by is not None:
        require(by, Action.MODERATE)
    own = {key: facts.pop(key) for key in ORGANISATION_FIELDS if key in facts}
    organisation = Organisation.objects.create(kind=OrganisationKind.SCHOOL, name=name, **own)
    school = School.objects.get(pk=organisation.pk)
    for key, value in facts.items():
        setattr(school, key, value)
    school.save()
    return school


@transaction.atomic
def change_institution_number(*, school, number, by=None) -> School:
    """Give a school another number and remember the old one, so that an older list still finds the school."""
    if by is not None:
        require(by, Action.MODERATE)
    school = School.objects.select_for_update().get(pk=school.pk)
    if school.institution_number and school.institution_number != number:
        FormerNumber.objects.create(school=school, number=school.institution_number)
    school.institution_number = number
    school.save(update_fields=["institution_number"])
    return school


@transaction.atomic
def share_scores(*, school, companies, by) -> School:
    """Decide which companies may see the scores. Only the school itself decides that, not even Voka."""
    require(by, Action.EDIT_SCHOOL, school)
    if school.pk not in by.organisation_ids:
        raise Refused(_("Only the school itself decides who sees its scores."))
    near = set(selectors.companies_near(school).values_list("pk", flat=True))
    if not {company.pk for company in companies} <= near:
        raise Conflict(_("You can only choose companies of your own trajectory."))
    school.scores_shared_with.set(companies)
    return school
