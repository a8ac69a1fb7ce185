"""Answers, batches and agents at the same instant; and what each guard is for."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from rdv.booking.errors import SlotTaken
from rdv.models import Appointment, Occupation, Offer, OfferRound, OfferStatus, RoundStatus
from rdv.models.actor import Actor
from rdv.waitinglist.errors import EntryEnded, OfferDeclined, OfferTaken
from rdv.waitinglist.offers import accept, decline
from rdv.waitinglist.rounds import advance
from tests.factories import NOW, World, who
from tests.races.support import Rival, run_before
from tests.waitinglist.support import SMS, asked, free, queue, waiting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]

AFTER_THE_WINDOW = NOW + timedelta(minutes=20)


def unlocked(round_id: int, **_: Any) -> OfferRound:
    """The lock switched off: the round is only read."""
    return OfferRound.objects.select_related("location__organisation__territory").get(pk=round_id)


def two_offers() -> tuple[World, Offer, Offer]:
    world = World()
    queue(world, 2)
    first, second = asked(free(world.book(9).appointment))
    return world, first, second


def yes(offer: Offer) -> Rival:
    return Rival(lambda: accept(offer.pk, by=SMS, now=AFTER_THE_WINDOW))


def test_of_two_yeses_at_the_same_instant_one_wins() -> None:
    _, first, second = two_offers()
    with run_before("rdv.waitinglist.offers.lock_round", yes(second)) as rival, pytest.raises(OfferTaken):
        accept(first.pk, by=SMS, now=AFTER_THE_WINDOW)
    assert rival.result.status == OfferStatus.ACCEPTED
    assert Appointment.objects.standing().get().from_offers.get() == second
    assert OfferRound.objects.get().status == RoundStatus.FILLED


def test_without_the_lock_both_pass_the_checks_and_the_busy_time_refuses_the_second() -> None:
    """The control: the rival wins after our checks; only the occupations keep the slot from being given twice."""
    _, first, second = two_offers()
    with (
        patch("rdv.waitinglist.offers.lock_round", unlocked),
        run_before("rdv.waitinglist.offers.try_award", yes(second)),
        pytest.raises(OfferTaken),
    ):
        accept(first.pk, by=SMS, now=AFTER_THE_WINDOW)
    assert Appointment.objects.standing().count() == 1
    # What the lock is for: without it the loser ends a round that was filled.
    assert OfferRound.objects.get().status == RoundStatus.TAKEN


def test_the_same_yes_sent_twice_at_once_books_once() -> None:
    _, first, _ = two_offers()
    with run_before("rdv.waitinglist.offers.lock_round", yes(first)) as rival:
        again = accept(first.pk, by=SMS, now=AFTER_THE_WINDOW)
    assert rival.result.appointment == again.appointment
    assert Appointment.objects.standing().count() == 1


def test_a_yes_and_a_no_of_the_same_family_leave_the_first_of_them() -> None:
    _, first, _ = two_offers()
    no = Rival(lambda: decline(first.pk, by=SMS, now=AFTER_THE_WINDOW))
    with run_before("rdv.waitinglist.offers.lock_round", no), pytest.raises(OfferDeclined):
        accept(first.pk, by=SMS, now=AFTER_THE_WINDOW)
    first.refresh_from_db()
    assert first.status == OfferStatus.DECLINED
    assert not Appointment.objects.standing().exists()


def test_two_workers_make_one_batch() -> None:
    world = World()
    queue(world, 9)
    round_ = free(world.book(9).appointment)
    other = Rival(lambda: advance(round_.pk, now=NOW))
    with run_before("rdv.waitinglist.rounds.lock_round", other):
        advance(round_.pk, now=NOW)
    assert other.error is None
    assert round_.offers.count() == 3


def test_an_agent_who_takes_the_slot_during_a_yes_waits_for_nobody() -> None:
    """He holds the calendar, we hold the round: whoever waited for the other's lock would wait for ever."""
    world, first, second = two_offers()
    agent = Rival(lambda: world.book(9, by=Actor.of(world.agent), over_offers=True))
    with run_before("rdv.waitinglist.award.lock_agents", agent), pytest.raises(OfferTaken):
        accept(first.pk, by=SMS, now=AFTER_THE_WINDOW)
    assert agent.error is None
    assert OfferRound.objects.get().status == RoundStatus.TAKEN
    assert set(Offer.objects.values_list("status", flat=True)) == {"void"}
    assert Occupation.objects.get().appointment == agent.result.appointment
    assert second.round_id == first.round_id


def test_an_agent_who_comes_after_a_yes_is_told_that_it_is_taken() -> None:
    world, first, _ = two_offers()
    with run_before("rdv.booking.choose.lock_agents", yes(first)) as rival, pytest.raises(SlotTaken):
        world.book(9, by=Actor.of(world.agent), over_offers=True)
    assert rival.result.status == OfferStatus.ACCEPTED


def two_rounds_for_one_family() -> tuple[OfferRound, OfferRound]:
    """A family that has had two of its three offers of the week, and two slots that would suit it."""
    world = World()
    entry = waiting(world)
    for hour in (9, 10):
        (offer,) = asked(free(world.book(hour).appointment))
        decline(offer.pk, by=SMS, now=NOW)
    assert Offer.objects.filter(family=entry.family).count() == 2
    first, second = (free(world.book(11, minute).appointment) for minute in (0, 30))
    assert first is not None
    assert second is not None
    return first, second


def offer_and_refuse(round_: OfferRound) -> Rival:
    def act() -> None:
        advance(round_.pk, now=NOW)
        decline(round_.offers.get().pk, by=SMS, now=NOW)

    return Rival(act)


def test_two_rounds_at_once_keep_to_three_offers_a_week() -> None:
    first, second = two_rounds_for_one_family()
    with run_before("rdv.waitinglist.proposals._within_caps", offer_and_refuse(second)):
        advance(first.pk, now=NOW)
    assert Offer.objects.count() == 3
    first.refresh_from_db()
    assert first.status == RoundStatus.EXHAUSTED


def test_without_the_second_count_a_family_gets_a_fourth_offer() -> None:
    """The control: what was read before the family was locked is out of date."""
    first, second = two_rounds_for_one_family()
    with (
        patch("rdv.waitinglist.proposals._within_caps", lambda eligible, now: (list(eligible), [])),
        run_before("rdv.waitinglist.proposals._make", offer_and_refuse(second)),
    ):
        advance(first.pk, now=NOW)
    assert Offer.objects.count() == 4


def test_two_rounds_at_once_make_one_live_offer_per_family() -> None:
    first, second = two_rounds_for_one_family()
    with run_before("rdv.waitinglist.proposals._within_caps", Rival(lambda: advance(second.pk, now=NOW))):
        advance(first.pk, now=NOW)
    assert Offer.objects.pending().get().round == second


def test_a_family_that_books_by_another_way_meanwhile_does_not_get_a_second_appointment() -> None:
    world, first, _ = two_offers()
    elsewhere = Rival(lambda: world.book(11, who=who(first.family)))
    with run_before("rdv.waitinglist.award.lock_agents", elsewhere) as rival, pytest.raises(EntryEnded):
        accept(first.pk, by=SMS, now=AFTER_THE_WINDOW)
    assert rival.error is None
    assert [one.starts_at for one in Appointment.objects.standing()] == [world.at(11)]
