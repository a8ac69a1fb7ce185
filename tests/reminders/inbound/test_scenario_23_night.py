"""Scenario 23: a slot freed at night is offered at eight, and not at all when families could no longer react."""

from datetime import timedelta

import pytest

from rdv.models import Offer
from rdv.waitinglist.rounds import advance_due
from tests.factories import World, family, paris
from tests.reminders.inbound.support import Desk, booked, mother_of
from tests.waitinglist.support import waiting

NEIGHBOUR = "+33639980011"


@pytest.fixture
def world() -> World:
    return World()


def freed_at_night(desk: Desk, world: World, hour: int) -> None:
    """The mother's appointment of tomorrow is given back by SMS at 21:40; a neighbour waits."""
    booked(world, mother_of(world), hour)
    waiting(world, desk.now - timedelta(days=9), family=family(world.territory, phone=NEIGHBOUR))
    desk.sends()
    desk.now = paris(world.day - timedelta(days=1), 21, 40)
    desk.receives("ANNULER")
    passes(desk)


def passes(desk: Desk) -> None:
    advance_due(now=desk.now)
    desk.sends()


def test_the_offer_waits_for_eight(desk: Desk, world: World) -> None:
    freed_at_night(desk, world, 11)
    assert desk.sms(NEIGHBOUR) == []
    desk.now = world.at(7, 59)
    passes(desk)
    assert desk.sms(NEIGHBOUR) == []
    desk.now = world.at(8)
    passes(desk)
    (said,) = desk.sms(NEIGHBOUR)
    assert said.startswith("Place libre")


def test_a_slot_of_the_early_morning_is_offered_to_nobody(desk: Desk, world: World) -> None:
    freed_at_night(desk, world, 9)
    desk.now = world.at(8)
    passes(desk)
    assert desk.sms(NEIGHBOUR) == []
    assert not Offer.objects.exists()
