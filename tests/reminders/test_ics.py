"""Calendar files, read back by an independent parser."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from rdv.models import Appointment, Mode
from reminders.ics import Meeting, feed, invitation, meeting_of
from tests.factories import NOW, World

OUR = ("Val d’Exemple", "rdv@exemple.test")
THEIR = ("Sam \"Exemple\"; 'x'", "sam@exemple.test")


def meeting(**values: object) -> Meeting:
    defaults = {
        "uid": "u-1",
        "sequence": 0,
        "start": datetime(2026, 10, 26, 8, tzinfo=UTC),
        "end": datetime(2026, 10, 26, 8, 30, tzinfo=UTC),
        "zone": "Europe/Paris",
        "summary": "Rendez-vous",
        "url": "https://rdv.exemple.test/r/abc/",
    }
    return Meeting(**defaults | values)


def event(file: bytes) -> icalendar.Event:
    return icalendar.Calendar.from_ical(file).events[0]


def test_an_invitation_asks_and_a_cancellation_cancels_the_same_event() -> None:
    method, asked = invitation(meeting(), organiser=OUR, attendee=THEIR, now=NOW)
    assert method == "REQUEST"
    assert b"METHOD:REQUEST\r\n" in asked
    later, cancelled = invitation(meeting(sequence=1, is_cancelled=True), organiser=OUR, attendee=THEIR, now=NOW)
    assert later == "CANCEL"
    assert b"STATUS:CANCELLED\r\n" in cancelled
    assert [(event(file)["uid"], event(file)["sequence"]) for file in (asked, cancelled)] == [("u-1", 0), ("u-1", 1)]


@pytest.mark.parametrize(
    ("day", "hour"),
    [
        (date(2026, 10, 24), 9),
        (date(2026, 10, 25), 9),
        (date(2026, 10, 26), 14),
        (date(2027, 3, 27), 14),
        (date(2027, 3, 28), 14),
        (date(2027, 7, 1), 14),
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Paris", "Indian/Reunion", "America/Miquelon", "Pacific/Noumea"])
def test_the_file_alone_says_the_right_hour_on_both_sides_of_a_change_of_clocks(
    day: date, hour: int, zone: str
) -> None:
    """A reader that knows no zones computes the instant from the VTIMEZONE of the file."""
    start = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))
    _, file = invitation(
        meeting(start=start.astimezone(UTC), end=start.astimezone(UTC) + timedelta(minutes=30), zone=zone),
        organiser=OUR,
        attendee=THEIR,
        now=NOW,
    )
    text = file.decode().replace("\r\n ", "")
    assert f"DTSTART;TZID={zone}:{day:%Y%m%d}T{hour:02}0000\r\n" in text
    described = icalendar.Calendar.from_ical(file).timezones[0].to_tz(lookup_tzid=False)
    assert datetime(day.year, day.month, day.day, hour, tzinfo=described).utcoffset() == start.utcoffset()


def onsets(zone: str) -> list[tuple[datetime, timedelta, timedelta]]:
    """Every onset that a file describes for the zone: local time, offset before, offset after."""
    _, file = invitation(meeting(zone=zone), organiser=OUR, attendee=THEIR, now=NOW)
    described = icalendar.Calendar.from_ical(file).timezones[0]
    found = []
    for part in described.subcomponents:
        dates = part.get("rdate", [])
        more = [one.dt for each in (dates if isinstance(dates, list) else [dates]) for one in each.dts]
        offsets = part["tzoffsetfrom"].td, part["tzoffsetto"].td
        found += [(at, *offsets) for at in (part["dtstart"].dt, *more)]
    return sorted(found)


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Miquelon"])
def test_a_change_of_clocks_is_written_at_the_local_time_before_it(zone: str) -> None:
    """RFC 5545, 3.6.5: the onset in local time, read with TZOFFSETFROM, is the instant of the change."""
    changes = [(at, before, after) for at, before, after in onsets(zone) if before != after]
    assert len(changes) == 18
    there = ZoneInfo(zone)
    for at, before, after in changes:
        instant = (at - before).replace(tzinfo=UTC)
        assert (instant - timedelta(seconds=1)).astimezone(there).utcoffset() == before
        assert instant.astimezone(there).utcoffset() == after
    assert {at.hour for at, _before, _after in changes} == ({2, 3} if zone == "Europe/Paris" else {2})


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("Indian/Reunion", 4), ("America/Martinique", -4), ("Pacific/Noumea", 11), ("Asia/Kolkata", 5.5)],
)
def test_a_zone_without_changes_has_one_offset(zone: str, hours: float) -> None:
    assert {(before, after) for _at, before, after in onsets(zone)} == {(timedelta(hours=hours),) * 2}


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "20270328T015900"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "20270328T030000"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "20261025T023000"),
    ],
)
def test_minutes_around_a_change_of_clocks_keep_their_instant_in_utc(instant: datetime, written: str) -> None:
    """Read with the zone's own rules: the hour that comes twice is told by a reader as its first."""
    _, file = invitation(
        meeting(start=instant, end=instant + timedelta(minutes=30)), organiser=OUR, attendee=THEIR, now=NOW
    )
    assert f"DTSTART;TZID=Europe/Paris:{written}\r\n".encode() in file


def test_the_writing_of_names_cannot_break_the_file() -> None:
    _, file = invitation(meeting(location="A; b, c\nd"), organiser=OUR, attendee=THEIR, now=NOW)
    read = event(file)
    assert str(read["location"]) == "A; b, c\nd"
    assert str(read["attendee"]) == "mailto:sam@exemple.test"
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))


def test_a_feed_keeps_cancelled_meetings_as_cancelled() -> None:
    file = feed([meeting(), meeting(uid="u-2", is_cancelled=True)], name="Agenda", now=NOW)
    calendar = icalendar.Calendar.from_ical(file)
    assert str(calendar["method"]) == "PUBLISH"
    assert {str(one["uid"]): str(one["status"]) for one in calendar.events} == {"u-1": "CONFIRMED", "u-2": "CANCELLED"}
    assert [str(one["transp"]) for one in calendar.events] == ["OPAQUE", "TRANSPARENT"]
    assert len(calendar.timezones) == 1


def loaded(pk: int) -> Appointment:
    return Appointment.objects.select_related("type", "service", "location__organisation__territory").get(pk=pk)


@pytest.mark.django_db(transaction=True)
class TestAppointments:
    def test_a_family_reads_the_place_and_never_the_type_or_a_child(self) -> None:
        world = World()
        made = meeting_of(loaded(world.book(9).appointment.pk), url="https://x.test/r/a/", notes="À bientôt")
        assert (made.summary, made.location) == (
            f"Rendez-vous – {world.location.name}",
            f"{world.location.name}, 1 rue de l’Exemple, Exempleville",
        )
        assert made.description == "À bientôt\nhttps://x.test/r/a/"
        assert (made.start, made.zone, made.sequence) == (world.at(9), "Europe/Paris", 0)

    def test_a_discreet_service_keeps_its_name_and_that_of_its_place(self) -> None:
        world = World()
        world.service.is_discreet = True
        world.service.save()
        made = meeting_of(loaded(world.book(9).appointment.pk), url="")
        assert (made.summary, made.location) == ("Rendez-vous", "1 rue de l’Exemple, Exempleville")

    @pytest.mark.parametrize(
        ("mode", "where"),
        [(Mode.HOME, "À votre domicile"), (Mode.PHONE, "Par téléphone"), (Mode.VIDEO, "En visioconférence")],
    )
    def test_a_meeting_elsewhere_says_where_without_an_address(self, mode: Mode, where: str) -> None:
        world = World(mode=mode)
        booked = world.book(9, visit_address="3 rue Privée").appointment
        made = meeting_of(loaded(booked.pk), url="")
        assert (made.summary, made.location) == ("Rendez-vous", where)

    def test_a_family_that_left_a_session_gets_a_cancellation_that_replaces(self) -> None:
        world = World()
        booked = world.book(9).appointment
        booked.participations.update(status="excused")
        made = meeting_of(loaded(booked.pk), url="", participations=booked.participations.all())
        assert (made.is_cancelled, made.sequence) == (True, 1)
