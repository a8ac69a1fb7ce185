"""When messages leave: hours, Sundays, public holidays of the place, and both changes of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdv.scheduling.sending import QuietDays, Window

PARIS = Window("Europe/Paris")
SUNDAYS = Window("Europe/Paris", quiet=QuietDays.SUNDAYS)
HOLIDAYS = Window("Europe/Paris", quiet=QuietDays.HOLIDAYS)
ALSACE = Window("Europe/Paris", quiet=QuietDays.HOLIDAYS, holiday_zone="alsace-moselle")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("window", "asked", "allowed"),
    [
        (PARIS, utc(2026, 12, 20, 10), utc(2026, 12, 20, 10)),  # a Sunday like any other
        (SUNDAYS, utc(2026, 12, 20, 10), utc(2026, 12, 21, 7)),
        (SUNDAYS, utc(2026, 12, 19, 20), utc(2026, 12, 21, 7)),  # Saturday evening
        (SUNDAYS, utc(2026, 12, 25, 10), utc(2026, 12, 25, 10)),
        (HOLIDAYS, utc(2026, 12, 25, 10), utc(2026, 12, 26, 7)),
        (ALSACE, utc(2026, 12, 25, 10), utc(2026, 12, 28, 7)),  # then 26 December, then a Sunday
        (HOLIDAYS, utc(2026, 10, 25, 10), utc(2026, 10, 26, 7)),  # the night on which clocks go back
        (HOLIDAYS, utc(2026, 3, 29, 10), utc(2026, 3, 30, 6)),  # and forward
    ],
)
def test_nothing_leaves_on_a_quiet_day(window: Window, asked: datetime, allowed: datetime) -> None:
    assert window.next(asked) == allowed


@pytest.mark.parametrize(
    ("window", "start", "end", "minutes"),
    [
        (PARIS, utc(2026, 12, 21, 9), utc(2026, 12, 21, 9, 40), 40),
        (PARIS, utc(2026, 12, 21, 18), utc(2026, 12, 22, 7), 60),  # 19:00 to 20:00, and nothing before 8:00
        (PARIS, utc(2026, 12, 21, 21), utc(2026, 12, 22, 6), 0),
        (PARIS, utc(2026, 12, 21, 21), utc(2026, 12, 22, 7, 30), 30),
        (SUNDAYS, utc(2026, 12, 19, 18), utc(2026, 12, 21, 8), 120),  # Saturday evening and Monday morning
        (PARIS, utc(2026, 10, 24, 17), utc(2026, 10, 25, 8), 120),  # 19:00 to 20:00, clocks go back, 8:00 to 9:00
        (PARIS, utc(2026, 12, 21, 9), utc(2026, 12, 21, 8), 0),
    ],
)
def test_the_time_in_which_something_may_be_said_is_counted(
    window: Window, start: datetime, end: datetime, minutes: int
) -> None:
    assert window.open_between(start, end) == timedelta(minutes=minutes)


@given(
    st.sampled_from([PARIS, SUNDAYS, HOLIDAYS, Window("Indian/Reunion", time(9), time(18, 30))]),
    st.integers(0, 366 * 24 * 60),
    st.integers(0, 5000),
)
def test_so_much_time_later_that_much_has_gone_by(window: Window, since: int, minutes: int) -> None:
    begins, allowed = utc(2026, 1, 1) + timedelta(minutes=since), timedelta(minutes=minutes)
    assert window.open_between(begins, window.after(begins, allowed)) == allowed


@pytest.mark.parametrize(
    ("window", "day", "eve"),
    [
        (PARIS, date(2026, 12, 20), date(2026, 12, 20)),
        (SUNDAYS, date(2026, 12, 20), date(2026, 12, 19)),
        (ALSACE, date(2026, 12, 27), date(2026, 12, 24)),
        (HOLIDAYS, date(2026, 12, 28), date(2026, 12, 28)),
    ],
)
def test_what_would_be_said_on_a_quiet_day_is_said_before(window: Window, day: date, eve: date) -> None:
    assert window.eve(day) == eve


@given(
    st.integers(0, 4 * 366 * 24 * 60).map(lambda minutes: utc(2026, 1, 1) + timedelta(minutes=minutes)),
    st.sampled_from(list(QuietDays)),
    st.sampled_from(["Europe/Paris", "Indian/Reunion", "Pacific/Tahiti"]),
)
def test_what_is_allowed_stays_allowed_and_never_comes_before(asked: datetime, quiet: QuietDays, zone: str) -> None:
    window = Window(zone, quiet=quiet)
    allowed = window.next(asked)
    assert allowed >= asked
    assert window.next(allowed) == allowed
    assert not window.is_quiet(window.day_of(allowed))


def test_hours_of_the_place_are_kept() -> None:
    assert Window("Europe/Paris", time(10), time(18)).within(time(9)) == time(10)


def local(zone: str, day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("hour", "minute", "day", "sent_hour"),
    [(7, 59, 11, 8), (8, 0, 11, None), (19, 59, 11, None), (20, 0, 12, 8), (21, 40, 12, 8), (0, 10, 11, 8)],
)
def test_messages_leave_between_eight_and_twenty(hour: int, minute: int, day: int, sent_hour: int | None) -> None:
    instant = local("Europe/Paris", date(2027, 1, 11), hour, minute)
    expected = instant if sent_hour is None else local("Europe/Paris", date(2027, 1, day), sent_hour)
    assert PARIS.next(instant) == expected


@pytest.mark.parametrize("zone", ["Indian/Reunion", "America/Cayenne", "Pacific/Noumea"])
def test_hours_are_those_of_the_place(zone: str) -> None:
    assert Window(zone).next(local(zone, date(2027, 1, 11), 21, 40)) == local(zone, date(2027, 1, 12), 8)


@pytest.mark.parametrize("eve", [date(2027, 3, 27), date(2027, 10, 30)])
def test_the_morning_after_a_change_of_clocks_is_at_eight(eve: date) -> None:
    sent = PARIS.next(local("Europe/Paris", eve, 22))
    assert sent.astimezone(ZoneInfo("Europe/Paris")).strftime("%d %H:%M") == f"{eve.day + 1} 08:00"
