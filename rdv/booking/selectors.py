"""Slots that can be booked: the one way in for pages, the API, moves and offers.

The number of queries does not depend on the number of agents, locations or days.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from rdv.booking.freetime import busy_agents, free_rooms
from rdv.booking.openmasks import open_masks, timeline_from
from rdv.models import Appointment, AppointmentType, Location, Status
from rdv.scheduling.rules import Attendee, Booker, TypeRules, admitted_mask, may_book, window
from rdv.scheduling.slots import AgentTime, Slot, find_slots, first_slot
from rdv.scheduling.timeline import Timeline

MAX_DAYS = 92


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. `agents` None = whoever receives; empty = nobody. `people` narrows by age when known.

    `moving`: a family may move what an agent booked for it, even a type that it could not book itself.
    """

    type: AppointmentType
    now: datetime
    booker: Booker = Booker.EVERYONE
    attendees: int = 1
    agents: Collection[int] | None = None
    people: Sequence[Attendee] = ()
    ignoring_hold: int | None = None
    after: datetime | None = None
    before: datetime | None = None
    moving: bool = False
    timeline: Timeline = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "timeline", timeline_from(self.now))


@dataclass(frozen=True, slots=True)
class FirstSlot:
    location: Location
    slot: Slot | None


def slots_at(search: Search, location: Location, *, limit: int | None = None) -> list[Slot]:
    """The slots of one location, in order of start; several free agents at one start are one slot."""
    if not search.type.offered_at(location.organisation):
        return []
    if search.type.is_collective:
        return _sessions(search, [location]).get(location.pk, [])[:limit]
    opened = open_masks([location], search.type.pk, search.timeline)[location.pk]
    busy = busy_agents(opened, search.timeline, now=search.now, ignoring_hold=search.ignoring_hold)
    rooms = free_rooms([location], search.type, search.timeline, now=search.now)
    agents = busy.free(opened, search.agents)
    found: list[Slot] = []
    for part in _stretches(search, location):
        found += find_slots(
            search.timeline,
            part.rules.slot_rules(search.attendees),
            agents,
            zone=location.zone,
            earliest=part.earliest,
            latest=part.latest,
            rooms=None if rooms is None else rooms[location.pk],
            allowed=part.allowed(search, location),
            limit=None if limit is None else limit - len(found),
        )
        if limit is not None and len(found) >= limit:
            break
    return found


def first_slots(search: Search, locations: Sequence[Location]) -> list[FirstSlot]:
    """The first slot of every location, soonest first, those without any last, by name. Two queries in all."""
    offered = [place for place in locations if search.type.offered_at(place.organisation)]
    if search.type.is_collective:
        sessions = _sessions(search, offered)
        firsts = [FirstSlot(place, next(iter(sessions.get(place.pk, [])), None)) for place in locations]
        return sorted(firsts, key=_soonest)
    opened = open_masks(offered, search.type.pk, search.timeline)
    everyone = {agent for masks in opened.values() for agent in masks}
    busy = busy_agents(everyone, search.timeline, now=search.now, ignoring_hold=search.ignoring_hold)
    rooms = free_rooms(offered, search.type, search.timeline, now=search.now)
    firsts = []
    for place in locations:
        slot = None
        if place.pk in opened:
            agents = busy.free(opened[place.pk], search.agents)
            slot = _first(search, place, agents, None if rooms is None else rooms[place.pk])
        firsts.append(FirstSlot(place, slot))
    return sorted(firsts, key=_soonest)


def _soonest(first: FirstSlot) -> tuple[bool, float, str, int]:
    start = first.slot.start.timestamp() if first.slot else 0.0
    return first.slot is None, start, first.location.name, first.location.pk


def _first(search: Search, location: Location, agents: Sequence[AgentTime], rooms: Sequence[int] | None) -> Slot | None:
    for part in _stretches(search, location):
        slot = first_slot(
            search.timeline,
            part.rules.slot_rules(search.attendees),
            agents,
            zone=location.zone,
            earliest=part.earliest,
            latest=part.latest,
            rooms=rooms,
            allowed=part.allowed(search, location),
        )
        if slot:
            return slot
    return None


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of the window over which the values of the type stay the same."""

    rules: TypeRules
    earliest: datetime
    latest: datetime

    def allowed(self, search: Search, location: Location) -> int | None:
        return admitted_mask(search.timeline, self.rules, search.people, location.zone) if search.people else None


def _stretches(search: Search, location: Location) -> Iterator[_Stretch]:
    """Cut the window where dated values of the type change; most often there is one stretch."""
    zone = ZoneInfo(location.zone)
    organisation = location.organisation
    rules = search.type.rules_for(organisation, (search.after or search.now).astimezone(zone).date())
    if not search.moving and not may_book(rules, search.booker):
        return
    earliest, latest = window(rules, search.now, search.booker)
    earliest, latest = max(earliest, search.after or earliest), min(latest, search.timeline.end)
    if search.before is not None:
        latest = min(latest, search.before - timedelta(microseconds=1))
    days = search.type.change_days(earliest.astimezone(zone).date(), latest.astimezone(zone).date())
    starts = [earliest, *(datetime(day.year, day.month, day.day, tzinfo=zone) for day in days)]
    for position, start in enumerate(starts):
        end = starts[position + 1] - timedelta(microseconds=1) if position + 1 < len(starts) else latest
        on = start.astimezone(zone).date()
        if start <= end:
            yield _Stretch(search.type.rules_for(organisation, on), start, end)


def _sessions(search: Search, locations: Sequence[Location]) -> dict[int, list[Slot]]:
    """Collective appointments with enough seats left, live holds counted: two queries."""
    by_pk = {location.pk: location for location in locations}
    held = Coalesce(
        Sum("holds__attendees", filter=Q(holds__expires_at__gt=search.now) & ~Q(holds__pk=search.ignoring_hold or 0)), 0
    )
    sessions = (
        Appointment.objects.filter(type=search.type, location__in=by_pk, is_collective=True, status=Status.UNKNOWN)
        .filter(starts_at__gte=search.now)
        .annotate(held=held)
        .filter(seats_taken__lte=F("capacity") - F("held") - search.attendees)
        .prefetch_related("appointment_agents")
        .order_by("starts_at", "pk")
    )
    found: dict[int, list[Slot]] = {}
    for session in sessions:
        location = by_pk[session.location_id]
        stretch = next((s for s in _stretches(search, location) if s.earliest <= session.starts_at <= s.latest), None)
        if stretch is None or not _admits(search, stretch, location, session.starts_at):
            continue
        agents = tuple(sorted(row.agent_id for row in session.appointment_agents.all()))
        if search.agents is None or set(agents) & set(search.agents):
            found.setdefault(location.pk, []).append(Slot(session.starts_at, session.ends_at, agents))
    return found


def _admits(search: Search, stretch: _Stretch, location: Location, start: datetime) -> bool:
    allowed = stretch.allowed(search, location)
    return allowed is None or bool(allowed >> search.timeline.floor(start) & 1)
