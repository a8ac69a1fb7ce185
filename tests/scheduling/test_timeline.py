"""Masks stand for the right minutes, in every zone and on both nights when the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdv.scheduling.timeline import STEP, Timeline, grid_mask, indexes, on_grid, runs

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
masks = st.integers(min_value=0, max_value=(1 << 300) - 1)


def at(hour: int, minute: int = 0) -> datetime:
    return NINE.replace(hour=hour, minute=minute)


def test_a_timeline_holds_the_whole_of_what_it_covers() -> None:
    timeline = Timeline.covering(at(9, 3), at(9, 16))

    assert (timeline.origin, timeline.length, timeline.end) == (at(9), 4, at(9, 20))


def test_a_timeline_reads_bounds_in_any_zone() -> None:
    paris = ZoneInfo("Europe/Paris")

    timeline = Timeline.covering(at(9).astimezone(paris), at(10).astimezone(paris))

    assert timeline == Timeline(at(9), 12)
    assert timeline.origin.tzinfo is UTC


def test_a_timeline_that_ends_before_it_starts_is_empty() -> None:
    assert Timeline.covering(at(9), at(8)) == Timeline(at(9), 0)


@pytest.mark.parametrize(
    "origin",
    [at(9, 3), at(9).replace(second=1), at(9).replace(tzinfo=None), at(9).astimezone(ZoneInfo("Europe/Paris"))],
)
def test_an_origin_off_the_steps_is_refused(origin: datetime) -> None:
    with pytest.raises(ValueError, match="the origin must be UTC"):
        Timeline(origin, 1)


def test_a_negative_length_is_refused() -> None:
    with pytest.raises(ValueError, match="no negative length"):
        Timeline(at(9), -1)


@pytest.mark.parametrize(
    ("instant", "floor", "ceil"),
    [(at(9), 0, 0), (at(9, 4), 0, 1), (at(9, 5), 1, 1), (at(9, 59), 11, 12), (at(8), 0, 0), (at(11), 12, 12)],
)
def test_instants_outside_are_cut_to_the_bounds(instant: datetime, floor: int, ceil: int) -> None:
    timeline = Timeline(at(9), 12)

    assert (timeline.floor(instant), timeline.ceil(instant)) == (floor, ceil)


@pytest.mark.parametrize(
    ("start", "end", "busy", "opened"),
    [
        (at(9), at(9, 10), 0b11, 0b11),
        (at(9, 1), at(9, 9), 0b11, 0),
        (at(9, 4), at(9, 11), 0b111, 0b10),
        (at(8), at(9, 5), 0b1, 0b1),
        (at(9, 50), at(12), 0b11 << 10, 0b11 << 10),
        (at(7), at(8), 0, 0),
        (at(10), at(11), 0, 0),
        (at(9, 2), at(9, 2), 0, 0),
        (at(9, 10), at(9), 0, 0),
    ],
)
def test_busy_time_grows_and_open_time_shrinks_to_whole_steps(
    start: datetime, end: datetime, busy: int, opened: int
) -> None:
    timeline = Timeline(at(9), 12)

    assert (timeline.busy(start, end), timeline.open(start, end)) == (busy, opened)


def test_a_mask_from_another_origin_keeps_its_instants() -> None:
    timeline = Timeline(at(9), 4)

    assert timeline.rebased(0b111, at(8, 50)) == 0b1
    assert timeline.rebased(0b111, at(9, 10)) == 0b1100
    assert timeline.rebased(0b111, at(9)) == 0b111


def test_a_mask_between_the_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="do not share their steps"):
        Timeline(at(9), 4).rebased(1, at(9, 3))


@given(masks, st.integers(min_value=1, max_value=40))
def test_runs_are_the_starts_of_enough_bits_in_a_row(mask: int, length: int) -> None:
    expected = sum(1 << i for i in range(300) if all(mask >> i + k & 1 for k in range(length)))

    assert runs(mask, length) == expected


def test_a_run_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one step"):
        runs(1, 0)


@given(masks)
def test_indexes_are_the_bits_that_are_set(mask: int) -> None:
    expected = [i for i in range(300) if mask >> i & 1]

    assert list(indexes(mask)) == expected


@pytest.mark.parametrize("minutes", [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60])
@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/Paris", datetime(2026, 3, 28, 17, 35, tzinfo=UTC)),
        ("Europe/Paris", datetime(2026, 10, 24, 6, tzinfo=UTC)),
        ("Indian/Reunion", datetime(2026, 10, 24, 19, 50, tzinfo=UTC)),
        ("America/Martinique", datetime(2026, 3, 28, 2, 5, tzinfo=UTC)),
        ("Pacific/Noumea", datetime(2026, 10, 24, tzinfo=UTC)),
        ("Pacific/Marquesas", datetime(2026, 10, 24, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC)),
        ("Europe/Paris", datetime(1911, 3, 10, tzinfo=UTC)),
    ],
)
def test_a_grid_follows_the_local_clock(zone: str, start: datetime, minutes: int) -> None:
    timeline = Timeline(start, 3 * 288)
    local = [timeline.instant(i).astimezone(ZoneInfo(zone)) for i in range(timeline.length)]

    expected = [i for i, clock in enumerate(local) if clock.second == 0 and _minute_of_day(clock) % minutes == 0]

    assert list(indexes(grid_mask(timeline, zone, minutes))) == expected
    assert [i for i, clock in enumerate(local) if on_grid(clock, zone, minutes)] == expected


def test_both_passes_of_the_autumn_hour_are_on_the_grid() -> None:
    night = Timeline(datetime(2026, 10, 25, 0, tzinfo=UTC), 24)

    starts = [night.instant(i) for i in indexes(grid_mask(night, "Europe/Paris", 60))]

    assert [start.astimezone(ZoneInfo("Europe/Paris")).hour for start in starts] == [2, 2]


@pytest.mark.parametrize("minutes", [0, -15, 7])
def test_a_grid_that_is_no_multiple_of_five_minutes_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="multiple of 5"):
        grid_mask(Timeline(NINE, 1), "Europe/Paris", minutes)


def test_what_lies_outside_is_not_covered() -> None:
    timeline = Timeline(at(9), 12)

    assert timeline.covers(at(9), at(10))
    assert not timeline.covers(at(9) - STEP, at(10))
    assert not timeline.covers(at(9), at(10) + timedelta(minutes=1))


def _minute_of_day(clock: datetime) -> int:
    return clock.hour * 60 + clock.minute
