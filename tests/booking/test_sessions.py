"""Collective appointments: seats are counted, never oversold."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from rdv.booking.cancel import cancel
from rdv.booking.errors import Full, NoRoom, SlotTaken
from rdv.booking.hold import hold
from rdv.booking.move import move
from rdv.booking.selectors import Search, slots_at
from rdv.booking.sessions import open_session
from rdv.models import Appointment, Room, Status
from rdv.models.actor import Actor
from tests.factories import NOW, World, agent, who

pytestmark = pytest.mark.django_db


class Workshop(World):
    def __init__(self, capacity: int) -> None:
        super().__init__(is_collective=True, capacity=capacity, duration_minutes=60)
        self.session = self.open_session(14)

    def offered(self, attendees: int = 1) -> bool:
        return bool(slots_at(Search(type=self.type, now=NOW, attendees=attendees), self.location))


def test_seats_are_taken_until_none_is_left() -> None:
    workshop = Workshop(capacity=3)
    workshop.book(14, who=who(children=2))
    assert workshop.offered(1)
    assert not workshop.offered(2)
    with pytest.raises(Full):
        workshop.book(14, who=who(children=2))
    workshop.book(14)
    assert not workshop.offered()
    assert Appointment.objects.get().seats_taken == 3


def test_a_held_seat_is_not_given_twice() -> None:
    workshop = Workshop(capacity=1)
    kept = hold(
        type=workshop.type,
        location=workshop.location,
        start=workshop.at(14),
        attendees=1,
        holder="a",
        by=Actor.family(),
        now=NOW,
    )
    assert not workshop.offered()
    with pytest.raises(Full):
        workshop.book(14)
    assert workshop.book(14, hold=kept).created


def test_one_family_leaves_and_the_session_stands() -> None:
    workshop = Workshop(capacity=3)
    first, second = workshop.book(14), workshop.book(14)
    cancel(workshop.session.pk, by=Actor.family(), now=NOW, for_family=True, family=first.family)
    session = Appointment.objects.get()
    assert (session.status, session.seats_taken) == (Status.UNKNOWN, 1)
    assert second.family.participations.get().status == Status.UNKNOWN


def test_the_same_family_may_come_back_after_cancelling() -> None:
    workshop = Workshop(capacity=1)
    people = who()
    first = workshop.book(14, who=people)
    cancel(workshop.session.pk, by=Actor.family(), now=NOW, for_family=True, family=first.family)
    assert workshop.book(14, who=people).link == first.link


def test_the_database_refuses_one_seat_too_many_and_an_agent_in_two_sessions() -> None:
    workshop = Workshop(capacity=1)
    with pytest.raises(IntegrityError, match="appointment_seats_not_oversold"), transaction.atomic():
        Appointment.objects.update(seats_taken=2)
    with pytest.raises(SlotTaken):
        workshop.open_session(14, 30)


def test_of_two_sessions_at_once_the_second_is_filled_when_the_first_is_full() -> None:
    workshop = Workshop(capacity=1)
    other = agent(workshop.organisation)
    second = open_session(
        type=workshop.type,
        location=workshop.location,
        agents=[other],
        start=workshop.at(14),
        by=Actor.of(other),
        now=NOW,
    )
    assert workshop.book(14).appointment == workshop.session
    assert workshop.book(14).appointment == second
    with pytest.raises(Full):
        workshop.book(14)


def test_a_moved_session_keeps_its_length_and_its_agents() -> None:
    workshop = Workshop(capacity=4)
    workshop.type.extra_per_sibling_minutes = 15
    workshop.type.save()
    workshop.book(14, who=who(children=3))
    moved = move(workshop.session.pk, start=workshop.at(10), by=Actor.of(workshop.agent), now=NOW)
    assert moved.ends_at - moved.starts_at == timedelta(minutes=60)
    assert [row.agent for row in moved.appointment_agents.all()] == [workshop.agent]


def test_a_session_takes_a_room_that_suits_and_is_refused_where_none_is_free() -> None:
    world = World(is_collective=True, capacity=4, duration_minutes=60, needs_room=True, room_equipment=["tapis"])
    Room.objects.create(location=world.location, name="Bureau")
    hall = Room.objects.create(location=world.location, name="Grande salle", equipment=["tapis"])
    agents = [world.agent, agent(world.organisation)]

    def opened(of: int, hour: int) -> Appointment:
        return open_session(
            type=world.type,
            location=world.location,
            agents=[agents[of]],
            start=world.at(hour),
            by=Actor.of(world.agent),
            now=NOW,
        )

    assert opened(0, 14).occupations.filter(room=hall).count() == 1
    with pytest.raises(NoRoom):
        opened(1, 14)
    assert Appointment.objects.get().starts_at == world.at(14)
    assert opened(1, 15).occupations.filter(room=hall).exists()
