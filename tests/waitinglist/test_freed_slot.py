"""The whole story: a slot is freed, families are asked, one gets it."""

from datetime import timedelta

import pytest

from rdv.booking.selectors import Search, slots_at
from rdv.models import Appointment, EntryStatus, Occupation, OfferRound, OfferStatus, RoundStatus
from rdv.waitinglist.errors import OfferTaken
from rdv.waitinglist.offers import accept, decline
from tests.factories import NOW, World
from tests.waitinglist.support import SMS, asked, free, queue, waiting

pytestmark = pytest.mark.django_db


def test_a_cancelled_slot_is_kept_offered_and_booked_by_the_first_family() -> None:
    world = World()
    first, second, third, fourth = queue(world, 4)
    cancelled = world.book(9).appointment
    round_ = free(cancelled)
    assert round_ is not None
    assert (round_.starts_at, round_.depth, round_.closes_at) == (world.at(9), 0, world.at(7))
    public = [slot.start for slot in slots_at(Search(type=world.type, now=NOW), world.location)]
    assert world.at(9) not in public
    offers = asked(round_)
    assert [offer.entry for offer in offers] == [first, second, third]
    accepted = accept(offers[0].pk, by=SMS, now=NOW + timedelta(minutes=3))
    assert accepted.status == OfferStatus.ACCEPTED
    booked = accepted.appointment
    assert booked is not None
    assert (booked.starts_at, booked.participations.get().family) == (world.at(9), first.family)
    round_.refresh_from_db()
    first.refresh_from_db()
    fourth.refresh_from_db()
    assert round_.status == RoundStatus.FILLED
    assert (first.status, fourth.status) == (EntryStatus.FULFILLED, EntryStatus.WAITING)
    assert sorted(round_.offers.values_list("status", flat=True)) == ["accepted", "void", "void"]
    assert Occupation.objects.get().appointment == booked


def test_a_late_yes_learns_that_the_slot_is_taken_and_what_is_free() -> None:
    world = World()
    queue(world, 2)
    round_ = free(world.book(9).appointment)
    first, second = asked(round_)
    accept(first.pk, by=SMS, now=NOW)
    with pytest.raises(OfferTaken) as refused:
        accept(second.pk, by=SMS, now=NOW + timedelta(minutes=1))
    assert [slot.start for slot in refused.value.alternatives] == [
        world.at(9, 30),
        world.at(10),
        world.at(10, 30),
        world.at(11),
        world.at(11, 30),
    ]
    assert Appointment.objects.standing().count() == 1


def test_a_no_moves_on_at_once() -> None:
    world = World()
    entries = queue(world, 4)
    round_ = free(world.book(9).appointment)
    first, *_ = asked(round_)
    decline(first.pk, by=SMS, now=NOW + timedelta(minutes=1))
    assert [offer.entry for offer in round_.offers.pending().order_by("rank")] == entries[1:]


def test_accepting_an_earlier_slot_moves_the_appointment_and_frees_the_old_one() -> None:
    world = World()
    late = world.book(11).appointment
    mover = late.participations.get().family
    waiting(world, NOW - timedelta(days=2), family=mover, current_appointment=late)
    other = waiting(world, NOW - timedelta(days=1), current_appointment=None)
    offers = asked(free(world.book(9).appointment))
    assert offers[0].entry == other
    decline(offers[0].pk, by=SMS, now=NOW)
    accept(offers[1].pk, by=SMS, now=NOW)
    late.refresh_from_db()
    assert (late.starts_at, late.sequence) == (world.at(9), 1)
    old = OfferRound.objects.get(depth=1)
    assert (old.starts_at, old.status) == (world.at(11), RoundStatus.OPEN)
