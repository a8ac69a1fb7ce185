"""Opening periods keep their wall-clock hours, and know their holidays and exceptions."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from icalendar import Calendar, Event, vRecur

from rdv.scheduling.holidays import public_holidays
from rdv.scheduling.intervals import Interval
from rdv.scheduling.recurrence import OpeningRule, Recurrence, occurrences, parse_rrule
from tests.scheduling.oracle import opening

SATURDAY = date(2026, 10, 24)


def rule_of(text: str, start: date, hours: tuple[time, time], zone: str) -> OpeningRule:
    return OpeningRule(parse_rrule(text, start), *hours, zone)


@pytest.mark.parametrize("text", ["FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO", "FREQ=MONTHLY;BYDAY=-1SU"])
@pytest.mark.parametrize("hours", [(time(9), time(12, 30)), (time(0, 30), time(1, 45)), (time(14), time(17))])
@pytest.mark.parametrize("zone", ["Europe/Paris", "Indian/Reunion", "America/Martinique", "Pacific/Noumea"])
@pytest.mark.parametrize("first", [date(2026, 3, 22), date(2026, 10, 18)])
def test_openings_agree_with_another_calendar_library(
    text: str, hours: tuple[time, time], zone: str, first: date
) -> None:
    last = first + timedelta(days=20)
    start = max(day for day in (first - timedelta(days=back) for back in range(60)) if _matches(text, day))
    event = Event.new(
        start=datetime.combine(start, hours[0], ZoneInfo(zone)), end=datetime.combine(start, hours[1], ZoneInfo(zone))
    )
    event.add("rrule", vRecur.from_ical(text))
    calendar = Calendar.new(subcomponents=[event])

    expected = [
        Interval(found.start, found.end)
        for found in recurring_ical_events.of(calendar).between(first, last + timedelta(days=1))
    ]

    assert occurrences(rule_of(text, start, hours, zone), first, last) == sorted(expected)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
@pytest.mark.parametrize("zone", ["Europe/Paris", "Indian/Reunion"])
@pytest.mark.parametrize(
    "hours",
    [
        (time(1), time(4)),
        (time(2), time(3)),
        (time(2, 15), time(2, 45)),
        (time(2, 30), time(5)),
        (time(0), time(2, 30)),
        (time(0), time(2)),
        (time(1), time(3)),
    ],
)
def test_openings_of_the_nights_when_clocks_change(day: date, zone: str, hours: tuple[time, time]) -> None:
    expected = opening(day, *hours, zone)

    found = occurrences(rule_of("FREQ=DAILY", SATURDAY - timedelta(days=365), hours, zone), day, day)

    assert [(one.start, one.end) for one in found] == ([expected] if expected else [])


def test_an_appointment_at_nine_stays_at_nine_after_the_clocks_go_back() -> None:
    rule = rule_of("FREQ=WEEKLY;BYDAY=MO", date(2026, 10, 19), (time(9), time(12)), "Europe/Paris")

    found = occurrences(rule, date(2026, 10, 19), date(2026, 10, 26))

    assert [one.start for one in found] == [
        datetime(2026, 10, 19, 7, tzinfo=UTC),
        datetime(2026, 10, 26, 8, tzinfo=UTC),
    ]


def test_an_opening_may_end_at_midnight() -> None:
    rule = OpeningRule(Recurrence(SATURDAY), time(22), time(0), "Europe/Paris")

    assert occurrences(rule, SATURDAY, SATURDAY) == [
        Interval(datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC))
    ]


def test_an_opening_from_midnight_to_midnight_lasts_the_whole_local_day() -> None:
    sunday = date(2026, 10, 25)
    rule = OpeningRule(Recurrence(sunday), time(0), time(0), "Europe/Paris")

    assert [one.duration for one in occurrences(rule, sunday, sunday)] == [timedelta(hours=25)]


def test_holidays_are_left_out_and_exceptions_win() -> None:
    christmas, boxing_day = date(2026, 12, 25), date(2026, 12, 26)
    rule = OpeningRule(
        parse_rrule("FREQ=DAILY", date(2026, 12, 1)),
        time(9),
        time(12),
        "Europe/Paris",
        skip_days=frozenset(public_holidays("alsace-moselle", 2026)),
        changed={
            date(2026, 12, 24): (time(9), time(10)),
            boxing_day: (time(14), time(15)),
            date(2026, 12, 27): None,
            date(2020, 1, 1): (time(9), time(10)),
        },
    )

    found = occurrences(rule, date(2026, 12, 24), date(2026, 12, 28))

    assert [(one.start.date(), one.start.hour + 1, one.end.hour + 1) for one in found] == [
        (date(2026, 12, 24), 9, 10),
        (boxing_day, 14, 15),
        (date(2026, 12, 28), 9, 12),
    ]
    assert christmas not in {one.start.date() for one in found}


def _matches(text: str, day: date) -> bool:
    return bool(occurrences(rule_of(text, day, (time(9), time(10)), "Europe/Paris"), day, day))
