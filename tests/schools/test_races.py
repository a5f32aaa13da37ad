"""Two people at the same moment, on real PostgreSQL: one outcome each, and the bug appears when the lock is taken away."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import QuerySet

from accounts.policy import Conflict
from phases.enums import Phase
from schools import importing, selectors, services
from schools.enums import EvidenceState, LabelLevel, OutcomeKind
from schools.models import CriterionScore, Evidence, EvidenceLog, LabelAward, LabelOutcome, School, Site
from tests.schools.conftest import DAY, evidence, give_label, move_to, score
from tests.schools.test_importing import OFFICIAL, file_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def both():
    """`both(first, second)`: two calls that start together, each on its own connection; their results or refusals."""

    def run(*calls):
        barrier = threading.Barrier(len(calls))

        def one(call):
            barrier.wait()
            try:
                return call()
            except Conflict as conflict:
                return conflict
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    return run


def without_lock(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **how: self)


def submitted(world):
    school = School.objects.get(pk=world.school.pk)
    made = evidence(school, world.teacher, [selectors.current_criteria().first()])
    return services.submit_evidence(evidence=made, by=world.teacher)


def review_together(both, monkeypatch, world, made):
    """One colleague approves while another asks for more; both have looked before either decides."""
    meeting = threading.Barrier(2)
    original = services.evidence._under_review

    def looked(evidence, by):
        found = original(evidence, by)
        try:
            meeting.wait(timeout=1)
        except threading.BrokenBarrierError:
            pass  # the other one is waiting for the lock
        return found

    monkeypatch.setattr(services.evidence, "_under_review", looked)
    return both(
        lambda: services.approve_evidence(evidence=made, by=world.administrator),
        lambda: services.ask_more(evidence=made, by=world.facilitator, comment="Meer."),
    )


def test_two_reviewers_at_once_leave_one_answer(committed_world, both, monkeypatch):
    made = submitted(committed_world)
    results = review_together(both, monkeypatch, committed_world, made)
    assert sum(isinstance(result, Conflict) for result in results) == 1
    answers = EvidenceLog.objects.filter(state__in=[EvidenceState.APPROVED, EvidenceState.MORE_ASKED])
    assert answers.count() == 1
    assert Evidence.objects.get().state == answers.get().state


def test_without_the_lock_both_reviewers_would_answer(committed_world, both, monkeypatch):
    """The negative control."""
    made = submitted(committed_world)
    without_lock(monkeypatch)
    results = review_together(both, monkeypatch, committed_world, made)
    assert [isinstance(result, Conflict) for result in results] == [False, False]
    assert EvidenceLog.objects.exclude(state__in=[EvidenceState.DRAFT, EvidenceState.SUBMITTED]).count() == 2


def test_two_colleagues_on_one_criterion_at_once_lose_nothing(committed_world, both):
    world = committed_world
    school, criterion = School.objects.get(pk=world.school.pk), selectors.current_criteria().first()
    score(school, world, criterion, argument="Begin.")
    results = both(
        lambda: score(school, world, criterion, by=world.teacher, argument="Van Lore.", seen_version=1),
        lambda: score(school, world, criterion, by=world.administrator, argument="Van Ada.", seen_version=1),
    )
    (stale,) = [result for result in results if isinstance(result, services.Stale)]
    (saved,) = [result for result in results if isinstance(result, CriterionScore)]
    assert stale.current.argument == saved.argument == CriterionScore.objects.get().argument
    assert CriterionScore.objects.get().version == 2


def test_two_first_scores_at_once_leave_one_assessment(committed_world, both):
    world = committed_world
    school, criteria = School.objects.get(pk=world.school.pk), list(selectors.current_criteria()[:2])
    both(*(lambda criterion=criterion: score(school, world, criterion) for criterion in criteria))
    assert school.assessments.count() == 1
    assert CriterionScore.objects.count() == 2


def test_one_label_recorded_by_two_people_at_once_is_one_label(committed_world, both):
    school = School.objects.get(pk=committed_world.school.pk)
    both(*(lambda: give_label(school, committed_world.facilitator) for _click in range(2)))
    assert LabelAward.objects.count() == 1


def test_moving_up_recorded_twice_at_once_is_one_award(committed_world, both):
    world = committed_world
    move_to(world.trajectory, Phase.LEVEL_UP)
    school = School.objects.get(pk=world.school.pk)

    def moved_up():
        return services.record_outcome(
            trajectory=world.trajectory,
            school=school,
            outcome=OutcomeKind.MOVED_UP,
            level=LabelLevel.COMPETENT,
            decided_on=DAY,
            by=world.facilitator,
        )

    both(moved_up, moved_up)
    assert (LabelOutcome.objects.count(), LabelAward.objects.count()) == (1, 1)


def test_one_list_read_twice_at_once_makes_each_school_once(committed_world, both):
    content = file_of(OFFICIAL)
    reports = both(lambda: importing.import_schools(content), lambda: importing.import_schools(content))
    assert sorted(report.count(importing.Outcome.CREATED) for report in reports) == [0, 6]
    assert School.objects.exclude(institution_number="").count() == 5
    assert Site.objects.count() == 6
