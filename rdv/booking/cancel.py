"""Cancel an appointment, or some people's part in it."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from rdv.booking.errors import AlreadyCancelled, InThePast, TransitionRefused
from rdv.booking.events import AppointmentCancelled, ParticipationsCancelled, publish
from rdv.booking.history import record
from rdv.booking.locks import assert_in_transaction, lock_appointment
from rdv.booking.release import release
from rdv.booking.seats import give_seats_back
from rdv.booking.states import TRANSITIONS, Change, add_up, allowed
from rdv.models import Appointment, Family, Participation, Status, Verb
from rdv.models.actor import Actor
from rdv.scheduling.rules import is_late


def cancel(
    appointment_id: int,
    *,
    by: Actor,
    now: datetime,
    for_family: bool,
    family: Family | None = None,
    persons: Collection[int] | None = None,
    reason: str = "",
) -> Appointment:
    """Cancel in one durable transaction.

    `for_family` says who gives up: the family (excused) or the service (revoked), whoever presses the button. With
    `family`, only that family's people leave; with `persons`, only those: an appointment that keeps somebody, or a
    collective one, stands. After the deadline it is *late*: recorded, never refused, and the slot is freed.
    Raises AlreadyCancelled, InThePast (a family, once it has begun) or TransitionRefused (it was held).
    """
    with transaction.atomic(durable=True):
        return cancel_inside(
            appointment_id, by=by, now=now, for_family=for_family, family=family, persons=persons, reason=reason
        )


def cancel_inside(
    appointment_id: int,
    *,
    by: Actor,
    now: datetime,
    for_family: bool,
    family: Family | None = None,
    persons: Collection[int] | None = None,
    reason: str = "",
    depth: int = 0,
    for_another: bool = False,
) -> Appointment:
    """As `cancel`, inside the running transaction.

    `for_another`: the seat is changed for one in another session, which is never late. `depth` counts such a chain.
    """
    assert_in_transaction()
    appointment = lock_appointment(appointment_id)
    rows = list(appointment.participations.select_related("family", "person"))
    leaving = _leaving(appointment, rows, family, persons)
    if for_family and by.agent is None and now >= appointment.starts_at:
        raise InThePast
    change = Change.EXCUSE if for_family else Change.REVOKE
    late = for_family and not for_another and is_late(appointment.starts_at, _deadline(appointment), now)
    for row in leaving:
        row.status, row.is_late, row.cancelled_at = TRANSITIONS[change][1], late, now
    Participation.objects.bulk_update(leaving, ["status", "is_late", "cancelled_at"])
    whole = not appointment.is_collective or (family is None and persons is None)
    remaining = [row for row in rows if row.status not in (Status.EXCUSED, Status.REVOKED)]
    detail = {"reason": reason, "late": late, "people": len(leaving)}
    if whole and not remaining:
        _end(appointment, rows, change, late=late, reason=reason, now=now)
        record(appointment, Verb.CANCELLED, by=by, now=now, **detail)
        families = list({row.family_id: row.family for row in leaving}.values())
        publish(AppointmentCancelled(at=now, by=by, appointment=appointment, families=families, is_late=late))
        release(appointment, by=by, now=now, depth=depth)
        return appointment
    give_seats_back(appointment, sum(row.seats for row in leaving))
    if remaining:  # those who stay may all have been seen already
        _add_up(appointment, rows)
    record(appointment, Verb.PARTICIPATION_CANCELLED, by=by, now=now, **detail)
    for one in {row.family_id: row.family for row in leaving}.values():
        gone = [row for row in leaving if row.family_id == one.pk]
        publish(ParticipationsCancelled(now, by, appointment, one, gone, late, depth))
    return appointment


def _add_up(appointment: Appointment, rows: list[Participation]) -> None:
    total = add_up(Status(row.status) for row in rows)
    if total != appointment.status:
        appointment.status = total
        appointment.save(update_fields=["status"])


def _leaving(
    appointment: Appointment, rows: list[Participation], family: Family | None, persons: Collection[int] | None
) -> list[Participation]:
    concerned = [
        row
        for row in rows
        if (family is None or row.family_id == family.pk) and (persons is None or row.person_id in persons)
    ]
    if appointment.is_cancelled or (
        concerned and all(row.status in (Status.EXCUSED, Status.REVOKED) for row in concerned)
    ):
        raise AlreadyCancelled
    if not rows and not allowed(Change.EXCUSE, Status(appointment.status)):
        raise TransitionRefused  # it was held, and its families were forgotten
    if (rows and not concerned) or not all(
        allowed(Change.EXCUSE, Status(row.status)) or row.status in (Status.EXCUSED, Status.REVOKED)
        for row in concerned
    ):
        raise TransitionRefused
    return [row for row in concerned if row.status == Status.UNKNOWN]


def _deadline(appointment: Appointment) -> int:
    on = appointment.starts_at.astimezone(ZoneInfo(appointment.zone)).date()
    return appointment.type.rules_for(appointment.location.organisation, on).cancel_deadline


def _end(
    appointment: Appointment, rows: list[Participation], change: Change, *, late: bool, reason: str, now: datetime
) -> None:
    appointment.status = add_up(Status(row.status) for row in rows) if rows else TRANSITIONS[change][1]
    appointment.is_late, appointment.cancelled_at, appointment.cancel_reason = late, now, reason[:200]
    appointment.seats_taken, appointment.sequence = 0, appointment.sequence + 1
    appointment.save(update_fields=["status", "is_late", "cancelled_at", "cancel_reason", "seats_taken", "sequence"])
