"""Seats of a collective appointment: counted under the lock of its row, with a check constraint behind."""

from datetime import datetime

from django.db.models import F, Sum

from rdv.booking.errors import Full, NotBookable, SlotOffered
from rdv.booking.events import OfferedTimeTaken, publish
from rdv.booking.locks import lock_appointment
from rdv.booking.request import BookingRequest
from rdv.models import Appointment, Status
from rdv.scheduling.rules import Booker, Reason

# What the holder of seats begins with that are kept for a round of offers; its number follows.
OFFERED = "round:"


def lock_session(
    type_id: int,
    location_id: int,
    start: datetime,
    *,
    seats: int,
    now: datetime,
    ignoring_hold: int | None = None,
    only: int | None = None,
    by_agent: bool = False,
    over_offers: bool = False,
) -> Appointment:
    """Lock a session of the type that starts then and there and has so many seats left.

    Of two that start together, the second is filled when the first is full, unless `only` one of them is wanted. Seats
    that are kept for those who wait are an agent's, `over_offers`, when there are no others. Raises NotBookable when
    there is no session, Full when none has the seats, SlotOffered when an agent may have them, knowing that.
    """
    sessions = Appointment.objects.filter(
        type=type_id, location=location_id, starts_at=start, is_collective=True, status=Status.UNKNOWN
    )
    if only is not None:
        sessions = sessions.filter(pk=only)
    ids = list(sessions.order_by("pk").values_list("pk", flat=True))
    offered: list[Appointment] = []
    for pk in ids:
        session = lock_appointment(pk)
        if session.is_cancelled:
            continue
        if seats_left(session, now=now, ignoring_hold=ignoring_hold) >= seats:
            return session
        if by_agent and seats_left(session, now=now, ignoring_hold=ignoring_hold, over_offers=True) >= seats:
            offered.append(session)
    if offered and over_offers:
        return offered[0]
    raise SlotOffered if offered else Full if ids else NotBookable(Reason.NOT_OPEN)


def seats_left(
    session: Appointment, *, now: datetime, ignoring_hold: int | None = None, over_offers: bool = False
) -> int:
    """Seats neither taken nor held by somebody else; with `over_offers`, as if none were kept for those who wait.

    The row is locked by the caller.
    """
    holds = session.holds.filter(expires_at__gt=now).exclude(pk=ignoring_hold or 0)
    if over_offers:
        holds = holds.exclude(holder__startswith=OFFERED)
    return session.capacity - session.seats_taken - (holds.aggregate(n=Sum("attendees"))["n"] or 0)


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
        by_agent=request.by.booker is Booker.AGENT,
        over_offers=request.over_offers,
    )
    session.seats_taken += request.attendees
    session.save(update_fields=["seats_taken"])
    if request.hold:
        request.hold.delete()
    if request.over_offers:
        _take_over(session, request, now)
    return session


def _take_over(session: Appointment, request: BookingRequest, now: datetime) -> None:
    """Keep no more seats for those who wait than there are; where none is left, their round ends."""
    kept = session.holds.filter(holder__startswith=OFFERED).first()
    if kept is None:
        return
    left = seats_left(session, now=now, ignoring_hold=kept.pk)
    if left >= kept.attendees:
        return
    if left > 0:
        kept.attendees = left
        kept.save(update_fields=["attendees"])
        return
    round_id = int(kept.holder.removeprefix(OFFERED))
    kept.delete()
    publish(OfferedTimeTaken(at=now, by=request.by, round_ids=[round_id], appointment=session))


def give_seats_back(session: Appointment, seats: int) -> None:
    """Free the seats of those who no longer come."""
    session.seats_taken = F("seats_taken") - seats
    session.save(update_fields=["seats_taken"])
    session.refresh_from_db(fields=["seats_taken"])
