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
from rdv.models import Agent, AgentCalendar, AppointmentAgent, AppointmentType, Location, Occupation, Room
from rdv.models.actor import Actor
from rdv.scheduling.placing import assign, parts_of, why_not_free
from rdv.scheduling.rules import Booker, Reason
from rdv.scheduling.slots import AgentTime, Part, SlotRules
from rdv.scheduling.timeline import Timeline


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
        over_offers=place.over_offers,
    )
    if truth.expired:
        Occupation.objects.filter(pk__in=truth.expired).delete()
    if place.overbooking:
        return _overbooked(place, candidates, calendars, truth, timeline)
    room_id = _room(place, timeline, now) if place.type.needs_room else None
    preference = _preference(place, candidates, calendars)
    parts = None
    if not _off_grid(place, timeline):
        parts = assign(timeline, place.rules, truth.free(place.agents), place.start, preference=preference)
    if parts is None:
        raise _refusal(place, truth, timeline)
    chosen = {part.agent for part in parts}
    rounds = tuple({round_id for round_id, agent in truth.offered if agent in chosen})
    return Choice(parts, calendars, room_id, rounds)


def _candidates(place: Place, now: datetime) -> list[int]:
    if place.agents is not None:
        return sorted(place.agents)
    timeline = timeline_from(now)
    window = timeline.busy(place.busy_from, place.busy_until)
    opened = open_masks([place.location], place.type.pk, timeline)[place.location.pk]
    return sorted(agent for agent, mask in opened.items() if mask & window)


def _off_grid(place: Place, timeline: Timeline) -> bool:
    """Agents may leave the grid; families and applications may not."""
    if place.by.booker is Booker.AGENT:
        return False
    day = Timeline(timeline.origin, max(timeline.length, 1))
    return why_not_free(day, place.rules, (), place.start, zone=place.location.zone) is Reason.OFF_GRID


def _preference(place: Place, candidates: list[int], calendars: Mapping[int, AgentCalendar]) -> list[int]:
    zone = ZoneInfo(place.location.zone)
    midnight = place.start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)

    def load(agent: int) -> int:
        calendar = calendars[agent]
        day = timeline_of(calendar).busy(midnight, midnight + timedelta(days=1))
        return (calendar.mask()[1] & day).bit_count()

    order = {agent: position for position, agent in enumerate(place.preferred)}
    return sorted(candidates, key=lambda agent: (order.get(agent, len(order)), load(agent), agent))


def _refusal(place: Place, truth: Truth, timeline: Timeline) -> Exception:
    """Why nobody could be chosen: taken, being offered, nobody receives then, or no such start."""
    if _off_grid(place, timeline):
        return NotBookable(Reason.OFF_GRID)
    if assign(timeline, place.rules, truth.open_time(place.agents), place.start) is None:
        return NotBookable(Reason.NOT_OPEN)
    if place.by.booker is Booker.AGENT and not place.over_offers and _offered_only(place, timeline):
        return SlotOffered()
    return SlotTaken()


def _offered_only(place: Place, timeline: Timeline) -> bool:
    rows = Occupation.objects.filter(kind="offer").overlapping(timeline.origin, timeline.end)
    return rows.filter(agent__in=_candidates_of(place)).exists()


def _candidates_of(place: Place) -> list[int]:
    return (
        sorted(place.agents)
        if place.agents is not None
        else list(Agent.objects.filter(opening_periods__location=place.location).values_list("pk", flat=True))
    )


def _overbooked(
    place: Place, candidates: list[int], calendars: Mapping[int, AgentCalendar], truth: Truth, timeline: Timeline
) -> Choice:
    """An agent books on purpose: first whoever is free, else the agents asked for, whatever they have."""
    room_id = None
    parts = assign(timeline, place.rules, truth.free(place.agents), place.start)
    if parts is not None:
        return Choice(parts, calendars, room_id)
    professions = dict(Agent.objects.filter(pk__in=candidates).values_list("pk", "profession"))
    everyone = [AgentTime(agent, timeline.full, professions[agent]) for agent in candidates]
    parts = assign(timeline, place.rules, everyone, place.start)
    if parts is None:
        raise NotBookable(Reason.NOT_OPEN)
    return Choice(parts, calendars, room_id, is_overbooked=True)


def _room(place: Place, timeline: Timeline, now: datetime) -> int:
    """A free room that suits, the constraint being the guarantee; the lowest number first."""
    rooms = Room.objects.filter(location=place.location, is_active=True, equipment__contains=place.type.room_equipment)
    taken = Occupation.objects.live(now).overlapping(place.busy_from, place.busy_until).filter(room__in=rooms)
    taken = taken.exclude(hold_id=place.ignoring_hold) if place.ignoring_hold else taken
    if place.ignoring_appointment:
        taken = taken.exclude(appointment_id=place.ignoring_appointment)
    free = rooms.exclude(pk__in=taken.values("room")).order_by("pk").values_list("pk", flat=True).first()
    if free is None:
        raise SlotTaken
    Occupation.objects.filter(room_id=free, expires_at__lte=now).overlapping(place.busy_from, place.busy_until).delete()
    return free


def continuity(family_id: int, type_id: int) -> list[int]:
    """The agents who last received this family for this type, latest first: they are preferred."""
    rows = AppointmentAgent.objects.filter(
        appointment__participations__family=family_id, appointment__type=type_id
    ).exclude(appointment__status__in=["excused", "revoked"])
    return list(dict.fromkeys(rows.order_by("-starts_at").values_list("agent_id", flat=True)[:3]))


def first_part(parts: tuple[Part, ...], rules: SlotRules) -> tuple[datetime, datetime]:
    """Start and end of the whole meeting, as the family knows it."""
    steps = [part for _, part in parts_of(rules, parts[0].start)]
    return steps[0].start, steps[-1].end
