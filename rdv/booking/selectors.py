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
from rdv.scheduling.rules import Attendee, Booker, admitted_mask, is_admitted_throughout, may_book, window
from rdv.scheduling.slots import Slot, SlotRules, find_slots
from rdv.scheduling.timeline import DAY_STEPS, Timeline

MAX_DAYS = 92
SOON = timedelta(days=7)
ONE_DAY = timedelta(days=1)  # longer than any appointment with its buffers


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

    def order(self) -> tuple[bool, float, str, int]:
        """Soonest first, places without any slot last; at the same instant by name."""
        start = self.slot.start.timestamp() if self.slot else 0.0
        return self.slot is None, start, self.location.name, self.location.pk


def slots_at(search: Search, location: Location, *, limit: int | None = None) -> list[Slot]:
    """The slots of one location, in order of start; several free agents at one start are one slot."""
    if search.type.is_collective:
        return _sessions(search, [location]).get(location.pk, [])[:limit]
    stretches = list(stretches_of(search, location))
    if not stretches:
        return []
    latest = max(stretch.latest for stretch in stretches)
    return _search(search, [(location, stretches)], cut_timeline(search, latest + ONE_DAY), limit).get(location.pk, [])


def first_slots(search: Search, locations: Sequence[Location]) -> list[FirstSlot]:
    """The first slot of every location, soonest first, those without any last, by name. Four queries at most."""
    found = _sessions(search, locations) if search.type.is_collective else _first_slots(search, locations)
    firsts = (FirstSlot(place, found[place.pk][0] if place.pk in found else None) for place in locations)
    return sorted(firsts, key=FirstSlot.order)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the window over which the values of the type stay the same; places of one organisation share it."""

    rules: SlotRules
    zone: str
    earliest: datetime
    latest: datetime
    allowed: int | None

    def admits(self, search: Search, start: datetime) -> bool:
        """Whether a session may start then for these people."""
        by_age = self.allowed is None or bool(self.allowed >> search.timeline.floor(start) & 1)
        return self.earliest <= start <= self.latest and by_age


_Wanted = Sequence[tuple[Location, Sequence[Stretch]]]


Admission = frozenset[tuple[int, str, int, int]]


def admission(search: Search, locations: Sequence[Location]) -> Admission:
    """Where these people's ages narrow the window, and to which mask; empty when the type admits them throughout.

    Searches that differ by their people alone, and by nothing here, have the same slots at these locations.
    """
    once = {(place.organisation_id, place.zone): place for place in locations} if search.people else {}
    return frozenset(
        (*where, position, stretch.allowed)
        for where, place in once.items()
        for position, stretch in enumerate(stretches_of(search, place))
        if stretch.allowed is not None
    )


def _first_slots(search: Search, locations: Sequence[Location]) -> dict[int, list[Slot]]:
    """Most places have a slot soon: the first week is read and searched alone, the rest for those that are full."""
    shared: dict[tuple[int, str], list[Stretch]] = {}
    wanted: list[tuple[Location, list[Stretch]]] = []
    for place in locations:
        key = (place.organisation_id, place.zone)
        if key not in shared:
            shared[key] = list(stretches_of(search, place))
        if shared[key]:
            wanted.append((place, shared[key]))
    if not wanted:
        return {}
    soon = min(stretches[0].earliest for _, stretches in wanted) + SOON
    found = _search(search, wanted, cut_timeline(search, soon), 1)
    full = [(place, stretches) for place, stretches in wanted if place.pk not in found]
    latest = max(stretch.latest for _, stretches in wanted for stretch in stretches)
    return found | _search(search, full, cut_timeline(search, latest + ONE_DAY), 1) if full else found


def cut_timeline(search: Search, end: datetime) -> Timeline:
    """The search's timeline cut some time after this instant: less to read, less to compute.

    Whole days make few different timelines, whose grids are kept from one search to the next.
    """
    days = search.timeline.ceil(end) // DAY_STEPS + 1
    return Timeline(search.timeline.origin, min(days * DAY_STEPS, search.timeline.length))


def _search(search: Search, wanted: _Wanted, timeline: Timeline, limit: int | None) -> dict[int, list[Slot]]:
    """The slots on this timeline of each of these locations that has one: two queries, two more for rooms."""
    places = [place for place, _ in wanted]
    opened = open_masks(places, search.type.pk, search.timeline)
    everyone = {agent for masks in opened.values() for agent in masks}
    busy = busy_agents(everyone, timeline, now=search.now, ignoring_hold=search.ignoring_hold)
    rooms = free_rooms(places, search.type, timeline, now=search.now)
    found: dict[int, list[Slot]] = {}
    for place, stretches in wanted:
        agents = busy.free(opened[place.pk], search.agents)
        slots: list[Slot] = []
        for stretch in stretches:
            slots += find_slots(
                timeline,
                stretch.rules,
                agents,
                zone=stretch.zone,
                earliest=stretch.earliest,
                latest=stretch.latest,
                rooms=None if rooms is None else list(rooms[place.pk].values()),
                allowed=stretch.allowed,
                limit=None if limit is None else limit - len(slots),
            )
            if limit is not None and len(slots) >= limit:
                break
        if slots:
            found[place.pk] = slots
    return found


def stretches_of(search: Search, location: Location) -> Iterator[Stretch]:
    """Cut the window where dated values of the type change; most often there is one stretch.

    None when the type is not offered there, or not to be booked by who asks.
    """
    zone = ZoneInfo(location.zone)
    organisation = location.organisation
    if not search.type.offered_at(organisation):
        return
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
        if start <= end:
            yield _stretch(search, location, start, end)


def _stretch(search: Search, location: Location, start: datetime, end: datetime) -> Stretch:
    zone, people = location.zone, search.people
    first, last = (instant.astimezone(ZoneInfo(zone)).date() for instant in (start, end))
    rules = search.type.rules_for(location.organisation, first)
    is_open = not people or is_admitted_throughout(rules, people, first, last)
    allowed = None if is_open else admitted_mask(search.timeline, rules, people, zone)
    return Stretch(rules.slot_rules(search.attendees), zone, start, end, allowed)


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
        if not any(stretch.admits(search, session.starts_at) for stretch in stretches_of(search, location)):
            continue
        agents = tuple(sorted(row.agent_id for row in session.appointment_agents.all()))
        if search.agents is None or set(agents) & set(search.agents):
            found.setdefault(location.pk, []).append(Slot(session.starts_at, session.ends_at, agents))
    return found
