"""Who signs in to the demo: Voka's own people, those of the contract, and everyone else under a number."""

import datetime

from allauth.account.models import EmailAddress

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from accounts.services import add_member
from in2stem.demo import names
from in2stem.demo.calendar import first_year_for, on_day
from in2stem.demo.stage import DOMAIN, SETTINGS


def add_voka(stage):
    for setting in SETTINGS:
        stage.chambers[setting.chamber] = Organisation.objects.create(kind=OrganisationKind.VOKA, name=setting.chamber)
    home = stage.chambers["Voka Mechelen-Kempen"]
    with on_day(datetime.date(first_year_for(6, stage.today), 8, 20)):
        stage.voka = add_person(
            stage, "Ann-Sophie", "Depauw-Lemmens", "voka", home, Role.ADMINISTRATOR, "Programmaverantwoordelijke"
        ).user
        stage.facilitator = add_person(
            stage, "Koen", "Van Nieuwenhuyse", "facilitator", home, Role.STAFF, "Facilitator"
        )


def add_person(stage, first, last, login, organisation, role, job_function, profile=""):
    user = User.objects.create(email=f"{login}@{DOMAIN}", first_name=first, last_name=last, password=stage.password)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return add_member(
        user=user, organisation=organisation, role=role, job_function=job_function, function_profile=profile
    )


def add_someone(stage, organisation, role, job_function, profile):
    n = next(stage.persons)
    first, last = names.person(n)
    return add_person(stage, first, last, f"persoon{n + 1}", organisation, role, job_function, profile)
