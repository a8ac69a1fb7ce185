"""An absence that is declared twice: that one of the two is withdrawn does not bring the agent back."""

from datetime import timedelta

import pytest

from rdv.booking.absences import declare_absence, withdraw_absence
from rdv.booking.events import AppointmentMaintained
from rdv.booking.proposals import refuse
from rdv.disruption.carrying_out import work
from rdv.models import Decision, DisruptedAppointment, Disruption, ProposalStatus, Step
from rdv.models.actor import Actor
from tests.disruption.world import SickDay
from tests.factories import NOW
from tests.waitinglist.support import heard

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=11)


def proposed_under_two() -> tuple[SickDay, Disruption, DisruptedAppointment]:
    """Three dates are proposed because of the first; the second, declared to prolong it, waits for a decision."""
    day = SickDay(hours=((9, 0),))
    first = day.declare()
    day.decide(first, Decision.PROPOSE)
    work(now=LATER)
    longer = day.absence(ends_at=day.at(0) + timedelta(days=2))
    declare_absence(longer, by=day.by, now=LATER)
    return day, first, DisruptedAppointment.objects.get(disruption__absence=longer)


def test_the_family_goes_on_choosing_under_the_absence_that_is_left() -> None:
    day, first, other = proposed_under_two()
    with heard(AppointmentMaintained) as told:
        withdraw_absence(first.absence, now=LATER, by=day.by)
    other.refresh_from_db()
    assert told == []
    assert (other.step, other.decision, other.proposal.status) == (Step.DONE, Decision.PROPOSE, ProposalStatus.OPEN)


def test_a_family_that_found_no_date_still_waits_for_a_call() -> None:
    day, first, other = proposed_under_two()
    refuse(DisruptedAppointment.objects.get(disruption=first).proposal_id, by=Actor.family(), now=LATER)
    with heard(AppointmentMaintained) as told:
        withdraw_absence(first.absence, now=LATER, by=day.by)
    other.refresh_from_db()
    assert told == []
    assert (other.step, other.decision, other.proposal.status) == (
        Step.OPEN,
        Decision.UNDECIDED,
        ProposalStatus.REFUSED,
    )
