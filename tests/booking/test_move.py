"""A moved appointment keeps its identity, its link and its history."""

from datetime import timedelta

import pytest

from rdv.booking.cancel import cancel
from rdv.booking.errors import AlreadyCancelled, NotBookable, SlotTaken, TooLateToMove
from rdv.booking.move import move
from rdv.models import AppointmentLink, Occupation
from rdv.models.actor import Actor
from tests.factories import NOW, World, agent, opening

pytestmark = pytest.mark.django_db


def test_moving_keeps_identity_and_frees_the_old_time() -> None:
    world = World()
    booked = world.book(9)
    moved = move(booked.appointment.pk, start=world.at(11), by=Actor.family(), now=NOW)
    assert (moved.pk, moved.starts_at, moved.sequence) == (booked.appointment.pk, world.at(11), 1)
    assert AppointmentLink.objects.find(booked.link.token).appointment == moved
    assert [row.starts_at for row in Occupation.objects.all()] == [world.at(11)]
    assert [event.verb for event in moved.events.all()] == ["booked", "moved"]
    assert world.book(9).created


def test_moving_by_half_a_slot_may_overlap_itself() -> None:
    world = World(duration_minutes=60)
    booked = world.book(9).appointment
    assert move(booked.pk, start=world.at(9, 30), by=Actor.family(), now=NOW).starts_at == world.at(9, 30)


def test_a_taken_start_is_refused_and_nothing_moves() -> None:
    world = World()
    booked = world.book(9).appointment
    world.book(10)
    with pytest.raises(SlotTaken) as refused:
        move(booked.pk, start=world.at(10), by=Actor.family(), now=NOW)
    assert world.at(10, 30) in [slot.start for slot in refused.value.alternatives]
    booked.refresh_from_db()
    assert (booked.starts_at, booked.sequence) == (world.at(9), 0)


def test_the_same_agent_is_kept_when_free() -> None:
    world = World()
    other = agent(world.organisation)
    opening(other, world.location, world.type, day=world.day)
    world.location.refresh_from_db()
    booked = world.book(9, agents=[other.pk]).appointment
    moved = move(booked.pk, start=world.at(10), by=Actor.family(), now=NOW)
    assert moved.appointment_agents.get().agent == other


def test_after_the_deadline_a_family_calls_and_an_agent_moves() -> None:
    world = World()
    booked = world.book(9).appointment
    late = world.at(9) - timedelta(minutes=60)
    with pytest.raises(TooLateToMove):
        move(booked.pk, start=world.at(11), by=Actor.family(), now=late)
    assert move(booked.pk, start=world.at(11), by=Actor.of(world.agent), now=late).sequence == 1


def test_moving_to_where_it_is_changes_nothing_and_a_cancelled_one_stays() -> None:
    world = World()
    booked = world.book(9).appointment
    assert move(booked.pk, start=world.at(9), by=Actor.family(), now=NOW).sequence == 0
    with pytest.raises(NotBookable):
        move(booked.pk, start=world.at(14), by=Actor.family(), now=NOW)
    cancel(booked.pk, by=Actor.family(), now=NOW, for_family=True)
    with pytest.raises(AlreadyCancelled):
        move(booked.pk, start=world.at(11), by=Actor.family(), now=NOW)


def test_moving_to_the_agent_who_has_it_already_changes_nothing() -> None:
    world = World()
    booked = world.book(9).appointment
    by = Actor.of(world.agent)
    moved = move(booked.pk, start=world.at(9), by=by, now=NOW, agents=[world.agent.pk])
    assert (moved.sequence, moved.events.filter(verb="moved").count()) == (0, 0)
