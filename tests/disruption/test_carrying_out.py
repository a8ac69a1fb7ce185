"""What was decided is done once the delay is over, once, and what can't be done is open again."""

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError

from rdv.booking.absences import change_absence, withdraw_absence
from rdv.booking.cancel import cancel
from rdv.booking.move import move
from rdv.booking.proposals import choose, refuse
from rdv.disruption.carrying_out import carry_out, work
from rdv.disruption.deciding import delay
from rdv.models import (
    Appointment,
    AppointmentEvent,
    Decision,
    DisruptedAppointment,
    Hold,
    SlotProposal,
    Status,
    Step,
    Verb,
)
from rdv.models.actor import Actor
from tests.disruption.world import SickDay
from tests.factories import NOW, PARIS

pytestmark = pytest.mark.django_db

MOVE, PROPOSE, CANCEL, KEEP, UNDECIDED = (
    Decision.MOVE,
    Decision.PROPOSE,
    Decision.CANCEL,
    Decision.KEEP,
    Decision.UNDECIDED,
)
LATER = NOW + timedelta(minutes=11)


@pytest.fixture
def day() -> SickDay:
    return SickDay()


def agents_of(appointment: Appointment) -> list[int]:
    return [row.agent_id for row in appointment.appointment_agents.all()]


def test_every_appointment_hit_is_to_decide_from_the_first_instant(day: SickDay) -> None:
    disruption = day.declare()
    rows = list(disruption.hits.order_by("was_at").values_list("appointment", "decision", "step"))
    assert rows == [(one.pk, "undecided", "open") for one in day.appointments]


@pytest.mark.parametrize(("hours", "minutes"), [(48, 10), (24, 10), (23, 2), (2, 2), (1, 0), (-1, 0)])
def test_the_time_to_undo_is_shorter_when_families_must_be_told_soon(hours: int, minutes: int) -> None:
    assert delay(NOW + timedelta(hours=hours), NOW) == timedelta(minutes=minutes)


def test_nothing_changes_before_the_delay_is_over_and_then_all_does(day: SickDay) -> None:
    disruption = day.declare()
    assert day.decide(disruption, MOVE, PROPOSE, CANCEL) == 3
    assert work(now=NOW) == 0
    assert agents_of(day.appointments[0]) == [day.agent.pk]
    assert Hold.objects.filter(pk=day.row(0).hold_id, starts_at=day.at(9)).exists()
    assert work(now=LATER) == 3
    assert agents_of(day.appointments[0]) == [day.colleague.pk]
    assert day.row(1).proposal is not None
    assert day.row(2).appointment.status == Status.REVOKED
    assert not Hold.objects.exists()


def test_working_twice_or_in_two_places_does_nothing_more(day: SickDay) -> None:
    disruption = day.declare()
    day.decide(disruption, MOVE, PROPOSE, CANCEL)
    work(now=LATER)
    events = AppointmentEvent.objects.count()
    assert work(now=LATER) == 0
    assert not any(carry_out(row.pk, now=LATER) for row in DisruptedAppointment.objects.all())
    assert AppointmentEvent.objects.count() == events
    assert day.decide(disruption, CANCEL, CANCEL, CANCEL) == 0


def test_a_worker_that_dies_in_the_middle_loses_nothing(day: SickDay) -> None:
    """The first row is done and committed, the others are done by the next pass."""
    disruption = day.declare()
    day.decide(disruption, MOVE, PROPOSE, CANCEL)
    assert carry_out(day.row(0).pk, now=LATER)
    assert work(now=LATER) == 2
    moved = AppointmentEvent.objects.filter(appointment=day.appointments[0], verb=Verb.MOVED)
    assert moved.count() == 1


def test_a_cancelled_family_is_at_the_head_of_the_list_with_the_reason(day: SickDay) -> None:
    day.decide(day.declare(), UNDECIDED, UNDECIDED, CANCEL)
    work(now=LATER)
    entry = day.row(2).entry
    assert entry is not None
    assert (entry.priority, entry.created_by) == (2, day.secretary)
    assert entry.priority_reason == "Rendez-vous annulé par le service : professionnel absent"
    assert list(entry.locations.all()) == [day.location]


def test_an_hour_that_was_taken_is_decided_again(day: SickDay) -> None:
    disruption = day.declare()
    day.decide(disruption, MOVE)
    day.book(9, agents=[day.colleague.pk])
    assert work(now=LATER) == 0
    row = day.row(0)
    assert (row.step, row.decision) == (Step.OPEN, UNDECIDED)
    assert row.problem == "Le créneau du collègue vient d’être pris."
    assert agents_of(day.appointments[0]) == [day.agent.pk]


def test_the_hour_of_the_colleague_is_kept_meanwhile(day: SickDay) -> None:
    disruption = day.declare()
    day.decide(disruption, MOVE)
    work(now=NOW)
    with pytest.raises(Exception, match="pris"):
        day.book(9, agents=[day.colleague.pk])


def test_withdrawing_the_absence_undoes_what_is_not_done(day: SickDay) -> None:
    disruption = day.declare()
    day.decide(disruption, MOVE, PROPOSE, CANCEL)
    work(now=NOW)
    assert disruption.absence is not None
    withdraw_absence(disruption.absence, now=NOW, by=day.by)
    assert work(now=LATER) == 0
    disruption.refresh_from_db()
    assert disruption.absence is None
    assert disruption.withdrawn_at == NOW
    assert set(disruption.hits.values_list("step", flat=True)) == {"withdrawn"}
    assert not Hold.objects.exists()
    assert [agents_of(one) for one in day.appointments] == [[day.agent.pk]] * 3
    assert day.book(10, agents=[day.agent.pk]).created


def test_the_dates_of_several_families_are_not_the_same(day: SickDay) -> None:
    day.decide(day.declare(), PROPOSE, PROPOSE, PROPOSE)
    work(now=LATER)
    starts = [slot["start"] for one in SlotProposal.objects.all() for slot in one.slots]
    assert len(starts) == len(set(starts)) == 9


def test_a_family_that_chooses_is_moved_and_one_that_can_t_is_decided_again(day: SickDay) -> None:
    day.decide(day.declare(), PROPOSE, PROPOSE)
    work(now=LATER)
    chosen, refused = day.row(0).proposal, day.row(1).proposal
    assert chosen is not None
    assert refused is not None
    choose(chosen.pk, "B", by=Actor.family(), now=LATER)
    refuse(refused.pk, by=Actor.family(), now=LATER)
    assert (day.row(0).step, day.row(0).appointment.sequence) == (Step.DONE, 1)
    assert (day.row(1).step, day.row(1).problem) == (
        Step.OPEN,
        "Aucune des dates proposées ne convient à la famille.",
    )


def test_silence_is_decided_again(day: SickDay) -> None:
    day.decide(day.declare(), PROPOSE)
    work(now=LATER)
    proposal = day.row(0).proposal
    assert proposal is not None
    work(now=proposal.expires_at)
    assert day.row(0).problem == "La famille n’a pas répondu à la proposition."


@pytest.mark.parametrize("step", ["booking.proposals._close", "disruption.opening.open_disruption"])
def test_what_fails_stops_no_decision(day: SickDay, step: str, caplog: pytest.LogCaptureFixture) -> None:
    """A silence to note, an appointment under the absence to find: done a minute later, once they go again."""
    disruption = day.declare()
    day.decide(disruption, PROPOSE)
    work(now=LATER)
    proposal = day.row(0).proposal
    assert proposal is not None
    now = proposal.expires_at
    day.decide(disruption, UNDECIDED, CANCEL, now=now - timedelta(minutes=11))
    late = day.book(10, agents=[day.agent.pk], by=day.by, now=now, overbooking_reason="urgence").appointment
    with patch(f"rdv.{step}", side_effect=OperationalError("lock timeout")):
        assert work(now=now) == 1
    assert "lock timeout" in caplog.text
    assert (day.row(1).step, day.row(1).appointment.status) == (Step.DONE, Status.REVOKED)
    assert work(now=now + timedelta(minutes=1)) == 0
    assert day.row(0).problem == "La famille n’a pas répondu à la proposition."
    assert disruption.hits.filter(appointment=late, step=Step.OPEN).exists()


def test_a_family_that_cancels_by_itself_is_left_alone(day: SickDay) -> None:
    day.decide(day.declare(), MOVE)
    cancel(day.appointments[0].pk, by=Actor.family(), now=NOW, for_family=True)
    assert work(now=LATER) == 0
    assert day.row(0).appointment.status == Status.EXCUSED


def test_what_somebody_settled_by_hand_meanwhile_stays_so(day: SickDay) -> None:
    """Given to the colleague on the phone: the decision to cancel it is no longer carried out."""
    day.decide(day.declare(), CANCEL)
    move(day.appointments[0].pk, start=day.at(9), agents=[day.colleague.pk], by=day.by, now=NOW)
    assert work(now=LATER) == 0
    row = day.row(0)
    assert (row.step, row.appointment.status) == (Step.OPEN, Status.UNKNOWN)
    assert agents_of(row.appointment) == [day.colleague.pk]


@pytest.mark.parametrize("decision", [PROPOSE, CANCEL, KEEP])
def test_nothing_is_done_to_what_has_begun_meanwhile(day: SickDay, decision: Decision) -> None:
    """No worker came by before: the family is in the waiting room."""
    day.decide(day.declare(), decision)
    assert work(now=day.at(9)) == 0
    row = day.row(0)
    assert (row.step, row.decision, row.problem) == (
        Step.OPEN,
        UNDECIDED,
        "Le rendez-vous avait commencé : rien n’a été fait.",
    )
    assert (row.proposal, row.appointment.status) == (None, Status.UNKNOWN)


def test_nothing_is_done_to_what_a_shortened_absence_no_longer_hits(day: SickDay) -> None:
    """It was decided, and the nurse comes at ten after all: nobody is told to stay at home."""
    disruption = day.declare()
    day.decide(disruption, UNDECIDED, UNDECIDED, CANCEL)
    absence = disruption.absence
    assert absence is not None
    absence.ends_at = day.at(10)
    change_absence(absence, by=day.by, now=NOW)
    assert work(now=LATER) == 0
    assert (day.row(2).step, day.row(2).appointment.status) == (Step.OPEN, Status.UNKNOWN)


def test_what_is_booked_over_an_absence_is_found(day: SickDay) -> None:
    """An agent may overbook: the appointment is to be decided like the others."""
    disruption = day.declare()
    late = day.book(10, agents=[day.agent.pk], by=day.by, overbooking_reason="urgence").appointment
    assert not disruption.hits.filter(appointment=late).exists()
    work(now=NOW)
    assert disruption.hits.filter(appointment=late, step=Step.OPEN).exists()


def test_a_place_that_closes_proposes_the_days_when_it_is_open_again(day: SickDay) -> None:
    disruption = day.declare(agent=None, location=day.location, kind="closed")
    assert disruption.hits.count() == 3
    day.decide(disruption, PROPOSE)
    work(now=LATER)
    proposal = day.row(0).proposal
    assert proposal is not None
    days = {datetime.fromisoformat(one["start"]).astimezone(PARIS).date() for one in proposal.slots}
    assert (len(days), day.day in days) == (3, False)


def test_a_place_that_stays_closed_has_no_date_left(day: SickDay) -> None:
    """Nor has its team another place: a person decides."""
    weeks = {"starts_at": day.at(0), "ends_at": day.at(0) + timedelta(weeks=8)}
    disruption = day.declare(agent=None, location=day.location, kind="closed", **weeks)
    day.decide(disruption, PROPOSE)
    work(now=LATER)
    assert day.row(0).problem == "Il n’y a plus de date libre à proposer."
