"""A slot whose type needs a room is offered with it: nobody else has it meanwhile, and no slot is offered without."""

from datetime import timedelta

import pytest
from django.db import OperationalError, transaction

from rdv.booking.errors import SlotOffered, SlotTaken
from rdv.booking.move import move
from rdv.models import Appointment, Occupation, OccupationKind, OfferRound, Room, RoundStatus
from rdv.models.actor import Actor
from rdv.waitinglist.byhand import open_by_hand
from rdv.waitinglist.offers import accept
from rdv.waitinglist.outlook import Wanted
from rdv.waitinglist.rounds import advance_due
from tests.factories import NOW, TODAY, World, agent, location, opening, paris
from tests.races.support import Rival, run_before
from tests.waitinglist.support import SMS, asked, free, queue, waiting

pytestmark = pytest.mark.django_db


class Rooms(World):
    """Two agents who receive at the same hours, and so many rooms."""

    def __init__(self, rooms: int) -> None:
        super().__init__(needs_room=True, buffer_after_minutes=5)
        self.rooms = [Room.objects.create(location=self.location, name=f"Salle {n}") for n in range(rooms)]
        self.colleague = agent(self.organisation)
        opening(self.colleague, self.location, self.type, day=self.day)

    def of(self, who: object, **values: object) -> Appointment:
        """At nine, with one of them."""
        return self.book(9, agents=[who.pk], **values).appointment


def kept(round_: OfferRound) -> list[int]:
    rows = Occupation.objects.filter(round=round_, kind=OccupationKind.OFFER, room__isnull=False)
    return list(rows.values_list("room", flat=True))


def test_the_room_of_an_offered_slot_is_kept_and_goes_to_whoever_says_yes() -> None:
    world = Rooms(1)
    appointment = world.of(world.agent)
    queue(world, 2)
    round_ = free(appointment)
    (offer, _) = asked(round_)
    assert kept(round_) == [world.rooms[0].pk]
    with pytest.raises(SlotTaken):
        world.of(world.colleague)
    booked = accept(offer.pk, by=SMS, now=NOW).appointment
    row = booked.occupations.get(room__isnull=False)
    assert (row.room, row.starts_at, row.ends_at) == (world.rooms[0], world.at(9), world.at(9, 35))
    assert kept(round_) == []


def test_an_earlier_slot_is_offered_with_its_room_to_who_has_one_already() -> None:
    world = Rooms(1)
    appointment = world.of(world.agent)
    later = world.book(11).appointment
    waiting(world, family=later.participations.get().family, current_appointment=later)
    (offer,) = asked(free(appointment))
    assert accept(offer.pk, by=SMS, now=NOW).appointment == later
    assert later.occupations.get(room__isnull=False).starts_at == world.at(9)


def test_a_slot_without_a_free_room_is_offered_to_nobody() -> None:
    world = Rooms(2)
    appointment = world.of(world.agent)
    world.of(world.colleague)
    waiting(world)
    used = appointment.occupations.get(room__isnull=False).room_id
    Room.objects.filter(pk=used).update(is_active=False)
    assert free(appointment) is None


def test_two_slots_at_one_hour_keep_a_room_each() -> None:
    world = Rooms(2)
    both = [world.of(world.agent), world.of(world.colleague)]
    queue(world, 2)
    rounds = [free(one) for one in both]
    assert sorted(pk for round_ in rounds for pk in kept(round_)) == [room.pk for room in world.rooms]


def test_a_room_that_closes_ends_the_offers_of_its_slot() -> None:
    world = Rooms(1)
    appointment = world.of(world.agent)
    queue(world, 8)
    round_ = free(appointment)
    offers = asked(round_)
    Room.objects.update(is_active=False)
    advance_due(now=NOW + timedelta(hours=1))
    round_.refresh_from_db()
    assert (round_.status, round_.offers.count()) == (RoundStatus.TAKEN, len(offers))


def test_an_agent_takes_the_room_of_an_offered_slot_knowing_it() -> None:
    world = Rooms(1)
    appointment = world.of(world.agent)
    waiting(world)
    round_ = free(appointment)
    asked(round_)
    by = Actor.of(world.colleague)
    with pytest.raises(SlotOffered):
        world.of(world.colleague, by=by)
    taken = world.of(world.colleague, by=by, over_offers=True)
    round_.refresh_from_db()
    assert round_.status == RoundStatus.TAKEN
    assert taken.occupations.get(room__isnull=False).room == world.rooms[0]
    assert world.agent.occupations.count() == 0


def test_an_agent_takes_the_offered_slot_with_its_room() -> None:
    world = Rooms(1)
    appointment = world.of(world.agent)
    waiting(world)
    round_ = free(appointment)
    taken = world.of(world.agent, by=Actor.of(world.agent), over_offers=True)
    round_.refresh_from_db()
    assert round_.status == RoundStatus.TAKEN
    assert taken.occupations.get(room__isnull=False).room == world.rooms[0]


def test_a_slot_offered_by_hand_keeps_its_room_and_is_refused_without_one() -> None:
    world = Rooms(1)
    waiting(world)
    by = Actor.of(world.colleague)
    wanted = Wanted(type=world.type, location=world.location, start=world.at(9), agent=world.agent.pk)
    assert kept(open_by_hand(wanted, by=by, now=NOW).round) == [world.rooms[0].pk]
    with pytest.raises(SlotTaken):
        open_by_hand(
            Wanted(type=world.type, location=world.location, start=world.at(9), agent=world.colleague.pk),
            by=by,
            now=NOW,
        )


def test_the_last_call_for_a_slot_ends_with_its_last_room() -> None:
    world = Rooms(1)
    appointment = world.of(world.agent)
    waiting(world, standby=True)
    soon = world.at(9) - timedelta(minutes=59)
    round_ = free(appointment, soon)
    assert round_.standby
    world.of(world.colleague, by=Actor.of(world.colleague), now=soon)
    advance_due(now=soon)
    round_.refresh_from_db()
    assert (round_.status, round_.offers.count()) == (RoundStatus.TAKEN, 0)


@pytest.mark.django_db(transaction=True)
def test_a_move_locks_the_rooms_of_both_places_at_once() -> None:
    # What it leaves may be kept for an offer: to lock that room last would meet a move the other way round.
    world = Rooms(1)
    appointment = world.of(world.agent)
    there = location(world.organisation)
    Room.objects.create(location=there, name="Salle")
    opening(world.colleague, there, world.type, day=TODAY + timedelta(days=2))
    left = Room.objects.filter(pk=world.rooms[0].pk)
    rival = Rival(transaction.atomic(lambda: list(left.select_for_update(nowait=True))))
    with run_before("rdv.booking.move.release_silently", rival):
        moved = move(
            appointment.pk,
            start=paris(TODAY + timedelta(days=2), 9),
            by=Actor.of(world.agent),
            now=NOW,
            location=there,
        )
    assert moved.location == there
    assert isinstance(rival.error, OperationalError)
