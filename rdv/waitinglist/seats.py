"""Seats of a new session, or given back in a full one, go to those who wait; a hold keeps them meanwhile."""

import secrets
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from rdv.booking.events import ParticipationsCancelled, SessionOpened
from rdv.booking.locks import assert_in_transaction, lock_appointment
from rdv.booking.seats import OFFERED, seats_left
from rdv.models import CANCELLED, Absence, Appointment, Hold, Location, Offer, OfferRound, RoundStatus, WaitingListEntry
from rdv.scheduling.rules import TypeRules
from rdv.scheduling.slots import Part
from rdv.waitinglist.batches import CUT_OFF, REACTION
from rdv.waitinglist.eligibility import Opportunity

# How long a chain of families that change for an earlier slot, or seat, may be.
DEEPEST = 3
# Of a new session, so many seats at most.
MOST_KEPT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FreedSeats:
    """The seats of a round, as they really are: what `FreedSlot` is for the time of an agent."""

    session: Appointment
    location: Location
    rules: TypeRules
    agents: Sequence[int]
    seats: int

    def parts(self, attendees: int) -> tuple[Part, ...] | None:
        """Nothing, for so many people who find a seat; None when they don't."""
        return () if attendees <= self.seats else None

    def opportunity(self, *, given_back_by: set[int]) -> Opportunity:
        most = max(self.session.type.max_attendees, self.seats)
        return Opportunity(
            start=self.session.starts_at,
            zone=self.location.zone,
            location=self.location.pk,
            agents=self.agents,
            rules=self.rules,
            fits={attendees: attendees <= self.seats for attendees in range(1, most + 1)},
            given_back_by=given_back_by,
        )


def holder_of(round_: OfferRound) -> str:
    """Who keeps the seats of a round."""
    return f"{OFFERED}{round_.pk}"


def hold_of(round_: OfferRound) -> Hold | None:
    """What keeps the seats of a round; None once they are gone."""
    return Hold.objects.filter(holder=holder_of(round_)).first()


def seats_of(round_: OfferRound, *, now: datetime) -> FreedSeats:
    """What the families of a round could take now."""
    session = Appointment.objects.select_related("type").get(pk=round_.session_id or 0)
    kept = hold_of(round_)
    left = seats_left(session, now=now, ignoring_hold=kept.pk if kept else None)
    on = round_.starts_at.astimezone(ZoneInfo(round_.location.zone)).date()
    stands = _is_there(round_, session) and not session.is_cancelled and not _is_hit(session)
    return FreedSeats(
        session=session,
        location=round_.location,
        rules=round_.type.rules_for(round_.location.organisation, on),
        agents=sorted(session.appointment_agents.values_list("agent_id", flat=True)),
        seats=min(kept.attendees, left) if kept and stands else 0,
    )


def _is_there(round_: OfferRound, session: Appointment) -> bool:
    """Whether the session still takes place when and where its round says."""
    return (session.starts_at, session.location_id) == (round_.starts_at, round_.location_id)


def _is_hit(session: Appointment) -> bool:
    """Whether somebody who receives there, or the place, is absent: what becomes of the session is not known yet."""
    who = Q(agent__in=session.appointment_agents.values("agent")) | Q(location=session.location_id)
    return Absence.objects.during(session.starts_at, session.ends_at).filter(who).exists()


def on_seats_given_back(event: ParticipationsCancelled) -> OfferRound | None:
    """Keep them for those who wait, if nobody could book there before."""
    session, freed = event.appointment, sum(row.seats for row in event.participations)
    if not session.is_collective or not freed or seats_left(session, now=event.at) != freed:
        return None
    return offer_seats(session, freed, now=event.at, depth=event.depth)


def on_session_opened(event: SessionOpened) -> OfferRound | None:
    """Keep the first free seats for those who wait, one for each person; the rest is everybody's.

    Not again where nobody wanted them, or an agent took them back.
    """
    # What a family accepted is filed apart (see `go_on`).
    rounds = OfferRound.objects.filter(session=event.session).exclude(status=RoundStatus.FILLED)
    last = rounds.order_by("-pk").first()
    if last is not None and last.status != RoundStatus.TAKEN:
        return None
    seats = _seats_to_keep(event.session, event.at)
    return offer_seats(event.session, seats, now=event.at) if seats else None


def keep_again(round_: OfferRound, *, now: datetime) -> bool:
    """Keep free seats anew for a locked round that had nobody left to ask; False when there are none."""
    session = lock_appointment(round_.session_id or 0)
    stands = _is_there(round_, session) and not session.is_cancelled and not _is_hit(session)
    seats = _seats_to_keep(session, now) if stands else 0
    if not seats:
        return False
    round_.save()
    _keep(round_, seats, now)
    return True


def _seats_to_keep(session: Appointment, now: datetime) -> int:
    """One for each person who waits, as far as there are free ones, and not too many."""
    persons = WaitingListEntry.persons.through.objects.filter(waitinglistentry__in=_waiting(session))
    return max(min(persons.count(), MOST_KEPT, seats_left(session, now=now)), 0)


def offer_seats(session: Appointment, seats: int, *, now: datetime, depth: int = 0) -> OfferRound | None:
    """Keep so many seats of a locked session and start a round, or add them to the one under way.

    `depth` counts the seats changed for earlier ones that led here; four deep, they are everybody's.
    """
    assert_in_transaction()
    under_way = OfferRound.objects.filter(session=session, status=RoundStatus.OPEN).first()
    kept = hold_of(under_way) if under_way else None
    if kept is not None:
        kept.attendees += seats
        kept.save(update_fields=["attendees"])
        return None
    location = Location.objects.select_related("organisation__territory").get(pk=session.location_id)
    closes_at, opens = session.starts_at - CUT_OFF, location.sending.next(now)
    receiving = session.appointment_agents.order_by("position").first()
    in_time = depth <= DEEPEST and opens + REACTION <= closes_at
    if under_way or receiving is None or not in_time or _is_hit(session) or not _waiting(session).exists():
        return None
    round_ = OfferRound.objects.create(
        territory=location.organisation.territory,
        type_id=session.type_id,
        location=location,
        agent_id=receiving.agent_id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        freed_by=session,
        session=session,
        depth=depth,
        opened_at=now,
        next_batch_at=opens,
        closes_at=closes_at,
        seed=secrets.randbits(62),
    )
    _keep(round_, seats, now)
    return round_


def go_on(round_: OfferRound, accepted: Offer, seats: int, *, now: datetime) -> None:
    """Let a locked round go on for the `seats` that are left when a family has had its own.

    What that family accepted is filed as a round of its own, which is filled: whoever was asked with it may still say
    yes, and nobody is asked twice.
    """
    filled = copy(round_)
    filled.pk, filled.status, filled.closed_at = None, RoundStatus.FILLED, now
    filled.save(force_insert=True)
    accepted.round = filled
    accepted.save(update_fields=["round"])
    _keep(round_, seats, now)
    round_.next_batch_at = now
    round_.save(update_fields=["next_batch_at"])


def _keep(round_: OfferRound, seats: int, now: datetime) -> None:
    Hold.objects.create(
        territory_id=round_.territory_id,
        type_id=round_.type_id,
        location_id=round_.location_id,
        session_id=round_.session_id,
        starts_at=round_.starts_at,
        ends_at=round_.ends_at,
        attendees=seats,
        holder=holder_of(round_),
        created_at=now,
        expires_at=round_.closes_at,
    )


def _waiting(session: Appointment) -> QuerySet[WaitingListEntry]:
    """Those who wait for such a session, there, and have no seat in an earlier one."""
    has_one_before = Q(current_appointment__starts_at__lte=session.starts_at) & ~Q(
        current_appointment__status__in=CANCELLED
    )
    earlier = Q(current_appointment=None) | ~has_one_before
    here = Q(any_location=True) | Q(pk__in=session.location.waiting_entries.values("pk"))
    return WaitingListEntry.objects.waiting().filter(earlier, here, type=session.type_id, type__is_active=True)
