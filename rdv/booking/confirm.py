"""A family says that it comes."""

from datetime import datetime

from django.db import transaction

from rdv.booking.errors import AlreadyCancelled, InThePast
from rdv.booking.events import AppointmentConfirmed, publish
from rdv.booking.history import record
from rdv.booking.locks import assert_in_transaction, lock_appointment
from rdv.models import Appointment, Family, Status, Verb
from rdv.models.actor import Actor


def confirm(appointment_id: int, *, family: Family, by: Actor, now: datetime, note: str = "") -> Appointment:
    """Note that this family confirms, with a word of its own ("en retard"); confirming twice is confirming once.

    Raises AlreadyCancelled or InThePast.
    """
    with transaction.atomic(durable=True):
        return confirm_inside(appointment_id, family=family, by=by, now=now, note=note)


def confirm_inside(appointment_id: int, *, family: Family, by: Actor, now: datetime, note: str = "") -> Appointment:
    """As `confirm`, inside the running transaction."""
    assert_in_transaction()
    appointment = lock_appointment(appointment_id)
    rows = appointment.participations.filter(family=family, status=Status.UNKNOWN)
    if appointment.is_cancelled or not rows.exists():
        raise AlreadyCancelled
    if appointment.ends_at <= now:
        raise InThePast
    news = rows.filter(confirmed_at=None).update(confirmed_at=now)
    if note:
        rows.update(note=note[:40])
    if news or note:
        record(appointment, Verb.CONFIRMED, by=by, now=now, note=note)
        publish(AppointmentConfirmed(at=now, by=by, appointment=appointment, family=family, note=note))
    return appointment
