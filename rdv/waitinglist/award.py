"""Give a slot to the family that said yes: book it, free the old one, end the round, in one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from rdv.booking.book import constraint_of
from rdv.booking.cancel import cancel_inside
from rdv.booking.errors import BookingError, NotBookable, SlotTaken
from rdv.booking.events import OfferClosed, publish
from rdv.booking.locks import assert_in_transaction, lock_agents, lock_appointment, lock_family
from rdv.booking.move import move_inside
from rdv.booking.people import PersonSpec, Who
from rdv.booking.place import place
from rdv.booking.request import BookingRequest
from rdv.models import (
    Appointment,
    Channel,
    EntryStatus,
    Hold,
    Offer,
    OfferRound,
    OfferStatus,
    RoundStatus,
    Status,
    WaitingListEntry,
)
from rdv.models.actor import Actor
from rdv.scheduling.rules import Reason
from rdv.waitinglist.batches import claim_window
from rdv.waitinglist.closing import close
from rdv.waitinglist.errors import EntryEnded, NotEarlier, OfferTaken
from rdv.waitinglist.freed import agents_of, slot_of
from rdv.waitinglist.ranking import key_of
from rdv.waitinglist.seats import go_on, hold_of
from rdv.waitinglist.who_waits import have_theirs, who_comes

GUARDS = ("occupation_no_overlap_per_agent", "occupation_no_overlap_per_room")


# A worker may come by a little late.
GRACE = timedelta(minutes=10)


def window_end(offer: Offer, round_: OfferRound) -> datetime:
    """Until when the best-ranked yes of the offer's batch wins over a faster one."""
    return offer.made_at if round_.standby else offer.made_at + claim_window(round_.starts_at - offer.made_at)


def outranked(offer: Offer, pending: Sequence[Offer]) -> bool:
    """Whether a family that ranks before has not answered yet."""
    mine = key_of(offer.explanation)
    return any(other.status == OfferStatus.LIVE and key_of(other.explanation) < mine for other in pending)


def settle(round_: OfferRound, pending: Sequence[Offer], *, now: datetime, untold: Offer | None = None) -> bool:
    """Give the slot to the best-ranked yes once its window is over, or nobody before it is awaited.

    True when the round has ended. The round is locked. Long after its end nobody is given anything any more: who said
    yes while no worker came by has made other plans, and is told when the round is closed. `untold` as in `close`.
    """
    claimed = sorted(
        (offer for offer in pending if offer.status == OfferStatus.CLAIMED), key=lambda offer: key_of(offer.explanation)
    )
    if not claimed or now > round_.closes_at + GRACE:
        return False
    over = min(round_.closes_at, *(window_end(offer, round_) for offer in claimed))
    if now < over and outranked(claimed[0], pending):
        return False
    for offer in claimed:
        by = Actor.family(Channel(offer.answered_by))
        refused = try_award(round_, offer, by=by, now=now, untold=untold)
        if round_.status != RoundStatus.OPEN:
            return True
        if refused is None:
            # Seats of a session are left: the next yes waits for its own window.
            return settle(round_, [one for one in pending if one != offer], now=now, untold=untold)
        publish(OfferClosed(at=now, by=by, offer=offer))
    return False


def try_award(
    round_: OfferRound, offer: Offer, *, by: Actor, now: datetime, untold: Offer | None = None
) -> BookingError | None:
    """Give the slot, or say why not: it is gone (the round ends), or not for this family (its offer ends)."""
    try:
        with transaction.atomic():
            award(round_, offer, by=by, now=now, untold=untold)
    except (SlotTaken, IntegrityError) as error:
        if isinstance(error, IntegrityError) and constraint_of(error) not in GUARDS:
            raise
        round_.refresh_from_db(fields=["status", "closed_at"])
        if slot_of(round_, now=now).parts(1) is not None:
            # Too short for this family, which has grown since it joined: the others may still come.
            return _refuse(offer, NotBookable(Reason.TOO_MANY_PEOPLE))
        close(round_, RoundStatus.TAKEN, now=now, untold=untold)
        return OfferTaken()
    except BookingError as error:
        round_.refresh_from_db(fields=["status", "closed_at"])
        return _refuse(offer, error)
    return None


def _refuse(offer: Offer, error: BookingError) -> BookingError:
    offer.status = OfferStatus.VOID
    offer.explanation = {**offer.explanation, "refused": error.code}
    offer.save(update_fields=["status", "explanation"])
    return error


def award(round_: OfferRound, offer: Offer, *, by: Actor, now: datetime, untold: Offer | None = None) -> Appointment:
    """Inside the running transaction, with the round locked; locks the appointment to move, then the agents."""
    assert_in_transaction()
    entry = WaitingListEntry.objects.select_related("family", "current_appointment").get(pk=offer.entry_id)
    if entry.status != EntryStatus.WAITING:
        raise EntryEnded
    appointment, seats = (
        _book_seats(round_, entry, by, now) if round_.session_id else (_book(round_, entry, by, now), 0)
    )
    offer.status, offer.appointment = OfferStatus.ACCEPTED, appointment
    offer.answered_at, offer.answered_by = offer.answered_at or now, offer.answered_by or by.channel
    offer.save(update_fields=["status", "appointment", "answered_at", "answered_by"])
    publish(OfferClosed(at=now, by=by, offer=offer))
    if seats:
        go_on(round_, offer, seats, now=now)
    else:
        close(round_, RoundStatus.FILLED, now=now, untold=untold)
    have_theirs(entry.pk, who_comes(appointment, entry.family_id), channel=by.channel, now=now)
    return appointment


def _book(round_: OfferRound, entry: WaitingListEntry, by: Actor, now: datetime) -> Appointment:
    """Move the family's appointment there, or make one."""
    agents = agents_of(round_)
    if agents == []:
        raise SlotTaken
    current = _current(entry, now)
    also = [row.agent_id for row in current.appointment_agents.all()] if current else []
    lock_agents([*(agents or ()), *also], now=now)
    round_.occupations.all().delete()
    if current and current.starts_at <= round_.starts_at:
        raise NotEarlier
    if current:
        return move_inside(
            current.pk,
            start=round_.starts_at,
            by=by,
            now=now,
            location=round_.location,
            agents=agents,
            round=round_,
            depth=round_.depth + 1,
        )
    request = request_for(round_, entry, agents, by=by)
    return place(request, now=now, once_locked=lambda: _still_waiting(entry)).appointment


def _book_seats(round_: OfferRound, entry: WaitingListEntry, by: Actor, now: datetime) -> tuple[Appointment, int]:
    """Take seats in the session, for those that the family had in a later one, which start their own round.

    Gives how many that were kept are still free.
    """
    sessions = sorted({pk for pk in (round_.session_id, entry.current_appointment_id) if pk})
    locked = {pk: lock_appointment(pk) for pk in sessions}
    _still_waiting(entry)
    kept = hold_of(round_)
    if kept is None:
        raise SlotTaken
    _give_up(locked.get(entry.current_appointment_id or 0), round_, entry, by, now)
    request = request_for(round_, entry, None, by=by, hold=kept)
    seats = kept.attendees
    return place(request, now=now).appointment, seats - request.attendees


def _give_up(had: Appointment | None, round_: OfferRound, entry: WaitingListEntry, by: Actor, now: datetime) -> None:
    """Free the later seats of those who change for earlier ones; the others of the family keep theirs."""
    if had is None or had.is_cancelled or had.starts_at <= now:
        return
    people = had.participations.filter(family=entry.family_id, status=Status.UNKNOWN, person__in=entry.persons.all())
    persons = list(people.values_list("person_id", flat=True))
    if persons:
        cancel_inside(
            had.pk,
            by=by,
            now=now,
            for_family=True,
            family=entry.family,
            persons=persons,
            depth=round_.depth + 1,
            for_another=True,
        )


def _still_waiting(entry: WaitingListEntry) -> None:
    """The family may be booking by another way at this very moment, which ends its wait. Raises EntryEnded."""
    lock_family(entry.family_id)
    entry.refresh_from_db(fields=["status"])
    if entry.status != EntryStatus.WAITING:
        raise EntryEnded


def request_for(
    round_: OfferRound, entry: WaitingListEntry, agents: Sequence[int] | None, *, by: Actor, hold: Hold | None = None
) -> BookingRequest:
    """What the family would book, with the people that it named when it joined."""
    persons = [
        PersonSpec(person.first_name, person.last_name, person.birth_date, person.is_child, person.pk)
        for person in entry.persons.order_by("pk")
    ]
    return BookingRequest(
        type=round_.type,
        location=round_.location,
        start=round_.starts_at,
        who=Who(persons, family=entry.family),
        by=by,
        agents=agents,
        round=round_,
        hold=hold,
    )


def _current(entry: WaitingListEntry, now: datetime) -> Appointment | None:
    """The appointment to be moved, locked; None when there is none to come."""
    if entry.current_appointment_id is None:
        return None
    current = lock_appointment(entry.current_appointment_id)
    return None if current.is_cancelled or current.starts_at <= now else current
