"""Calendar files: the invitation of an appointment, and an agent's feed (RFC 5545, 5546, 7986).

Times are local, with their time zone described in the file: a reader that knows no zones is right all the same, and
9:00 stays 9:00 on both sides of a change of clocks. Times of writing are UTC. What is written here leaves the house:
no type of appointment, no name of a child, no home address; a discreet service has neither its name nor its place's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import (
    STATUS,
    TRANSP,
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDuration,
    vText,
)

from rdv.models import Appointment, Mode, Participation, Status

PRODUCT = "-//RDV PMI//FR"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
REFRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One event. `zone` is the IANA name of the place's zone; `uid` and `sequence` are the appointment's own."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    zone: str
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    is_cancelled: bool = False
    is_free: bool = False


def invitation(
    meeting: Meeting, *, organiser: tuple[str, str], attendee: tuple[str, str], now: datetime
) -> tuple[str, bytes]:
    """The method (REQUEST, or CANCEL when it is cancelled) and the file that goes with an e-mail.

    `organiser` and `attendee` are (name, e-mail address). The same UID and a higher SEQUENCE replace what the
    calendar already has. To be attached as `text/calendar; method=<method>; charset=utf-8`.
    """
    method = CANCEL if meeting.is_cancelled else REQUEST
    calendar = _calendar([meeting], method=method, now=now)
    event = calendar.events[0]
    name, address = organiser
    event["organizer"] = _address(name, address)
    name, address = attendee
    event["attendee"] = _address(name, address, PARTSTAT="ACCEPTED", RSVP="FALSE", ROLE="REQ-PARTICIPANT")
    return method, bytes(calendar.to_ical())


def feed(meetings: Iterable[Meeting], *, name: str, now: datetime) -> bytes:
    """A calendar to subscribe to; cancelled meetings stay in it as cancelled, so that they leave the agenda."""
    calendar = _calendar(meetings, method=PUBLISH, now=now)
    calendar["name"] = vText(name)
    calendar["x-wr-calname"] = vText(name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar["x-published-ttl"] = vDuration(REFRESH)
    return bytes(calendar.to_ical())


def single(meeting: Meeting, *, now: datetime) -> bytes:
    """One event to be put into a calendar by hand: nothing to answer, and no calendar of its own to subscribe to."""
    return bytes(_calendar([meeting], method=PUBLISH, now=now).to_ical())


def meeting_of(
    appointment: Appointment,
    *,
    url: str,
    participations: Iterable[Participation] | None = None,
    notes: str = "",
) -> Meeting:
    """What a family's calendar shows of its appointment; `url` is its link, `notes` a neutral sentence.

    With the family's `participations` given, it is cancelled for that family when all of them are. Reads
    `type`, `service` and `location.organisation.territory`: have them loaded.
    """
    gone = (Status.EXCUSED, Status.REVOKED)
    rows = None if participations is None else list(participations)
    left = bool(rows) and all(row.status in gone for row in rows or ())
    return Meeting(
        uid=uid_of(appointment),
        sequence=appointment.sequence + (1 if left and not appointment.is_cancelled else 0),
        start=appointment.starts_at,
        end=appointment.ends_at,
        zone=appointment.location.zone,
        summary=_summary(appointment),
        location=where(appointment),
        description="\n".join(part for part in (notes, url) if part),
        url=url,
        is_cancelled=appointment.is_cancelled or left,
    )


def uid_of(appointment: Appointment) -> str:
    """The same for as long as the appointment lives, whatever the address of the site."""
    return f"{appointment.uid}@rdv-pmi"


def where(appointment: Appointment) -> str:
    """The place as a calendar may show it: at home without the address, discreet without the name."""
    location = appointment.location
    if appointment.mode == Mode.HOME:
        return "À votre domicile"
    if appointment.mode == Mode.PHONE:
        return "Par téléphone"
    if appointment.mode == Mode.VIDEO:
        return "En visioconférence"
    if appointment.service.is_discreet:
        return location.postal_address
    return ", ".join(part for part in (location.name, location.postal_address) if part)


def _summary(appointment: Appointment) -> str:
    if appointment.service.is_discreet or appointment.mode != Mode.ON_SITE:
        return "Rendez-vous"
    return f"Rendez-vous – {appointment.location.label}"


def _calendar(meetings: Iterable[Meeting], *, method: str, now: datetime) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    events = [(meeting.zone, _event(meeting, now)) for meeting in meetings]
    for zone in sorted({zone for zone, _ in events}):
        calendar.add_component(_timezone(zone, now.year))
    for _, event in events:
        calendar.add_component(event)
    return calendar


def _event(meeting: Meeting, now: datetime) -> Event:
    zone = ZoneInfo(meeting.zone)
    event = Event.new(
        uid=meeting.uid,
        stamp=now.astimezone(UTC),
        start=meeting.start.astimezone(zone),
        end=meeting.end.astimezone(zone),
        sequence=meeting.sequence,
        summary=meeting.summary,
        location=meeting.location or None,
        description=meeting.description or None,
        url=meeting.url or None,
        status=STATUS.CANCELLED if meeting.is_cancelled else STATUS.CONFIRMED,
        transparency=TRANSP.TRANSPARENT if meeting.is_free or meeting.is_cancelled else TRANSP.OPAQUE,
    )
    event.add("class", "PRIVATE")
    return event


@lru_cache(maxsize=32)
def _timezone(name: str, year: int) -> Timezone:
    """The zone's rules around the years that appointments can have."""
    described = Timezone.from_tzid(name, first_date=date(year - 3, 1, 1), last_date=date(year + 6, 1, 1))
    described.pop("comment", None)
    for observance in described.subcomponents:
        if isinstance(observance, TimezoneDaylight | TimezoneStandard):
            _begin_before_the_gap(observance)
    return described


def _begin_before_the_gap(observance: TimezoneStandard | TimezoneDaylight) -> None:
    """When clocks go forward, write the onset at the local time before it: 2:00, not 3:00 (RFC 5545, 3.6.5).

    The library gives the first local time after it. When they go back, both are the same number.
    """
    gap = observance.TZOFFSETTO - observance.TZOFFSETFROM
    if gap <= timedelta():
        return
    onsets = [at - gap for at in (observance.DTSTART, *(at for at, *_ in observance.rdates))]
    observance.DTSTART = onsets[0]
    observance.pop("rdate", None)
    if onsets[1:]:
        observance.add("rdate", onsets[1:])


def _address(name: str, address: str, **parameters: str) -> vCalAddress:
    written = vCalAddress(f"mailto:{address}")
    if name:
        written.params["CN"] = name
    for parameter, value in parameters.items():
        written.params[parameter] = value
    return written
