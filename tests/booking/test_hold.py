"""A slot is kept for the family that fills in the form, and for nobody longer than that."""

from datetime import timedelta

import pytest

from rdv.booking.errors import SlotTaken
from rdv.booking.hold import find_hold, hold, sweep
from rdv.booking.selectors import Search, slots_at
from rdv.models import Hold, Occupation
from rdv.models.actor import Actor
from tests.factories import NOW, World

pytestmark = pytest.mark.django_db


def hold_nine(world: World, holder: str, **values: object) -> Hold:
    given = {"attendees": 1, "by": Actor.family(), "now": NOW} | values
    return hold(type=world.type, location=world.location, start=world.at(9), holder=holder, **given)


def test_a_held_start_is_hidden_and_refused_to_others_until_it_expires() -> None:
    world = World()
    held = hold_nine(world, "a")
    assert held.expires_at == NOW + timedelta(minutes=10)
    search = Search(type=world.type, now=NOW)
    assert world.at(9) not in [slot.start for slot in slots_at(search, world.location)]
    with pytest.raises(SlotTaken):
        world.book(9)
    later = NOW + timedelta(minutes=10)
    assert slots_at(Search(type=world.type, now=later), world.location)[0].start == world.at(9)
    assert world.book(9, now=later).created
    assert not Occupation.objects.filter(kind="hold").exists()


def test_its_holder_books_it() -> None:
    world = World()
    held = hold_nine(world, "a")
    assert world.book(9, hold=held, request_key=f"hold:{held.token}").created
    assert not Hold.objects.exists()


def test_holding_another_slot_lets_the_first_one_go() -> None:
    world = World()
    hold_nine(world, "a")
    hold(
        type=world.type,
        location=world.location,
        start=world.at(10),
        attendees=1,
        holder="a",
        by=Actor.family(),
        now=NOW,
    )
    assert [row.starts_at for row in Occupation.objects.all()] == [world.at(10)]


def test_a_hold_that_is_refused_keeps_the_one_before() -> None:
    world = World()
    world.book(10)
    kept = hold_nine(world, "a")
    with pytest.raises(SlotTaken):
        hold(
            type=world.type,
            location=world.location,
            start=world.at(10),
            attendees=1,
            holder="a",
            by=Actor.family(),
            now=NOW,
        )
    assert find_hold(kept.token, holder="a") == kept


def test_a_held_slot_that_an_agent_gives_to_another_family_is_refused_to_its_holder_too() -> None:
    world = World()
    hold_nine(world, "a")
    world.book(9, by=Actor.of(world.agent), agents=[world.agent.pk], overbooking_reason="urgence")
    with pytest.raises(SlotTaken):
        hold_nine(world, "a", now=NOW + timedelta(minutes=1))


def test_anothers_hold_is_not_found_and_old_ones_are_swept() -> None:
    world = World()
    held = hold_nine(world, "a")
    assert find_hold(held.token, holder="b") is None
    sweep(now=NOW + timedelta(minutes=30))
    assert Hold.objects.exists()
    sweep(now=NOW + timedelta(minutes=71))
    assert not Occupation.objects.exists()
