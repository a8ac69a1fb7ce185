"""The days of a rule agree with dateutil, and cost the same however old the rule is."""

from datetime import UTC, date, datetime, time, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from rdv.scheduling.recurrence import Freq, Recurrence, expand, last_day, parse_rrule, to_utc
from tests.scheduling.oracle import minutes, opening

WEEKDAYS = (MO, TU, WE, TH, FR, SA, SU)
FREQUENCIES = {Freq.DAILY: DAILY, Freq.WEEKLY: WEEKLY, Freq.MONTHLY: MONTHLY}
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
some_weekdays = st.sets(st.integers(1, 7), max_size=4).map(lambda found: tuple(sorted(found)))


@st.composite
def recurrences(draw: st.DrawFn) -> Recurrence:
    start = draw(days)
    freq = draw(st.sampled_from(list(FREQUENCIES)))
    ends = draw(st.sampled_from(["never", "until", "count"]))
    positions = (
        draw(st.sampled_from(["none", "weekdays", "ordinals", "month_days"])) if freq == Freq.MONTHLY else "weekly"
    )
    weekday_freq = freq == Freq.WEEKLY or positions == "weekdays"
    return Recurrence(
        start=start,
        freq=freq,
        interval=draw(st.integers(1, 4)),
        weekdays=draw(some_weekdays) if weekday_freq else (),
        ordinals=tuple(draw(st.sets(_ordinals, max_size=2))) if positions == "ordinals" else (),
        month_days=tuple(draw(st.sets(_month_days, max_size=3))) if positions == "month_days" else (),
        until=start + timedelta(days=draw(st.integers(-5, 500))) if ends == "until" else None,
        count=draw(st.integers(1, 60)) if ends == "count" else None,
    )


_ordinals = st.tuples(st.sampled_from([-5, -2, -1, 1, 2, 5]), st.integers(1, 7))
_month_days = st.sampled_from([-31, -2, -1, 1, 15, 29, 30, 31])


@given(recurrences(), st.integers(-30, 400), st.integers(0, 120))
@settings(max_examples=150)
def test_days_agree_with_dateutil(rule: Recurrence, after: int, length: int) -> None:
    first = rule.start + timedelta(days=after)
    last = first + timedelta(days=length)

    by_weekday = [WEEKDAYS[day - 1] for day in rule.weekdays]
    by_weekday += [WEEKDAYS[day - 1](ordinal) for ordinal, day in rule.ordinals]
    expected = rrule(
        FREQUENCIES[Freq(rule.freq)],
        dtstart=datetime.combine(rule.start, time(0)),
        interval=rule.interval,
        byweekday=by_weekday or None,
        bymonthday=rule.month_days or None,
        until=datetime.combine(rule.until, time(0)) if rule.until else None,
        count=rule.count,
    ).between(datetime.combine(first, time(0)), datetime.combine(last, time(0)), inc=True)

    assert expand(rule, first, last) == [moment.date() for moment in expected]


def test_a_single_day_is_given_once() -> None:
    rule = Recurrence(date(2026, 10, 20))

    assert expand(rule, date(2026, 10, 20), date(2026, 10, 20)) == [date(2026, 10, 20)]
    assert expand(rule, date(2026, 10, 21), date(2026, 12, 31)) == []
    assert expand(rule, date(2026, 12, 31), date(2026, 1, 1)) == []


def test_a_month_without_a_fifth_tuesday_has_no_day() -> None:
    rule = parse_rrule("FREQ=MONTHLY;BYDAY=5TU", date(2026, 3, 3))

    assert expand(rule, date(2026, 3, 1), date(2026, 7, 31)) == [date(2026, 3, 31), date(2026, 6, 30)]


def test_every_other_week_keeps_its_phase_after_years() -> None:
    rule = parse_rrule("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", date(2016, 1, 6))

    assert [day.day for day in expand(rule, date(2026, 3, 1), date(2026, 3, 31))] == [2, 6, 16, 20, 30]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,FR;COUNT=4", date(2026, 10, 26)),
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", date(2027, 1, 31)),
        ("FREQ=WEEKLY;UNTIL=20261101", date(2026, 11, 1)),
        ("FREQ=WEEKLY", None),
        ("", date(2026, 10, 16)),
    ],
)
def test_the_end_of_a_rule_is_known(text: str, last: date | None) -> None:
    assert last_day(parse_rrule(text, date(2026, 10, 16))) == last


def test_a_count_that_the_calendar_cannot_hold_has_no_end() -> None:
    """31 February never comes: the rule gives nothing, and asking costs no endless loop."""
    rule = parse_rrule("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;COUNT=2", date(2026, 2, 1))

    assert last_day(rule) is None
    assert expand(rule, date(2026, 1, 1), date(2036, 1, 1)) == []


def test_a_rule_of_a_century_costs_what_a_new_one_costs() -> None:
    recent = parse_rrule("FREQ=WEEKLY;BYDAY=TU;COUNT=999", date(2026, 1, 1))
    ancient = parse_rrule("FREQ=WEEKLY;BYDAY=TU", date(1926, 1, 1))

    def cost(rule: Recurrence) -> float:
        started = process_time()
        for _ in range(300):
            expand(rule, date(2026, 3, 1), date(2026, 3, 7))
        return process_time() - started

    assert min(cost(ancient) for _ in range(3)) < 5 * min(cost(recent) for _ in range(3))


NIGHTS = [
    ("Europe/Paris", date(2026, 3, 29)),
    ("Europe/Paris", date(2026, 10, 25)),
    ("Indian/Reunion", date(2026, 3, 29)),
    ("America/Martinique", date(2026, 10, 25)),
    ("Pacific/Noumea", date(2026, 10, 25)),
    ("America/Miquelon", date(2026, 3, 8)),
    ("America/Miquelon", date(2026, 11, 1)),
]


@pytest.mark.parametrize(("zone", "day"), NIGHTS)
def test_an_instant_is_the_first_at_which_the_clock_has_come_so_far(zone: str, day: date) -> None:
    """Every quarter of an hour of the night, against a clock that is watched minute by minute."""
    for quarter in range(20):
        at = time(quarter // 4, quarter % 4 * 15)
        watched = opening(day, at, time(23), zone)

        assert watched is not None
        assert to_utc(day, at, zone) == watched[0]


@pytest.mark.parametrize(("zone", "day"), NIGHTS)
def test_the_end_of_an_opening_is_the_last_pass_of_its_hour(zone: str, day: date) -> None:
    for quarter in range(1, 20):
        at = time(quarter // 4, quarter % 4 * 15)
        watched = opening(day, time(0), at, zone)

        assert watched is not None
        assert to_utc(day, at, zone, fold=1) == watched[1]


def test_a_day_that_a_zone_skipped_begins_with_the_next() -> None:
    """Samoa went over the date line: 30 December 2011 did not take place."""
    assert to_utc(date(2011, 12, 30), time(9), "Pacific/Apia") == datetime(2011, 12, 30, 10, tzinfo=UTC)


def test_an_hour_that_exists_is_shown_again() -> None:
    for minute in minutes(datetime(2026, 10, 26, 6, tzinfo=UTC), datetime(2026, 10, 26, 8, tzinfo=UTC)):
        clock = minute.astimezone(ZoneInfo("Europe/Paris"))
        assert to_utc(clock.date(), clock.time(), "Europe/Paris") == minute
