"""Carry out what was decided, one appointment and one transaction at a time: stopped anywhere, it goes on from there.

A row that is done is never done again, whichever worker comes by; one that booking refuses is open again and says why.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext_noop

from rdv.booking.cancel import cancel_inside
from rdv.booking.errors import BookingError, NotBookable, SlotOffered, SlotTaken
from rdv.booking.events import AppointmentMaintained, publish
from rdv.booking.hold import hold
from rdv.booking.locks import lock_appointment
from rdv.booking.move import move_inside
from rdv.booking.proposals import ProposedSlot, expire_due, propose_inside, three_slots, withdraw_inside
from rdv.disruption.board import is_under
from rdv.disruption.heading import head_of_the_list
from rdv.disruption.opening import find_missed
from rdv.disruption.options import places_for
from rdv.disruption.states import UNANSWERED
from rdv.models import (
    Appointment,
    AppointmentType,
    Decision,
    DisruptedAppointment,
    Location,
    SlotProposal,
    Status,
    Step,
)
from rdv.models.actor import Actor

logger = logging.getLogger(__name__)

# A worker that comes late still finds the colleague's hour kept.
KEPT_AFTER = timedelta(minutes=15)

GONE = gettext_noop("Le créneau du collègue vient d’être pris.")
OFFERED = gettext_noop("Le créneau du collègue est en cours de proposition à des familles en liste d’attente.")
NO_DATE = gettext_noop("Il n’y a plus de date libre à proposer.")
BEGUN = gettext_noop("Le rendez-vous avait commencé : rien n’a été fait.")


class NothingToPropose(BookingError):
    code = "nothing_to_propose"
    message = NO_DATE


def work(*, now: datetime, disruption_id: int | None = None) -> int:
    """All that is due: silences, hours to keep, decisions to carry out; gives how many decisions were. Run each minute.

    With a disruption, that one alone.
    """
    if disruption_id is None:
        for look in (find_missed, expire_due):
            _look(look, now)
    rows = DisruptedAppointment.objects.filter(step=Step.PLANNED)
    rows = rows.filter(disruption=disruption_id) if disruption_id else rows
    waiting = rows.filter(due_at__gt=now, decision=Decision.MOVE, hold=None).order_by("due_at", "pk")
    for pk in list(waiting.values_list("pk", flat=True)):
        _each(pk, keep, now)
    due = list(rows.filter(due_at__lte=now).order_by("was_at", "pk").values_list("pk", flat=True))
    return sum(_each(pk, carry_out, now) for pk in due)


def _look(look: Callable[..., int], now: datetime) -> None:
    """What can't be found now is found in a minute; decisions don't wait for it."""
    try:
        look(now=now)
    except Exception:
        logger.exception("%s could not go on", look.__name__)


def _each(pk: int, act: Callable[..., bool], now: datetime) -> bool:
    """One that fails stops no other; it is still due in a minute."""
    try:
        return act(pk, now=now)
    except OperationalError:
        logger.warning("disrupted appointment %s could not be locked", pk, exc_info=True)
    except Exception:
        logger.exception("disrupted appointment %s can't go on", pk)
    return False


def keep(row_id: int, *, now: datetime) -> bool:
    """Hold the colleague's hour until the decision is carried out, so that nobody takes it in between."""
    row = DisruptedAppointment.objects.select_related("appointment", "decided_by").get(pk=row_id)
    appointment = row.appointment
    if row.step != Step.PLANNED or row.hold_id or row.start is None or row.due_at is None:
        return False
    type_ = AppointmentType.objects.with_rules().get(pk=appointment.type_id)
    if appointment.is_collective:
        return False  # its seats go with it: there is no hold for a whole session
    try:
        kept = hold(
            type=type_,
            location=_place(row),
            start=row.start,
            attendees=max(appointment.seats_taken, 1),
            holder=f"perturbation-{row.pk}",
            by=_by(row),
            now=now,
            agents=row.agents or None,
            until=row.due_at + KEPT_AFTER,
            beside=appointment.pk,
        )
    except BookingError as error:
        return _reopen(row.pk, _problem(error))
    # Who undid it meanwhile did not know of the hold.
    if not DisruptedAppointment.objects.filter(pk=row.pk, step=Step.PLANNED, start=row.start).update(hold=kept):
        kept.delete()
    return True


def carry_out(row_id: int, *, now: datetime) -> bool:
    """Do what was decided for one appointment, in one durable transaction; whether it was done by this call."""
    try:
        with transaction.atomic(durable=True):
            pk = DisruptedAppointment.objects.values_list("appointment_id", flat=True).get(pk=row_id)
            appointment = lock_appointment(pk)
            row = _due(row_id, now)
            if row is None:
                return False
            if not _stands(appointment, row, now):
                return _reopen(row_id, BEGUN if appointment.starts_at <= now else "")
            ACTS[Decision(row.decision)](row, appointment, now)
            row.step, row.done_at, row.problem = Step.DONE, now, ""
            row.save(update_fields=["step", "done_at", "problem", "proposal", "entry", "hold"])
            return True
    except (BookingError, IntegrityError) as error:
        return _reopen(row_id, _problem(error))


def _due(row_id: int, now: datetime) -> DisruptedAppointment | None:
    rows = DisruptedAppointment.objects.select_related("disruption", "hold", "decided_by")
    locked = rows.select_for_update(of=("self",), no_key=True)
    return locked.filter(pk=row_id, step=Step.PLANNED, due_at__lte=now).first()


def _stands(appointment: Appointment, row: DisruptedAppointment, now: datetime) -> bool:
    """Still to come, and still under the absence: its bounds may have changed, or somebody settled it by hand."""
    to_come = appointment.status == Status.UNKNOWN and appointment.starts_at > now
    return to_come and is_under(appointment, row.disruption)


def _move(row: DisruptedAppointment, appointment: Appointment, now: datetime) -> None:
    if row.start is None:
        raise SlotTaken
    move_inside(
        appointment.pk,
        start=row.start,
        by=_by(row),
        now=now,
        location=_place(row),
        agents=row.agents or None,
        hold=row.hold if row.hold and row.hold.expires_at > now else None,
    )
    row.hold = None


def _propose(row: DisruptedAppointment, appointment: Appointment, now: datetime) -> None:
    appointment.type = AppointmentType.objects.with_rules().get(pk=appointment.type_id)
    places = places_for(row.disruption, appointment.location)
    slots = three_slots(appointment, now=now, locations=places, avoid=_proposed(row.disruption_id))
    if not slots:
        raise NothingToPropose
    row.proposal = propose_inside(appointment.pk, slots, by=_by(row), now=now, must_move=True)


def _proposed(disruption_id: int) -> list[ProposedSlot]:
    """What other families are choosing from already: they are spread over what there is."""
    open_ones = SlotProposal.objects.open().filter(
        pk__in=DisruptedAppointment.objects.filter(disruption=disruption_id, proposal__isnull=False).values("proposal")
    )
    return [
        ProposedSlot(datetime.fromisoformat(slot["start"]), slot["location"])
        for slots in open_ones.values_list("slots", flat=True)
        for slot in slots
    ]


def _cancel(row: DisruptedAppointment, appointment: Appointment, now: datetime) -> None:
    closes = row.disruption.location_id is not None
    reason = "Le lieu est fermé ce jour-là." if closes else "Le professionnel est absent."
    leaving = list(appointment.participations.filter(status=Status.UNKNOWN).select_related("person", "family"))
    cancelled = cancel_inside(appointment.pk, by=_by(row), now=now, for_family=False, reason=reason)
    entries = head_of_the_list(cancelled, leaving, closes=closes, by=row.decided_by, now=now)
    row.entry = entries[0] if entries else None


def _keep_as_it_is(row: DisruptedAppointment, appointment: Appointment, now: datetime) -> None:
    was_told = row.proposal is not None and row.proposal.status in UNANSWERED
    if withdraw_inside(appointment, now=now) or was_told:
        publish(AppointmentMaintained(at=now, by=_by(row), appointment=appointment))


ACTS: dict[Decision, Callable[[DisruptedAppointment, Appointment, datetime], None]] = {
    Decision.MOVE: _move,
    Decision.PROPOSE: _propose,
    Decision.CANCEL: _cancel,
    Decision.KEEP: _keep_as_it_is,
}


def _reopen(row_id: int, problem: str) -> bool:
    """A person decides again."""
    DisruptedAppointment.objects.filter(pk=row_id, step=Step.PLANNED).update(
        decision=Decision.UNDECIDED, step=Step.OPEN, start=None, location=None, agents=[], due_at=None, problem=problem
    )
    return False


def _problem(error: Exception) -> str:
    if isinstance(error, SlotOffered):
        return OFFERED
    if isinstance(error, (SlotTaken, IntegrityError, NotBookable)):
        return GONE
    return error.text if isinstance(error, BookingError) else str(error)


def _place(row: DisruptedAppointment) -> Location:
    pk = row.location_id or row.appointment.location_id
    return Location.objects.select_related("organisation__territory").get(pk=pk)


def _by(row: DisruptedAppointment) -> Actor:
    return Actor.of(row.decided_by) if row.decided_by else Actor.system()
