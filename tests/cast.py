"""The named cast of every test: who they are, where they work and which trajectory they share.

`world` holds one trajectory in phase 1 with two schools and two companies, and a stranger in another trajectory. Apps add
their own scenery in their own conftest.py; the people stay the same everywhere.
"""

from dataclasses import dataclass, field

import pytest

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from phases.models import Participation, Trajectory
from tests.snapshots import Snapshot

PASSWORD = "een-lang-wachtwoord"


@dataclass
class World:
    """Everyone and everything the tests talk about."""

    chamber: Organisation
    trajectory: Trajectory
    other_trajectory: Trajectory
    school: Organisation
    other_school: Organisation
    company: Organisation
    other_company: Organisation
    partner: Organisation
    strange_company: Organisation
    administrator: User  # Voka administrator
    facilitator: User  # Voka staff
    chair: User  # from `company`; becomes chair of a workgroup
    owner: User  # represents `company`
    colleague: User  # works for `company`, does not represent it
    neighbour: User  # represents `other_company`, same trajectory
    teacher: User  # represents `school`
    other_teacher: User  # represents `other_school`, same trajectory
    expert: User  # works for the external `partner`; becomes chair of the steering group
    stranger: User  # represents a company in another trajectory
    deactivated: User  # once represented `company`
    extra: dict = field(default_factory=dict)

    def membership(self, user) -> Membership:
        """The one membership of a member of the cast."""
        return user.memberships.get()


def make_person(first_name, last_name, organisation, role=Role.REPRESENTATIVE, **fields) -> User:
    """A person with a confirmed address (first.last@test.example) and one membership."""
    from allauth.account.models import EmailAddress

    from accounts.services import add_member

    email = f"{first_name}.{last_name}@test.example".lower().replace(" ", "")
    user = User.objects.create_user(email, PASSWORD, first_name=first_name, last_name=last_name, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    add_member(user=user, organisation=organisation, role=role)
    return user


def make_organisation(kind, name, chamber=None, **fields) -> Organisation:
    return Organisation.objects.create(kind=kind, name=name, chamber=chamber, **fields)


def make_world() -> World:
    """The cast, in this database."""
    return CAST.put_back()


def _build_world() -> World:
    kind = OrganisationKind
    chamber = make_organisation(kind.VOKA, "Voka Testkamer")
    school, other_school = (make_organisation(kind.SCHOOL, n, chamber) for n in ("Atheneum Zuid", "College Noord"))
    company, other_company, strange_company = (
        make_organisation(kind.COMPANY, n, chamber) for n in ("Boormachines nv", "Lasrobots bv", "Vreemde Firma nv")
    )
    partner = make_organisation(kind.PARTNER, "Onderzoekscentrum Techniek", chamber)
    trajectory = Trajectory.objects.create(
        name="Testtraject", slug="testtraject", chamber=chamber, first_school_year=2025, last_school_year=2026
    )
    other_trajectory = Trajectory.objects.create(
        name="Ander traject", slug="ander-traject", chamber=chamber, first_school_year=2025, last_school_year=2026
    )
    for organisation in (school, other_school, company, other_company, partner):
        Participation.objects.create(trajectory=trajectory, organisation=organisation)
    Participation.objects.create(trajectory=other_trajectory, organisation=strange_company)
    deactivated = make_person("Dirk", "Vertrokken", company)
    User.objects.filter(pk=deactivated.pk).update(is_active=False)
    deactivated.refresh_from_db()
    administrator = make_person("Ada", "Beheer", chamber, Role.ADMINISTRATOR)
    trajectory.manager = administrator
    trajectory.save()
    return World(
        chamber=chamber,
        trajectory=trajectory,
        other_trajectory=other_trajectory,
        school=school,
        other_school=other_school,
        company=company,
        other_company=other_company,
        partner=partner,
        strange_company=strange_company,
        administrator=administrator,
        facilitator=make_person("Fien", "Begeleider", chamber, Role.STAFF),
        chair=make_person("Victor", "Voorzitter", company, Role.COLLEAGUE),
        owner=make_person("Olga", "Eigenaar", company),
        colleague=make_person("Cas", "Collega", company, Role.COLLEAGUE),
        neighbour=make_person("Bea", "Buur", other_company),
        teacher=make_person("Lore", "Leerkracht", school),
        other_teacher=make_person("Arne", "Anders", other_school),
        expert=make_person("Ellen", "Expert", partner),
        stranger=make_person("Sam", "Vreemd", strange_company),
        deactivated=deactivated,
    )


CAST = Snapshot(_build_world)


@pytest.fixture
def world(db):
    """The cast in an ordinary, rolled-back test."""
    return make_world()


@pytest.fixture
def committed_world(transactional_db):
    """The cast, really committed: for threads, on_commit, workers and browsers."""
    return make_world()


@pytest.fixture
def sign_in_as(client):
    """Sign the test client in as a member of the cast and return the client."""

    def sign_in(user):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
