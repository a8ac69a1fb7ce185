"""One row for each thing that happens to an appointment."""

from datetime import datetime
from typing import Any

from rdv.models import Appointment, AppointmentEvent, Verb
from rdv.models.actor import Actor


def record(appointment: Appointment, verb: Verb, *, by: Actor, now: datetime, **detail: Any) -> AppointmentEvent:
    """Write the history inside the verb's own transaction."""
    event = entry(appointment, verb, by=by, now=now, **detail)
    event.save()
    return event


def entry(appointment: Appointment, verb: Verb, *, by: Actor, now: datetime, **detail: Any) -> AppointmentEvent:
    """As `record`, still to be written."""
    return AppointmentEvent(
        appointment=appointment,
        at=now,
        verb=verb,
        sequence=appointment.sequence,
        actor_kind=by.kind,
        agent=by.agent,
        channel=by.channel,
        detail=detail,
    )
