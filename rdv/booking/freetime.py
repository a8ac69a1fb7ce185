"""What agents and rooms have free: the search reads bitmaps, a booking in its lock reads the rows themselves."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from rdv.models import AppointmentType, Location, Occupation, Room
from rdv.models.appointment import LONGEST_OCCUPATION
from rdv.scheduling.slots import AgentTime
from rdv.scheduling.timeline import Timeline, shifted

# Whole days of a bitmap are cut where the search ends: to read 7 days costs a tenth of reading 12 weeks. Bounds travel
# as steps of five minutes from the start of the search, not as dates, of which each would cost a conversion.
CALENDARS_SQL = """
    SELECT c.agent_id, a.profession, c.first, substring(c.busy FROM 1 FOR greatest(0, (%(length)s - c.first) / 8 + 1))
      FROM (SELECT agent_id, busy, (EXTRACT(EPOCH FROM origin - %(origin)s) / 300)::int AS first FROM rdv_agentcalendar
             WHERE agent_id = ANY(%(agents)s)) c
      JOIN rdv_agent a ON a.id = c.agent_id
     WHERE a.is_active AND a.is_practitioner
"""
# Open time, then what takes it: one way to the database, while the calendars are locked. What is asked stands in
# subqueries, so that PostgreSQL, which can't look at it, keeps one plan: making one costs five times the reading.
TRUTH_SQL = """
    SELECT o.agent_id, a.profession, o.starts_at, o.ends_at, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
           FALSE
      FROM rdv_openingoccurrence o
      JOIN rdv_openingperiod_types t ON t.openingperiod_id = o.period_id AND t.appointmenttype_id = %(type)s
      JOIN rdv_agent a ON a.id = o.agent_id
     WHERE o.agent_id = ANY((SELECT %(agents)s::bigint[])::bigint[]) AND o.location_id = %(location)s
       AND o.starts_at < (SELECT %(end)s::timestamptz) AND o.ends_at > (SELECT %(start)s::timestamptz)
       AND o.starts_at > (SELECT %(since)s::timestamptz) AND a.is_active AND a.is_practitioner
     UNION ALL
    SELECT agent_id, NULL, starts_at, ends_at, id, hold_id, round_id, appointment_id, expires_at <= %(now)s
      FROM rdv_occupation
     WHERE agent_id = ANY((SELECT %(agents)s::bigint[])::bigint[]) AND starts_at < (SELECT %(end)s::timestamptz)
       AND ends_at > (SELECT %(start)s::timestamptz) AND starts_at > (SELECT %(since)s::timestamptz)
"""
PASSING_SQL = """
    SELECT agent_id, starts_at, ends_at FROM rdv_occupation
     WHERE agent_id = ANY(%(agents)s) AND expires_at > %(now)s AND kind <> 'appointment'
       AND hold_id IS DISTINCT FROM %(own)s
"""


@dataclass(frozen=True, slots=True)
class Busy:
    """Busy time of agents on one timeline; an agent who is not there does not receive."""

    masks: Mapping[int, int]
    professions: Mapping[int, str]
    full: int  # the mask of the whole timeline

    def free(self, opened: Mapping[int, int], only: Collection[int] | None = None) -> list[AgentTime]:
        """Open time less busy time. `only` None = no restriction; empty = nobody."""
        return [
            AgentTime(agent, mask & self.full & ~self.masks[agent], self.professions[agent])
            for agent, mask in opened.items()
            if agent in self.masks and (only is None or agent in only)
        ]


def busy_agents(
    agent_ids: Iterable[int], timeline: Timeline, *, now: datetime, ignoring_hold: int | None = None
) -> Busy:
    """The calendars of these agents with their live holds and offers: two queries, however many agents and days.

    `ignoring_hold` leaves out the hold of the family that is asking.
    """
    asked: dict[str, Any] = {
        "agents": sorted(set(agent_ids)),
        "origin": timeline.origin,
        "length": timeline.length,
        "now": now,
        "own": ignoring_hold or 0,
    }
    full = timeline.full
    masks: dict[int, int] = {}
    professions: dict[int, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(CALENDARS_SQL, asked)
        for agent_id, profession, first, busy in cursor.fetchall():
            masks[agent_id] = shifted(int.from_bytes(busy, "little"), first) & full
            professions[agent_id] = profession
        cursor.execute(PASSING_SQL, asked)
        for agent_id, starts_at, ends_at in cursor.fetchall():
            if agent_id in masks:
                masks[agent_id] |= timeline.busy(starts_at, ends_at)
    return Busy(masks, professions, full)


def free_rooms(
    locations: Sequence[Location],
    type_: AppointmentType,
    timeline: Timeline,
    *,
    now: datetime,
    ignoring_round: int | None = None,
) -> dict[int, dict[int, int]] | None:
    """Free masks of the rooms that suit the type, by location and room; None when it needs none. Two queries.

    `ignoring_round` leaves out what a round of offers keeps itself.
    """
    if not type_.needs_room:
        return None
    rooms = Room.objects.filter(
        location__in=[location.pk for location in locations], is_active=True, equipment__contains=type_.room_equipment
    )
    busy: dict[int, int] = {}
    location_of: dict[int, int] = {}
    for pk, location_id in rooms.order_by("pk").values_list("pk", "location_id"):
        busy[pk], location_of[pk] = 0, location_id
    taken = Occupation.objects.live(now).filter(room_id__in=list(busy)).overlapping(timeline.origin, timeline.end)
    for room_id, round_id, starts_at, ends_at in taken.values_list("room_id", "round_id", "starts_at", "ends_at"):
        if round_id is not None and round_id == ignoring_round:
            continue
        busy[room_id] |= timeline.busy(starts_at, ends_at)
    free: dict[int, dict[int, int]] = {location.pk: {} for location in locations}
    for pk, location_id in location_of.items():
        free[location_id][pk] = timeline.full & ~busy[pk]
    return free


@dataclass(frozen=True, slots=True)
class OwnTime:
    """What one appointment occupies, as masks by agent and by room."""

    agents: Mapping[int, int] = field(default_factory=dict)
    rooms: Mapping[int, int] = field(default_factory=dict)


def own_time(appointment_ids: Collection[int], timeline: Timeline) -> dict[int, OwnTime]:
    """What each of these would leave free if it went elsewhere: two queries.

    Where it is overbooked, or something is overbooked on it, nothing is: somebody else has that time too.
    """
    rows = Occupation.objects.filter(appointment__in=appointment_ids, is_overbooked=False)
    own = list(rows.values_list("appointment_id", "agent_id", "room_id", "starts_at", "ends_at"))
    if not own:
        return {}
    first, last = min(row[3] for row in own), max(row[4] for row in own)
    shared: dict[int, int] = defaultdict(int)
    besides = Occupation.objects.filter(agent__in={row[1] for row in own if row[1]}, is_overbooked=True)
    for agent, start, end in besides.overlapping(first, last).values_list("agent_id", "starts_at", "ends_at"):
        shared[agent or 0] |= timeline.busy(start, end)
    agents: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    rooms: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for pk, agent, room, start, end in own:
        if agent is not None:
            agents[pk or 0][agent] |= timeline.busy(start, end) & ~shared[agent]
        if room is not None:
            rooms[pk or 0][room] |= timeline.busy(start, end)
    return {pk: OwnTime(agents[pk], rooms[pk]) for pk in {*agents, *rooms}}


@dataclass(slots=True)
class Truth:
    """The rows that matter to one start, read inside the lock: masks by agent on a short timeline."""

    opened: dict[int, int]
    busy: dict[int, int]
    professions: dict[int, str] = field(default_factory=dict)
    offered: list[tuple[int, int, int]] = field(default_factory=list)  # (round, agent, mask)
    expired: list[int] = field(default_factory=list)

    def free(self, only: Collection[int] | None, *, over_offers: bool) -> list[AgentTime]:
        """Who is free; with `over_offers`, as if nothing were being offered to waiting families."""
        kept = {} if over_offers else self.offers()
        return self._time(only, lambda agent: self.busy.get(agent, 0) | kept.get(agent, 0))

    def open_time(self, only: Collection[int] | None) -> list[AgentTime]:
        """Who receives then, free or not."""
        return self._time(only, lambda agent: 0)

    def offers(self) -> dict[int, int]:
        masks: dict[int, int] = defaultdict(int)
        for _, agent, mask in self.offered:
            masks[agent] |= mask
        return masks

    def _time(self, only: Collection[int] | None, taken: Callable[[int], int]) -> list[AgentTime]:
        return [
            AgentTime(agent, mask & ~taken(agent), self.professions[agent])
            for agent, mask in self.opened.items()
            if only is None or agent in only
        ]


def read_truth(
    location: Location,
    type_: AppointmentType,
    timeline: Timeline,
    agent_ids: Collection[int],
    *,
    now: datetime,
    ignoring_hold: int | None = None,
    ignoring_round: int | None = None,
    ignoring_appointment: int | None = None,
) -> Truth:
    """Open and busy time of the locked agents over a short timeline: one query."""
    truth = Truth(defaultdict(int), defaultdict(int))
    asked: dict[str, Any] = {
        "agents": list(agent_ids),
        "location": location.pk,
        "type": type_.pk,
        "start": timeline.origin,
        "end": timeline.end,
        "since": timeline.origin - LONGEST_OCCUPATION,
        "now": now,
    }
    own = {("hold", ignoring_hold), ("round", ignoring_round), ("appointment", ignoring_appointment)}
    with connection.cursor() as cursor:
        cursor.execute(TRUTH_SQL, asked)
        for agent_id, profession, start, end, pk, hold_id, round_id, appointment_id, has_expired in cursor.fetchall():
            if pk is None:
                truth.opened[agent_id] |= timeline.open(start, end)
                truth.professions[agent_id] = profession
                continue
            owner = (
                ("hold", hold_id) if hold_id else ("round", round_id) if round_id else ("appointment", appointment_id)
            )
            if has_expired:
                truth.expired.append(pk)
            elif owner in own:
                continue
            elif round_id is not None:
                truth.offered.append((round_id, agent_id, timeline.busy(start, end)))
            else:
                truth.busy[agent_id] |= timeline.busy(start, end)
    return truth
