"""Scenario 35: a seat given back in a full workshop goes to a family that waits, and is kept for it meanwhile."""

from datetime import timedelta

import pytest

from rdv.booking.cancel import cancel
from rdv.booking.errors import Full
from rdv.booking.sessions import open_session
from rdv.models import Appointment, Hold, OfferRound, OfferStatus, RoundStatus
from rdv.models.actor import Actor
from rdv.waitinglist.offers import accept, decline
from rdv.waitinglist.rounds import advance_due
from tests.factories import NOW, World, who
from tests.waitinglist.support import SMS, asked, queue, waiting

pytestmark = pytest.mark.django_db


def full_workshop(seats: int = 2, **values: object) -> tuple[World, Appointment]:
    world = World(is_collective=True, capacity=seats, max_attendees=2, **values)
    session = open_session(
        type=world.type,
        location=world.location,
        agents=[world.agent],
        start=world.at(10),
        by=Actor.of(world.agent),
        now=NOW,
    )
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


def test_two_seats_given_back_make_one_round_after_the_other() -> None:
    world, session = full_workshop()
    queue(world, 2)
    round_ = give_back(session)
    assert give_back(session) == round_
    assert Hold.objects.get().attendees == 2
    accept(asked(round_)[0].pk, by=SMS, now=NOW)
    (following,) = OfferRound.objects.filter(status=RoundStatus.OPEN)
    assert Hold.objects.get().attendees == 1
    accept(asked(following)[0].pk, by=SMS, now=NOW)
    session.refresh_from_db()
    assert (session.seats_taken, Hold.objects.count()) == (2, 0)


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
