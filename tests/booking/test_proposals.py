"""Three dates proposed to a family: which ones, and answered once."""

from datetime import date, datetime, timedelta

import pytest

from rdv.booking.absences import declare_absence
from rdv.booking.cancel import cancel
from rdv.booking.errors import AlreadyCancelled, SlotTaken, TransitionRefused
from rdv.booking.proposals import (
    ProposedSlot,
    answer_by,
    choose,
    expire_due,
    nearest_on_different_days,
    open_proposal,
    propose,
    refuse,
    three_slots,
)
from rdv.models import Absence, AbsenceKind, Appointment, ProposalStatus, SlotProposal
from rdv.models.actor import Actor
from rdv.scheduling.sending import Window
from tests.factories import NOW, TODAY, World, opening, paris

pytestmark = pytest.mark.django_db

FAMILY = Actor.family()


@pytest.fixture
def world() -> World:
    """The nurse also receives the three days after."""
    made = World()
    for days in (2, 3, 4):
        opening(made.agent, made.location, made.type, day=TODAY + timedelta(days=days))
    return made


def loaded(pk: int) -> Appointment:
    return Appointment.objects.select_related("type__territory", "location__organisation__territory").get(pk=pk)


def proposed(world: World) -> SlotProposal:
    appointment = loaded(world.book(9).appointment.pk)
    return propose(appointment.pk, three_slots(appointment, now=NOW), by=Actor.of(world.agent), now=NOW)


def test_the_three_dates_are_near_and_on_different_days(world: World) -> None:
    appointment = loaded(world.book(9).appointment.pk)
    found = three_slots(appointment, now=NOW)
    days = [one.start.astimezone(paris(TODAY, 0).tzinfo).date() for one in found]
    assert days == [TODAY + timedelta(days=1), TODAY + timedelta(days=2), TODAY + timedelta(days=3)]
    assert appointment.starts_at not in [one.start for one in found]


@pytest.mark.parametrize("days", [1, 30])
def test_an_agent_who_is_away_proposes_the_days_after_its_return(world: World, days: int) -> None:
    booked = world.book(9).appointment
    back = world.at(0) + timedelta(days=days)
    away = Absence(agent=world.agent, kind=AbsenceKind.SICK, starts_at=world.at(0), ends_at=back)
    declare_absence(away, by=Actor.of(world.agent), now=NOW)
    found = three_slots(loaded(booked.pk), now=NOW)
    assert len(found) == (3 if days == 1 else 0)
    assert all(one.start >= back for one in found)


def test_the_third_date_is_in_the_other_half_of_the_day_when_there_is_one() -> None:
    day = TODAY + timedelta(days=5)
    free = [ProposedSlot(paris(day + timedelta(days=n), hour), 1) for n in range(3) for hour in (9, 15)]
    found = nearest_on_different_days(free, around=paris(day, 9), zone="Europe/Paris")
    assert [(one.start.day - day.day, one.start.hour) for one in found] == [(0, 9), (1, 9), (2, 15)]


@pytest.mark.parametrize(("lead", "awaited"), [(240, 48), (26, 24), (3.5, 1.5), (3, 1), (1, 0.5)])
def test_an_answer_is_awaited_for_two_days_at_most_and_not_until_the_meeting(lead: float, awaited: float) -> None:
    assert answer_by(NOW + timedelta(hours=lead), NOW) - NOW == timedelta(hours=awaited)


FRIDAY, MONDAY, THURSDAY = date(2027, 1, 15), date(2027, 1, 18), date(2027, 1, 14)


@pytest.mark.parametrize(
    ("now", "start", "awaited"),
    [
        # 44 hours ahead, for a morning: while somebody is there to call.
        (paris(TODAY, 13), paris(date(2027, 1, 13), 9), paris(date(2027, 1, 12), 16, 30)),
        (paris(TODAY, 8), paris(date(2027, 1, 12), 9), paris(TODAY, 16, 30)),
        # Nobody calls at the weekend, nor on a holiday (1 January is a Friday).
        (paris(THURSDAY, 10), paris(MONDAY, 9), paris(FRIDAY, 16, 30)),
        (paris(date(2026, 12, 30), 17), paris(date(2027, 1, 4), 9), paris(date(2026, 12, 31), 16, 30)),
        # Too late for that: until two hours before, or what is left.
        (paris(TODAY, 16), paris(date(2027, 1, 12), 9), paris(date(2027, 1, 12), 7)),
        (paris(FRIDAY, 18), paris(MONDAY, 9), paris(FRIDAY, 18) + timedelta(hours=48)),
        (paris(TODAY, 7, 45), paris(TODAY, 11), paris(TODAY, 9)),
        # Two days are enough in any case.
        (paris(TODAY, 9), paris(FRIDAY, 9), paris(date(2027, 1, 13), 9)),
    ],
)
def test_who_is_called_when_he_does_not_answer_is_called_by_somebody_at_work(
    now: datetime, start: datetime, awaited: datetime
) -> None:
    assert answer_by(start, now, calling=Window("Europe/Paris")) == awaited


def test_an_appointment_that_can_t_be_waits_for_an_answer_while_somebody_can_call(world: World) -> None:
    appointment = loaded(world.book(9).appointment.pk)
    slots = three_slots(appointment, now=NOW)
    by = Actor.of(world.agent)
    asked = propose(appointment.pk, slots, by=by, now=NOW)
    assert asked.expires_at == world.at(7)
    told = propose(appointment.pk, slots, by=by, now=NOW, must_move=True)
    assert told.expires_at == paris(TODAY, 16, 30)


def test_choosing_moves_the_appointment_and_choosing_again_changes_nothing(world: World) -> None:
    proposal = proposed(world)
    start, location_id = proposal.slot("B") or (None, None)
    moved = choose(proposal.pk, "B", by=FAMILY, now=NOW)
    assert (moved.starts_at, moved.location_id, moved.sequence) == (start, location_id, 1)
    assert choose(proposal.pk, "B", by=FAMILY, now=NOW).sequence == 1
    with pytest.raises(TransitionRefused):
        choose(proposal.pk, "A", by=FAMILY, now=NOW)


def test_a_date_that_is_gone_leaves_the_others(world: World) -> None:
    proposal = proposed(world)
    world.book(9, 30)
    first = proposal.slot("A")
    assert first is not None
    assert first[0] == world.at(9, 30)
    with pytest.raises(SlotTaken):
        choose(proposal.pk, "A", by=FAMILY, now=NOW)
    assert choose(proposal.pk, "C", by=FAMILY, now=NOW).sequence == 1


def test_a_family_may_choose_after_the_usual_deadline_of_a_move(world: World) -> None:
    """The service asked for it: its own deadline does not stand in the way."""
    appointment = loaded(world.book(9).appointment.pk)
    late = world.at(8)
    slots = three_slots(appointment, now=NOW)
    proposal = propose(appointment.pk, slots, by=Actor.of(world.agent), now=late, must_move=True)
    assert choose(proposal.pk, "B", by=FAMILY, now=late).sequence == 1


def test_none_suits_is_said_once(world: World) -> None:
    proposal = proposed(world)
    assert refuse(proposal.pk, by=FAMILY, now=NOW).status == ProposalStatus.REFUSED
    with pytest.raises(TransitionRefused):
        choose(proposal.pk, "A", by=FAMILY, now=NOW)


def test_silence_ends_a_proposal_and_a_new_one_replaces_the_last(world: World) -> None:
    first = proposed(world)
    appointment = loaded(first.appointment_id)
    second = propose(appointment.pk, three_slots(appointment, now=NOW), by=Actor.of(world.agent), now=NOW)
    first.refresh_from_db()
    assert first.status == ProposalStatus.WITHDRAWN
    assert open_proposal(appointment, now=NOW) == second
    assert expire_due(now=second.expires_at) == 1
    assert expire_due(now=second.expires_at) == 0
    second.refresh_from_db()
    assert second.status == ProposalStatus.EXPIRED


def test_nothing_is_proposed_for_what_is_cancelled(world: World) -> None:
    appointment = loaded(world.book(9).appointment.pk)
    slots = three_slots(appointment, now=NOW)
    cancel(appointment.pk, by=FAMILY, now=NOW, for_family=True)
    with pytest.raises(AlreadyCancelled):
        propose(appointment.pk, slots, by=Actor.of(world.agent), now=NOW)


def test_a_date_is_chosen_until_the_answer_is_awaited_and_no_longer(world: World) -> None:
    """No worker has come by to end it: the family hears that it is over, and nothing moves."""
    proposal = proposed(world)
    with pytest.raises(TransitionRefused):
        choose(proposal.pk, "B", by=FAMILY, now=proposal.expires_at)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.appointment.sequence) == (ProposalStatus.OPEN, 0)
    assert choose(proposal.pk, "B", by=FAMILY, now=proposal.expires_at - timedelta(seconds=1)).sequence == 1
