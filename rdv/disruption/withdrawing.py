"""The absence is withdrawn or shortened: what is not done yet is undone, families that were told of it keep their hour.

The disruption and its appointments are locked here, so before the calendars; whoever calls has locked the absence.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from rdv.booking.events import AppointmentMaintained, publish
from rdv.booking.locks import assert_in_transaction, lock_appointment
from rdv.booking.proposals import withdraw_inside
from rdv.disruption.board import is_under
from rdv.disruption.states import UNANSWERED
from rdv.disruption.told import still_waits
from rdv.models import (
    Absence,
    Appointment,
    Decision,
    DisruptedAppointment,
    Disruption,
    Hold,
    ProposalStatus,
    Step,
)
from rdv.models.actor import Actor

UNDONE = (Step.OPEN, Step.PLANNED)


def withdraw_disruption(absence: Absence, *, by: Actor, now: datetime) -> None:
    """Undo what can be, in the transaction that withdraws the absence. What families were told of stands."""
    assert_in_transaction()
    disruption = _lock(absence)
    if disruption is None:
        return
    disruption.withdrawn_at = now
    disruption.save(update_fields=["withdrawn_at"])
    _keep_their_hour(DisruptedAppointment.objects.filter(disruption=disruption), by=by, now=now)
    rows = DisruptedAppointment.objects.filter(disruption=disruption, step__in=UNDONE)
    Hold.objects.filter(pk__in=list(rows.exclude(hold=None).values_list("hold", flat=True))).delete()
    rows.update(step=Step.WITHDRAWN, problem="")


def spare(absence: Absence, appointments: Iterable[Appointment], *, by: Actor, now: datetime) -> None:
    """These are no longer under an absence that is being shortened: their families keep their hour, and are told so.

    Should the absence reach them again, they are decided anew.
    """
    assert_in_transaction()
    disruption = _lock(absence)
    rows = DisruptedAppointment.objects.filter(disruption=disruption, appointment__in=appointments)
    told = _keep_their_hour(rows, by=by, now=now)
    DisruptedAppointment.objects.filter(pk__in=told).update(
        step=Step.OPEN, decision=Decision.UNDECIDED, proposal=None, due_at=None, done_at=None, problem=""
    )


def _lock(absence: Absence) -> Disruption | None:
    return Disruption.objects.select_for_update(of=("self",)).filter(absence=absence).first()


def _keep_their_hour(rows: QuerySet[DisruptedAppointment], *, by: Actor, now: datetime) -> list[int]:
    """Of those who choose, and of those who found no date, or said nothing, and wait for a call; gives these rows.

    Where another absence hits it too, what the family was told stays true, and goes on under that one.
    """
    waiting = Q(proposal__status=ProposalStatus.OPEN) | Q(step__in=UNDONE, proposal__status__in=UNANSWERED)
    kept = []
    for pk, appointment_id in list(rows.filter(waiting).order_by("appointment").values_list("pk", "appointment")):
        appointment = lock_appointment(appointment_id)
        # As it is once it is locked: the family may have answered meanwhile.
        row = DisruptedAppointment.objects.select_related("disruption", "proposal").get(pk=pk)
        other = _hit_besides(row, appointment)
        if other is not None:
            _hand_over(row, other, now=now)
            kept.append(pk)
            continue
        was_open = withdraw_inside(appointment, now=now)
        unanswered = row.proposal is not None and row.proposal.status in UNANSWERED
        if (was_open and not appointment.is_cancelled) or (unanswered and still_waits(row, appointment)):
            publish(AppointmentMaintained(at=now, by=by, appointment=appointment))
            kept.append(pk)
    return kept


def _hit_besides(row: DisruptedAppointment, appointment: Appointment) -> DisruptedAppointment | None:
    """The same appointment under another absence, when nobody decided to keep it there."""
    others = DisruptedAppointment.objects.filter(appointment=appointment, disruption__withdrawn_at=None)
    others = others.exclude(pk=row.pk).exclude(step=Step.WITHDRAWN).exclude(decision=Decision.KEEP)
    locked = others.select_related("disruption").select_for_update(of=("self",), no_key=True).order_by("pk")
    return next((one for one in locked if is_under(appointment, one.disruption)), None)


def _hand_over(row: DisruptedAppointment, other: DisruptedAppointment, *, now: datetime) -> None:
    """Have the family go on choosing, or waiting for its call, because of the absence that is left."""
    if row.proposal is None:
        return
    if other.step == Step.OPEN and row.proposal.status == ProposalStatus.OPEN:
        other.decision, other.step, other.problem = Decision.PROPOSE, Step.DONE, ""
        other.decided_at, other.decided_by = row.decided_at, row.decided_by
        other.done_at = row.done_at or now
    elif other.step == Step.OPEN:
        other.problem = row.problem
    other.proposal, row.proposal = row.proposal, None
    row.step, row.decision, row.due_at, row.done_at = Step.OPEN, Decision.UNDECIDED, None, None
    for one in (row, other):
        one.save(
            update_fields=["decision", "step", "problem", "decided_at", "decided_by", "due_at", "done_at", "proposal"]
        )
