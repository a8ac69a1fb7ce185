"""Time that opens is offered to those who wait: an absence withdrawn, a new period, a day given longer hours."""

from datetime import time, timedelta

import pytest

from rdv.booking.absences import declare_absence, withdraw_absence
from rdv.booking.periods import change_day, save_period
from rdv.models import Absence, OfferRound, OpeningPeriod
from rdv.models.actor import Actor
from tests.factories import NOW, World
from tests.waitinglist.support import asked, queue, waiting

pytestmark = pytest.mark.django_db


def absent(world: World, first: int, last: int) -> Absence:
    absence = Absence(agent=world.agent, starts_at=world.at(first), ends_at=world.at(last))
    declare_absence(absence, by=Actor.of(world.agent), now=NOW)
    return absence


def afternoon(world: World, **values: object) -> OpeningPeriod:
    given = {"first_day": world.day, "start_time": time(14), "end_time": time(16)} | values
    return OpeningPeriod(agent=world.agent, location=world.location, **given)


def starts() -> list[object]:
    return list(OfferRound.objects.order_by("starts_at").values_list("starts_at", flat=True))


def test_an_absence_withdrawn_offers_its_first_slots_one_for_each_who_waits() -> None:
    world = World()
    absence = absent(world, 10, 12)
    entries = queue(world, 2)
    withdraw_absence(absence, now=NOW)
    assert starts() == [world.at(10), world.at(10, 30)]
    first = OfferRound.objects.order_by("starts_at")[0]
    assert [offer.entry for offer in asked(first)] == entries
    assert first.freed_by is None


def test_what_is_taken_meanwhile_is_offered_to_nobody() -> None:
    world = World()
    absence = absent(world, 10, 11)
    world.book(11)
    waiting(world)
    other = absent(world, 11, 12)
    withdraw_absence(other, now=NOW)
    assert starts() == [world.at(11, 30)]
    withdraw_absence(absence, now=NOW)
    assert starts() == [world.at(10), world.at(11, 30)]


def test_a_new_period_offers_five_slots_at_most() -> None:
    world = World()
    queue(world, 7)
    save_period(afternoon(world, end_time=time(18)), types=[world.type], now=NOW)
    assert starts() == [world.at(14), world.at(14, 30), world.at(15), world.at(15, 30), world.at(16)]


def test_a_day_that_is_given_longer_hours_offers_what_they_add() -> None:
    world = World()
    waiting(world)
    change_day(OpeningPeriod.objects.get(), day=world.day, start=time(9), end=time(13), now=NOW)
    assert starts() == [world.at(12)]


def test_a_period_saved_without_more_time_offers_nothing() -> None:
    world = World()
    waiting(world)
    period = OpeningPeriod.objects.get()
    save_period(period, types=[world.type], now=NOW)
    period.end_time = time(10)
    save_period(period, types=[world.type], now=NOW)
    assert starts() == []


def test_what_opens_later_than_in_two_weeks_is_offered_to_nobody() -> None:
    world = World()
    waiting(world)
    save_period(afternoon(world, first_day=world.day + timedelta(days=14)), types=[world.type], now=NOW)
    assert starts() == []


def test_nobody_waits_and_nothing_is_kept() -> None:
    world = World()
    save_period(afternoon(world), types=[world.type], now=NOW)
    assert starts() == []
