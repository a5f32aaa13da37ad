"""Two people at the same moment with an application, a list or a version, on real PostgreSQL: one outcome."""

import pytest
from django.db import IntegrityError

from accounts.policy import Conflict
from schools import services
from schools.enums import ApplicationState, LabelLevel
from schools.models import ApplicationStep, Framework, LabelApplication, LabelAward, School, SchoolList, Site
from tests.schools.conftest import DAY, pdf
from tests.schools.test_importing import OFFICIAL, file_of
from tests.schools.test_races import both, without_lock  # noqa: F401  (`both` is a fixture)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def school_of(world):
    return School.objects.get(pk=world.school.pk)


def sent(world):
    made = services.start_application(school=school_of(world), level=LabelLevel.PROFICIENT, by=world.teacher)
    return services.submit_application(application=made, submitted_on=DAY, by=world.teacher)


def test_two_colleagues_who_start_together_start_one_application(committed_world, both):  # noqa: F811
    world = committed_world

    def start():
        return services.start_application(school=school_of(world), level=LabelLevel.EXPERT, by=world.teacher)

    assert len({made.pk for made in both(start, start)}) == 1
    assert (LabelApplication.objects.count(), ApplicationStep.objects.count()) == (1, 1)


def test_one_answers_while_another_withdraws_and_only_one_of_both_holds(committed_world, both):  # noqa: F811
    world, application = committed_world, sent(committed_world)
    results = both(
        lambda: services.grant_application(application=application, decided_on=DAY, proof=pdf(), by=world.teacher),
        lambda: services.withdraw_application(application=application, by=world.teacher),
    )
    assert sum(isinstance(result, Conflict) for result in results) == 1
    application.refresh_from_db()
    assert LabelAward.objects.count() == (application.state == ApplicationState.GRANTED)


def test_without_the_lock_two_applications_would_collide(committed_world, both, monkeypatch):  # noqa: F811
    """The negative control: the constraint still holds, and somebody would get an error instead of the application."""
    world = committed_world
    without_lock(monkeypatch)

    def start():
        try:
            return services.start_application(school=school_of(world), level=LabelLevel.EXPERT, by=world.teacher)
        except IntegrityError:
            return None

    for _attempt in range(20):
        if None in both(start, start):
            break
        services.withdraw_application(application=LabelApplication.objects.first(), by=world.teacher)
    else:
        pytest.fail("the two never met: this race proves nothing")


def test_a_list_that_two_take_over_at_once_is_read_once(committed_world, both):  # noqa: F811
    world = committed_world
    kept = services.keep_list(name="x.csv", content=file_of(OFFICIAL), by=world.facilitator)

    def take_over():
        return services.take_over_list(school_list=kept, by=world.facilitator)

    both(take_over, take_over)
    assert Site.objects.count() == 6
    assert SchoolList.objects.get().created == 6


def test_two_copies_at_once_get_two_numbers(committed_world, both):  # noqa: F811
    world, current = committed_world, Framework.objects.get()

    def copy():
        return services.copy_framework(framework=current, by=world.facilitator)

    assert sorted(made.version for made in both(copy, copy)) == [2, 3]
