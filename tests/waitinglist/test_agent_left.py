"""An agent who has left, or receives no more, binds no family: neither its offers nor the dates that it may choose."""

import pytest

from rdv.booking.move import move
from rdv.booking.moving import followed_by, proposals
from rdv.models import Agent, Family
from rdv.models.actor import Actor
from tests.factories import NOW, World, agent, family, who
from tests.waitinglist.support import asked, free, waiting

pytestmark = pytest.mark.django_db

GONE = ({"is_active": False}, {"is_practitioner": False})


def followed(world: World, by: Agent) -> Family:
    made = family(world.territory, phone="+33639984001")
    made.own_agent = by
    made.save(update_fields=["own_agent"])
    return made


@pytest.mark.parametrize("gone", GONE)
def test_a_family_that_waits_for_an_agent_who_left_is_offered_what_the_others_have(gone: dict[str, bool]) -> None:
    world = World()
    left = agent(world.organisation)
    entry = waiting(world, agent=left)
    assert free(world.book(9).appointment) is not None
    assert asked(free(world.book(9, 30).appointment)) == []
    Agent.objects.filter(pk=left.pk).update(**gone)
    (offer,) = asked(free(world.book(10).appointment))
    assert offer.entry == entry


@pytest.mark.parametrize("gone", GONE)
def test_a_followed_family_whose_agent_left_is_offered_the_time_of_others(gone: dict[str, bool]) -> None:
    world = World(same_agent=True)
    left = agent(world.organisation)
    entry = waiting(world, family=followed(world, left))
    assert asked(free(world.book(9).appointment)) == []
    Agent.objects.filter(pk=left.pk).update(**gone)
    (offer,) = asked(free(world.book(10).appointment))
    assert offer.entry == entry


@pytest.mark.parametrize("gone", GONE)
def test_it_moves_and_books_with_whoever_receives(gone: dict[str, bool]) -> None:
    world = World(same_agent=True)
    left = agent(world.organisation)
    file = followed(world, left)
    service = Actor.of(world.agent)
    booked = world.book(9, who=who(file), by=service).appointment
    assert proposals(booked, file, now=NOW) == []
    Agent.objects.filter(pk=left.pk).update(**gone)
    assert followed_by(world.type, [file]) is None
    assert proposals(booked, file, now=NOW) != []
    moved = move(booked.pk, start=world.at(11), by=Actor.family(), now=NOW)
    assert moved.appointment_agents.get().agent == world.agent
    again = followed(world, left)
    assert world.book(10, who=who(again)).appointment.appointment_agents.get().agent == world.agent
