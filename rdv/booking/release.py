"""Giving time back: the shared end of cancel, move and accept. Opens no transaction."""

from datetime import datetime

from rdv.booking import calendars
from rdv.booking.events import FreedTime, SlotFreed, publish
from rdv.booking.locks import assert_in_transaction, lock_agents
from rdv.models import Appointment, Occupation
from rdv.models.actor import Actor


def release(appointment: Appointment, *, by: Actor, now: datetime, depth: int = 0) -> None:
    """Delete the occupations of a locked appointment, clear its agents' calendars and say that the time is free."""
    assert_in_transaction()
    bounds = release_silently(appointment, now=now)
    if bounds is not None and appointment.starts_at > now:
        announce(appointment, by=by, now=now, depth=depth)


def release_silently(appointment: Appointment, *, now: datetime) -> tuple[datetime, datetime] | None:
    """As `release`, without saying so: for a move, which says it once all is in place."""
    occupied = list(appointment.occupations.all())
    agents = sorted({row.agent_id for row in occupied if row.agent_id})
    locked = lock_agents(agents, now=now)
    if not occupied:
        return None
    start, end = min(row.starts_at for row in occupied), max(row.ends_at for row in occupied)
    Occupation.objects.filter(appointment=appointment).delete()
    calendars.refresh(locked, start, end)
    return start, end


def freed_times(appointment: Appointment) -> list[FreedTime]:
    """The time that each agent of an appointment would have back."""
    return [
        FreedTime(appointment.type_id, appointment.location_id, row.agent_id, row.starts_at, row.ends_at)
        for row in appointment.appointment_agents.all()
    ]


def announce(appointment: Appointment, *, by: Actor, now: datetime, depth: int = 0) -> None:
    for freed in freed_times(appointment):
        publish(SlotFreed(at=now, by=by, freed=freed, appointment=appointment, depth=depth))
