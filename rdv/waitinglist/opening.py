"""Start a round for a slot that has just been freed, in the transaction that frees it."""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from rdv.booking.book import constraint_of
from rdv.booking.events import SlotFreed
from rdv.booking.rooms import lock_rooms
from rdv.models import (
    CANCELLED,
    AppointmentType,
    Location,
    Occupation,
    OccupationKind,
    OfferRound,
    RoundStatus,
    WaitingListEntry,
)
from rdv.scheduling.slots import Part
from rdv.waitinglist.award import GUARDS
from rdv.waitinglist.batches import CUT_OFF, REACTION
from rdv.waitinglist.closing import close, lock_round
from rdv.waitinglist.freed import FreedSlot, look
from rdv.waitinglist.seats import DEEPEST
from rdv.waitinglist.standby import last_call


def open_round(event: SlotFreed) -> OfferRound | None:
    """Keep the freed slot for the waiting list, when somebody may want it and there is time to ask.

    None when nobody waits, when the slot can't be booked as it is (the agent is away, something else is there, it lies
    off the grid), when families could not react before public search has it again, or four moves deep. A round that
    can't be opened leaves the slot to everybody, and never undoes what freed it.
    """
    freed, now = event.freed, event.at
    if event.depth > DEEPEST or not _somebody_waits(event):
        return None
    type_ = AppointmentType.objects.with_rules().get(pk=freed.type_id)
    location = Location.objects.select_related("organisation__territory").get(pk=freed.location_id)
    opens = location.sending.next(now)
    if type_.is_collective or not type_.offered_at(location.organisation):
        return None
    slot = look_for(type_, location, freed.starts_at, freed.agent_id, now=now)
    parts = slot.longest(freed.ends_at, through=freed.agent_id)
    if parts is None:
        return None
    # Families are offered what they could book: not within the notice of the type, be it of three days.
    closes_at = freed.starts_at - max(CUT_OFF, timedelta(minutes=slot.rules.earliest_notice))
    round_ = OfferRound(
        territory=location.organisation.territory,
        type=type_,
        location=location,
        agent_id=parts[0].agent,
        starts_at=freed.starts_at,
        ends_at=max(part.end for part in parts),
        freed_by=event.appointment,
        depth=event.depth,
        opened_at=now,
        next_batch_at=opens,
        closes_at=closes_at,
        seed=secrets.randbits(62),
    )
    if opens + REACTION > closes_at:
        return last_call(round_, now=now)
    return keep(round_, parts, slot.truth.expired, now)


def look_for(type_: AppointmentType, location: Location, start: datetime, agent: int, *, now: datetime) -> FreedSlot:
    """The slot that the time of an agent makes, alone where the type needs one agent."""
    single = type_.agents_needed == 1 and not type_.steps.all()
    return look(type_, location, start, agents=[agent] if single else None, now=now)


def keep(round_: OfferRound, parts: tuple[Part, ...], expired: list[int], now: datetime) -> OfferRound | None:
    """Write a round, the time and the room that it keeps, less the `expired` occupations.

    None when something is there, or no room is free.
    """
    _close_stale(round_, now)
    start, end = min(part.busy_start for part in parts), max(part.busy_end for part in parts)
    busy = [{"agent_id": part.agent, "starts_at": part.busy_start, "ends_at": part.busy_end} for part in parts]
    if round_.type.needs_room:
        rooms = lock_rooms(round_.type, round_.location_id, start, end, now=now)
        if not rooms.free:
            return None
        busy.append({"room_id": rooms.free[0], "starts_at": start, "ends_at": end})
    try:
        with transaction.atomic():
            round_.save()
            Occupation.objects.filter(pk__in=expired).delete()
            Occupation.objects.bulk_create(
                Occupation(kind=OccupationKind.OFFER, round=round_, expires_at=round_.closes_at, **each)
                for each in busy
            )
    except IntegrityError as error:
        if constraint_of(error) not in (*GUARDS, "round_once_per_slot"):
            raise
        return None
    return round_


def _close_stale(round_: OfferRound, now: datetime) -> None:
    """An earlier round of the same slot that no longer keeps it (its occupation would have been in the way)."""
    stale = OfferRound.objects.filter(agent=round_.agent_id, starts_at=round_.starts_at, status=RoundStatus.OPEN)
    for pk in stale.order_by("pk").values_list("pk", flat=True):
        locked = lock_round(pk, skip_locked=True)
        if locked is not None:
            close(locked, RoundStatus.TAKEN, now=now)


def _somebody_waits(event: SlotFreed) -> bool:
    """One cheap question, so that a cancellation costs nothing more where nobody waits."""
    freed = event.freed
    # As in `candidates`: a cancelled appointment is no appointment.
    has_one_before = Q(current_appointment__starts_at__lte=freed.starts_at) & ~Q(
        current_appointment__status__in=CANCELLED
    )
    earlier = Q(current_appointment=None) | ~has_one_before
    waiting = WaitingListEntry.objects.waiting().filter(earlier, type=freed.type_id)
    here = waiting.filter(Q(any_location=True) | Q(locations=freed.location_id))
    if event.appointment is not None:
        here = here.exclude(family__in=event.appointment.participations.values("family"))
    return here.exists()
