"""Propose a few dates to a family instead of the one that it has; it chooses one, or says that none suits.

Whoever needs the choice calls `three_slots`, then `propose`: a proposal is a row, answered once by whichever way is
first (the link, a reply by SMS, an agent on the phone).
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, OperationalError, transaction

from rdv.booking.errors import AlreadyCancelled, InThePast, SlotTaken, TransitionRefused
from rdv.booking.events import ProposalClosed, SlotsProposed, publish
from rdv.booking.history import record
from rdv.booking.locks import assert_in_transaction, lock_appointment
from rdv.booking.move import move_inside
from rdv.booking.selectors import Search, slots_at
from rdv.models import Appointment, Location, ProposalStatus, SlotProposal, Status, Verb
from rdv.models.actor import Actor
from rdv.scheduling.rules import Booker
from rdv.scheduling.sending import Window

logger = logging.getLogger(__name__)

KEYS = "ABC"
AROUND = timedelta(days=28)
# A family reads its messages, and has to come.
REACTION = timedelta(hours=3)
LONGEST_ANSWER, SHORTEST_ANSWER = timedelta(hours=48), timedelta(hours=1)
STILL_AT_HOME = timedelta(hours=2)


@dataclass(frozen=True, slots=True, order=True)
class ProposedSlot:
    """A start at a place."""

    start: datetime
    location_id: int


def three_slots(
    appointment: Appointment,
    *,
    now: datetime,
    locations: Sequence[Location] | None = None,
    agents: Collection[int] | None = None,
    avoid: Collection[ProposedSlot] = (),
    after: datetime | None = None,
) -> list[ProposedSlot]:
    """Up to three free slots near the appointment's own time, on different days when there are; in order.

    At its own place unless `locations` are given; `agents` None = whoever receives (who is absent is back some day, and
    has no open time until then); `avoid` = rather others than these, which other families are choosing from. The
    appointment comes with its type (and its rules), its place and its organisation. A collective one has none: its
    families don't come together.
    """
    if appointment.is_collective:
        return []
    search = Search(
        type=appointment.type,
        now=now,
        booker=Booker.AGENT,
        attendees=max(appointment.seats_taken, 1),
        agents=agents,
        after=max(now + REACTION, after or now, appointment.starts_at - AROUND),
        before=max(appointment.starts_at, now) + AROUND,
        moving=True,
    )
    there = locations or [appointment.location]
    free = [
        ProposedSlot(slot.start, place.pk)
        for place in there
        for slot in slots_at(search, place)
        if slot.start != appointment.starts_at
    ]
    rather = [one for one in free if one not in avoid]
    return nearest_on_different_days(
        rather if len(rather) >= len(KEYS) else free, around=appointment.starts_at, zone=appointment.zone
    )


def nearest_on_different_days(
    free: Iterable[ProposedSlot], *, around: datetime, zone: str, count: int = len(KEYS)
) -> list[ProposedSlot]:
    """The nearest slot, then the nearest of other days, the other half of the day before the same. Pure."""
    left = sorted(free, key=lambda one: (abs(one.start - around), one))
    chosen: list[ProposedSlot] = []

    def day(one: ProposedSlot) -> tuple[object, bool]:
        there = one.start.astimezone(ZoneInfo(zone))
        return there.date(), there.hour >= 12

    while left and len(chosen) < count:
        days, halves = {day(one)[0] for one in chosen}, {day(one)[1] for one in chosen}
        best = min(
            enumerate(left),
            key=lambda pair: (day(pair[1])[0] in days, len(chosen) == 2 and day(pair[1])[1] in halves, pair[0]),
        )
        chosen.append(left.pop(best[0]))
    return sorted(chosen)


def answer_by(start: datetime, now: datetime, *, calling: Window | None = None) -> datetime:
    """Until when an answer is awaited: two days, and never later than two hours before, unless that is too soon.

    `calling`: who does not answer is called, so no later than the afternoon of the working day before, while there is
    somebody to call. Pure.
    """
    shortest = now + min((start - now) / 2, SHORTEST_ANSWER)
    latest = max(start - STILL_AT_HOME, shortest)
    if calling is not None:
        eve = calling.calls_on(calling.day_of(start) - timedelta(days=1))
        latest = min(latest, eve) if eve >= calling.next(now) + SHORTEST_ANSWER else latest
    return min(now + LONGEST_ANSWER, latest)


def propose(
    appointment_id: int, slots: Sequence[ProposedSlot], *, by: Actor, now: datetime, must_move: bool = False
) -> SlotProposal:
    """Propose these slots in one durable transaction; an earlier proposal is withdrawn.

    Raises AlreadyCancelled, InThePast, TransitionRefused (a session, or nothing to propose).
    """
    with transaction.atomic(durable=True):
        return propose_inside(appointment_id, slots, by=by, now=now, must_move=must_move)


def propose_inside(
    appointment_id: int, slots: Sequence[ProposedSlot], *, by: Actor, now: datetime, must_move: bool = False
) -> SlotProposal:
    """As `propose`, inside the running transaction."""
    assert_in_transaction()
    appointment = lock_appointment(appointment_id)
    _check(appointment, now)
    if appointment.is_collective or not slots:
        raise TransitionRefused
    withdraw_inside(appointment, now=now)
    proposal = SlotProposal.objects.create(
        appointment=appointment,
        slots=[
            {"key": key, "start": one.start.isoformat(), "location": one.location_id}
            for key, one in zip(KEYS, sorted(slots), strict=False)
        ],
        must_move=must_move,
        made_at=now,
        expires_at=answer_by(appointment.starts_at, now, calling=appointment.location.sending if must_move else None),
    )
    record(appointment, Verb.NOTE, by=by, now=now, text="autres dates proposées à la famille")
    publish(SlotsProposed(at=now, by=by, proposal=proposal))
    return proposal


def choose(proposal_id: int, key: str, *, by: Actor, now: datetime) -> Appointment:
    """Move the appointment to the chosen date, in one durable transaction. Choosing the same twice changes nothing.

    Raises SlotTaken when it is gone (the proposal stays open for the other dates), TransitionRefused when the
    proposal is over or has no such date, AlreadyCancelled, InThePast.
    """
    try:
        with transaction.atomic(durable=True):
            return choose_inside(proposal_id, key, by=by, now=now)
    except IntegrityError as error:
        raise SlotTaken from error


def choose_inside(proposal_id: int, key: str, *, by: Actor, now: datetime) -> Appointment:
    """As `choose`, inside the running transaction, which a refusal undoes."""
    appointment, proposal = _lock(proposal_id)
    slot = proposal.slot(key)
    if proposal.status == ProposalStatus.CHOSEN and proposal.chosen == key:
        return appointment
    if slot is None or proposal.status != ProposalStatus.OPEN or proposal.expires_at <= now:
        raise TransitionRefused
    location = Location.objects.select_related("organisation__territory").get(pk=slot[1])
    # First, or the move would withdraw it.
    _close(proposal, ProposalStatus.CHOSEN, by=by, now=now, key=key)
    return move_inside(appointment.pk, start=slot[0], by=by, now=now, location=location, proposed=True)


def refuse(proposal_id: int, *, by: Actor, now: datetime) -> SlotProposal:
    """None suits: a person will call. In one durable transaction; what is over stays as it is."""
    with transaction.atomic(durable=True):
        return refuse_inside(proposal_id, by=by, now=now)


def refuse_inside(proposal_id: int, *, by: Actor, now: datetime) -> SlotProposal:
    """As `refuse`, inside the running transaction."""
    _, proposal = _lock(proposal_id)
    if proposal.status == ProposalStatus.OPEN:
        _close(proposal, ProposalStatus.REFUSED, by=by, now=now)
    return proposal


def withdraw_inside(appointment: Appointment, *, now: datetime) -> bool:
    """End what was proposed for a locked appointment; whether there was anything."""
    found = SlotProposal.objects.open().filter(appointment=appointment).select_for_update(of=("self",)).first()
    if found is None:
        return False
    _close(found, ProposalStatus.WITHDRAWN, by=Actor.system(), now=now)
    return True


def expire_due(*, now: datetime) -> int:
    """End the proposals that nobody answered, one transaction each. Run each minute; gives how many.

    One that fails stops no other: it is still due in a minute.
    """
    due = SlotProposal.objects.open().filter(expires_at__lte=now).order_by("expires_at", "pk")
    ended = 0
    for pk in list(due.values_list("pk", flat=True)):
        try:
            ended += _expire(pk, now)
        except OperationalError:
            logger.warning("proposal %s could not be locked", pk, exc_info=True)
        except Exception:
            logger.exception("proposal %s could not be ended", pk)
    return ended


def _expire(proposal_id: int, now: datetime) -> bool:
    with transaction.atomic(durable=True):
        appointment, proposal = _lock(proposal_id)
        if proposal.status != ProposalStatus.OPEN:
            return False
        gone = appointment.is_cancelled or appointment.status != Status.UNKNOWN
        _close(proposal, ProposalStatus.WITHDRAWN if gone else ProposalStatus.EXPIRED, by=Actor.system(), now=now)
        return True


def open_proposal(appointment: Appointment, *, now: datetime) -> SlotProposal | None:
    """What the family of this appointment may still choose from."""
    return SlotProposal.objects.open().filter(appointment=appointment, expires_at__gt=now).first()


def _lock(proposal_id: int) -> tuple[Appointment, SlotProposal]:
    """The appointment first, as everywhere."""
    assert_in_transaction()
    appointment = lock_appointment(SlotProposal.objects.values_list("appointment_id", flat=True).get(pk=proposal_id))
    return appointment, SlotProposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)


def _check(appointment: Appointment, now: datetime) -> None:
    if appointment.is_cancelled:
        raise AlreadyCancelled
    if appointment.status != Status.UNKNOWN:
        raise TransitionRefused
    if appointment.starts_at <= now:
        raise InThePast


def _close(proposal: SlotProposal, status: ProposalStatus, *, by: Actor, now: datetime, key: str = "") -> None:
    proposal.status, proposal.chosen = status, key
    proposal.answered_at, proposal.answered_by = now, by.channel
    proposal.save(update_fields=["status", "chosen", "answered_at", "answered_by"])
    publish(ProposalClosed(at=now, by=by, proposal=proposal))
