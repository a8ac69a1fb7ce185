"""Seats of a collective appointment: counted under the lock of its row, with a check constraint behind."""

from datetime import datetime

from django.db.models import F, Sum

from rdv.booking.errors import Full, NotBookable
from rdv.booking.locks import lock_appointment
from rdv.booking.request import BookingRequest
from rdv.models import Appointment, Status
from rdv.scheduling.rules import Reason


def lock_session(
    type_id: int,
    location_id: int,
    start: datetime,
    *,
    seats: int,
    now: datetime,
    ignoring_hold: int | None = None,
    only: int | None = None,
) -> Appointment:
    """Lock a session of the type that starts then and there and has so many seats left.

    Of two that start together, the second is filled when the first is full, unless `only` one of them is wanted. Raises
    NotBookable when there is none, Full when none has the seats.
    """
    sessions = Appointment.objects.filter(
        type=type_id, location=location_id, starts_at=start, is_collective=True, status=Status.UNKNOWN
    )
    if only is not None:
        sessions = sessions.filter(pk=only)
    ids = list(sessions.order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        session = lock_appointment(pk)
        if not session.is_cancelled and seats_left(session, now=now, ignoring_hold=ignoring_hold) >= seats:
            return session
    raise Full if ids else NotBookable(Reason.NOT_OPEN)


def seats_left(session: Appointment, *, now: datetime, ignoring_hold: int | None = None) -> int:
    """Seats neither taken nor held by somebody else. The row is locked by the caller."""
    held = session.holds.filter(expires_at__gt=now).exclude(pk=ignoring_hold or 0).aggregate(n=Sum("attendees"))["n"]
    return session.capacity - session.seats_taken - (held or 0)


def take_seats(request: BookingRequest, *, now: datetime) -> Appointment:
    """Take one seat for each person who comes, or raise Full; an offer is accepted in its very session."""
    session = lock_session(
        request.type.pk,
        request.location.pk,
        request.start,
        seats=request.attendees,
        now=now,
        ignoring_hold=request.hold.pk if request.hold else None,
        only=request.round.session_id if request.round else None,
    )
    session.seats_taken += request.attendees
    session.save(update_fields=["seats_taken"])
    if request.hold:
        request.hold.delete()
    return session


def give_seats_back(session: Appointment, seats: int) -> None:
    """Free the seats of those who no longer come."""
    session.seats_taken = F("seats_taken") - seats
    session.save(update_fields=["seats_taken"])
    session.refresh_from_db(fields=["seats_taken"])
