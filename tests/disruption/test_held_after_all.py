"""Whoever was told that an appointment can't take place is told when it does after all, whatever was answered."""

from datetime import timedelta

import pytest

from rdv.booking.absences import withdraw_absence
from rdv.booking.move import move
from rdv.booking.proposals import refuse
from rdv.disruption.carrying_out import work
from rdv.models import Absence, Decision, Disruption, ProposalStatus, SlotProposal, Step
from rdv.models.actor import Actor
from reminders.desk import finish
from reminders.kinds import Kind
from reminders.models import MessageState, OutboundMessage, Task, TaskEnd, TaskKind, TaskOutcome
from tests import factories as make
from tests.disruption.world import SickDay
from tests.factories import TODAY
from tests.reminders.inbound.support import MOTHER, Line

pytestmark = pytest.mark.django_db

VOICE_ALONE = ""


class Thursday(SickDay):
    """Three days ahead, so that the reminder is still to come; the family has a mobile, or a voice alone."""

    def __init__(self, phone: str = MOTHER) -> None:
        super().__init__(hours=())
        self.day = TODAY + timedelta(days=3)
        make.opening(self.agent, self.location, self.type, day=self.day)
        self.family = make.family(self.territory, phone=phone)
        self.bookings = [self.book(11, agents=[self.agent.pk], who=make.who(self.family))]
        self.appointments = [one.appointment for one in self.bookings]

    def proposed(self, line: Line) -> tuple[Disruption, SlotProposal]:
        """The family has read that it can't take place."""
        line.sends()
        disruption = self.declare()
        self.decide(disruption, Decision.PROPOSE)
        passes(line, minutes=11)
        proposal = self.row(0).proposal
        assert proposal is not None
        return disruption, proposal


def passes(line: Line, **time: float) -> None:
    line.now += timedelta(**time)
    work(now=line.now)
    line.sends()


def reminders_to_come(day: Thursday) -> int:
    return OutboundMessage.objects.filter(
        appointment=day.appointments[0], kind=Kind.REMINDER, state=MessageState.PLANNED
    ).count()


def answer(proposal: SlotProposal, status: ProposalStatus, line: Line) -> None:
    if status == ProposalStatus.REFUSED:
        refuse(proposal.pk, by=Actor.family(), now=line.now)
    elif status == ProposalStatus.EXPIRED:
        line.now = proposal.expires_at
        work(now=line.now)


def kept(disruption: Disruption, way: str, day: Thursday, line: Line) -> None:
    """By one of the two ways of holding it after all."""
    if way == "withdrawn":
        withdraw_absence(Absence.objects.get(disruption=disruption), by=day.by, now=line.now)
    else:
        assert day.decide(disruption, Decision.KEEP, now=line.now) == 1
    passes(line, seconds=5)


@pytest.mark.parametrize("way", ["withdrawn", "kept"])
@pytest.mark.parametrize("status", [ProposalStatus.REFUSED, ProposalStatus.EXPIRED])
def test_a_family_that_waits_for_a_call_learns_that_it_stands(status: ProposalStatus, way: str, line: Line) -> None:
    day = Thursday()
    planned = reminders_to_come(day)
    disruption, proposal = day.proposed(line)
    assert reminders_to_come(day) == 0
    answer(proposal, status, line)
    seen = len(line.sms())
    (call,) = Task.objects.filter(kind=TaskKind.CALL_CHANGE)
    kept(disruption, way, day, line)
    (said,) = line.new_sms(seen)
    assert said.startswith("Finalement, votre RDV du ")
    if status == ProposalStatus.REFUSED:
        assert reminders_to_come(day) == planned > 0
    call.refresh_from_db()
    assert call.done_at is not None
    assert call.closed_as == TaskEnd.SETTLED
    assert day.row(0).step == (Step.WITHDRAWN if way == "withdrawn" else Step.DONE)


def test_it_is_said_once(line: Line) -> None:
    day = Thursday()
    disruption, proposal = day.proposed(line)
    answer(proposal, ProposalStatus.REFUSED, line)
    kept(disruption, "kept", day, line)
    seen = len(line.sms())
    kept(disruption, "withdrawn", day, line)
    assert line.new_sms(seen) == []


def test_what_a_person_settled_meanwhile_is_not_called_maintained(line: Line) -> None:
    """The family knows its new hour: it is not what it was told could not be."""
    day = Thursday()
    disruption, proposal = day.proposed(line)
    answer(proposal, ProposalStatus.REFUSED, line)
    move(
        day.appointments[0].pk,
        start=day.at(9),
        agents=[day.colleague.pk],
        by=day.by,
        now=line.now,
        overbooking_reason="vu",
    )
    line.sends()
    seen = len(line.sms())
    kept(disruption, "withdrawn", day, line)
    assert line.new_sms(seen) == []


def test_who_was_told_by_telephone_is_called_again(line: Line) -> None:
    day = Thursday(VOICE_ALONE)
    disruption, _proposal = day.proposed(line)
    (told,) = Task.objects.filter(kind=TaskKind.CALL_CHANGE)
    finish(told, outcome=TaskOutcome.REACHED, by=day.secretary, now=line.now)
    kept(disruption, "withdrawn", day, line)
    again = Task.objects.get(kind=TaskKind.CALL_CHANGE, done_at=None)
    assert again.family == day.family


def test_who_was_not_reached_yet_needs_no_call(line: Line) -> None:
    day = Thursday(VOICE_ALONE)
    disruption, _proposal = day.proposed(line)
    kept(disruption, "withdrawn", day, line)
    assert list(Task.objects.values_list("kind", "closed_as")) == [(TaskKind.CALL_CHANGE, TaskEnd.SETTLED)]


@pytest.mark.parametrize("hour", [9, 8])
def test_one_message_on_the_day_of_the_reminder(hour: int, line: Line) -> None:
    """At nine the reminder was due, at eight it was to leave an hour later: « maintenu » says it all."""
    day = Thursday()
    disruption, _proposal = day.proposed(line)
    line.now = make.paris(day.day - timedelta(days=1), hour, 5)
    seen = len(line.sms())
    withdraw_absence(Absence.objects.get(disruption=disruption), by=day.by, now=line.now)
    passes(line, hours=3)
    (said,) = line.new_sms(seen)
    assert said.startswith("Finalement, votre RDV du ")
    assert reminders_to_come(day) == 0


def test_who_was_not_told_yet_is_reminded_all_the_same(line: Line) -> None:
    """The dates waited for the morning when the absence was withdrawn: the family has heard of nothing."""
    day = Thursday()
    line.sends()
    line.now = make.paris(TODAY, 21)
    disruption = day.declare(now=line.now)
    day.decide(disruption, Decision.PROPOSE, now=line.now)
    passes(line, minutes=11)
    seen = len(line.sms())
    withdraw_absence(Absence.objects.get(disruption=disruption), by=day.by, now=line.now)
    line.now = make.paris(day.day - timedelta(days=1), 9, 5)
    line.sends()
    (said,) = line.new_sms(seen)
    assert said.startswith("Rappel")
