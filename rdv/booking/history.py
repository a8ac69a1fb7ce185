"""One row for each thing that happens to an appointment."""

from datetime import datetime
from typing import Any

from rdv.models import Appointment, AppointmentEvent, Verb
from rdv.models.actor import Actor


def record(appointment: Appointment, verb: Verb, *, by: Actor, now: datetime, **detail: Any) -> AppointmentEvent:
    """Write the history inside the verb's own transaction."""
    return AppointmentEvent.objects.create(
        appointment=appointment,
        at=now,
        verb=verb,
        sequence=appointment.sequence,
        actor_kind=by.kind,
        agent=by.agent,
        channel=by.channel,
        detail=detail,
    )
