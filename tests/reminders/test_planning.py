"""When messages are due: calendar days of the place, allowed hours, one message per contact and day."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from rdv.scheduling.sending import QuietDays, Window
from reminders.kinds import Kind
from reminders.planning import Planned, Recipient, give_up, leads, plan_notice, plan_reminders

PARIS = Window("Europe/Paris")
MOTHER = Recipient("c1", sms=True, email=True)
PLAN = leads(
    [
        {"channel": "sms", "days_before": 1},
        {"channel": "email", "days_before": 7},
        {"channel": "sms", "days_before": 3},
    ]
)


def local(year: int, month: int, day: int, hour: int, minute: int = 0, zone: str = "Europe/Paris") -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone))


def shown(planned: list[Planned], zone: str = "Europe/Paris") -> list[tuple[str, str]]:
    """Channel and local due time of each message."""
    there = ZoneInfo(zone)
    return [(str(one.channel), f"{one.due_at.astimezone(there):%d/%m %H:%M}") for one in planned]


def reminders(
    start: datetime,
    told_at: datetime,
    recipient: Recipient = MOTHER,
    now: datetime | None = None,
    window: Window = PARIS,
) -> list[Planned]:
    return plan_reminders([recipient], start=start, told_at=told_at, now=now or told_at, plan=PLAN, window=window)


def test_an_appointment_far_away_is_reminded_by_email_then_twice_by_sms() -> None:
    planned = reminders(local(2027, 3, 25, 14), told_at=local(2027, 3, 1, 10))
    assert shown(planned) == [("email", "18/03 09:00"), ("sms", "22/03 09:00"), ("sms", "24/03 09:00")]
    # Each serves until the next one, the last until an hour before the meeting.
    assert [one.give_up_at for one in planned] == [planned[1].due_at, planned[2].due_at, local(2027, 3, 25, 13)]


@pytest.mark.parametrize(
    ("told_at", "expected"),
    [
        (local(2027, 3, 17, 10), [("email", "18/03 09:00"), ("sms", "22/03 09:00"), ("sms", "24/03 09:00")]),
        (local(2027, 3, 18, 8), [("sms", "22/03 09:00"), ("sms", "24/03 09:00")]),
        (local(2027, 3, 21, 19, 59), [("sms", "22/03 09:00"), ("sms", "24/03 09:00")]),
        (local(2027, 3, 21, 20), [("sms", "24/03 09:00")]),
        (local(2027, 3, 22, 8), [("sms", "24/03 09:00")]),
        (local(2027, 3, 23, 15), [("sms", "24/03 09:00")]),
        (local(2027, 3, 24, 8), []),
        (local(2027, 3, 25, 8), []),
    ],
)
def test_a_booking_made_inside_the_window_gets_what_is_still_useful(
    told_at: datetime, expected: list[tuple[str, str]]
) -> None:
    """Never on the day on which the booking itself is confirmed; an SMS of the evening is confirmed in the morning."""
    assert shown(reminders(local(2027, 3, 25, 14), told_at)) == expected


def test_without_a_mobile_the_sms_are_emails_and_without_anything_the_last_is_a_call() -> None:
    start, told_at = local(2027, 3, 25, 14), local(2027, 3, 1, 10)
    by_email = reminders(start, told_at, Recipient("c1", email=True))
    assert shown(by_email) == [("email", "18/03 09:00"), ("email", "22/03 09:00"), ("email", "24/03 09:00")]
    by_sms = reminders(start, told_at, Recipient("c1", sms=True))
    assert shown(by_sms) == [("sms", "22/03 09:00"), ("sms", "24/03 09:00")]
    by_phone = reminders(start, told_at, Recipient("c1"))
    assert shown(by_phone) == [("call", "24/03 09:00")]


@pytest.mark.parametrize(
    ("start", "hour", "expected"),
    [
        (local(2027, 3, 25, 14), "09:00", ["24/03 09:00"]),
        (local(2027, 3, 15, 14), "09:00", ["12/03 09:00"]),  # a Monday: on Friday
        (local(2027, 3, 30, 14), "09:00", ["26/03 09:00"]),  # the day after Easter Monday
        (local(2027, 5, 7, 14), "09:00", ["05/05 09:00"]),  # the day after the Ascension
        (local(2027, 3, 25, 14), "18:30", ["24/03 16:30"]),  # nobody calls in the evening
        (local(2027, 3, 8, 14), "09:00", []),  # called on Friday 5, when it was told
    ],
)
def test_a_person_calls_on_a_working_day_during_the_hours_of_the_office(
    start: datetime, hour: str, expected: list[str]
) -> None:
    plan = leads([{"channel": "sms", "days_before": 1, "time": hour}])
    told_at = local(2027, 3, 5, 11)
    planned = plan_reminders([Recipient("c1")], start=start, told_at=told_at, now=told_at, plan=plan, window=PARIS)
    assert shown(planned) == [("call", due) for due in expected]


def test_one_reachable_contact_spares_the_family_a_call() -> None:
    planned = plan_reminders(
        [Recipient("c1"), Recipient("c2", sms=True)],
        start=local(2027, 3, 25, 14),
        told_at=local(2027, 3, 24, 7) - timedelta(days=1),
        now=local(2027, 3, 23, 7),
        plan=PLAN,
        window=PARIS,
    )
    assert [(one.recipient and one.recipient.key, one.channel) for one in planned] == [("c2", "sms")]


def test_a_reminder_that_was_missed_is_due_now_as_long_as_it_serves() -> None:
    start, told_at = local(2027, 3, 25, 14), local(2027, 3, 1, 10)
    late = reminders(start, told_at, now=local(2027, 3, 23, 18))
    assert shown(late) == [("sms", "22/03 09:00"), ("sms", "24/03 09:00")]
    assert shown(reminders(start, told_at, now=local(2027, 3, 24, 18))) == [("sms", "24/03 09:00")]
    assert reminders(start, told_at, now=local(2027, 3, 25, 13)) == []
    # Nothing leaves before 8:00 any more, and the meeting is at 8:30.
    assert reminders(local(2027, 3, 25, 8, 30), told_at, now=local(2027, 3, 24, 20)) == []


@pytest.mark.parametrize(
    ("start", "instant"),
    [
        # Clocks go back in the night of Sunday 25 October 2026.
        (local(2026, 10, 26, 9), datetime(2026, 10, 25, 8, 0, tzinfo=UTC)),
        (local(2026, 10, 25, 15), datetime(2026, 10, 24, 7, 0, tzinfo=UTC)),
        # Clocks go forward in the night of Sunday 28 March 2027.
        (local(2027, 3, 28, 15), datetime(2027, 3, 27, 8, 0, tzinfo=UTC)),
        (local(2027, 3, 29, 14), datetime(2027, 3, 28, 7, 0, tzinfo=UTC)),
    ],
)
def test_the_day_before_keeps_its_hour_over_a_change_of_clocks(start: datetime, instant: datetime) -> None:
    assert reminders(start, start - timedelta(days=30))[-1].due_at == instant


@pytest.mark.parametrize("zone", ["Indian/Reunion", "America/Martinique", "Pacific/Noumea", "America/Miquelon"])
def test_overseas_the_hours_are_those_of_the_place(zone: str) -> None:
    window = Window(zone)
    start = local(2027, 3, 25, 8, zone=zone)
    planned = reminders(start, start - timedelta(days=30), window=window)
    assert shown(planned, zone) == [("email", "18/03 09:00"), ("sms", "22/03 09:00"), ("sms", "24/03 09:00")]


def test_hours_outside_the_window_fall_on_its_first_hour() -> None:
    plan = leads([{"channel": "sms", "days_before": 1, "time": "07:00"}])
    planned = plan_reminders(
        [MOTHER],
        start=local(2027, 3, 25, 14),
        told_at=local(2027, 3, 1, 9),
        now=local(2027, 3, 1, 9),
        plan=plan,
        window=Window("Europe/Paris", time(10), time(18)),
    )
    assert shown(planned) == [("sms", "24/03 10:00")]


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        (local(2027, 3, 10, 7, 59), local(2027, 3, 10, 8)),
        (local(2027, 3, 10, 8), local(2027, 3, 10, 8)),
        (local(2027, 3, 10, 19, 59), local(2027, 3, 10, 19, 59)),
        (local(2027, 3, 10, 20), local(2027, 3, 11, 8)),
        (local(2026, 10, 24, 21), local(2026, 10, 25, 8)),
        (local(2027, 3, 27, 23, 30), local(2027, 3, 28, 8)),
    ],
)
def test_messages_leave_between_eight_and_eight(asked: datetime, allowed: datetime) -> None:
    assert PARIS.next(asked) == allowed


def notice(kind: Kind, now: datetime, start: datetime, **more: object) -> list[tuple[str, str]]:
    planned = plan_notice(kind, [MOTHER], now=now, window=PARIS, start=start, **more)  # type: ignore[arg-type]
    return shown(planned)


def test_what_a_family_does_at_night_is_confirmed_by_email_at_once_and_by_sms_in_the_morning() -> None:
    night, start = local(2027, 3, 10, 22), local(2027, 3, 12, 9)
    assert notice(Kind.BOOKED, night, start, own=True) == [("sms", "11/03 08:00"), ("email", "10/03 22:00")]
    assert notice(Kind.CANCELLED_BY_FAMILY, night, start, own=True, answering="c1") == [
        ("sms", "10/03 22:00"),
        ("email", "10/03 22:00"),
    ]


def test_what_the_service_changes_at_night_waits_for_the_morning() -> None:
    night, start = local(2027, 3, 10, 22), local(2027, 3, 12, 9)
    assert notice(Kind.CANCELLED_BY_SERVICE, night, start) == [("sms", "11/03 08:00"), ("email", "11/03 08:00")]


def test_when_the_morning_is_too_late_somebody_calls() -> None:
    night, start = local(2027, 3, 10, 22), local(2027, 3, 11, 8)
    by = {"must_know_by": start - timedelta(minutes=15)}
    assert notice(Kind.CANCELLED_BY_SERVICE, night, start, **by) == [("call", "10/03 22:00")]
    later = local(2027, 3, 11, 8, 10)
    by = {"must_know_by": later - timedelta(minutes=15)}
    assert notice(Kind.CANCELLED_BY_SERVICE, night, later, **by) == [
        ("sms", "11/03 08:00"),
        ("email", "11/03 08:00"),
        ("call", "10/03 22:00"),
    ]


def test_a_family_that_nobody_can_write_to_is_called_unless_it_did_it_itself() -> None:
    now, start = local(2027, 3, 10, 10), local(2027, 3, 12, 9)
    for own, expected in ((False, ["call"]), (True, [])):
        planned = plan_notice(Kind.CANCELLED_BY_SERVICE, [Recipient("c1")], now=now, window=PARIS, start=start, own=own)
        assert [one.channel for one in planned] == expected


def test_nothing_is_said_of_what_has_begun() -> None:
    start = local(2027, 3, 12, 9)
    assert notice(Kind.MOVED, start, start) == []


def test_a_plan_that_cannot_be_read_leaves_out_what_is_wrong() -> None:
    plan = [{"channel": "fax", "days_before": 1}, {"channel": "sms"}, {"channel": "sms", "days_before": -1}]
    assert leads([*plan, {"channel": "sms", "days_before": 2}])[0].days_before == 2
    assert len(leads(plan)) == 0


def test_each_kind_gives_up_by_its_own_rule() -> None:
    due, start = local(2027, 3, 10, 9), local(2027, 3, 12, 9)
    assert give_up(Kind.REMINDER, due, start=start) == start - timedelta(hours=1)
    assert give_up(Kind.CANCELLED_BY_SERVICE, due, start=start) == start
    assert give_up(Kind.OFFER, due, deadline=start) == start
    assert give_up(Kind.ACCESS_CODE, due) == due + timedelta(minutes=10)


def test_a_lead_that_cant_be_read_costs_no_other() -> None:
    plan = [{"channel": "sms", "days_before": 1, "time": "25 h"}, {"channel": "sms", "days_before": 3, "time": "10:30"}]
    assert [(lead.days_before, lead.time) for lead in leads(plan)] == [(3, time(10, 30))]


def test_mondays_reminder_leaves_on_saturday_where_sundays_are_quiet() -> None:
    window = Window("Europe/Paris", quiet=QuietDays.SUNDAYS)
    monday = datetime(2027, 1, 18, 9, tzinfo=UTC)
    planned = plan_reminders(
        [Recipient("c1", sms=True)],
        start=monday,
        told_at=monday - timedelta(days=20),
        now=monday - timedelta(days=20),
        plan=leads([{"channel": "sms", "days_before": 1}]),
        window=window,
    )
    assert [one.due_at for one in planned] == [datetime(2027, 1, 16, 8, tzinfo=UTC)]
