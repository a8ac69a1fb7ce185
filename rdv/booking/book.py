"""Book an appointment, or seats in a collective one: once, whatever happens at the same moment."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from rdv.booking.errors import BookingError, Full, SlotTaken
from rdv.booking.place import place
from rdv.booking.repeat import already_done, find_twin
from rdv.booking.request import Booking, BookingRequest
from rdv.booking.selectors import Search, slots_at
from rdv.scheduling.slots import Slot

NEARBY_DAYS = 14
NEARBY_SLOTS = 6


def book(request: BookingRequest, *, now: datetime) -> Booking:
    """Book in one durable transaction; repeating the same request gives the same booking.

    Raises SlotTaken with the nearest free slots when somebody was faster, SlotOffered when an agent would take a slot
    that is being offered, NotBookable when the rules don't admit it. Nothing is written then.
    """
    try:
        with transaction.atomic(durable=True):
            return place(request, now=now)
    except IntegrityError as error:
        done = _settled_by_another(request, error)
        if done:
            return done
        raise _taken(request, SlotTaken(), now=now) from error
    except SlotTaken as error:
        done = find_twin(request)
        if done:
            return done
        raise _taken(request, error, now=now) from None


def nearest(request: BookingRequest, *, now: datetime) -> list[Slot]:
    """Free slots of the same type and place around the start that was wanted."""
    search = Search(
        type=request.type,
        now=now,
        booker=request.by.booker,
        attendees=max(request.attendees, 1),
        agents=request.agents,
        after=request.start - timedelta(days=NEARBY_DAYS),
        before=request.start + timedelta(days=NEARBY_DAYS),
    )
    slots = sorted(slots_at(search, request.location), key=lambda slot: abs(slot.start - request.start))
    return sorted(slots[:NEARBY_SLOTS])


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint that refused, as PostgreSQL gives it."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", "") or ""


def _settled_by_another(request: BookingRequest, error: IntegrityError) -> Booking | None:
    """The guards of last resort spoke: a twin request committed first, or the slot is taken; else it is a defect."""
    name = constraint_of(error)
    if name == "participation_request_once":
        return already_done(request)
    if name in ("occupation_no_overlap_per_agent", "occupation_no_overlap_per_room"):
        return find_twin(request)
    if name == "appointment_seats_not_oversold":
        raise Full from error
    raise error


def _taken(request: BookingRequest, error: BookingError, *, now: datetime) -> SlotTaken:
    kind = Full if isinstance(error, Full) else SlotTaken
    return kind(alternatives=nearest(request, now=now))
