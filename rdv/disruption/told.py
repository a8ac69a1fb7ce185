"""Which appointments an absence hits as they stand, and which of them were said not to take place."""

from collections.abc import Iterable

from rdv.disruption.board import is_under
from rdv.disruption.states import UNANSWERED
from rdv.models import Appointment, Decision, DisruptedAppointment, ProposalStatus, Step


def under_an_absence(appointments: Iterable[Appointment]) -> dict[int, DisruptedAppointment]:
    """By appointment, by what it is hit: still, and nobody decided to keep it. One query; loaded with their agents."""
    wanted = {one.pk: one for one in appointments if not one.is_cancelled}
    if not wanted:
        return {}
    rows = DisruptedAppointment.objects.filter(appointment__in=wanted, disruption__withdrawn_at=None)
    rows = rows.exclude(step=Step.WITHDRAWN).exclude(decision=Decision.KEEP)
    return {
        row.appointment_id: row
        for row in rows.select_related("disruption__agent", "disruption__location", "proposal").order_by("pk")
        if is_under(wanted[row.appointment_id], row.disruption)
    }


def told_off(appointments: Iterable[Appointment]) -> dict[int, DisruptedAppointment]:
    """By appointment, what it is told of: other dates were proposed, whatever was answered since, and it still stands.

    One query. What is decided and not told yet is not among them: it may still be undone.
    """
    wanted = {one.pk: one for one in appointments if not one.is_cancelled}
    if not wanted:
        return {}
    rows = DisruptedAppointment.objects.filter(
        appointment__in=wanted,
        proposal__must_move=True,
        proposal__status__in=(ProposalStatus.OPEN, *UNANSWERED),
        disruption__withdrawn_at=None,
    )
    rows = rows.exclude(step=Step.WITHDRAWN).exclude(step=Step.DONE, decision=Decision.KEEP)
    return {
        row.appointment_id: row
        for row in rows.select_related("disruption", "proposal").order_by("pk")
        if still_waits(row, wanted[row.appointment_id])
    }


def still_waits(row: DisruptedAppointment, appointment: Appointment) -> bool:
    """Whether it stands where the absence hits it: nobody moved or cancelled it."""
    stands = not appointment.is_cancelled and appointment.starts_at == row.was_at
    return stands and is_under(appointment, row.disruption)
