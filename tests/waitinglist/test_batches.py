"""How many at a time, how long, and at what hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdv.scheduling.sending import Window
from rdv.waitinglist.batches import (
    Policy,
    acceptance,
    answered_within,
    batch_size,
    batches_left,
    claim_window,
    deadline,
    following_size,
    interval,
    under,
)

PARIS = Window("Europe/Paris")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EIGHT, TWENTY = time(8), time(20)


@pytest.mark.parametrize(
    ("accepted", "size"), [(0.9, 2), (0.225, 2), (0.22, 3), (0.15, 3), (0.1125, 4), (0.09, 5), (0.01, 5)]
)
def test_a_batch_is_about_half_a_yes_between_two_and_five_families(accepted: float, size: int) -> None:
    assert batch_size(accepted) == size


@pytest.mark.parametrize(("yes", "offers", "size"), [(0, 0, 3), (0, 10, 5), (1, 1, 3), (40, 100, 2), (5, 100, 5)])
def test_a_type_without_history_is_not_judged_on_luck(yes: int, offers: int, size: int) -> None:
    assert batch_size(acceptance(yes, offers)) == size


@pytest.mark.parametrize(
    ("accepted", "awaited", "size"),
    [(0.04, 0.0, 3), (0.04, 0.05, 2), (0.1, 0.05, 1), (0.1, 3.0, 1), (0.01, 0.0, 5), (0.5, 0.0, 1)],
)
def test_later_batches_count_the_yeses_that_may_still_come(accepted: float, awaited: float, size: int) -> None:
    assert following_size(accepted, awaited, 40) == size


@pytest.mark.parametrize(
    ("accepted", "awaited", "left", "size"),
    [(0.2, 0.0, 8, 1), (0.2, 0.0, 4, 2), (0.2, 0.3, 4, 1), (0.2, 0.0, 2, 4), (0.2, 0.0, 1, 5), (0.9, 0.0, 1, 2)],
)
def test_later_batches_grow_as_the_end_comes_near(accepted: float, awaited: float, left: int, size: int) -> None:
    """Each of the batches that are left brings its part of the yeses that fill a slot nearly always."""
    assert following_size(accepted, awaited, left) == size


@pytest.mark.parametrize(("minutes", "left"), [(-30, 1), (0, 1), (11, 1), (12, 2), (60, 6)])
def test_a_batch_can_be_made_at_each_interval_that_is_left(minutes: int, left: int) -> None:
    assert batches_left(minutes * MINUTE, 12 * MINUTE) == left


@pytest.mark.parametrize(("minutes", "share"), [(0, 0.0), (1, 0.0), (10, 0.45), (60, 0.82), (120, 0.92), (600, 1.0)])
def test_the_response_curve_is_that_of_its_source(minutes: int, share: float) -> None:
    assert answered_within(minutes * MINUTE) == pytest.approx(share)


@given(st.integers(0, 600), st.integers(0, 600))
def test_more_time_never_means_fewer_answers(minutes: int, more: int) -> None:
    assert 0 <= answered_within(minutes * MINUTE) <= answered_within((minutes + more) * MINUTE) <= 1


def test_another_policy_is_in_force_only_where_it_is_tried() -> None:
    with under(Policy(smallest=1, largest=1, shortest=30 * MINUTE, longest=30 * MINUTE)):
        assert (batch_size(0.1), interval(24 * HOUR)) == (1, 30 * MINUTE)
    assert (batch_size(0.1), interval(24 * HOUR)) == (5, HOUR)


@pytest.mark.parametrize(
    ("lead", "minutes", "window"),
    [(2 * HOUR, 10, 5), (4 * HOUR, 20, 10), (6 * HOUR, 30, 10), (12 * HOUR, 60, 10), (240 * HOUR, 60, 10)],
)
def test_the_interval_follows_the_time_left(lead: timedelta, minutes: int, window: int) -> None:
    assert interval(lead) == minutes * MINUTE
    assert claim_window(lead) == window * MINUTE


def test_an_offer_is_answered_within_six_intervals_and_before_the_end() -> None:
    made = datetime(2027, 1, 11, 9, tzinfo=UTC)
    assert deadline(made, made + 24 * HOUR, latest=made + 22 * HOUR, sending=PARIS) == made + 6 * HOUR
    assert deadline(made, made + 3 * HOUR, latest=made + 20 * MINUTE, sending=PARIS) == made + 20 * MINUTE


def test_the_night_is_no_time_to_answer() -> None:
    made = datetime(2027, 1, 11, 18, tzinfo=UTC)
    assert (
        deadline(made, made + 24 * HOUR, latest=made + 22 * HOUR, sending=PARIS) == made + HOUR + 12 * HOUR + 5 * HOUR
    )
    assert deadline(made, made + 14 * HOUR, latest=made + 12 * HOUR, sending=PARIS) == made + 12 * HOUR


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_acceptance_is_a_share_and_grows_with_each_yes(yes: int, more: int) -> None:
    offers = yes + more
    assert 0 < acceptance(yes, offers) < 1
    assert acceptance(yes + 1, offers + 1) > acceptance(yes, offers)
    assert 2 <= batch_size(acceptance(yes, offers)) <= 5


@given(st.integers(130, 100_000))
def test_the_window_ends_before_the_next_batch_and_the_deadline_after_it(minutes: int) -> None:
    lead = minutes * MINUTE
    made = datetime(2027, 1, 11, 9, tzinfo=UTC)
    assert claim_window(lead) <= interval(lead) / 2
    assert made + interval(lead) < deadline(made, made + lead, latest=made + lead, sending=PARIS)


def local(zone: str, day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone))
