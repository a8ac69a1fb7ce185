"""What the waiting list does when booking tells it something: write rows, and start work on commit."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from rdv.booking.events import (
    AbsenceDeclared,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    OfferedTimeTaken,
    ParticipationsCancelled,
    SessionOpened,
    SlotFreed,
    TimeOpened,
    subscribe,
)
from rdv.models import CANCELLED, ON_THE_LIST, Offer, OfferRound, Participation, RoundStatus, Status, WaitingListEntry
from rdv.models.waiting_list import WaitingListEntryQuerySet
from rdv.waitinglist.closing import close, lock_round
from rdv.waitinglist.newtime import open_rounds
from rdv.waitinglist.opening import open_round
from rdv.waitinglist.seats import hold_of, offer_seats, on_seats_given_back, on_session_opened
from rdv.waitinglist.silences import pause_and_ask
from rdv.waitinglist.tasks import advance_round
from rdv.waitinglist.who_waits import have_theirs


def connect() -> None:
    """Subscribe; called once, when the application is ready."""
    subscribe(SlotFreed, on_slot_freed)
    subscribe(TimeOpened, on_time_opened)
    subscribe(SessionOpened, on_new_session)
    subscribe(OfferedTimeTaken, on_offered_time_taken)
    subscribe(AbsenceDeclared, on_absence_declared)
    subscribe(AppointmentBooked, on_appointment_booked)
    subscribe(AppointmentMoved, on_appointment_moved)
    subscribe(AppointmentCancelled, on_appointment_cancelled)
    subscribe(ParticipationsCancelled, on_participations_cancelled)


def on_slot_freed(event: SlotFreed) -> None:
    """Keep the slot for those who wait; the first families are asked as soon as the transaction is over."""
    round_ = open_round(event)
    if round_ is not None and round_.next_batch_at <= event.at:
        start_soon(round_.pk)


def on_time_opened(event: TimeOpened) -> None:
    """Keep the first slots of new time for those who wait, as if they had been freed."""
    for round_ in open_rounds(event):
        if round_.next_batch_at <= event.at:
            start_soon(round_.pk)


def on_new_session(event: SessionOpened) -> None:
    """The first seats of a new session are kept for those who wait."""
    round_ = on_session_opened(event)
    if round_ is not None and round_.next_batch_at <= event.at:
        start_soon(round_.pk)


def on_offered_time_taken(event: OfferedTimeTaken) -> None:
    """An agent took the slot: its families are told that it is gone.

    The agents' calendars are locked already, so a round that somebody else holds is left to the periodic pass.
    """
    for pk in sorted(event.round_ids):
        round_ = lock_round(pk, skip_locked=True)
        if round_ is not None and round_.status == RoundStatus.OPEN:
            close(round_, RoundStatus.TAKEN, now=event.at)


def on_absence_declared(event: AbsenceDeclared) -> None:
    """Nobody receives any more: the offers under the absence end."""
    absence = event.absence
    whose = Q(location=absence.location_id)
    if absence.agent_id:
        whose = Q(occupations__agent=absence.agent_id) | Q(session__appointment_agents__agent=absence.agent_id)
    hit = OfferRound.objects.filter(
        whose, status=RoundStatus.OPEN, starts_at__lt=absence.ends_at, ends_at__gt=absence.starts_at
    )
    for pk in sorted(set(hit.values_list("pk", flat=True))):
        round_ = lock_round(pk, skip_locked=True)
        if round_ is not None and round_.status == RoundStatus.OPEN:
            close(round_, RoundStatus.TAKEN, now=event.at)


def on_appointment_booked(event: AppointmentBooked) -> None:
    """Those who waited and have booked by another way wait no more.

    An entry of which nobody waits any more ends, and its offers at the next pass.
    """
    if event.is_new:
        return
    people = [row.person_id for row in event.participations]
    waited = WaitingListEntry.objects.filter(
        Q(current_appointment=None) | Q(current_appointment__status__in=CANCELLED),
        family=event.family,
        type=event.appointment.type_id,
        persons__in=people,
        status__in=ON_THE_LIST,
    )
    for pk in sorted(set(waited.values_list("pk", flat=True))):
        if not have_theirs(pk, people, channel=event.by.channel, now=event.at):
            continue
        offered = OfferRound.objects.filter(offers__entry=pk, offers__status__in=["live", "claimed"])
        for round_id in offered.values_list("pk", flat=True):
            start_soon(round_id)


def on_appointment_moved(event: AppointmentMoved) -> None:
    """The seats of a session that moves are offered anew where it goes; the offers of its old date end."""
    session = event.appointment
    if not session.is_collective:
        return
    rounds = OfferRound.objects.filter(session=session, status=RoundStatus.OPEN)
    elsewhere = rounds.exclude(starts_at=session.starts_at, location=session.location_id)
    for pk in sorted(elsewhere.values_list("pk", flat=True)):
        round_ = lock_round(pk, skip_locked=True)
        if round_ is None or round_.status != RoundStatus.OPEN:
            continue
        kept = hold_of(round_)
        close(round_, RoundStatus.TAKEN, now=event.at)
        anew = offer_seats(session, kept.attendees, now=event.at, depth=round_.depth) if kept else None
        if anew is not None and anew.next_batch_at <= event.at:
            start_soon(anew.pk)


def on_appointment_cancelled(event: AppointmentCancelled) -> None:
    """A family that gives up the appointment that it wanted earlier is asked whether it still waits.

    One whose appointment the service cancels keeps waiting, now without an appointment.
    """
    if event.appointment.status == Status.EXCUSED:
        _ask_unless_offered(WaitingListEntry.objects.filter(current_appointment=event.appointment), now=event.at)


def on_participations_cancelled(event: ParticipationsCancelled) -> None:
    """Seats of a full session are kept for those who wait; who gave its own up is asked whether it still waits."""
    # Deeper, the seat is being changed for the one that was waited for.
    if not event.depth:
        _without_their_seat(event)
    round_ = on_seats_given_back(event)
    if round_ is not None and round_.next_batch_at <= event.at:
        start_soon(round_.pk)


def _without_their_seat(event: ParticipationsCancelled) -> None:
    """Whoever waited to come earlier, and comes no more, has no appointment; nobody else of the entry does either."""
    left = Participation.objects.filter(appointment=event.appointment, status=Status.UNKNOWN).values("person")
    wanted = WaitingListEntry.objects.filter(
        current_appointment=event.appointment, family=event.family, status__in=ON_THE_LIST
    )
    entries = list(wanted.exclude(persons__in=left).values_list("pk", flat=True))
    concerned = WaitingListEntry.objects.filter(pk__in=entries)
    concerned.update(current_appointment=None)
    if any(row.status == Status.EXCUSED for row in event.participations):
        _ask_unless_offered(concerned, now=event.at)


def _ask_unless_offered(entries: WaitingListEntryQuerySet, *, now: datetime) -> None:
    """Who has another slot to answer for is not paused: it may have given up the later one to take it."""
    offered = Offer.objects.pending().filter(expires_at__gt=now).values("entry")
    pause_and_ask(entries.waiting().exclude(pk__in=offered), now=now)


def start_soon(round_id: int) -> None:
    """Ask a worker; a broker that is gone costs a minute, not the round."""

    def send() -> None:
        advance_round.delay(round_id)

    transaction.on_commit(send, robust=True)
