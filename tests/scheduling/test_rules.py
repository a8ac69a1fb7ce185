"""Who is admitted, in which window, until which deadline."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdv.scheduling.rules import (
    AGENT_HORIZON_DAYS,
    MESSAGES,
    Attendee,
    Booker,
    Reason,
    TypeRules,
    admitted_mask,
    age_in_months,
    is_admitted_throughout,
    is_late,
    may_book,
    may_cancel,
    may_move,
    why_not_admitted,
    why_not_in_window,
    window,
)
from rdv.scheduling.slots import Step
from rdv.scheduling.timeline import Timeline, indexes

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MAY_4 = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("birth", "on", "months"),
    [
        (date(2026, 1, 15), date(2026, 2, 14), 0),
        (date(2026, 1, 15), date(2026, 2, 15), 1),
        (date(2026, 1, 31), date(2026, 2, 27), 0),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 1, 31), date(2026, 3, 30), 1),
        (date(2026, 1, 31), date(2026, 3, 31), 2),
        (date(2026, 1, 31), date(2026, 4, 30), 3),
        (date(2024, 1, 31), date(2024, 2, 28), 0),
        (date(2024, 1, 31), date(2024, 2, 29), 1),
        (date(2024, 2, 29), date(2025, 2, 27), 11),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2024, 2, 29), date(2028, 2, 28), 47),
        (date(2024, 2, 29), date(2028, 2, 29), 48),
        (date(2025, 12, 31), date(2026, 1, 1), 0),
        (date(2026, 3, 10), date(2026, 3, 10), 0),
        (date(2026, 3, 10), date(2026, 3, 9), -1),
        (date(2026, 3, 10), date(2026, 2, 9), -2),
    ],
)
def test_an_age_counts_completed_months(birth: date, on: date, months: int) -> None:
    assert age_in_months(birth, on) == months


@given(st.dates(date(2015, 1, 1), date(2026, 12, 31)), st.integers(0, 4000))
def test_an_age_never_goes_back(birth: date, days: int) -> None:
    on = birth + timedelta(days=days)

    assert 0 <= age_in_months(birth, on) <= age_in_months(birth, on + timedelta(days=1)) <= age_in_months(birth, on) + 1


@pytest.mark.parametrize(
    ("birth", "reason"),
    [
        (None, Reason.BIRTH_DATE_NEEDED),
        (date(2026, 4, 5), Reason.TOO_YOUNG),
        (date(2026, 4, 4), None),
        (date(2025, 12, 5), None),
        (date(2025, 12, 4), Reason.TOO_OLD),
        (date(2026, 6, 1), Reason.TOO_YOUNG),
    ],
)
def test_a_type_from_one_to_five_months_admits_ages_below_five(birth: date | None, reason: Reason | None) -> None:
    rules = TypeRules(duration=30, age_min_months=1, age_max_months=5)

    assert why_not_admitted(rules, [Attendee(birth)], MAY_4) == reason


def test_a_type_without_ages_asks_no_birth_date() -> None:
    assert why_not_admitted(TypeRules(duration=30), [Attendee()], MAY_4) is None


@pytest.mark.parametrize(
    ("previous", "reason"),
    [
        ((), None),
        ((date(2026, 4, 6),), None),
        ((date(2026, 4, 7),), Reason.TOO_CLOSE_TO_PREVIOUS),
        ((date(2026, 1, 5), date(2026, 5, 31)), Reason.TOO_CLOSE_TO_PREVIOUS),
        ((date(2026, 6, 1),), None),
        ((MAY_4,), Reason.TOO_CLOSE_TO_PREVIOUS),
    ],
)
def test_four_weeks_lie_between_two_vaccinations_in_both_directions(
    previous: tuple[date, ...], reason: Reason | None
) -> None:
    rules = TypeRules(duration=15, minimum_interval_days=28)

    assert why_not_admitted(rules, [Attendee(previous=previous)], MAY_4) == reason


@given(
    birth=st.dates(date(2018, 1, 1), date(2026, 12, 31)),
    ages=st.tuples(st.none() | st.integers(0, 36), st.none() | st.integers(37, 80)),
    first=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    length=st.integers(0, 120),
)
def test_whoever_is_admitted_throughout_is_admitted_each_day(
    birth: date, ages: tuple[int | None, int | None], first: date, length: int
) -> None:
    rules = TypeRules(duration=30, age_min_months=ages[0], age_max_months=ages[1])
    days = [first + timedelta(days=n) for n in range(length + 1)]
    each = all(why_not_admitted(rules, [Attendee(birth)], day) is None for day in days)
    assert is_admitted_throughout(rules, [Attendee(birth)], days[0], days[-1]) == each
    assert not is_admitted_throughout(rules, [Attendee(birth, previous=(first,))], days[0], days[-1])


def test_one_sibling_who_is_not_admitted_is_enough() -> None:
    rules = TypeRules(duration=30, age_max_months=72)

    siblings = [Attendee(date(2024, 1, 1)), Attendee(date(2019, 1, 1))]

    assert why_not_admitted(rules, siblings, MAY_4) == Reason.TOO_OLD


@pytest.mark.parametrize(
    ("capacity", "people", "reason"),
    [(8, 8, None), (8, 9, Reason.TOO_MANY_PEOPLE), (1, 3, None), (1, 9, Reason.TOO_MANY_PEOPLE)],
)
def test_a_group_is_bounded_by_the_seats(capacity: int, people: int, reason: Reason | None) -> None:
    assert why_not_admitted(TypeRules(duration=60, capacity=capacity), [Attendee()] * people, MAY_4) == reason


def test_the_starts_of_the_days_that_admit_a_child_follow_local_midnight() -> None:
    rules = TypeRules(duration=30, age_min_months=1)
    timeline = Timeline(datetime(2026, 5, 3, tzinfo=UTC), 3 * 288)

    mask = admitted_mask(timeline, rules, [Attendee(date(2026, 4, 4))], "Indian/Reunion")

    admitted = list(indexes(mask))
    assert timeline.instant(admitted[0]) == datetime(2026, 5, 3, 20, tzinfo=UTC)
    assert len(admitted) == timeline.length - admitted[0]


@pytest.mark.parametrize("zone", ["Europe/Paris", "Pacific/Marquesas", "Pacific/Wallis"])
@pytest.mark.parametrize("hour", [0, 12, 23])
def test_every_step_belongs_to_some_local_day(zone: str, hour: int) -> None:
    timeline = Timeline(datetime(2026, 10, 24, hour, tzinfo=UTC), 300)
    rules = TypeRules(duration=30, age_max_months=72)

    assert admitted_mask(timeline, rules, [Attendee(date(2026, 1, 1))], zone) == timeline.full


def test_a_type_open_to_all_ages_admits_every_day() -> None:
    timeline = Timeline(NOW, 300)

    assert admitted_mask(timeline, TypeRules(duration=30), [Attendee()], "Europe/Paris") == timeline.full
    assert admitted_mask(timeline, TypeRules(duration=30, capacity=2), [Attendee()] * 3, "Europe/Paris") == 0


def test_an_unknown_birth_date_admits_no_day() -> None:
    rules = TypeRules(duration=30, age_max_months=72)

    assert admitted_mask(Timeline(NOW, 300), rules, [Attendee()], "Europe/Paris") == 0


@pytest.mark.parametrize(
    ("hours", "booker", "reason"),
    [
        (-0.1, Booker.EVERYONE, Reason.IN_THE_PAST),
        (-0.1, Booker.AGENT, Reason.IN_THE_PAST),
        (0, Booker.AGENT, None),
        (23.9, Booker.EVERYONE, Reason.TOO_SOON),
        (23.9, Booker.AGENT, None),
        (24, Booker.EVERYONE, None),
        (10 * 24, Booker.EVERYONE, None),
        (10 * 24 + 0.1, Booker.EVERYONE, Reason.TOO_FAR),
        (10 * 24 + 0.1, Booker.PRESCRIBER, Reason.TOO_FAR),
        (10 * 24 + 0.1, Booker.AGENT, None),
        (AGENT_HORIZON_DAYS * 24 + 1, Booker.AGENT, Reason.TOO_FAR),
    ],
)
def test_notice_binds_families_and_not_agents(hours: float, booker: Booker, reason: Reason | None) -> None:
    rules = TypeRules(duration=30, earliest_notice=24 * 60, latest_notice_days=10)

    start = NOW + timedelta(hours=hours)

    assert why_not_in_window(rules, start, NOW, booker) == reason
    earliest, latest = window(rules, NOW, booker)
    assert (earliest <= start <= latest) == (reason is None)


@pytest.mark.parametrize("bookable_by", Booker)
@pytest.mark.parametrize("booker", Booker)
def test_each_booker_may_do_what_those_before_may(bookable_by: Booker, booker: Booker) -> None:
    order = [Booker.EVERYONE, Booker.INVITED, Booker.PRESCRIBER, Booker.AGENT]
    rules = TypeRules(duration=30, bookable_by=bookable_by)

    allowed = order.index(booker) >= order.index(bookable_by)

    assert may_book(rules, booker) == allowed
    assert (why_not_in_window(rules, NOW, NOW, booker) == Reason.NOT_FOR_YOU) == (not allowed)


def test_a_move_without_deadline_ends_when_the_appointment_begins() -> None:
    assert may_move(NOW + timedelta(minutes=1), 0, NOW)
    assert not may_move(NOW, 0, NOW)


@pytest.mark.parametrize(
    ("minutes_left", "late", "cancel", "move"),
    [(121, False, True, True), (120, False, True, True), (119, True, True, False), (0, True, False, False)],
)
def test_a_late_cancellation_is_accepted_and_called_late(
    minutes_left: int, late: bool, cancel: bool, move: bool
) -> None:
    starts_at = NOW + timedelta(minutes=minutes_left)

    assert (is_late(starts_at, 120, NOW), may_cancel(starts_at, NOW), may_move(starts_at, 120, NOW)) == (
        late,
        cancel,
        move,
    )


def test_each_sibling_lengthens_every_step() -> None:
    chain = TypeRules(duration=35, steps=(Step(15, "puericultrice"), Step(20, "medecin")), extra_per_sibling=10)

    assert chain.slot_rules(3).steps == (Step(35, "puericultrice"), Step(40, "medecin"))
    assert chain.slot_rules(3).duration == 75


def test_a_type_without_steps_is_one_step_of_its_duration() -> None:
    rules = TypeRules(duration=30, agents_needed=2, buffer_before=5, buffer_after=10, grid=20).slot_rules()

    assert rules.steps == (Step(30, agents=2),)
    assert (rules.duration, rules.buffer_before, rules.buffer_after, rules.grid) == (30, 5, 10, 20)


def test_an_appointment_for_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one attendee"):
        TypeRules(duration=30).slot_rules(0)


def test_every_reason_has_a_sentence() -> None:
    assert set(MESSAGES) == set(Reason)
    assert all(message.endswith(".") for message in MESSAGES.values())
