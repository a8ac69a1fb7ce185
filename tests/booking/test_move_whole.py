"""A family moves its appointment by itself: whole, with its own agent, and the time that it leaves goes to the list."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from rdv.booking.errors import SlotTaken
from rdv.booking.events import SlotFreed, publish
from rdv.booking.move import move
from rdv.booking.moving import one_a_day, proposals, search_for_move
from rdv.booking.selectors import slots_at
from rdv.models import Appointment, AppointmentType, OfferRound, TypeStep
from rdv.models.actor import Actor
from rdv.scheduling.slots import Slot
from tests.factories import NOW, TODAY, World, agent, family, location, opening, paris, who
from tests.waitinglist.support import waiting

pytestmark = pytest.mark.django_db

FAMILY = Actor.family()


def second(world: World, **values):
    """A colleague who receives on the same day."""
    made = agent(world.organisation, **values)
    opening(made, world.location, world.type, day=world.day)
    world.location.refresh_from_db()
    return made


def test_siblings_move_together_and_all_that_identifies_it_stays() -> None:
    world = World(extra_per_sibling_minutes=10)
    booked = world.book(9, who=who(children=3)).appointment
    before = Appointment.objects.values("id", "uid", "reference").get(pk=booked.pk)
    moved = move(booked.pk, start=world.at(11), by=FAMILY, now=NOW)
    assert Appointment.objects.values("id", "uid", "reference").get(pk=moved.pk) == before
    assert (moved.sequence, moved.ends_at - moved.starts_at) == (1, timedelta(minutes=50))
    assert set(moved.participations.values_list("status", flat=True)) == {"unknown"}
    assert moved.participations.count() == 3


def test_the_family_s_own_agent_goes_along_where_the_type_asks_for_it() -> None:
    world = World(same_agent=True)
    other = second(world)
    file = family(world.territory)
    file.own_agent = other
    file.save()
    booked = world.book(9, who=who(file)).appointment
    assert booked.appointment_agents.get().agent == other
    world.book(10, agents=[other.pk])
    with pytest.raises(SlotTaken) as refused:
        move(booked.pk, start=world.at(10), by=FAMILY, now=NOW)
    assert all(slot.agents == (other.pk,) for slot in refused.value.alternatives)
    moved = move(booked.pk, start=world.at(11), by=FAMILY, now=NOW)
    assert moved.appointment_agents.get().agent == other


def test_only_the_slots_of_its_own_agent_are_shown_and_proposed() -> None:
    world = World(same_agent=True)
    other = second(world)
    file = family(world.territory)
    file.own_agent = other
    file.save()
    booked = world.book(9, who=who(file)).appointment
    world.book(10, agents=[other.pk])
    awaited = list(booked.participations.select_related("family", "person"))
    search = search_for_move(booked.type, awaited, now=NOW, zone=world.location.zone)
    assert world.at(10) not in [slot.start for slot in slots_at(search, world.location)]
    assert world.at(10) not in [slot.start for slot in proposals(booked, file, now=NOW)]


def test_a_service_may_still_give_it_to_a_colleague() -> None:
    world = World(same_agent=True)
    other = second(world)
    file = family(world.territory)
    file.own_agent = other
    file.save()
    booked = world.book(9, who=who(file)).appointment
    moved = move(booked.pk, start=world.at(11), by=Actor.of(world.agent), now=NOW, agents=[world.agent.pk])
    assert moved.appointment_agents.get().agent == world.agent


def test_the_time_that_it_leaves_is_offered_to_those_who_wait() -> None:
    world = World()
    booked = world.book(9).appointment
    waiting(world)
    move(booked.pk, start=world.at(11), by=FAMILY, now=NOW)
    round_ = OfferRound.objects.get()
    assert (round_.starts_at, round_.depth, round_.freed_by) == (world.at(9), 0, booked)


@pytest.mark.parametrize(("hour", "minute", "offered"), [(9, 30, []), (10, 0, [9])])
def test_time_that_it_takes_again_itself_is_offered_to_nobody(hour: int, minute: int, offered: list[int]) -> None:
    """Moved by half of its length it still stands in what it had: that hour is no longer whole."""
    world = World(duration_minutes=60)
    booked = world.book(9).appointment
    with patch("rdv.booking.move.publish", wraps=publish) as published:
        move(booked.pk, start=world.at(hour, minute), by=FAMILY, now=NOW)
    told = [call.args[0] for call in published.call_args_list]
    freed = [event.freed.starts_at for event in told if isinstance(event, SlotFreed)]
    assert freed == [world.at(each) for each in offered]


def test_moving_later_to_another_place_frees_this_one() -> None:
    world = World()
    elsewhere = location(world.organisation)
    there = agent(world.organisation)
    opening(there, elsewhere, world.type, day=world.day + timedelta(days=1))
    booked = world.book(9).appointment
    start = world.at(10) + timedelta(days=1)
    moved = move(booked.pk, start=start, by=FAMILY, now=NOW, location=elsewhere)
    assert (moved.location, moved.starts_at, moved.appointment_agents.get().agent) == (elsewhere, start, there)
    assert world.book(9).created


def test_a_chain_of_steps_moves_whole_or_not_at_all() -> None:
    world = World()
    doctor = second(world, profession="medecin")
    world.agent.profession = "puericultrice"
    world.agent.save()
    for position, (profession, minutes) in enumerate((("puericultrice", 15), ("medecin", 20))):
        TypeStep.objects.create(type=world.type, position=position, profession=profession, duration_minutes=minutes)
    world.type = AppointmentType.objects.with_rules().get(pk=world.type.pk)
    booked = world.book(9).appointment
    parts = list(booked.appointment_agents.order_by("position").values_list("agent", "starts_at"))
    assert [pk for pk, _start in parts] == [world.agent.pk, doctor.pk]
    other = world.book(10, 30).appointment
    with pytest.raises(SlotTaken):
        move(booked.pk, start=other.starts_at, by=FAMILY, now=NOW)
    assert list(booked.appointment_agents.order_by("position").values_list("agent", "starts_at")) == parts
    moved = move(booked.pk, start=world.at(11), by=FAMILY, now=NOW)
    starts = list(moved.appointment_agents.order_by("position").values_list("starts_at", flat=True))
    assert starts == [world.at(11), world.at(11, 15)]


def test_who_moves_gets_one_slot_a_day_at_about_the_same_hour_and_its_own_day_last() -> None:
    starts = [paris(TODAY + timedelta(days=days), hour) for days in range(5) for hour in (9, 11, 15)]
    free = [Slot(start, start + timedelta(minutes=30), (1,)) for start in starts]
    near = paris(TODAY + timedelta(days=2), 10)
    assert [one.start for one in one_a_day(free, near=near, zone="Europe/Paris")] == [starts[0], starts[3], starts[9]]
    own_day = [one for one in free if one.start.date() == near.date()]
    assert [one.start for one in one_a_day(own_day, near=near, zone="Europe/Paris")] == starts[6:9]
