"""The busy bitmap of each agent: derived from the occupations, kept in the booking's own transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rdv.booking.locks import lock_agents, midnight
from rdv.booking.rows import carry_out
from rdv.models import AgentCalendar, Occupation, OccupationKind
from rdv.models.appointment import OccupationQuerySet
from rdv.scheduling.timeline import Timeline

LENGTH = 400 * 288  # steps of 5 minutes: further than any horizon


SAVE_SQL = """
    UPDATE rdv_agentcalendar c SET origin = new.origin, busy = new.busy
      FROM unnest(%s::bigint[], %s::timestamptz[], %s::bytea[]) AS new (agent_id, origin, busy)
     WHERE c.agent_id = new.agent_id
"""


def timeline_of(calendar: AgentCalendar) -> Timeline:
    """The timeline on which the bits of a calendar stand."""
    return Timeline(calendar.origin, LENGTH)


def mark(calendars: Mapping[int, AgentCalendar], busy: Iterable[tuple[int, datetime, datetime]]) -> None:
    """Set the bits of new appointments: (agent, start, end) with buffers. The calendars are locked by the caller."""
    touched: dict[int, AgentCalendar] = {}
    masks: dict[int, int] = {}
    for agent_id, start, end in busy:
        calendar = touched.setdefault(agent_id, calendars[agent_id])
        mask = masks.get(agent_id, calendar.mask()[1])
        masks[agent_id] = mask | timeline_of(calendar).busy(start, end)
    for agent_id, calendar in touched.items():
        _store(calendar, masks[agent_id])
    _save(list(touched.values()))


def refresh(calendars: Mapping[int, AgentCalendar], start: datetime, end: datetime) -> None:
    """Read [start, end) again from the occupations, after time was freed. The calendars are locked by the caller.

    Whole steps are read: what an agent booked off the five minutes shares its last step with the next.
    """
    steps = Timeline.covering(start, end)
    start, end = steps.origin, steps.end
    rows = _appointments(calendars).overlapping(start, end).values_list("agent_id", "starts_at", "ends_at")
    busy: dict[int, list[tuple[datetime, datetime]]] = {agent_id: [] for agent_id in calendars}
    for agent_id, starts_at, ends_at in rows:
        busy[agent_id].append((starts_at, ends_at))
    for agent_id, calendar in calendars.items():
        timeline = timeline_of(calendar)
        mask = calendar.mask()[1] & ~timeline.busy(start, end)
        for starts_at, ends_at in busy[agent_id]:
            mask |= timeline.busy(starts_at, ends_at)
        _store(calendar, mask)
    _save(list(calendars.values()))


def rebuild(agent_ids: Sequence[int], *, now: datetime) -> None:
    """Make the calendars anew from the occupations, counted from today. Runs in a transaction."""
    calendars = lock_agents(agent_ids, now=now)
    origin = midnight(now)
    for calendar in calendars.values():
        calendar.origin, calendar.busy = origin, b""
    refresh(calendars, origin, origin + timedelta(days=399))


def _appointments(calendars: Mapping[int, AgentCalendar]) -> OccupationQuerySet:
    return Occupation.objects.filter(kind=OccupationKind.APPOINTMENT, agent_id__in=list(calendars))


def _store(calendar: AgentCalendar, mask: int) -> None:
    calendar.busy = mask.to_bytes((mask.bit_length() + 7) // 8, "little")


def _save(calendars: list[AgentCalendar]) -> None:
    if not calendars:
        return
    columns: list[Any] = [
        [row.agent_id for row in calendars],
        [row.origin for row in calendars],
        [row.busy for row in calendars],
    ]
    carry_out(SAVE_SQL, columns)
