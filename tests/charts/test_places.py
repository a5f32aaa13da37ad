"""Values become places: the same figures, the same drawing, and what is missing is nowhere."""

from decimal import Decimal

import pytest

import charts
from charts import Bar, Bullet, Entry, Point, Step, Way

# --- Words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        (None, None, ""),
        (0, None, "0"),
        (Decimal("12.50"), None, "12,5"),
        (Decimal("1000"), None, "1000"),
        (Decimal("-4.00"), None, "-4"),
        (Decimal("2"), 1, "2,0"),
        (3, 0, "3"),
    ],
)
def test_a_figure_is_written_the_belgian_way(value, decimals, words):
    assert charts.figure(value, decimals) == words


@pytest.mark.parametrize(
    ("values", "mean"), [([], None), ([0], Decimal("0.0")), ([1, 2], Decimal("1.5")), ([2, 2, 3, 2], Decimal("2.3"))]
)
def test_a_mean_has_one_decimal_and_nothing_has_no_mean(values, mean):
    assert charts.mean(values) == mean


# --- Dumbbell ---------------------------------------------------------------------------------------------------------


def dumbbell(*entries, maximum=4, **more):
    return charts.dumbbell(entries, title="Titel", row_name="Rij", maximum=maximum, **more)


@pytest.mark.parametrize(
    ("value", "maximum", "share"),
    [(0, 4, 0.0), (1, 4, 25.0), (4, 4, 100.0), (Decimal("1.7"), 4, 42.5), (5, 4, 100.0), (-1, 4, 0.0), (1, 3, 33.3)],
)
def test_a_value_stands_between_zero_and_the_maximum(value, maximum, share):
    (row,) = dumbbell(Entry("Rij", value, value), maximum=maximum).rows
    assert (row.start.share, row.end.share) == (share, share)


def test_a_row_says_and_places_both_ends():
    (row,) = dumbbell(Entry("Instructie", Decimal("1.7"), Decimal("2.9")), decimals=1).rows
    assert (row.start, row.end) == (Point("1,7", 42.5), Point("2,9", 72.5))
    assert (row.difference, row.is_linked) == ("+1,2", True)


def test_going_back_and_standing_still_are_said_too():
    rows = dumbbell(Entry("Terug", 3, 1), Entry("Gelijk", 2, 2)).rows
    assert [row.difference for row in rows] == ["−2", "0"]


def test_what_is_missing_has_words_and_no_place():
    rows = dumbbell(
        Entry("Eind ontbreekt", 0), Entry("Start ontbreekt", None, 3), Entry("Telt niet", None, start_words="weet niet")
    ).rows
    assert [(row.start, row.end) for row in rows] == [
        (Point("0", 0.0), Point("nog niet", None)),
        (Point("nog niet", None), Point("3", 75.0)),
        (Point("weet niet", None), Point("nog niet", None)),
    ]
    assert [(row.difference, row.is_linked) for row in rows] == [("–", False)] * 3


def test_the_grid_has_a_line_per_step_of_the_scale():
    ticks = dumbbell(Entry("Rij", 1)).ticks
    assert [(tick.words, tick.share) for tick in ticks] == [
        ("0", 0.0),
        ("1", 25.0),
        ("2", 50.0),
        ("3", 75.0),
        ("4", 100.0),
    ]


@pytest.mark.parametrize(
    ("entries", "has_end"), [([], False), ([Entry("a", 1)], False), ([Entry("a", 1), Entry("b", None, 0)], True)]
)
def test_there_is_an_end_as_soon_as_one_row_has_it(entries, has_end):
    assert dumbbell(*entries).has_end is has_end


# --- Bullet -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "now", "target", "drawn"),
    [
        # Room for a third past the target.
        (12, 31, 45, Bullet(0.0, Bar(0.0, 20.0, 20.0), Bar(0.0, 51.7, 51.7), 75.0)),
        # The bar grows for a value past that room.
        (10, 100, 20, Bullet(0.0, Bar(0.0, 10.0, 10.0), Bar(0.0, 100.0, 100.0), 20.0)),
        # Fewer is better.
        (18, 9, 6, Bullet(0.0, Bar(0.0, 100.0, 100.0), Bar(0.0, 50.0, 50.0), 33.3)),
        (18, 9, 0, Bullet(0.0, Bar(0.0, 100.0, 100.0), Bar(0.0, 50.0, 50.0), 0.0)),
        # Below zero a bar grows to the left.
        (-10, 5, 20, Bullet(25.0, Bar(0.0, 25.0, 0.0), Bar(25.0, 12.5, 37.5), 75.0)),
        (-30, -15, -30, Bullet(100.0, Bar(25.0, 75.0, 25.0), Bar(62.5, 37.5, 62.5), 25.0)),
        # What is missing is not drawn.
        (None, None, None, Bullet(0.0, None, None, None)),
        (None, None, 30, Bullet(0.0, None, None, 75.0)),
        (5, None, None, Bullet(0.0, Bar(0.0, 100.0, 100.0), None, None)),
        (0, 0, 0, Bullet(0.0, Bar(0.0, 0.0, 0.0), Bar(0.0, 0.0, 0.0), 0.0)),
    ],
)
def test_an_objective_stands_on_an_axis_that_holds_zero(start, now, target, drawn):
    assert charts.bullet(start=start, now=now, target=target) == drawn


def test_the_largest_figures_that_can_be_stored_are_drawn_too():
    most = Decimal("9999999999.99")
    assert charts.bullet(start=-most, now=most, target=Decimal("0.01")) == Bullet(
        50.0, Bar(0.0, 50.0, 0.0), Bar(50.0, 50.0, 100.0), 50.0
    )


# --- Small multiples --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "now", "target", "bar"),
    [
        (10, 10, 20, Bar(20.0, 0.0, 20.0)),
        (10, 15, 20, Bar(20.0, 30.0, 50.0)),
        (10, 20, 20, Bar(20.0, 60.0, 80.0)),
        (20, 15, 10, Bar(20.0, 30.0, 50.0)),  # fewer is better: to the right too
        (-10, 0, 10, Bar(20.0, 30.0, 50.0)),
        (10, 8, 20, Bar(8.0, 12.0, 8.0)),  # worse than the start
        (10, -900, 20, Bar(0.0, 20.0, 0.0)),
        (10, 900, 20, Bar(20.0, 80.0, 100.0)),
        (None, 15, 20, None),
        (10, None, 20, None),
        (10, 15, None, None),
        (10, 15, 10, None),
    ],
)
def test_everyone_goes_from_the_same_start_to_the_same_target(start, now, target, bar):
    assert charts.way(start=start, now=now, target=target) == Way(bar=bar, start=20.0, target=80.0)


# --- Funnel -----------------------------------------------------------------------------------------------------------


def test_each_step_is_its_part_of_all():
    chart = charts.funnel(
        [("Ingediend", 8, "/a/"), ("Aanvaard", 3, "")], title="Titel", total=8, aside=[("Afgewezen", 0, "")]
    )
    assert chart.steps == (Step("Ingediend", 8, 100.0, "/a/"), Step("Aanvaard", 3, 37.5, ""))
    assert chart.aside == (Step("Afgewezen", 0, 0.0, ""),)


def test_a_funnel_of_nobody_is_empty_and_does_not_break():
    assert charts.funnel([("Ingediend", 0, "")], title="Titel", total=0).steps == (Step("Ingediend", 0, 0.0, ""),)
