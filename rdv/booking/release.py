"""Giving time back: the shared end of cancel, move and accept. Opens no transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rdv.booking import calendars
from rdv.booking.events import FreedTime, SlotFreed, publish
from rdv.booking.locks import assert_in_transaction, lock_agents
from rdv.models import AgentCalendar, Appointment, Occupation
from rdv.models.actor import Actor


def release(appointment: Appointment, *, by: Actor, now: datetime, depth: int = 0) -> None:
    """Delete the occupations of a locked appointment, clear its agents' calendars and say that the time is free."""
    assert_in_transaction()
    if release_silently(appointment, now=now) and appointment.starts_at > now:
        announce(appointment, by=by, now=now, depth=depth)


def release_silently(
    appointment: Appointment, *, now: datetime, locked: Mapping[int, AgentCalendar] | None = None
) -> bool:
    """As `release`, without saying so: for a move, which says it once all is in place. `locked` = already locked."""
    occupied = list(appointment.occupations.all())
    agents = {row.agent_id for row in occupied if row.agent_id}
    concerned = lock_agents(agents, now=now) if locked is None else {pk: locked[pk] for pk in agents}
    if not occupied:
        return False
    start, end = min(row.starts_at for row in occupied), max(row.ends_at for row in occupied)
    Occupation.objects.filter(appointment=appointment).delete()
    calendars.refresh(concerned, start, end)
    return True


def freed_times(appointment: Appointment) -> list[FreedTime]:
    """The time that each agent of an appointment would have back."""
    return [
        FreedTime(appointment.type_id, appointment.location_id, row.agent_id, row.starts_at, row.ends_at)
        for row in appointment.appointment_agents.all()
    ]


def left_behind(appointment: Appointment, freed: Sequence[FreedTime]) -> dict[str, Any]:
    """What the history keeps of the time that a move gives back, for the figures."""
    return {
        "organisation": appointment.organisation_id,
        "zone": appointment.zone,
        "freed": [
            {"agent": one.agent_id, "start": one.starts_at.isoformat(), "end": one.ends_at.isoformat()} for one in freed
        ],
    }


def announce(appointment: Appointment, *, by: Actor, now: datetime, depth: int = 0) -> None:
    """Publish that the time of each agent of an appointment is free again."""
    for freed in freed_times(appointment):
        publish(SlotFreed(at=now, by=by, freed=freed, appointment=appointment, depth=depth))
