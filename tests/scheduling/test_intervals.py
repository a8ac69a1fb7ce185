"""Uniting and subtracting stretches of time keeps every minute where it was."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdv.scheduling.intervals import Interval, subtract, union

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def between(start: int, end: int) -> Interval:
    return Interval(NINE + timedelta(minutes=start), NINE + timedelta(minutes=end))


def minutes(intervals: list[Interval]) -> set[int]:
    return {minute for minute in range(60) for one in intervals if NINE + timedelta(minutes=minute) in one}


some_intervals = st.lists(
    st.tuples(st.integers(0, 58), st.integers(1, 20)).map(lambda pair: between(pair[0], min(60, sum(pair)))), max_size=6
)


@given(some_intervals)
def test_a_union_holds_the_same_minutes_in_disjoint_pieces(intervals: list[Interval]) -> None:
    merged = union(intervals)

    assert minutes(merged) == minutes(intervals)
    assert all(one.end < following.start for one, following in pairwise(merged))


@given(some_intervals, some_intervals)
def test_a_difference_holds_what_is_open_and_not_busy(opened: list[Interval], busy: list[Interval]) -> None:
    remains = subtract(opened, busy)

    assert minutes(remains) == minutes(opened) - minutes(busy)
    assert all(one.end <= following.start for one, following in pairwise(remains))


def test_touching_bounds_do_not_overlap() -> None:
    assert not between(0, 30).overlaps(between(30, 60))
    assert between(0, 31).overlaps(between(30, 60))
    assert union([between(0, 30), between(30, 60)]) == [between(0, 60)]


def test_an_interval_contains_its_own_bounds() -> None:
    assert between(0, 30).contains(between(0, 30))
    assert not between(0, 30).contains(between(0, 31))
    assert NINE in between(0, 30)
    assert NINE + timedelta(minutes=30) not in between(0, 30)
    assert between(0, 30).duration == timedelta(minutes=30)


def test_the_hour_that_comes_twice_keeps_its_order() -> None:
    """Python would call these two equal hours of one zone the same; in UTC one comes before the other."""
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris"))

    interval = Interval(first, first.replace(fold=1))

    assert interval.duration == timedelta(hours=1)
    assert interval.start.tzinfo is UTC


@pytest.mark.parametrize(("start", "end"), [(0, 0), (30, 0)])
def test_an_interval_ends_after_it_starts(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        between(start, end)


def test_a_bound_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="start has no time zone"):
        Interval(NINE.replace(tzinfo=None), NINE)
