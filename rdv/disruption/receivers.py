"""What the seam tells: an absence declared, shortened or withdrawn, a proposal answered, an appointment changed."""

from django.db import transaction

from rdv.booking import events
from rdv.booking.proposals import withdraw_inside
from rdv.disruption.opening import open_disruption
from rdv.disruption.withdrawing import spare, withdraw_disruption
from rdv.models import Decision, DisruptedAppointment, ProposalStatus, Step

NONE_SUITS = "Aucune des dates proposées ne convient à la famille."
SILENCE = "La famille n’a pas répondu à la proposition."
REOPENED = {ProposalStatus.REFUSED: NONE_SUITS, ProposalStatus.EXPIRED: SILENCE}


def connect() -> None:
    """Subscribe; called once, when the application is ready."""
    events.subscribe(events.AbsenceDeclared, on_absence_declared)
    events.subscribe(events.AbsenceChanging, on_absence_changing)
    events.subscribe(events.AbsenceWithdrawn, on_absence_withdrawn)
    events.subscribe(events.ProposalClosed, on_proposal_closed)
    events.subscribe(events.AppointmentMoved, on_changed)
    events.subscribe(events.AppointmentCancelled, on_changed)


def on_absence_declared(event: events.AbsenceDeclared) -> None:
    """Whichever way it was declared, each appointment that it hits is to be decided."""
    hit = [(one.pk, one.starts_at) for one in event.hit]
    open_disruption(event.absence, hit, by=event.by.agent, now=event.at)


def on_absence_changing(event: events.AbsenceChanging) -> None:
    """Nobody is asked any longer to choose another date for what takes place."""
    spare(event.absence, event.spared, by=event.by, now=event.at)


def on_absence_withdrawn(event: events.AbsenceWithdrawn) -> None:
    """What is not done yet is undone."""
    withdraw_disruption(event.absence, by=event.by, now=event.at)


def on_proposal_closed(event: events.ProposalClosed) -> None:
    """No date suits, or nobody answered: a person decides again."""
    problem = REOPENED.get(ProposalStatus(event.proposal.status))
    if problem:
        rows = DisruptedAppointment.objects.filter(proposal=event.proposal, step=Step.DONE)
        rows.update(step=Step.OPEN, decision=Decision.UNDECIDED, due_at=None, problem=problem)


def on_changed(event: events.AppointmentMoved | events.AppointmentCancelled) -> None:
    """Other dates are proposed for what stood; it is locked by the verb."""
    withdraw_inside(event.appointment, now=event.at)


def start_soon(disruption_id: int) -> None:
    """Ask a worker once this is committed; without a broker the periodic pass does it."""
    from rdv.disruption.tasks import work_on

    transaction.on_commit(lambda: work_on.delay(disruption_id), robust=True)
