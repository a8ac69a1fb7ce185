"""The absence is withdrawn: what is not done yet is undone, and families that were asked to choose keep their hour."""

from datetime import datetime

from rdv.booking.events import AppointmentMaintained, publish
from rdv.booking.locks import assert_in_transaction, lock_appointment
from rdv.booking.proposals import withdraw_inside
from rdv.models import Absence, DisruptedAppointment, Disruption, Hold, ProposalStatus, Step
from rdv.models.actor import Actor

UNDONE = (Step.OPEN, Step.PLANNED)


def withdraw_disruption(absence: Absence, *, by: Actor, now: datetime) -> None:
    """Undo what can be, in the transaction that withdraws the absence. What families were told of stands."""
    assert_in_transaction()
    disruption = Disruption.objects.select_for_update(of=("self",)).filter(absence=absence).first()
    if disruption is None:
        return
    disruption.withdrawn_at = now
    disruption.save(update_fields=["withdrawn_at"])
    _keep_their_hour(disruption, by=by, now=now)
    rows = DisruptedAppointment.objects.filter(disruption=disruption, step__in=UNDONE)
    Hold.objects.filter(pk__in=list(rows.exclude(hold=None).values_list("hold", flat=True))).delete()
    rows.update(step=Step.WITHDRAWN, problem="")


def _keep_their_hour(disruption: Disruption, *, by: Actor, now: datetime) -> None:
    asked = DisruptedAppointment.objects.filter(disruption=disruption, proposal__status=ProposalStatus.OPEN)
    for pk in list(asked.order_by("appointment").values_list("appointment", flat=True)):
        appointment = lock_appointment(pk)
        if withdraw_inside(appointment, now=now) and not appointment.is_cancelled:
            publish(AppointmentMaintained(at=now, by=by, appointment=appointment))
