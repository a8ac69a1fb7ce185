"""Scenario 35: a seat given back in a full workshop goes to a family that waits, and is kept for it meanwhile."""

from datetime import date, timedelta
from unittest.mock import patch

import pytest

from rdv.booking.absences import change_absence, declare_absence, withdraw_absence
from rdv.booking.cancel import cancel
from rdv.booking.errors import Full, NotBookable, SlotOffered
from rdv.booking.events import OfferClosed
from rdv.booking.move import move
from rdv.booking.sessions import open_session
from rdv.models import (
    Absence,
    Appointment,
    EntryStatus,
    Hold,
    OfferRound,
    OfferStatus,
    Participation,
    Person,
    RoundStatus,
    Status,
    WaitingListEntry,
)
from rdv.models.actor import Actor
from rdv.waitinglist.errors import OfferTaken
from rdv.waitinglist.offers import accept, decline
from rdv.waitinglist.rounds import advance_due
from tests.factories import NOW, TODAY, World, agent, booking, family, location, opening, paris, who
from tests.waitinglist.support import SMS, asked, heard, queue, waiting

pytestmark = pytest.mark.django_db


def full_workshop(seats: int = 2, **values: object) -> tuple[World, Appointment]:
    world = World(is_collective=True, capacity=seats, max_attendees=2, **values)
    session = world.open_session(10)
    for _ in range(seats):
        world.book(10)
    session.refresh_from_db()
    return world, session


def give_back(session: Appointment) -> OfferRound | None:
    row = session.participations.filter(status="unknown").first()
    cancel(session.pk, by=SMS, now=NOW, for_family=True, family=row.family)
    return OfferRound.objects.filter(session=session, status=RoundStatus.OPEN).first()


def test_the_seat_is_kept_offered_and_taken() -> None:
    world, session = full_workshop()
    first, _ = queue(world, 2)
    round_ = give_back(session)
    with pytest.raises(Full):
        world.book(10)
    offers = asked(round_)
    assert offers[0].entry == first
    accepted = accept(offers[0].pk, by=SMS, now=NOW)
    assert (accepted.status, accepted.appointment) == (OfferStatus.ACCEPTED, session)
    session.refresh_from_db()
    assert (session.seats_taken, Hold.objects.count()) == (2, 0)


def test_seats_of_a_session_that_was_not_full_are_everybody_s() -> None:
    world, session = full_workshop(3)
    give_back(session)
    waiting(world)
    assert give_back(session) is None


def test_of_two_seats_given_back_the_second_stays_proposed_when_the_first_is_taken() -> None:
    world, session = full_workshop()
    first, second, third = queue(world, 3)
    round_ = give_back(session)
    assert give_back(session) == round_
    assert Hold.objects.get().attendees == 2
    offers = asked(round_)
    assert [offer.entry for offer in offers] == [first, second, third]
    with heard(OfferClosed) as told:
        won = accept(offers[0].pk, by=SMS, now=NOW)
    assert [event.offer.pk for event in told] == [won.pk]
    assert (won.round.status, won.round.session, won.round.closed_at) == (RoundStatus.FILLED, session, NOW)
    assert Hold.objects.get().attendees == 1
    decline(offers[1].pk, by=SMS, now=NOW)
    # Whoever said no to this session is not asked again for its other seat.
    assert asked(round_) == [offers[2]]
    accept(offers[2].pk, by=SMS, now=NOW)
    session.refresh_from_db()
    assert (session.seats_taken, Hold.objects.count()) == (2, 0)
    assert set(OfferRound.objects.values_list("status", flat=True)) == {RoundStatus.FILLED}


def test_two_who_said_yes_while_a_better_rank_was_awaited_both_have_a_seat() -> None:
    world, session = full_workshop()
    entries = queue(world, 3)
    round_ = give_back(session)
    give_back(session)
    offers = asked(round_)
    for offer in offers[1:]:
        assert accept(offer.pk, by=SMS, now=NOW).status == OfferStatus.CLAIMED
    advance_due(now=NOW + timedelta(minutes=10))
    seated = Participation.objects.filter(appointment=session, status=Status.UNKNOWN).values_list("family", flat=True)
    assert set(seated) == {entry.family_id for entry in entries[1:]}
    round_.refresh_from_db()
    offers[0].refresh_from_db()
    assert (round_.status, offers[0].status) == (RoundStatus.FILLED, OfferStatus.VOID)


def test_the_first_seats_of_a_new_session_are_for_those_who_wait() -> None:
    world, _ = full_workshop()
    entries = queue(world, 2)
    new = later_session(world, 1, seats=3)
    round_ = OfferRound.objects.get(session=new)
    assert Hold.objects.get(session=new).attendees == 2
    assert [offer.entry for offer in asked(round_)] == entries
    booking(world.type, world.location, new.starts_at)
    with pytest.raises(Full):
        booking(world.type, world.location, new.starts_at)


def test_an_agent_takes_kept_seats_knowing_it_and_the_last_one_ends_the_round() -> None:
    world, session = full_workshop()
    queue(world, 3)
    round_ = give_back(session)
    give_back(session)
    asked(round_)
    by = Actor.of(world.agent)
    with pytest.raises(SlotOffered):
        world.book(10, by=by)
    world.book(10, by=by, over_offers=True)
    assert (Hold.objects.get().attendees, round_.offers.pending().count()) == (1, 3)
    world.book(10, by=by, over_offers=True)
    round_.refresh_from_db()
    assert (round_.status, round_.offers.pending().count()) == (RoundStatus.TAKEN, 0)
    session.refresh_from_db()
    assert (session.seats_taken, Hold.objects.count()) == (2, 0)
    with pytest.raises(Full):
        world.book(10, by=by, over_offers=True)


def test_an_agent_takes_free_seats_before_kept_ones() -> None:
    world, session = full_workshop()
    beside = parallel_session(world, booked=1)
    waiting(world)
    give_back(session)
    assert world.book(10, by=Actor.of(world.agent), over_offers=True).appointment == beside
    assert Hold.objects.get().attendees == 1


def test_of_a_new_session_five_seats_are_kept_at_most() -> None:
    world, _ = full_workshop()
    queue(world, 6)
    assert Hold.objects.get(session=later_session(world, 1, seats=8)).attendees == 5


def test_a_new_session_where_nobody_who_waits_would_come_is_everybody_s() -> None:
    world, session = full_workshop()
    waiting(world, locations=[location(world.organisation)])
    waiting(world, family=session.participations.first().family, current_appointment=session)
    later_session(world, 1)
    assert not OfferRound.objects.exists()


def test_a_family_with_two_children_needs_two_seats() -> None:
    world, session = full_workshop()
    waiting(world, NOW - timedelta(days=3), children=2)
    alone = waiting(world, NOW - timedelta(days=2))
    assert [offer.entry for offer in asked(give_back(session))] == [alone]


def test_when_nobody_wants_it_the_seat_is_everybody_s() -> None:
    world, session = full_workshop()
    waiting(world)
    (offer,) = asked(give_back(session))
    decline(offer.pk, by=SMS, now=NOW)
    assert world.book(10, who=who()).appointment == session


def test_a_session_that_is_cancelled_ends_its_round() -> None:
    world, session = full_workshop()
    waiting(world)
    round_ = give_back(session)
    asked(round_)
    cancel(session.pk, by=Actor.of(world.agent), now=NOW, for_family=False)
    advance_due(now=NOW)
    round_.refresh_from_db()
    assert round_.status == RoundStatus.TAKEN


def move_on(world: World, session: Appointment, day: date) -> Appointment:
    """The agents move the session to another day, when they receive too."""
    opening(world.agent, world.location, world.type, day=day)
    return move(session.pk, start=paris(day, 10), by=Actor.of(world.agent), now=NOW)


def test_a_session_that_moves_ends_the_offers_of_its_old_date_and_is_offered_anew() -> None:
    world, session = full_workshop()
    first, _ = queue(world, 2)
    round_ = give_back(session)
    offers = asked(round_)
    moved = move_on(world, session, TODAY + timedelta(days=5))
    round_.refresh_from_db()
    assert round_.status == RoundStatus.TAKEN
    with pytest.raises(OfferTaken):
        accept(offers[0].pk, by=SMS, now=NOW)
    (anew,) = OfferRound.objects.filter(status=RoundStatus.OPEN)
    assert (anew.starts_at, anew.session, Hold.objects.get().attendees) == (moved.starts_at, session, 1)
    (offer, _) = asked(anew)
    assert offer.entry == first
    assert accept(offer.pk, by=SMS, now=NOW).appointment == session


def test_a_round_held_by_somebody_else_while_its_session_moves_ends_at_the_next_pass() -> None:
    world, session = full_workshop()
    queue(world, 8)
    round_ = give_back(session)
    offers = asked(round_)
    with patch("rdv.waitinglist.receivers.lock_round", return_value=None):
        move_on(world, session, TODAY + timedelta(days=5))
    advance_due(now=NOW + timedelta(minutes=1))
    round_.refresh_from_db()
    assert (round_.status, round_.offers.count()) == (RoundStatus.TAKEN, len(offers))


def away(world: World) -> Absence:
    """The agent of the session is ill on its day."""
    absence = Absence(agent=world.agent, kind="sick", starts_at=world.at(0), ends_at=world.at(23))
    declare_absence(absence, by=Actor.of(world.agent), now=NOW)
    return absence


def test_the_agent_of_a_session_is_absent_and_its_seats_are_offered_no_more() -> None:
    world, session = full_workshop()
    queue(world, 3)
    round_ = give_back(session)
    asked(round_)
    away(world)
    round_.refresh_from_db()
    assert (round_.status, round_.offers.pending().count(), Hold.objects.count()) == (RoundStatus.TAKEN, 0, 0)
    assert give_back(session) is None


@pytest.mark.parametrize("how", ["withdrawn", "shortened", "another hits it"])
def test_the_seats_of_a_session_that_is_held_after_all_are_kept_again_for_those_who_wait(how: str) -> None:
    world, session = full_workshop()
    first, second = queue(world, 2)
    round_ = give_back(session)
    declined, _ = asked(round_)
    decline(declined.pk, by=SMS, now=NOW)
    absence = away(world)
    if how == "another hits it":
        away(world)
    if how == "shortened":
        absence.ends_at = world.at(9)
        change_absence(absence, by=Actor.of(world.agent), now=NOW)
    else:
        withdraw_absence(absence, now=NOW)
    again = OfferRound.objects.filter(session=session, status=RoundStatus.OPEN).first()
    if how == "another hits it":
        assert again is None
        return
    assert [hold.attendees for hold in Hold.objects.all()] == [1]
    with pytest.raises(Full):
        world.book(10)
    assert [offer.entry for offer in asked(again)] == [second]
    assert first.offers.count() == 1


def test_an_absence_declared_while_somebody_holds_the_round_ends_it_at_the_next_pass() -> None:
    world, session = full_workshop()
    queue(world, 8)
    round_ = give_back(session)
    offers = asked(round_)
    with patch("rdv.waitinglist.receivers.lock_round", return_value=None):
        away(world)
    advance_due(now=NOW + timedelta(hours=1))
    round_.refresh_from_db()
    assert (round_.status, round_.offers.count()) == (RoundStatus.TAKEN, len(offers))


def test_of_two_sessions_at_one_hour_the_yes_lands_in_the_one_that_was_offered() -> None:
    world, session = full_workshop()
    second = parallel_session(world)
    queue(world, 2)
    (offer, _) = asked(give_back(second))
    # Nobody is asked for this seat: it is free to all.
    WaitingListEntry.objects.update(status=EntryStatus.PAUSED)
    assert give_back(session) is None
    WaitingListEntry.objects.update(status=EntryStatus.WAITING)
    assert accept(offer.pk, by=SMS, now=NOW).appointment == second
    second.refresh_from_db()
    session.refresh_from_db()
    assert (session.seats_taken, second.seats_taken, Hold.objects.count()) == (1, 2, 0)


def parallel_session(world: World, booked: int = 2) -> Appointment:
    """A session of the same workshop with two seats, at the same hour, with another agent."""
    session = open_session(
        type=world.type,
        location=world.location,
        agents=[agent(world.organisation)],
        start=world.at(10),
        by=Actor.of(world.agent),
        now=NOW,
        capacity=2,
    )
    for _ in range(booked):
        world.book(10)
    return session


def later_session(world: World, hours: int, seats: int = 2) -> Appointment:
    """Another session of the same workshop, on the same day."""
    return world.open_session(10, start=world.at(10) + timedelta(hours=hours), capacity=seats)


def seated(world: World, session: Appointment, number: int) -> WaitingListEntry:
    """A family with a seat there that wants an earlier one."""
    given = family(world.territory, phone=f"+3363998700{number}")
    booking(world.type, world.location, session.starts_at, who=who(given))
    return waiting(world, NOW - timedelta(days=9 - number), family=given, current_appointment=session)


def test_who_has_a_seat_in_a_later_session_changes_it_for_the_one_given_back() -> None:
    world, session = full_workshop(cancel_deadline_minutes=60 * 48)
    later = later_session(world, 1)
    mover = seated(world, later, 1)
    (offer,) = asked(give_back(session))
    assert offer.entry == mover
    accepted = accept(offer.pk, by=SMS, now=NOW)
    session.refresh_from_db()
    later.refresh_from_db()
    mover.refresh_from_db()
    assert (accepted.appointment, session.seats_taken, later.seats_taken) == (session, 2, 0)
    assert mover.status == EntryStatus.FULFILLED
    given_up = Participation.objects.get(appointment=later)
    # It was changed, not given up: no deadline makes that late.
    assert (given_up.status, given_up.is_late) == (Status.EXCUSED, False)


def test_who_has_no_seat_comes_before_who_would_change_one() -> None:
    world, session = full_workshop()
    later = later_session(world, 1)
    mover = seated(world, later, 1)
    without = waiting(world, NOW)
    round_ = give_back(session)
    assert [offer.entry for offer in asked(round_)] == [without, mover]


def test_a_later_seat_than_one_s_own_is_everybody_s() -> None:
    world, session = full_workshop()
    later = later_session(world, 1, seats=1)
    booking(world.type, world.location, later.starts_at)
    row = session.participations.first()
    waiting(world, family=row.family, current_appointment=session)
    assert give_back(later) is None


def test_the_seat_that_it_leaves_in_a_full_session_is_offered_in_its_turn_three_deep() -> None:
    world, session = full_workshop()
    sessions = [session, *(later_session(world, hours, seats=1) for hours in range(1, 6))]
    for number, each in enumerate(sessions[1:], start=1):
        seated(world, each, number)
    give_back(session)
    for depth in range(4):
        round_ = OfferRound.objects.get(status=RoundStatus.OPEN)
        assert (round_.depth, round_.session) == (depth, sessions[depth])
        accept(asked(round_)[0].pk, by=SMS, now=NOW)
    assert not OfferRound.objects.filter(status=RoundStatus.OPEN).exists()
    assert Hold.objects.count() == 0
    assert [Appointment.objects.get(pk=one.pk).seats_taken for one in sessions] == [2, 1, 1, 1, 0, 1]


def test_a_yes_that_comes_too_late_leaves_the_family_its_seat() -> None:
    world, session = full_workshop()
    later = later_session(world, 1)
    mover = seated(world, later, 1)
    (offer,) = asked(give_back(session))
    cancel(session.pk, by=Actor.of(world.agent), now=NOW, for_family=False)
    with pytest.raises(NotBookable):
        accept(offer.pk, by=SMS, now=NOW)
    later.refresh_from_db()
    mover.refresh_from_db()
    assert (later.seats_taken, mover.status) == (1, EntryStatus.WAITING)


def test_of_two_children_only_the_one_who_waits_changes() -> None:
    world, session = full_workshop()
    later = later_session(world, 1)
    given = family(world.territory, phone="+33639987009")
    Person.objects.create(family=given, first_name="Noé", birth_date=date(2026, 6, 1))
    booking(world.type, world.location, later.starts_at, who=who(given, children=2))
    entry = waiting(world, family=given, current_appointment=later)
    entry.persons.remove(given.persons.order_by("pk")[1])
    accept(asked(give_back(session))[0].pk, by=SMS, now=NOW)
    later.refresh_from_db()
    assert (later.seats_taken, later.participations.get(status=Status.UNKNOWN).person.first_name) == (1, "Noé")


@pytest.mark.parametrize(
    ("for_family", "status"), [(True, EntryStatus.PAUSED), (False, EntryStatus.WAITING)], ids=["family", "service"]
)
def test_who_has_its_later_seat_no_more_waits_without_one_and_is_asked_if_it_gave_it_up(
    for_family: bool, status: EntryStatus
) -> None:
    world, _ = full_workshop()
    later = later_session(world, 1)
    mover = seated(world, later, 1)
    cancel(later.pk, by=Actor.of(world.agent), now=NOW, for_family=for_family, family=mover.family)
    mover.refresh_from_db()
    assert (mover.status, mover.current_appointment) == (status, None)
