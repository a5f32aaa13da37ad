"""Two people move one trajectory at the same time, on PostgreSQL, for real: one wins, the other reads who was first.

The negative control takes the row lock away and shows that both then believe they may move.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import IntegrityError, connection, connections
from django.test import Client
from django.urls import reverse

from accounts.policy import Conflict
from jobs.models import Job
from phases import services
from phases.enums import Phase
from phases.models import PhaseChange, TrajectoryQuerySet
from tests.phases.conftest import appoint_steering_chair, put_in_phase

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

# Long enough for the second one to arrive at the lock, or, without a lock, to come through.
MEETING_SECONDS = 2


@pytest.fixture
def meeting(monkeypatch, needs):
    """Whoever is past the lock waits there for the other; holds the names of those who met nobody."""
    barrier = threading.Barrier(2)
    choose = services._choose

    def choose_when_both_are_here(*args):
        with suppress(threading.BrokenBarrierError):
            barrier.wait(MEETING_SECONDS)
            both_came_through.append(threading.get_ident())
        return choose(*args)

    both_came_through = []
    monkeypatch.setattr(services, "_choose", choose_when_both_are_here)
    return both_came_through


def at_the_same_time(*deeds):
    """Do all deeds in threads of their own; their results or exceptions, in order."""
    start = threading.Barrier(len(deeds))

    def do(deed):
        start.wait(10)
        try:
            return deed()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def by_name(results):
    return sorted(type(result).__name__ for result in results)


def move(world, to, by):
    return lambda: services.move(trajectory=world.trajectory, to=to, by=by, reason="Samen", seen=world.trajectory.phase)


def test_two_moves_at_once_leave_one_change_and_tell_the_second_who_was_first(committed_world, meeting):
    world = committed_world
    results = at_the_same_time(
        move(world, Phase.PRIORITIES, world.administrator), move(world, Phase.PRIORITIES, world.facilitator)
    )
    assert by_name(results) == ["Conflict", "PhaseChange"]
    assert meeting == []
    change = PhaseChange.objects.get()
    loser = next(result for result in results if isinstance(result, Conflict))
    assert str(loser).startswith(f"Intussen gewijzigd door {change.by}:")
    assert Job.objects.filter(kind=services.ANNOUNCE).count() == 1


def test_two_moves_to_different_phases_at_once_leave_one_change(committed_world, meeting):
    world = committed_world
    appoint_steering_chair(world)
    put_in_phase(world.trajectory, Phase.EVALUATION)
    results = at_the_same_time(
        move(world, Phase.LEVEL_UP, world.administrator), move(world, Phase.ACTION, world.expert)
    )
    assert by_name(results) == ["Conflict", "PhaseChange"]
    change = PhaseChange.objects.get()
    world.trajectory.refresh_from_db()
    assert world.trajectory.phase == change.target


def test_the_person_who_came_second_reads_it_on_the_page(committed_world, meeting):
    world = committed_world

    def post(user):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return lambda: client.post(reverse("phases:move", args=[world.trajectory.slug]), {"to": Phase.PRIORITIES.value})

    responses = at_the_same_time(post(world.administrator), post(world.facilitator))
    assert sorted(response.status_code for response in responses) == [302, 409]
    change = PhaseChange.objects.get()
    loser = next(response for response in responses if response.status_code == 409)
    assert f"Intussen gewijzigd door {change.by}" in loser.content.decode()


def test_without_the_lock_both_come_through(committed_world, meeting, monkeypatch):
    """Negative control: then only the unique sequence number saves the history, and the second gets an error page."""
    world = committed_world
    monkeypatch.setattr(TrajectoryQuerySet, "select_for_update", lambda queryset: queryset)
    results = at_the_same_time(
        move(world, Phase.PRIORITIES, world.administrator), move(world, Phase.PRIORITIES, world.facilitator)
    )
    assert len(meeting) == 2
    assert by_name(results) == ["IntegrityError", "PhaseChange"]
    assert "one_phase_change_per_sequence_number" in str(next(it for it in results if isinstance(it, IntegrityError)))


def test_without_lock_and_number_the_history_tells_one_move_twice(committed_world, meeting, monkeypatch):
    """Negative control: neither guard is there for show."""
    world = committed_world
    monkeypatch.setattr(TrajectoryQuerySet, "select_for_update", lambda queryset: queryset)
    constraint = next(it for it in PhaseChange._meta.constraints if it.name == "one_phase_change_per_sequence_number")
    with connection.schema_editor() as editor:
        editor.remove_constraint(PhaseChange, constraint)
    try:
        results = at_the_same_time(
            move(world, Phase.PRIORITIES, world.administrator), move(world, Phase.PRIORITIES, world.facilitator)
        )
        assert by_name(results) == ["PhaseChange", "PhaseChange"]
        assert PhaseChange.objects.count() == 2
    finally:
        with connection.cursor() as cursor:
            # A trigger forbids DELETE; TRUNCATE is how the test database is emptied anyway.
            cursor.execute("TRUNCATE phases_phasechange CASCADE")
        with connection.schema_editor() as editor:
            editor.add_constraint(PhaseChange, constraint)
