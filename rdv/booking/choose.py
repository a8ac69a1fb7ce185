"""Choosing who receives, inside the lock."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rdv.booking.calendars import timeline_of
from rdv.booking.errors import NotBookable, SlotOffered, SlotTaken
from rdv.booking.freetime import Truth, read_truth
from rdv.booking.locks import lock_agents
from rdv.booking.openmasks import open_masks, timeline_from
from rdv.booking.rooms import lock_rooms
from rdv.models import Agent, AgentCalendar, AppointmentAgent, AppointmentType, Location, Occupation
from rdv.models.actor import Actor
from rdv.models.appointment import LONGEST_OCCUPATION
from rdv.scheduling.placing import assign
from rdv.scheduling.rules import Booker, Reason
from rdv.scheduling.slots import AgentTime, Part, SlotRules
from rdv.scheduling.timeline import Timeline, on_grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A start to be given to agents; what is ignored is what the asker already occupies himself."""

    type: AppointmentType
    location: Location
    rules: SlotRules
    start: datetime
    by: Actor
    agents: Collection[int] | None = None
    preferred: Collection[int] = ()
    ignoring_hold: int | None = None
    ignoring_round: int | None = None
    ignoring_appointment: int | None = None
    over_offers: bool = False
    overbooking: bool = False
    leaving: int | None = None  # the place that a moved appointment leaves

    @property
    def busy_from(self) -> datetime:
        return self.start - timedelta(minutes=self.rules.buffer_before)

    @property
    def busy_until(self) -> datetime:
        return self.start + timedelta(minutes=self.rules.duration + self.rules.buffer_after)


@dataclass(frozen=True, slots=True)
class Choice:
    """Who receives. The calendars are locked; `taken_rounds` are offers that an agent overrides."""

    parts: tuple[Part, ...]
    calendars: Mapping[int, AgentCalendar]
    room_id: int | None
    taken_rounds: tuple[int, ...] = ()
    is_overbooked: bool = False


def choose(place: Place, *, also_lock: Collection[int] = (), now: datetime) -> Choice:
    """Lock those who could receive, read the truth, choose.

    Order of preference: `preferred` (the family's own agent, or continuity), then the least loaded that local day, then
    the lowest number. Raises SlotTaken, SlotOffered or NotBookable; nothing is written except the removal of holds
    whose time had passed.
    """
    if place.busy_until - place.busy_from > LONGEST_OCCUPATION:
        raise NotBookable(Reason.TOO_LONG)
    timeline = Timeline.covering(place.busy_from, place.busy_until)
    candidates = _candidates(place, now)
    calendars = lock_agents([*candidates, *also_lock], now=now)
    truth = read_truth(
        place.location,
        place.type,
        timeline,
        candidates,
        now=now,
        ignoring_hold=place.ignoring_hold,
        ignoring_round=place.ignoring_round,
        ignoring_appointment=place.ignoring_appointment,
    )
    if place.type.is_collective and place.agents is not None:
        _without_hours(truth, candidates, timeline)
    if truth.expired:
        Occupation.objects.filter(pk__in=truth.expired).delete()
    if place.overbooking:
        return _overbooked(place, candidates, calendars, truth, timeline)
    parts = None
    if not _off_grid(place):
        preference = _preference(place, candidates, calendars)
        free = truth.free(place.agents, over_offers=place.over_offers)
        parts = assign(timeline, place.rules, free, place.start, preference=preference)
    if parts is None:
        raise _refusal(place, truth, timeline)
    room_id, of_room = _room(place, now) if place.type.needs_room else (None, ())
    return Choice(parts, calendars, room_id, _take_over(parts, of_room, truth, timeline))


def _without_hours(truth: Truth, candidates: list[int], timeline: Timeline) -> None:
    """Who holds a session is named by an agent, opening hours or not, as when it was opened."""
    there = Agent.objects.filter(pk__in=candidates, is_active=True, is_practitioner=True).values_list(
        "pk", "profession"
    )
    truth.professions = dict(there)
    truth.opened = dict.fromkeys(truth.professions, timeline.full)


def _take_over(parts: tuple[Part, ...], of_room: Collection[int], truth: Truth, timeline: Timeline) -> tuple[int, ...]:
    """End the offers under the chosen time, and those `of_room`; their rounds are told by the verb."""
    rounds = tuple(
        sorted(
            {
                round_id
                for round_id, agent, mask in truth.offered
                for part in parts
                if part.agent == agent and timeline.busy(part.busy_start, part.busy_end) & mask
            }.union(of_room)
        )
    )
    if rounds:
        Occupation.objects.filter(round__in=rounds).delete()
    return rounds


def _candidates(place: Place, now: datetime) -> list[int]:
    if place.agents is not None:
        return sorted(place.agents)
    timeline = timeline_from(now)
    window = timeline.busy(place.busy_from, place.busy_until)
    opened = open_masks([place.location], place.type.pk, timeline)[place.location.pk]
    return sorted(agent for agent, mask in opened.items() if mask & window)


def _off_grid(place: Place) -> bool:
    """Agents may leave the grid; families and applications may not."""
    return place.by.booker is not Booker.AGENT and not on_grid(place.start, place.location.zone, place.rules.grid)


def _preference(place: Place, candidates: list[int], calendars: Mapping[int, AgentCalendar]) -> list[int]:
    zone = ZoneInfo(place.location.zone)
    midnight = place.start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)

    def load(agent: int) -> int:
        calendar = calendars[agent]
        day = timeline_of(calendar).busy(midnight, midnight + timedelta(days=1))
        return (calendar.mask()[1] & day).bit_count()

    order = {agent: position for position, agent in enumerate(dict.fromkeys(place.preferred))}
    return sorted(candidates, key=lambda agent: (order.get(agent, len(order)), load(agent), agent))


def _refusal(place: Place, truth: Truth, timeline: Timeline) -> Exception:
    """Why nobody could be chosen: taken, being offered, nobody receives then, or no such start."""
    if _off_grid(place):
        return NotBookable(Reason.OFF_GRID)
    if assign(timeline, place.rules, truth.open_time(place.agents), place.start) is None:
        return NotBookable(Reason.NOT_OPEN)
    if place.by.booker is Booker.AGENT and not place.over_offers:
        free = truth.free(place.agents, over_offers=True)
        if assign(timeline, place.rules, free, place.start) is not None:
            return SlotOffered()
    return SlotTaken()


def _overbooked(
    place: Place, candidates: list[int], calendars: Mapping[int, AgentCalendar], truth: Truth, timeline: Timeline
) -> Choice:
    """An agent books on purpose: first whoever is free, or only being offered, else whom he names, whatever they have.

    The offers there end: nobody is to say yes to time that is taken.
    """
    for over_offers in (False, True):
        parts = assign(timeline, place.rules, truth.free(place.agents, over_offers=over_offers), place.start)
        if parts is not None:
            return Choice(parts, calendars, None, _take_over(parts, (), truth, timeline))
    professions = dict(Agent.objects.filter(pk__in=candidates).values_list("pk", "profession"))
    everyone = [AgentTime(agent, timeline.full, professions[agent]) for agent in candidates]
    parts = assign(timeline, place.rules, everyone, place.start)
    if parts is None:
        raise NotBookable(Reason.NOT_OPEN)
    return Choice(parts, calendars, None, _take_over(parts, (), truth, timeline), is_overbooked=True)


def _room(place: Place, now: datetime) -> tuple[int, Collection[int]]:
    """A free room that suits, the lowest number first; an agent may have one that is kept for rounds of offers."""
    rooms = lock_rooms(
        place.type,
        place.location.pk,
        place.busy_from,
        place.busy_until,
        now=now,
        leaving=place.leaving,
        ignoring_hold=place.ignoring_hold,
        ignoring_round=place.ignoring_round,
        ignoring_appointment=place.ignoring_appointment,
    )
    if rooms.free:
        return rooms.free[0], ()
    if not rooms.offered or place.by.booker is not Booker.AGENT:
        raise SlotTaken
    if not place.over_offers:
        raise SlotOffered
    return next(iter(rooms.offered.items()))


def continuity(family_id: int, type_id: int) -> list[int]:
    """The agents who last received this family for this type, latest first: they are preferred."""
    rows = AppointmentAgent.objects.filter(
        appointment__participations__family=family_id, appointment__type=type_id
    ).exclude(appointment__status__in=["excused", "revoked"])
    return list(dict.fromkeys(rows.order_by("-starts_at").values_list("agent_id", flat=True)[:3]))
