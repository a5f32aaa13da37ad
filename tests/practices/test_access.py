"""Who reads which practice: the queryset and the policy give the same answer for everyone."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.policy import Action, may
from practices.models import Practice
from practices.selectors import published_of
from tests.practices.conftest import published, submitted, write
from tests.workgroups.scenery import make_workgroup
from workgroups.services import unseat

pytestmark = pytest.mark.django_db

INSIDE = {"administrator", "facilitator", "chair", "owner", "teacher"}
TRAJECTORY = INSIDE | {"expert", "colleague", "neighbour", "other_teacher"}
EVERYONE = TRAJECTORY | {"stranger"}
CASES = {
    "draft": (write, {}, INSIDE, False),
    "public draft": (write, {"is_public": True}, INSIDE, False),
    "in review": (submitted, {"is_public": True}, INSIDE, False),
    "shared": (published, {}, TRAJECTORY, False),
    "public": (published, {"is_public": True}, EVERYONE, True),
}


@pytest.mark.parametrize("case", CASES)
def test_who_reads_it(scene, case):
    make, values, readers, visitor_reads = CASES[case]
    practice = make(scene, **values)
    fresh = Practice.objects.get(pk=practice.pk)
    people = {name: getattr(scene.world, name) for name in EVERYONE}
    by_queryset = {name for name, user in people.items() if fresh in Practice.objects.visible_to(user)}
    by_policy = {name for name, user in people.items() if may(user, Action.SEE_PRACTICE, fresh)}
    assert by_queryset == by_policy == readers
    assert (fresh in Practice.objects.visible_to(AnonymousUser())) == visitor_reads


def test_who_left_the_workgroup_no_longer_reads_its_drafts_unless_as_author(scene):
    practice, world = write(scene), scene.world
    for user in (world.owner, world.teacher):
        seat = scene.workgroup.seats.get(membership=world.membership(user))
        unseat(seat=seat, by=world.administrator)
    fresh = Practice.objects.get(pk=practice.pk)
    for user, reads in ((world.owner, False), (world.teacher, True)):
        assert (fresh in Practice.objects.visible_to(user)) == reads
        assert may(user, Action.SEE_PRACTICE, fresh) == reads


def test_a_company_made_the_shared_practices_of_its_workgroups(scene):
    world = scene.world
    shared = published(scene)
    write(scene, title="Nog een concept")
    robots = make_workgroup(world, "Robots", people=False)
    Practice.objects.create(workgroup=robots, author=world.owner, title="Elders", slug="elders")
    assert list(published_of(world.company, world.trajectory)) == [shared]
    assert list(published_of(world.school, world.trajectory)) == [shared]
    assert list(published_of(world.other_company, world.trajectory)) == []
    assert list(published_of(world.company, world.other_trajectory)) == []
