"""Two people at the same moment, on real PostgreSQL: one dossier is made, and a refused file always comes back."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet

from accounts.policy import Conflict
from documents import services as documents
from documents.checks.refusal import Reason
from schools import selectors, services
from schools.enums import EvidenceState
from schools.models import Dossier, Evidence, School
from tests.schools.conftest import evidence, file_of, pdf

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def together(*calls):
    """Start all calls at once, each on its own connection; their results or refusals."""
    barrier = Barrier(len(calls))

    def one(call):
        barrier.wait()
        try:
            return call()
        except (Conflict, IntegrityError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def ask_twice(world):
    school = School.objects.get(pk=world.school.pk)
    return together(
        *(
            lambda person=person: services.request_dossier(school=school, trajectory=None, by=person)
            for person in (world.teacher, world.facilitator)
        )
    )


def test_two_clicks_at_once_make_one_dossier(committed_world):
    first, second = ask_twice(committed_world)
    assert first == second == Dossier.objects.get()


def test_without_the_lock_the_database_still_lets_only_one_in(committed_world, monkeypatch):
    original, looked = QuerySet.first, Barrier(2)

    def wait_after_looking(self):
        found = original(self)
        if self.model is Dossier:
            looked.wait(5)
        return found

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **how: self)
    monkeypatch.setattr(QuerySet, "first", wait_after_looking)
    results = ask_twice(committed_world)
    assert Dossier.objects.count() == 1
    assert sorted(type(result).__name__ for result in results) == ["Dossier", "IntegrityError"]


def test_handing_in_and_refusing_at_once_never_leaves_a_refused_file_with_voka(committed_world):
    world = committed_world
    school = School.objects.get(pk=world.school.pk)
    made = evidence(school, world.teacher, [selectors.current_criteria().first()], upload=pdf())
    together(
        lambda: services.submit_evidence(evidence=made, by=world.teacher),
        lambda: documents.refuse(file_of(made).pk, Reason.ACTIVE_PDF),
    )
    assert Evidence.objects.get().state in (EvidenceState.DRAFT, EvidenceState.MORE_ASKED)
