"""The arithmetic of the gap: it never promises too much, and more work never makes it worse. Plain loops over many cases."""

import itertools
import random
from decimal import Decimal

import pytest

from schools.gap import Ask, CriterionGap, ElementGap, Requirements, Standing, gap_to, level_reached

NUMBERS = ["1.1", "1.2", "2.1"]
SCORES = [None, 0, 1, 2, 3, 4]


def one(ask, standing):
    return CriterionGap("2.3", ask, standing)


@pytest.mark.parametrize(
    ("ask", "standing", "points", "to_add", "waiting", "is_met"),
    [
        (Ask(3, 2), Standing(3, 2), 0, 0, 0, True),
        (Ask(3, 2), Standing(4, 5), 0, 0, 0, True),
        (Ask(3, 2), Standing(2, 2), 1, 0, 0, False),
        (Ask(3, 2), Standing(3, 0), 0, 2, 0, False),
        (Ask(3, 2), Standing(3, 0, 1), 0, 1, 1, False),
        (Ask(3, 2), Standing(3, 0, 9), 0, 0, 2, False),
        (Ask(3, 2), Standing(3, 2, 9), 0, 0, 0, True),
        (Ask(0, 0), Standing(), 0, 0, 0, True),
        (Ask(0, 1), Standing(None, 1), 0, 0, 0, True),
    ],
)
def test_a_criterion_says_what_is_short_and_what_waits(ask, standing, points, to_add, waiting, is_met):
    found = one(ask, standing)
    assert (found.points_short, found.evidence_to_add, found.evidence_waiting, found.is_met) == (
        points,
        to_add,
        waiting,
        is_met,
    )


def test_no_score_is_not_a_score_of_zero():
    nothing, zero = one(Ask(2), Standing(None)), one(Ask(2), Standing(0))
    assert (nothing.lacks_score, nothing.points_short, nothing.is_met) == (True, 0, False)
    assert (zero.lacks_score, zero.points_short, zero.is_met) == (False, 2, False)
    assert one(Ask(0), Standing(None)).is_met


def test_what_only_waits_is_not_work_for_the_school():
    assert one(Ask(2, 1), Standing(2, 0, 1)).only_waits
    assert not one(Ask(2, 1), Standing(1, 0, 1)).only_waits
    assert not one(Ask(2, 1), Standing(2, 1)).only_waits
    assert not one(Ask(2, 2), Standing(2, 0, 1)).only_waits


@pytest.mark.parametrize(
    ("wanted", "scores", "short"),
    [
        ("2.5", [2, 3], 0),
        ("2.5", [2, 2], 1),
        ("2.5", [0, 0], 5),
        ("3.3", [3, 3, 3], 1),
        ("3.3", [3, 3, 4], 0),
        ("2.1", [2, 2, 2], 1),
        ("0", [0, 0], 0),
        ("4.0", [4, 4, 4, 4, 3], 1),
    ],
)
def test_points_short_of_a_mean_are_the_fewest_whole_points_that_reach_it(wanted, scores, short):
    criteria = tuple(CriterionGap(f"1.{n}", Ask(), Standing(score)) for n, score in enumerate(scores, 1))
    element = ElementGap(1, Decimal(wanted), criteria)
    assert element.points_short == short
    assert element.mean_is_met == (short == 0)
    assert Decimal(sum(scores) + short) / len(scores) >= Decimal(wanted)
    assert short == 0 or Decimal(sum(scores) + short - 1) / len(scores) < Decimal(wanted)


def test_a_mean_counts_only_once_every_criterion_has_a_score():
    element = ElementGap(1, Decimal("1.0"), (one(Ask(), Standing(4)), one(Ask(), Standing(None))))
    assert (element.is_scored, element.mean_is_met, element.points_short) == (False, False, 0)


def some_requirements(dice):
    return Requirements(
        {number: Ask(dice.randint(0, 4), dice.randint(0, 3)) for number in NUMBERS},
        {1: Decimal(dice.randint(0, 40)) / 10, 2: Decimal(dice.randint(0, 40)) / 10},
    )


def some_standings(dice):
    return {number: Standing(dice.choice(SCORES), dice.randint(0, 3), dice.randint(0, 2)) for number in NUMBERS}


CASES = [(some_requirements(dice), some_standings(dice)) for seed in range(300) for dice in [random.Random(seed)]]


def test_a_gap_is_met_exactly_when_every_single_condition_is():
    met = 0
    for requirements, standings in CASES:
        gap = gap_to(requirements, standings, NUMBERS)
        assert gap.is_met == (gap.steps_met == gap.steps)
        assert gap.is_met == (not gap.open and not gap.waiting and not gap.means_short)
        assert 0 <= gap.steps_met <= gap.steps
        assert gap.evidence_short >= gap.evidence_to_add >= 0
        met += gap.is_met
    assert 0 < met < len(CASES)


def test_doing_what_is_asked_closes_the_gap():
    for requirements, standings in CASES:
        done = {
            each.number: Standing(4, each.standing.approved + each.evidence_short)
            for each in gap_to(requirements, standings, NUMBERS).criteria
        }
        assert gap_to(requirements, done, NUMBERS).is_met


def test_more_never_makes_it_worse():
    for requirements, standings in CASES:
        before = gap_to(requirements, standings, NUMBERS)
        for number in NUMBERS:
            had = standings[number]
            higher = None if had.score is None else min(4, had.score + 1)
            for better in (
                Standing(higher, had.approved, had.waiting),
                Standing(had.score, had.approved + 1, had.waiting),
                Standing(had.score, had.approved + 1, max(0, had.waiting - 1)),
            ):
                after = gap_to(requirements, standings | {number: better}, NUMBERS)
                assert after.steps_met >= before.steps_met
                assert after.evidence_short <= before.evidence_short


def test_a_criterion_of_which_nothing_is_known_counts_as_missing():
    gap = gap_to(Requirements({"1.1": Ask(1, 1)}, {}), {}, ["1.1", "1.2"])
    assert [each.number for each in gap.open] == ["1.1"]
    assert (gap.evidence_to_add, gap.scores_short) == (1, 1)


LADDER = [(level, Requirements({"1.1": Ask(score, score)}, {})) for level, score in (("a", 1), ("b", 2), ("c", 3))]


@pytest.mark.parametrize(
    ("standing", "reached"),
    [
        (Standing(), None),
        (Standing(1, 0), None),
        (Standing(1, 1), "a"),
        (Standing(2, 1), "a"),
        (Standing(2, 4), "b"),
        (Standing(4, 3), "c"),
    ],
)
def test_the_level_reached_is_the_highest_with_every_level_below_it(standing, reached):
    assert level_reached(LADDER, {"1.1": standing}, ["1.1"]) == reached


def test_a_level_above_a_broken_rung_is_not_reached():
    ladder = [("a", Requirements({"1.1": Ask(4)}, {})), ("b", Requirements({"1.1": Ask(1)}, {}))]
    assert level_reached(ladder, {"1.1": Standing(2)}, ["1.1"]) is None


def test_a_level_is_never_reached_without_its_evidence_whatever_the_scores():
    for scores in itertools.product(SCORES, repeat=2):
        standings = {"1.1": Standing(scores[0], 0, 5), "1.2": Standing(scores[1], 0, 5)}
        ladder = [("a", Requirements({"1.1": Ask(0, 1), "1.2": Ask(0, 1)}, {}))]
        assert level_reached(ladder, standings, ["1.1", "1.2"]) is None
