"""Say what became of an appointment: held, or nobody came; and take it back."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from rdv.booking.errors import AlreadyCancelled, NotBegun, TransitionRefused
from rdv.booking.events import OutcomeRecorded, publish
from rdv.booking.history import record
from rdv.booking.locks import lock_appointment
from rdv.booking.states import OUTCOMES, add_up, allowed
from rdv.models import CANCELLED, Appointment, Participation, Status, Verb
from rdv.models.actor import Actor
from rdv.scheduling.rules import may_settle


def record_outcome(
    appointment_id: int, *, status: Status, by: Actor, now: datetime, persons: Collection[int] | None = None
) -> Appointment:
    """Mark seen, no-show or (undo) unknown, for all or for some people, in one durable transaction.

    Marking again what is already so changes nothing. Raises AlreadyCancelled, TransitionRefused or, before the hour,
    NotBegun; what was said can be taken back at any time.
    """
    change = OUTCOMES.get(status)
    if change is None:
        raise TransitionRefused
    with transaction.atomic(durable=True):
        appointment = lock_appointment(appointment_id)
        if appointment.is_cancelled:
            raise AlreadyCancelled
        if status != Status.UNKNOWN and not may_settle(appointment.starts_at, now):
            raise NotBegun
        rows = list(appointment.participations.all())
        if not rows and not appointment.is_collective and appointment.status != Status.UNKNOWN:
            raise TransitionRefused  # its families were forgotten: what statistics know of it stays
        concerned = [
            row for row in rows if row.status not in CANCELLED and (persons is None or row.person_id in persons)
        ]
        if not all(allowed(change, Status(row.status)) for row in concerned) or (persons and not concerned):
            raise TransitionRefused
        changed = [row for row in concerned if row.status != status]
        for row in changed:
            row.status = status
        Participation.objects.bulk_update(changed, ["status"])
        total = add_up(Status(row.status) for row in rows) if rows else status
        if changed or total != appointment.status:
            appointment.status = total
            appointment.save(update_fields=["status"])
            record(appointment, Verb.OUTCOME, by=by, now=now, status=status, people=len(changed))
            publish(OutcomeRecorded(at=now, by=by, appointment=appointment))
        return appointment
