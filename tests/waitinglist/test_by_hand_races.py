"""A slot offered by hand while somebody else offers, books or accepts it; and what the lock is for."""

from typing import Any
from unittest.mock import patch

import pytest

from rdv.booking.choose import Choice, Place
from rdv.booking.errors import SlotTaken
from rdv.models import Appointment, Occupation, OfferRound, OfferStatus, RoundStatus
from rdv.models.actor import Actor
from rdv.scheduling.slots import Part
from rdv.waitinglist.byhand import Opened, open_by_hand, withdraw
from rdv.waitinglist.errors import OfferWithdrawn
from rdv.waitinglist.offers import accept
from rdv.waitinglist.outlook import Wanted
from tests.factories import NOW, World, agent, opening
from tests.races.support import Rival, run_before
from tests.waitinglist.support import SMS, asked, queue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]


def offer(world: World, of: int | None = None) -> Opened:
    slot = Wanted(type=world.type, location=world.location, start=world.at(9), agent=of)
    return open_by_hand(slot, by=Actor.of(world.agent), now=NOW)


def test_two_agents_who_offer_the_same_slot_at_once_start_one_round() -> None:
    world = World()
    queue(world, 2)
    other = Rival(lambda: offer(world, world.agent.pk))
    with run_before("rdv.booking.choose.lock_agents", other):
        opened = offer(world, world.agent.pk)
    assert (other.result.created, opened.created) == (True, False)
    assert OfferRound.objects.get() == opened.round == other.result.round


def test_so_do_two_tabs_where_two_agents_are_free() -> None:
    world = World()
    opening(agent(world.organisation), world.location, world.type, day=world.day)
    world.location.refresh_from_db()
    queue(world, 2)
    with run_before("rdv.booking.choose.lock_agents", Rival(lambda: offer(world))):
        assert not offer(world).created
    assert OfferRound.objects.count() == 1


def test_a_family_that_books_meanwhile_keeps_its_slot() -> None:
    world = World()
    queue(world, 2)
    family = Rival(lambda: world.book(9))
    with run_before("rdv.booking.choose.lock_agents", family), pytest.raises(SlotTaken):
        offer(world, world.agent.pk)
    assert family.error is None
    assert not OfferRound.objects.exists()


def test_a_family_that_books_after_it_is_told_that_the_slot_is_taken() -> None:
    world = World()
    queue(world, 2)
    agents = Rival(lambda: offer(world, world.agent.pk))
    with run_before("rdv.booking.choose.lock_agents", agents), pytest.raises(SlotTaken):
        world.book(9)
    assert agents.result.created


def test_without_the_truth_of_the_lock_the_busy_time_refuses_the_round() -> None:
    """The control: what was chosen before the family booked is out of date, and the constraint says so."""
    world = World()
    queue(world, 2)

    def chosen(place: Place, **_: Any) -> Choice:
        part = Part(world.agent.pk, place.start, world.at(9, 30), place.start, world.at(9, 30))
        return Choice((part,), {}, None)

    with (
        patch("rdv.waitinglist.byhand.choose", chosen),
        run_before("rdv.waitinglist.byhand.keep", Rival(lambda: world.book(9))),
        pytest.raises(SlotTaken),
    ):
        offer(world, world.agent.pk)
    assert Occupation.objects.get().appointment == Appointment.objects.get()


def test_a_round_withdrawn_at_the_instant_of_a_yes_ends_once() -> None:
    world = World()
    queue(world, 1)
    round_ = offer(world, world.agent.pk).round
    (made,) = asked(round_)
    agents = Rival(lambda: withdraw(round_.pk, by=Actor.of(world.agent), now=NOW))
    with run_before("rdv.waitinglist.offers.lock_round", agents), pytest.raises(OfferWithdrawn):
        accept(made.pk, by=SMS, now=NOW)
    assert agents.error is None
    made.refresh_from_db()
    assert (made.status, made.round.status) == (OfferStatus.VOID, RoundStatus.WITHDRAWN)
    assert not Appointment.objects.exists()
