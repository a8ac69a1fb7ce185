"""A slot that found nobody left to ask is still free when somebody joins, or changes its mind: it is offered then."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rdv.models import Occupation, OfferRound, RoundStatus, WaitingListEntry
from rdv.waitinglist.again import look_again
from rdv.waitinglist.entries import change_wishes, pause, resume
from rdv.waitinglist.offers import decline
from tests.factories import NOW, World
from tests.waitinglist.support import SMS, asked, free, waiting

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
SOON, LATER = NOW + 10 * MINUTE, NOW + 20 * MINUTE
AFTERNOONS = ["2-pm"]


def refused(world: World, hour: int = 9) -> OfferRound:
    """A round whose only family said no."""
    first = waiting(world)
    round_ = free(world.book(hour).appointment)
    (offer,) = asked(round_)
    decline(offer.pk, by=SMS, now=NOW)
    round_.refresh_from_db()
    assert (round_.status, first.offers.count()) == (RoundStatus.EXHAUSTED, 1)
    return round_


def offered_to(round_: OfferRound, now: datetime) -> list[WaitingListEntry]:
    look_again(now=now)
    return [offer.entry for offer in round_.offers.pending().order_by("rank")]


def test_who_joins_is_offered_what_is_still_free_and_who_said_no_is_left_alone() -> None:
    world = World()
    round_ = refused(world)
    assert offered_to(round_, SOON) == []
    entry = waiting(world, SOON)
    assert offered_to(round_, LATER) == [entry]
    round_.refresh_from_db()
    assert (round_.status, round_.closed_at, Occupation.objects.filter(round=round_).count()) == ("open", None, 1)
    assert look_again(now=LATER + MINUTE) == 0


@pytest.mark.parametrize("how", ["other wishes", "a pause that ends"])
def test_so_is_who_wishes_for_something_else_or_comes_back(how: str) -> None:
    world = World()
    entry = waiting(world, half_days=AFTERNOONS if how == "other wishes" else None)
    if how == "a pause that ends":
        pause(entry.pk, by=SMS, now=NOW)
    round_ = refused(world)
    assert offered_to(round_, SOON) == []
    if how == "other wishes":
        change_wishes(entry.pk, locations=None, half_days=None, notice_minutes=120, standby=False, now=SOON)
    else:
        resume(entry.pk, by=SMS, now=SOON)
    assert offered_to(round_, LATER) == [entry]


def test_whom_it_does_not_suit_hides_nothing_and_is_looked_at_once() -> None:
    world = World()
    round_ = refused(world)
    waiting(world, SOON, half_days=AFTERNOONS)
    assert offered_to(round_, LATER) == []
    round_.refresh_from_db()
    assert (round_.status, round_.closed_at, round_.looked_at) == (RoundStatus.EXHAUSTED, NOW, LATER)
    assert not Occupation.objects.filter(round=round_).exists()
    with CaptureQueriesContext(connection) as queries:
        look_again(now=LATER + MINUTE)
    assert len(queries) <= 2


@pytest.mark.parametrize("why", ["taken", "withdrawn", "too late", "at night"])
def test_nothing_is_offered_that_should_not_be(why: str) -> None:
    world = World()
    round_ = refused(world)
    now = {"too late": world.at(7, 15), "at night": world.at(0)}.get(why, LATER)
    waiting(world, min(now, SOON))
    if why == "taken":
        world.book(9)
    elif why == "withdrawn":
        OfferRound.objects.update(status=RoundStatus.WITHDRAWN)
    assert offered_to(round_, now) == []
    assert not OfferRound.objects.filter(status=RoundStatus.OPEN).exists()


def test_what_waits_for_the_morning_is_offered_then() -> None:
    world = World()
    round_ = refused(world, hour=11)
    entry = waiting(world, world.at(0))
    assert offered_to(round_, world.at(0, 5)) == []
    assert offered_to(round_, world.at(8)) == [entry]


def test_the_seats_of_a_workshop_are_offered_again_as_well() -> None:
    world = World(is_collective=True, capacity=3, duration_minutes=60)
    waiting(world)
    session = world.open_session(14)
    round_ = OfferRound.objects.get(session=session)
    (offer,) = asked(round_)
    decline(offer.pk, by=SMS, now=NOW)
    entry = waiting(world, SOON)
    assert offered_to(round_, LATER) == [entry]
