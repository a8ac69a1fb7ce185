"""Less than two hours before the start: those who stand by are asked together, and everybody may book meanwhile."""

from datetime import timedelta

import pytest

from rdv.booking.selectors import Search, slots_at
from rdv.models import OfferRound, OfferStatus, RoundStatus, WaitingListEntry
from rdv.waitinglist.errors import OfferTaken
from rdv.waitinglist.offers import accept, decline
from rdv.waitinglist.rounds import advance_due
from tests.factories import World
from tests.waitinglist.support import SMS, asked, free, queue

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def standing_by(world: World, length: int) -> list[WaitingListEntry]:
    entries = queue(world, length)
    WaitingListEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(standby=True)
    return entries


def test_a_slot_freed_an_hour_before_is_offered_at_once_to_five_who_stand_by() -> None:
    world = World()
    ordinary, *others = queue(world, 8)
    WaitingListEntry.objects.exclude(pk=ordinary.pk).update(standby=True)
    round_ = free(world.book(10).appointment, world.at(9))
    assert (round_.standby, round_.closes_at) == (True, world.at(9, 30))
    offers = asked(round_, world.at(9))
    assert [offer.entry for offer in offers] == others[:5]
    assert {offer.expires_at for offer in offers} == {world.at(9, 30)}
    search = Search(type=world.type, now=world.at(8))
    assert world.at(10) in [slot.start for slot in slots_at(search, world.location)]


def test_the_first_yes_wins_whatever_its_rank_and_nobody_else_is_asked() -> None:
    world = World()
    standing_by(world, 7)
    round_ = free(world.book(10).appointment, world.at(9))
    *_, last = asked(round_, world.at(9))
    assert accept(last.pk, by=SMS, now=world.at(9, 1)).status == OfferStatus.ACCEPTED
    round_.refresh_from_db()
    assert (round_.status, round_.offers.count()) == (RoundStatus.FILLED, 5)


def test_whoever_books_meanwhile_ends_the_call() -> None:
    world = World(earliest_notice_minutes=0)
    standing_by(world, 2)
    round_ = free(world.book(10).appointment, world.at(9))
    first, _ = asked(round_, world.at(9))
    world.book(10, now=world.at(9, 2))
    advance_due(now=world.at(9, 3))
    round_.refresh_from_db()
    assert round_.status == RoundStatus.TAKEN
    with pytest.raises(OfferTaken):
        accept(first.pk, by=SMS, now=world.at(9, 4))


def test_a_round_that_found_nobody_ends_with_a_last_call() -> None:
    world = World()
    standing_by(world, 1)
    round_ = free(world.book(11).appointment, world.at(8, 30))
    asked(round_, world.at(8, 30))
    advance_due(now=world.at(9))
    call = OfferRound.objects.get(standby=True)
    assert [offer.expires_at for offer in asked(call, world.at(9))] == [world.at(10, 30)]


def test_who_said_no_to_the_slot_is_not_called_for_it_at_the_last_moment() -> None:
    world = World()
    refused, silent = standing_by(world, 2)
    first, _ = asked(free(world.book(11).appointment, world.at(8, 30)), world.at(8, 30))
    assert first.entry == refused
    decline(first.pk, by=SMS, now=world.at(8, 31))
    advance_due(now=world.at(9))
    assert [offer.entry for offer in asked(OfferRound.objects.get(standby=True), world.at(9))] == [silent]


@pytest.mark.parametrize(("hour", "minute"), [(9, 21), (9, 40)])
def test_too_late_for_anybody_to_come_calls_nobody(hour: int, minute: int) -> None:
    world = World()
    standing_by(world, 1)
    assert free(world.book(10).appointment, world.at(hour, minute)) is None
