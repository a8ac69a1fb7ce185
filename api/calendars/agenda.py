"""What an agent's own calendar shows: hours and places, and no family.

A subscribed calendar is copied to wherever the agent reads it, so it says what is needed to be there, and the
workspace tells the rest. A discreet service shows its discreet words alone.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from rdv.models import Absence, Agent, Appointment, AppointmentAgent
from rdv.models.appointment import LONGEST_OCCUPATION
from reminders.ics import Meeting, uid_of, where

BEHIND = timedelta(days=31)
AHEAD = timedelta(days=186)


def agenda_of(agent: Agent, *, now: datetime) -> list[Meeting]:
    """The agent's part of each appointment, cancelled ones too, and his absences: three queries."""
    first, last = now - BEHIND, now + AHEAD
    own = agent.appointment_agents.filter(
        starts_at__gt=first - LONGEST_OCCUPATION, starts_at__lt=last, ends_at__gt=first
    )
    parts = own.select_related(
        "appointment__type", "appointment__service", "appointment__location__organisation__territory"
    ).order_by("starts_at", "pk")
    away = agent.absences.during(first, last).order_by("starts_at", "pk")
    return [*_meetings(parts), *(_absence(absence, agent) for absence in away)]


def _meetings(parts: Iterable[AppointmentAgent]) -> Iterator[Meeting]:
    for part in parts:
        appointment = part.appointment
        yield Meeting(
            uid=f"{part.position}.{uid_of(appointment)}" if part.position else uid_of(appointment),
            sequence=appointment.sequence,
            start=part.starts_at,
            end=part.ends_at,
            zone=appointment.location.zone,
            summary=_summary(appointment),
            location="" if appointment.service.is_discreet else where(appointment),
            url=f"{appointment.location.organisation.territory.public_url}/agents/",
            is_cancelled=appointment.is_cancelled,
        )


def _summary(appointment: Appointment) -> str:
    kind = appointment.type
    if appointment.service.is_discreet:
        return kind.discreet_label or "Rendez-vous"
    if appointment.capacity > 1 and kind.is_collective:
        return f"{kind.agents_label} ({appointment.seats_taken}/{appointment.capacity})"
    return kind.agents_label


def _absence(absence: Absence, agent: Agent) -> Meeting:
    return Meeting(
        uid=f"absence-{absence.pk}@rdv-pmi",
        sequence=0,
        start=absence.starts_at,
        end=absence.ends_at,
        zone=agent.territory.time_zone,
        summary=absence.nature,
    )
