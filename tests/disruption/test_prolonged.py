"""An absence whose bounds change after it was dealt with: nobody comes to a closed door, nobody chooses for nothing."""

from datetime import time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from rdv.booking.absences import change_absence
from rdv.booking.move import move
from rdv.booking.proposals import choose, refuse
from rdv.disruption.board import hit_rows
from rdv.disruption.carrying_out import work
from rdv.disruption.deciding import Choice, decide
from rdv.disruption.options import possibilities
from rdv.disruption.states import Reach, State, state_of
from rdv.models import Appointment, Decision, DisruptedAppointment, Disruption, ProposalStatus, Step
from rdv.models.actor import Actor
from tests import factories as make
from tests.disruption.world import SickDay
from tests.factories import NOW, TODAY
from tests.reminders.inbound.support import MOTHER, Line

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=11)
NOON = NOW + timedelta(hours=1)


class SickMorning(SickDay):
    """The nurse is sick in the morning and also receives from two to four; nobody else does."""

    def __init__(self) -> None:
        super().__init__(hours=((9, 0),))
        self.colleague.opening_periods.all().delete()
        make.opening(self.agent, self.location, self.type, day=self.day, start=time(14), end=time(16))

    def declare_morning(self) -> Disruption:
        return self.declare(starts_at=self.at(8), ends_at=self.at(12, 30))

    def prolong(self, disruption: Disruption) -> None:
        """She stays away for the whole day."""
        absence = disruption.absence
        assert absence is not None
        absence.ends_at = self.at(18)
        change_absence(absence, by=self.by, now=NOON)

    def state(self, disruption: Disruption) -> State:
        disruption.refresh_from_db()
        (row,) = hit_rows(disruption)
        return state_of(row.facts(Reach.TOLD, replied=False, now=NOON))


@pytest.fixture
def day() -> SickMorning:
    return SickMorning()


def moved_to_two(day: SickMorning) -> Disruption:
    """As the page advises."""
    disruption = day.declare_morning()
    appointment = day.appointments[0]
    hit = list(Appointment.objects.with_people())
    best = possibilities(disruption, hit, now=NOW)[appointment.pk].best
    assert best is not None
    assert (best.start, best.agents) == (day.at(14), (day.agent.pk,))
    move_it = Choice(
        appointment_id=appointment.pk,
        decision=Decision.MOVE,
        start=best.start,
        location_id=best.location_id,
        agents=best.agents,
    )
    decide(disruption.pk, [move_it], by=day.by, now=NOW)
    assert work(now=LATER) == 1
    assert day.state(disruption) == State.TOLD
    return disruption


def test_what_was_moved_to_the_afternoon_is_decided_again_when_the_absence_reaches_it(day: SickMorning) -> None:
    disruption = moved_to_two(day)
    day.prolong(disruption)
    row = day.row(0)
    assert (row.step, row.was_at) == (Step.OPEN, day.at(14))
    assert row.problem == "L’absence touche aussi la date donnée à la famille."
    assert day.state(disruption) == State.TO_DECIDE
    assert day.decide(disruption, Decision.CANCEL, now=NOON) == 1
    assert work(now=NOON + timedelta(minutes=11)) == 1
    assert day.row(0).appointment.is_cancelled


def test_a_date_that_the_family_chose_is_decided_again_too(day: SickMorning) -> None:
    disruption = day.declare_morning()
    day.decide(disruption, Decision.PROPOSE)
    work(now=LATER)
    proposal = day.row(0).proposal
    assert proposal is not None
    first = proposal.slot("A")
    assert first is not None
    assert first[0].date() == day.day
    choose(proposal.pk, "A", by=Actor.family(), now=LATER)
    day.prolong(disruption)
    assert day.state(disruption) == State.TO_DECIDE


def test_who_read_of_the_first_decision_does_not_know_of_the_second(line: Line) -> None:
    day = SickMorning()
    mother = make.family(day.territory, phone=MOTHER)
    day.appointments = [day.book(9, 30, agents=[day.agent.pk], who=make.who(mother)).appointment]
    day.bookings[0].appointment.delete()
    line.sends()
    disruption = day.declare_morning()
    move_it = Choice(
        appointment_id=day.appointments[0].pk,
        decision=Decision.MOVE,
        start=day.at(14),
        location_id=day.location.pk,
        agents=[day.agent.pk],
    )
    decide(disruption.pk, [move_it], by=day.by, now=line.now)
    line.now += timedelta(minutes=11)
    work(now=line.now)
    line.sends()
    assert board(day, disruption) == ["Prévenue"]
    day.prolong(disruption)
    line.now += timedelta(hours=1)
    day.decide(disruption, Decision.CANCEL, now=line.now)
    line.now += timedelta(minutes=11)
    work(now=line.now)
    assert board(day, disruption) == ["Message en attente d’envoi"]
    line.sends()
    assert board(day, disruption) == ["Prévenue"]


def board(day: SickDay, disruption: Disruption) -> list[str]:
    """What the page of the absence says of each."""
    client = Client()
    client.force_login(day.secretary)
    shown = client.get(reverse("agents:absence", args=[disruption.absence_id]))
    return [str(row.tag.label) for row in shown.context["rows"]]


def test_what_was_kept_on_purpose_stays_kept(day: SickMorning) -> None:
    disruption = day.declare_morning()
    day.decide(disruption, Decision.KEEP)
    work(now=LATER)
    day.prolong(disruption)
    assert work(now=NOON) == 0
    assert day.state(disruption) == State.KEPT


def test_a_family_that_is_choosing_goes_on_choosing(day: SickMorning) -> None:
    make.opening(day.colleague, day.location, day.type, day=TODAY + timedelta(days=3))
    disruption = day.declare_morning()
    day.decide(disruption, Decision.PROPOSE)
    work(now=LATER)
    day.prolong(disruption)
    work(now=NOON)
    assert day.row(0).step == Step.DONE


def test_what_is_moved_back_under_the_absence_by_hand_is_found(day: SickMorning) -> None:
    """No bound changed: the pass of each minute finds it."""
    moved_to_two(day)
    start = day.at(11)
    move(day.appointments[0].pk, start=start, by=day.by, now=NOON, agents=[day.agent.pk], overbooking_reason="vu")
    work(now=NOON)
    row = DisruptedAppointment.objects.get()
    assert (row.step, row.was_at) == (Step.OPEN, start)


def back_at_ten(disruption: Disruption, day: SickDay, line: Line) -> None:
    """She is back at ten: the hour of nine alone is still hit."""
    absence = disruption.absence
    assert absence is not None
    absence.starts_at, absence.ends_at = day.at(0), day.at(10)
    change_absence(absence, by=day.by, now=line.now)
    line.sends()


def proposed_at_eleven(line: Line) -> tuple[SickDay, Disruption]:
    day = SickDay(hours=((9, 0),))
    mother = make.family(day.territory, phone=MOTHER)
    day.appointments.append(day.book(11, agents=[day.agent.pk], who=make.who(mother)).appointment)
    line.sends()
    disruption = day.declare(now=line.now)
    day.decide(disruption, Decision.PROPOSE, Decision.PROPOSE, now=line.now)
    line.now += timedelta(minutes=11)
    work(now=line.now)
    line.sends()
    return day, disruption


@pytest.mark.parametrize("refused", [False, True])
def test_who_is_no_longer_hit_keeps_its_hour_and_is_told_so(line: Line, refused: bool) -> None:
    day, disruption = proposed_at_eleven(line)
    proposal = day.row(1).proposal
    assert proposal is not None
    if refused:
        refuse(proposal.pk, by=Actor.family(), now=line.now)
    seen = len(line.sms(MOTHER))
    back_at_ten(disruption, day, line)
    proposal.refresh_from_db()
    assert proposal.status == (ProposalStatus.REFUSED if refused else ProposalStatus.WITHDRAWN)
    (said,) = line.new_sms(seen, MOTHER)
    assert said.startswith("Finalement, votre RDV du ")
    still = day.row(0).proposal
    assert still is not None
    assert still.status == ProposalStatus.OPEN
    assert not work(now=line.now)


def test_who_was_spared_is_decided_anew_when_the_absence_is_prolonged_after_all(line: Line) -> None:
    day, disruption = proposed_at_eleven(line)
    back_at_ten(disruption, day, line)
    absence = disruption.absence
    assert absence is not None
    absence.ends_at = day.at(18)
    change_absence(absence, by=day.by, now=line.now)
    row = day.row(1)
    assert (row.step, row.decision, row.proposal) == (Step.OPEN, Decision.UNDECIDED, None)
    disruption.refresh_from_db()
    assert [one.can_be_decided(line.now) for one in hit_rows(disruption)] == [False, True]
