"""Who may do what, as one table: a row for each permission, a column for each member of the cast."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.enums import OrganisationKind
from accounts.models import User
from accounts.policy import PERMISSIONS, Action, Refused, letting_in, may, require
from phases.models import Participation, Trajectory

pytestmark = pytest.mark.django_db

# The object of each question: the trajectory of the cast; the company of owner, colleague and chair; the school of teacher;
# a workgroup led by chair, with a seat for teacher; a practice written by colleague, shared with who takes part. The expert
# chairs the steering group. "x" may, "." may not.
CAST = (
    "administrator facilitator owner colleague chair neighbour teacher other_teacher expert stranger deactivated nobody"
)
TABLE = """
MODERATE              x x . . . . . . . . . .
MANAGE_PEOPLE         x . . . . . . . . . . .
INVITE_COLLEAGUE      x x x . . . . . . . . .
SEE_DOWNLOADS         x x . . . . x . . . . .
SEE_TRAJECTORY        x x x x x x x x x . . .
MOVE_PHASE            x x . . . . . . . . . .
ADJUST_COURSE         x x . . . . . . x . . .
OVERRIDE_PHASE        x . . . . . . . . . . .
SEE_COMPANY           x x x x x x x x x . . .
SEE_COMPANY_BASELINE  x x x x x . . . . . . .
SEE_COMPANY_CONTACTS  x x x x x . . . . . . .
EDIT_COMPANY          x x x . . . . . . . . .
MEASURE_COMPANY       x x x x x . . . . . . .
SEE_SCHOOL            x x x x x x x x x . . .
SEE_SCHOOL_SCORES     x x . . . . x . . . . .
SEE_SCHOOL_DOSSIER    x x . . . . x . . . . .
EDIT_SCHOOL           x x . . . . x . . . . .
EXPORT_DOSSIER        x x . . . . x . . . . .
SEE_GROUP_REPORT      x x . . . . . . x . . .
SEE_STEERING_GROUP    x x x x x x x x x . . .
STEER                 x x . . . . . . x . . .
SEE_WORKGROUP         x x x x x x x x x . . .
WORK_IN_WORKGROUP     x x . . x . x . . . . .
LEAD_WORKGROUP        x x . . x . . . . . . .
SEE_PRACTICE          x x x x x x x x x . . .
WRITE_PRACTICE        x x . x x . x . . . . .
SEE_CERTIFICATE       x x x x x . . . . . . .
ISSUE_CERTIFICATE     x x . . . . . . . . . .
REVOKE_CERTIFICATE    x x . . . . . . . . . .
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]


@pytest.fixture
def objects(world):
    """What each permission is asked about. A stand-in offers exactly what the policy's predicates ask for."""
    participants = frozenset(world.trajectory.participations.values_list("organisation_id", flat=True))

    def stand_in(**offers):
        return SimpleNamespace(participant_ids=lambda: participants, **offers)

    group = stand_in(
        steering_chair_id=lambda: world.expert.pk, steering_member_ids=lambda: frozenset({world.expert.pk})
    )
    company = stand_in(organisation_id=world.company.pk)
    school = stand_in(organisation_id=world.school.pk, shows_scores_to=lambda user: False)
    workgroup = stand_in(
        has_seat=lambda user: user in (world.chair, world.teacher), is_led_by=lambda user: user == world.chair
    )
    practice = SimpleNamespace(
        author_id=world.colleague.pk,
        has_seat=workgroup.has_seat,
        is_led_by=workgroup.is_led_by,
        is_shared_with=lambda user: bool(user.organisation_ids & participants),
    )
    by_family = {
        "COMPANY": company,
        "CERTIFICATE": company,
        "SCHOOL": school,
        "WORKGROUP": workgroup,
        "PRACTICE": practice,
        "COURSE": group,
        "STEER": group,
        "STEERING": group,
        "COLLEAGUE": world.company,
        "DOWNLOADS": school,
        "DOSSIER": school,
        "REPORT": group,
    }

    def object_of(action):
        return next((by_family[word] for word in action.name.split("_") if word in by_family), world.trajectory)

    return object_of


def person(world, name):
    return AnonymousUser() if name == "nobody" else User.objects.get(pk=getattr(world, name).pk)


def test_the_table_names_every_permission_once():
    assert [row[0] for row in ROWS] == [action.name for action in Action]
    assert set(PERMISSIONS) == set(Action)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_who_may(world, objects, row):
    action = Action[row[0]]
    subject = objects(action)
    found = [action.name]
    for name in CAST.split():
        user = person(world, name)
        answer = may(user, action, subject)
        assert user.has_perm(action, subject) == answer
        if answer:
            require(user, action, subject)
        else:
            with pytest.raises(Refused) as refusal:
                require(user, action, subject)
            assert str(refusal.value.sentence).endswith(".")
        found.append("x" if answer else ".")
    assert found == row


def test_scores_are_shown_to_whom_the_school_agreed(world):
    school = SimpleNamespace(organisation_id=world.school.pk, shows_scores_to=lambda user: user == world.owner)
    assert may(world.owner, Action.SEE_SCHOOL_SCORES, school)
    assert not may(world.neighbour, Action.SEE_SCHOOL_SCORES, school)
    assert not may(world.owner, Action.SEE_SCHOOL_DOSSIER, school)


def test_without_an_object_only_voka_may(world):
    for action in Action:
        assert not may(world.owner, action)
        assert may(world.administrator, action)


@pytest.mark.parametrize("name", CAST.split())
def test_the_list_of_trajectories_is_what_the_policy_lets_someone_see(world, name):
    user = person(world, name)
    # A deactivated person never gets as far as a list: the session ends (tests/accounts/test_sign_in.py).
    if name == "deactivated":
        assert not any(may(user, Action.SEE_TRAJECTORY, each) for each in Trajectory.objects.all())
        return
    visible = set(Trajectory.objects.visible_to(user))
    assert visible == {each for each in Trajectory.objects.all() if may(user, Action.SEE_TRAJECTORY, each)}


def test_a_former_participant_keeps_seeing_the_trajectory(world):
    Participation.objects.filter(organisation=world.company).update(left_on=Participation.objects.first().joined_on)
    owner = person(world, "owner")
    assert may(owner, Action.SEE_TRAJECTORY, world.trajectory)
    assert list(Trajectory.objects.visible_to(owner)) == [world.trajectory]


def test_rights_follow_memberships_and_nothing_else(world):
    """A flag on the account opens nothing, and there is no superuser to be."""
    User.objects.filter(pk=world.stranger.pk).update(is_staff=True)
    stranger = person(world, "stranger")
    assert not any(may(stranger, action, world.trajectory) for action in (Action.MODERATE, Action.SEE_TRAJECTORY))
    assert not hasattr(stranger, "is_superuser")
    assert not stranger.has_perm("accounts.delete_user")
    assert not stranger.has_module_perms("accounts")
    assert world.facilitator.has_module_perms("accounts")


def test_letting_people_in_is_for_administrators_where_voka_itself_is_concerned(world):
    assert letting_in(world.chamber) == Action.MANAGE_PEOPLE
    for kind in set(OrganisationKind) - {OrganisationKind.VOKA}:
        assert letting_in(SimpleNamespace(kind=kind)) == Action.INVITE_COLLEAGUE
