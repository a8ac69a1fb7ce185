"""What other systems are told: rows written in the transaction of what happened, sent afterwards.

A notification says what happened to which appointment and when, and nothing of the family: the receiver reads the
rest with its token. Appointments of discreet services are told to nobody.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from api.models import DeliveryState, WebhookDelivery, WebhookEvent
from api.tasks import deliver_webhooks
from api.v1.fields import local_iso
from rdv.booking import events
from rdv.booking.rows import write
from rdv.models import Appointment, Territory

KINDS: dict[type[events.Event], WebhookEvent] = {
    events.AppointmentBooked: WebhookEvent.BOOKED,
    events.AppointmentMoved: WebhookEvent.MOVED,
    events.AppointmentCancelled: WebhookEvent.CANCELLED,
    events.ParticipationsCancelled: WebhookEvent.PARTICIPATION_CANCELLED,
    events.AppointmentConfirmed: WebhookEvent.CONFIRMED,
    events.OutcomeRecorded: WebhookEvent.OUTCOME,
}


# Asked by every booking, mostly for nothing: plain SQL costs a tenth of what building the query does.
WANTED_SQL = """
    SELECT w.id FROM api_webhook w JOIN rdv_apitoken t ON t.id = w.token_id
     WHERE w.territory_id = %s AND w.is_active AND %s = ANY(w.events) AND t.revoked_at IS NULL
     ORDER BY w.id
"""


def connect() -> None:
    """Subscribe; called once, when the application is ready."""
    for kind in KINDS:
        events.subscribe(kind, on_appointment)
    events.subscribe(events.AbsenceDeclared, on_absence)


def on_appointment(event: Any) -> None:
    """Booked, moved, cancelled, confirmed or settled."""
    appointment: Appointment = event.appointment
    kind = appointment.type  # loaded with its service and territory by every verb
    if not kind.service.is_discreet:
        agent_ids = event.agent_ids if isinstance(event, events.AppointmentBooked) else None
        _enqueue(kind.territory, KINDS[type(event)], lambda: appointment_data(appointment, agent_ids), event.at)


def on_absence(event: events.AbsenceDeclared) -> None:
    """An agent or a place is away; the appointments hit are named by number."""
    absence = event.absence
    place = absence.location
    territory = place.organisation.territory if place else absence.agent.territory if absence.agent else None
    if territory is None:
        return
    zone = place.zone if place else territory.time_zone
    _enqueue(
        territory,
        WebhookEvent.ABSENCE,
        lambda: {
            "id": absence.pk,
            "agent": absence.agent_id,
            "location": absence.location_id,
            "start": local_iso(absence.starts_at, zone),
            "end": local_iso(absence.ends_at, zone),
            "time_zone": zone,
            "appointments": [one.pk for one in event.hit if not one.service.is_discreet],
        },
        event.at,
    )


def appointment_data(appointment: Appointment, agent_ids: Sequence[int] | None = None) -> dict[str, Any]:
    """What is told of an appointment; `agent_ids` are given while those who receive are still to be written."""
    zone = appointment.location.zone
    if agent_ids is None:
        agent_ids = list(appointment.appointment_agents.order_by("position").values_list("agent", flat=True))
    return {
        "id": appointment.pk,
        "reference": appointment.reference,
        "status": appointment.status,
        "start": local_iso(appointment.starts_at, zone),
        "end": local_iso(appointment.ends_at, zone),
        "time_zone": zone,
        "appointment_type": appointment.type_id,
        "location": appointment.location_id,
        "agents": list(agent_ids),
        "sequence": appointment.sequence,
        "is_late": appointment.is_late,
    }


def _enqueue(territory: Territory, kind: WebhookEvent, data: Any, at: datetime) -> None:
    """One row for each system that wants to know; one query when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(WANTED_SQL, [territory.pk, kind.value])
        webhooks = [pk for (pk,) in cursor.fetchall()]
    if not webhooks:
        return
    payload = {"type": kind.value, "timestamp": local_iso(at, territory.time_zone), "data": data()}
    event_id = f"msg_{uuid.uuid4().hex}"
    write(
        [
            WebhookDelivery(
                webhook_id=pk,
                event_id=event_id,
                kind=kind,
                payload=payload,
                state=DeliveryState.PLANNED,
                next_try_at=at,
                created_at=at,
            )
            for pk in webhooks
        ]
    )
    transaction.on_commit(deliver_webhooks.delay, robust=True)
