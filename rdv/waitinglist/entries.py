"""Join the waiting list, pause, come back, leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rdv.booking.errors import NobodyComes, NotBookable
from rdv.booking.events import publish
from rdv.booking.locks import assert_in_transaction, lock_asker, lock_family
from rdv.booking.people import Who, family_of, persons_of
from rdv.models import (
    CANCELLED,
    ON_THE_LIST,
    Agent,
    Appointment,
    AppointmentType,
    Channel,
    Contact,
    EntryStatus,
    Family,
    Location,
    Offer,
    OfferStatus,
    Organisation,
    Person,
    WaitingListEntry,
)
from rdv.models.actor import Actor
from rdv.scheduling.rules import Reason
from rdv.waitinglist.closing import lock_round
from rdv.waitinglist.errors import (
    EntryEnded,
    NothingWanted,
    NotYourAppointment,
)
from rdv.waitinglist.events import EntryJoined
from rdv.waitinglist.priorities import check_priority, give_class
from rdv.waitinglist.rounds import advance_inside
from rdv.waitinglist.who_waits import at_hand, have_theirs, who_comes
from rdv.waitinglist.whom_to_tell import contact_of

USUAL_NOTICE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a family waits for.

    `locations` and `half_days` None = any; empty is refused, since nothing could ever be offered. `half_days` holds the
    codes of `HalfDay`. `notice_minutes` is the time that the family needs to come; with `standby` it may be called for
    the same day as well. With `current_appointment` it wants that one earlier. `contact` is whom to tell, the family's
    first contact by default. A priority is given by an agent, with its reason.
    """

    type: AppointmentType
    who: Who
    locations: Sequence[Location] | None = None
    half_days: Sequence[str] | None = None
    notice_minutes: int = USUAL_NOTICE
    standby: bool = False
    agent: Agent | None = None
    current_appointment: Appointment | None = None
    contact: Contact | None = None
    organisation: Organisation | None = None
    priority: int = 0
    priority_reason: str = ""


def join(wish: Wish, *, by: Actor, now: datetime) -> WaitingListEntry:
    """Put a family on the list, in one durable transaction.

    A family waits once per type: joining again changes the wishes and keeps the place. Whoever waited already waits on,
    as long as the type takes so many at once, and a pause ends; an agent, who sees them, says who waits, and leaves the
    pause. Whose people have a coming appointment of the type wants that one earlier, whichever way it joins: a yes
    moves it. Raises NothingWanted, NobodyComes, ContactMissing, PriorityRefused, PriorityReasonMissing,
    NotYourAppointment or NotBookable.
    """
    with transaction.atomic(durable=True):
        return join_inside(wish, by=by, now=now)


def join_inside(wish: Wish, *, by: Actor, now: datetime) -> WaitingListEntry:
    """As `join`, inside the running transaction."""
    assert_in_transaction()
    _check(wish, by)
    if wish.who.family is None and wish.who.contact is not None:
        # Two tabs that send the form at once open one file.
        lock_asker(wish.who.contact.phone or wish.who.contact.email)
    family, _ = family_of(wish.who, organisation=_organisation(wish), service=wish.type.service, now=now)
    lock_family(family.pk)
    if wish.current_appointment is not None and not _may_come_earlier(wish.current_appointment, wish, family, now):
        raise NotYourAppointment
    persons = persons_of(family, wish.who.persons)
    mine = WaitingListEntry.objects.filter(family=family, type=wish.type, status__in=ON_THE_LIST)
    entry = mine.select_for_update(of=("self",), no_key=True).first()
    is_new = entry is None
    if entry is None:
        entry = WaitingListEntry(
            territory_id=wish.type.territory_id,
            family=family,
            type=wish.type,
            waiting_since=now,
            channel=by.channel,
            created_by=by.agent,
        )
    elif by.agent is None:
        persons = _together(entry, persons)
        entry.status, entry.silences = EntryStatus.WAITING, 0
    entry.contact = wish.contact or contact_of(family, wish.who)
    entry.agent = wish.agent
    entry.current_appointment = wish.current_appointment or at_hand(entry, persons, now)
    entry.changed_at = now
    _write_wishes(entry, wish.locations, wish.half_days, wish.notice_minutes, standby=wish.standby)
    entry.persons.set(persons)
    if by.agent is not None:
        give_class(entry, wish.priority, wish.priority_reason, by=by.agent, now=now)
    if is_new:
        publish(EntryJoined(at=now, by=by, entry=entry))
    return entry


def change_wishes(
    entry_id: int,
    *,
    locations: Sequence[Location] | None,
    half_days: Sequence[str] | None,
    notice_minutes: int,
    standby: bool,
    now: datetime,
) -> WaitingListEntry:
    """Wait for something else, with the same place in the queue; who had paused stays so.

    Raises NothingWanted or EntryEnded.
    """
    _check_wishes(locations, half_days)
    with transaction.atomic(durable=True):
        entry = WaitingListEntry.objects.select_for_update(of=("self",), no_key=True).get(pk=entry_id)
        if entry.status not in ON_THE_LIST:
            raise EntryEnded
        entry.changed_at = now
        _write_wishes(entry, locations, half_days, notice_minutes, standby=standby)
        return entry


def _write_wishes(
    entry: WaitingListEntry,
    locations: Sequence[Location] | None,
    half_days: Sequence[str] | None,
    notice_minutes: int,
    *,
    standby: bool,
) -> None:
    entry.any_location, entry.any_half_day = locations is None, half_days is None
    entry.half_days = sorted(set(half_days or ()))
    entry.notice_minutes, entry.standby = notice_minutes, standby
    entry.save()
    entry.locations.set(locations or ())


def leave(entry_id: int, *, by: Actor, now: datetime) -> WaitingListEntry:
    """Take a family off the list; its pending offer goes to the next. Leaving twice changes nothing."""
    return _change(entry_id, EntryStatus.LEFT, by=by, now=now)


def leave_inside(entry_id: int, *, by: Actor, now: datetime) -> WaitingListEntry:
    """As `leave`, inside the running transaction."""
    return _change_inside(entry_id, EntryStatus.LEFT, by=by, now=now)


def resume_inside(entry_id: int, *, by: Actor, now: datetime) -> WaitingListEntry:
    """As `resume`, inside the running transaction."""
    return _change_inside(entry_id, EntryStatus.WAITING, by=by, now=now)


def pause(entry_id: int, *, by: Actor, now: datetime) -> WaitingListEntry:
    """Make no offers for a while; the place in the queue is kept. Raises EntryEnded."""
    return _change(entry_id, EntryStatus.PAUSED, by=by, now=now)


def resume(entry_id: int, *, by: Actor, now: datetime) -> WaitingListEntry:
    """Be offered slots again, with the place that the family had. Raises EntryEnded."""
    return _change(entry_id, EntryStatus.WAITING, by=by, now=now)


def end_past(*, now: datetime) -> int:
    """Those who wanted an appointment earlier and have had it wait no more. Run each minute; gives how many."""
    had = WaitingListEntry.objects.filter(status__in=ON_THE_LIST, current_appointment__starts_at__lte=now)
    rows = had.exclude(current_appointment__status__in=CANCELLED).select_related("current_appointment")
    with transaction.atomic(durable=True):
        return sum(_has_had(entry, now) for entry in rows.select_for_update(of=("self",), no_key=True).order_by("pk"))


def _has_had(entry: WaitingListEntry, now: datetime) -> bool:
    if entry.current_appointment is None:
        return False
    people = who_comes(entry.current_appointment, entry.family_id)
    return have_theirs(entry.pk, people, channel=Channel.SYSTEM, now=now)


def _change(entry_id: int, status: EntryStatus, *, by: Actor, now: datetime) -> WaitingListEntry:
    with transaction.atomic(durable=True):
        return _change_inside(entry_id, status, by=by, now=now)


def _change_inside(entry_id: int, status: EntryStatus, *, by: Actor, now: datetime) -> WaitingListEntry:
    assert_in_transaction()
    offer = Offer.objects.pending().filter(entry=entry_id).first()
    # Rounds are locked before anything else, so before the entry.
    round_ = lock_round(offer.round_id) if offer and status != EntryStatus.WAITING else None
    entry = WaitingListEntry.objects.select_for_update(of=("self",), no_key=True).get(pk=entry_id)
    if entry.status not in ON_THE_LIST:
        if status == EntryStatus.LEFT:
            return entry
        raise EntryEnded
    if offer is not None and round_ is not None:
        still = Offer.objects.pending().filter(pk=offer.pk)
        # It was not refused: it goes with the wait, and is worded so.
        kept = {**offer.explanation, "instead": status.value}
        still.update(status=OfferStatus.DECLINED, answered_at=now, answered_by=by.channel, explanation=kept)
    if status == EntryStatus.WAITING:
        entry.current_appointment, entry.changed_at = at_hand(entry, list(entry.persons.all()), now), now
    if status == EntryStatus.LEFT:
        entry.ended_at, entry.ended_by = now, by.channel
    entry.status, entry.silences = status, 0
    entry.save(update_fields=["status", "silences", "current_appointment", "changed_at", "ended_at", "ended_by"])
    if round_ is not None:
        advance_inside(round_, now=now, topping_up=True)
    return entry


def _check(wish: Wish, by: Actor) -> None:
    if not wish.who.persons:
        raise NobodyComes
    _check_wishes(wish.locations, wish.half_days)
    if not wish.type.is_active:
        raise NotBookable(Reason.TYPE_CLOSED)
    if len(wish.who.persons) > wish.type.max_attendees:
        raise NotBookable(Reason.TOO_MANY_PEOPLE)
    check_priority(wish.priority, wish.priority_reason, by=by)


def _together(entry: WaitingListEntry, persons: Sequence[Person]) -> list[Person]:
    """Those who wait already and those who join them. Raises NotBookable when the type doesn't take so many at once."""
    together = {person.pk: person for person in [*entry.persons.order_by("pk"), *persons]}
    if len(together) > entry.type.max_attendees:
        raise NotBookable(Reason.TOO_MANY_PEOPLE)
    return list(together.values())


def _check_wishes(locations: Sequence[Location] | None, half_days: Sequence[str] | None) -> None:
    if (locations is not None and not locations) or (half_days is not None and not half_days):
        raise NothingWanted


def _may_come_earlier(appointment: Appointment, wish: Wish, family: Family, now: datetime) -> bool:
    return (
        appointment.type_id == wish.type.pk
        and not appointment.is_cancelled
        and appointment.starts_at > now
        and appointment.participations.filter(family=family).exists()
    )


def _organisation(wish: Wish) -> Organisation:
    """Where a new file is opened."""
    if wish.organisation is not None:
        return wish.organisation
    if wish.current_appointment is not None:
        return wish.current_appointment.organisation
    if wish.locations:
        return wish.locations[0].organisation
    return wish.type.territory.organisations.filter(is_active=True).order_by("pk")[0]
