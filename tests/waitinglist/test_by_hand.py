"""An agent offers a free slot on purpose: by the published rule, or first to one family, with the reason kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from rdv.booking.errors import BookingError, NotBookable, SlotOffered, SlotTaken
from rdv.booking.events import OfferClosed
from rdv.booking.hold import hold
from rdv.booking.selectors import Search, slots_at
from rdv.models import Appointment, Occupation, OfferRound, OfferStatus, RoundStatus, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.byhand import Opened, open_by_hand, withdraw
from rdv.waitinglist.eligibility import Skip
from rdv.waitinglist.entries import leave
from rdv.waitinglist.errors import (
    ByAnAgentOnly,
    EntryEnded,
    NobodyToAsk,
    NotForThisFamily,
    OfferWithdrawn,
    OutOfTurnReasonMissing,
    RoundEnded,
    TooLateToOffer,
    WithdrawalReasonMissing,
    YesReceived,
)
from rdv.waitinglist.missed import open_missed
from rdv.waitinglist.offers import accept, decline
from rdv.waitinglist.outlook import Wanted, outlook
from rdv.waitinglist.rounds import advance_due
from tests.factories import NOW, World, agent, opening, paris
from tests.waitinglist.support import SMS, asked, free, heard, queue, waiting
from tests.waitinglist.test_fitting import chained

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
REASON = "Sortie de maternité, vue hier par la sage-femme"


def wanted(world: World, entry: WaitingListEntry | None = None, hour: int = 9) -> Wanted:
    return Wanted(type=world.type, location=world.location, start=world.at(hour), agent=world.agent.pk, entry=entry)


def offered(world: World, entry: WaitingListEntry | None = None, **given: Any) -> Opened:
    values = {"by": Actor.of(world.agent), "now": NOW, "reason": REASON if entry else ""} | given
    return open_by_hand(wanted(world, entry), **values)


def public_starts(world: World) -> list[Any]:
    return [slot.start for slot in slots_at(Search(type=world.type, now=NOW), world.location)]


def test_it_goes_to_those_who_wait_as_a_freed_slot_does() -> None:
    world = World()
    entries = queue(world, 4)
    opened = offered(world)
    round_ = opened.round
    assert (opened.created, round_.status, round_.opened_by, round_.freed_by) == (True, "open", world.agent, None)
    assert world.at(9) not in public_starts(world)
    offers = asked(round_)
    assert [offer.entry for offer in offers] == entries[:3]
    assert round_.log[0] == {"at": NOW.isoformat(), "by_hand": {"agent": world.agent.pk, "entry": None}}
    assert accept(offers[0].pk, by=SMS, now=NOW).appointment.starts_at == world.at(9)


def test_a_family_is_asked_before_its_turn_alone_with_the_reason_kept() -> None:
    world = World()
    first, second, chosen, last = queue(world, 4)
    round_ = offered(world, chosen).round
    (offer,) = asked(round_)
    assert (offer.entry, offer.rank, offer.explanation["out_of_turn"]) == (chosen, 3, REASON)
    assert (round_.first_entry, round_.reason) == (chosen, REASON)
    assert {(one["entry"], one["reason"]) for one in round_.log[1]["skipped"]} == {
        (first.pk, Skip.AFTER_ANOTHER),
        (second.pk, Skip.AFTER_ANOTHER),
    }
    assert last.offers.count() == 0
    assert accept(offer.pk, by=SMS, now=NOW + MINUTE).status == OfferStatus.ACCEPTED


def test_after_her_no_the_round_goes_on_by_the_published_order() -> None:
    world = World()
    first, second, chosen, last = queue(world, 4)
    round_ = offered(world, chosen).round
    decline(asked(round_)[0].pk, by=SMS, now=NOW + MINUTE)
    offers = list(round_.offers.pending().order_by("rank"))
    assert [offer.entry for offer in offers] == [first, second, last]
    assert all("out_of_turn" not in offer.explanation for offer in offers)


def test_her_silence_of_one_interval_lets_the_next_families_join() -> None:
    world = World()
    first, _, chosen, _ = queue(world, 4)
    round_ = offered(world, chosen).round
    assert [offer.entry for offer in asked(round_)] == [chosen]
    assert [offer.entry for offer in asked(round_, NOW + 59 * MINUTE)] == [chosen]
    joined = asked(round_, NOW + HOUR)
    assert {offer.entry for offer in joined} >= {chosen, first}
    # Her deadline is that of any offer; a yes after the others were asked is still a yes.
    mine = next(offer for offer in joined if offer.entry == chosen)
    assert mine.expires_at == NOW + 6 * HOUR
    assert accept(mine.pk, by=SMS, now=NOW + 2 * HOUR).status == OfferStatus.ACCEPTED


def test_at_night_the_family_is_asked_first_in_the_morning() -> None:
    world = World()
    _, chosen = queue(world, 2)
    late = paris(world.day - timedelta(days=1), 21, 40)
    by = Actor.of(world.agent)
    round_ = open_by_hand(wanted(world, chosen, 11), by=by, now=late, reason=REASON).round
    assert round_.next_batch_at == paris(world.day, 8)
    assert world.at(11) not in public_starts(world)
    advance_due(now=late + HOUR)
    assert round_.offers.count() == 0
    advance_due(now=paris(world.day, 8))
    assert round_.offers.get().entry == chosen


def test_it_is_refused_without_an_agent_or_a_reason() -> None:
    world = World()
    entry = waiting(world)
    with pytest.raises(ByAnAgentOnly):
        offered(world, by=Actor.family())
    with pytest.raises(OutOfTurnReasonMissing):
        offered(world, entry, reason=" \n ")
    assert not OfferRound.objects.exists()


def _took(world: World) -> None:
    world.book(9)


def _held(world: World) -> None:
    hold(type=world.type, location=world.location, start=world.at(9), attendees=1, holder="x", by=SMS, now=NOW)


def _freed(world: World) -> None:
    free(world.book(9).appointment)


@pytest.mark.parametrize(("before", "error"), [(_took, SlotTaken), (_held, SlotTaken), (_freed, SlotOffered)])
def test_a_slot_that_is_not_free_is_refused(before: Callable[[World], None], error: type[BookingError]) -> None:
    world = World()
    waiting(world)
    before(world)
    with pytest.raises(error):
        offered(world)


def test_so_is_one_that_nobody_receives_at_or_that_lies_off_the_grid() -> None:
    world = World()
    waiting(world)
    for start in (world.at(14), world.at(9, 10)):
        with pytest.raises(NotBookable):
            open_by_hand(
                Wanted(type=world.type, location=world.location, start=start), by=Actor.of(world.agent), now=NOW
            )


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"half_days": ["2-pm"]}, Skip.OTHER_HALF_DAY),
        ({"notice_minutes": 60 * 30}, Skip.TOO_SHORT_NOTICE),
        ({"children": 2}, None),
    ],
)
def test_the_family_s_own_wishes_stand(wish: dict[str, Any], reason: Skip | None) -> None:
    world = World(extra_per_sibling_minutes=30)
    entry = waiting(world, **wish)
    if reason is None:
        assert offered(world, entry).round.ends_at == world.at(10)
        return
    with pytest.raises(NotForThisFamily) as refused:
        offered(world, entry)
    assert refused.value.reason is reason


def test_caps_stand_too() -> None:
    world = World()
    entry = waiting(world)
    for hour in (10, 11):
        (offer,) = asked(free(world.book(hour).appointment))
        decline(offer.pk, by=SMS, now=NOW)
    asked(free(world.book(11, 30).appointment))
    with pytest.raises(NotForThisFamily) as refused:
        offered(world, entry)
    assert refused.value.reason is Skip.HAS_AN_OFFER
    decline(entry.offers.pending().get().pk, by=SMS, now=NOW)
    with pytest.raises(NotForThisFamily) as refused:
        offered(world, entry)
    assert refused.value.reason is Skip.ENOUGH_THIS_WEEK
    with pytest.raises(NobodyToAsk):
        offered(world)


def test_a_family_whose_caps_filled_meanwhile_leaves_it_to_the_published_order() -> None:
    world = World()
    first, chosen = queue(world, 2)
    round_ = offered(world, chosen).round
    leave(chosen.pk, by=SMS, now=NOW)
    assert [offer.entry for offer in asked(round_)] == [first]


def test_who_waits_no_more_is_asked_nothing() -> None:
    world = World()
    entry = waiting(world)
    waiting(world)
    leave(entry.pk, by=SMS, now=NOW)
    with pytest.raises(EntryEnded):
        offered(world, entry)


def test_two_tabs_make_one_round_and_another_family_does_not_take_it_over() -> None:
    world = World()
    first, second = queue(world, 2)
    one = offered(world, first)
    asked(one.round)
    again = offered(world, first)
    assert (again.created, again.round) == (False, one.round)
    with pytest.raises(SlotOffered):
        offered(world, second)
    assert Occupation.objects.count() == 1


def test_less_than_two_hours_before_those_who_stand_by_are_called() -> None:
    world = World()
    waiting(world, NOW - timedelta(days=1))
    ready = waiting(world, standby=True)
    late = world.at(9) - timedelta(minutes=50)
    with pytest.raises(TooLateToOffer):
        offered(world, ready, now=late)
    called = offered(world, now=late).round
    assert (called.standby, called.opened_by) == (True, world.agent)
    assert [offer.entry for offer in asked(called, late)] == [ready]
    with pytest.raises(TooLateToOffer):
        open_by_hand(wanted(world, hour=10), by=Actor.of(world.agent), now=world.at(9, 25))


def test_the_notice_of_the_type_stands() -> None:
    world = World(earliest_notice_minutes=60 * 24)
    waiting(world, standby=True)
    round_ = open_by_hand(wanted(world, hour=11), by=Actor.of(world.agent), now=NOW).round
    assert round_.closes_at == world.at(11) - timedelta(hours=24)
    for late in (world.at(9) - timedelta(hours=23), world.at(9) - HOUR):
        with pytest.raises(TooLateToOffer):
            offered(world, now=late)


def test_the_outlook_says_what_will_happen() -> None:
    world = World()
    queue(world, 5)
    waiting(world, half_days=["5-pm"])
    seen = outlook(wanted(world), now=NOW)
    assert (seen.waiting, seen.eligible, seen.size, seen.opens, seen.alone) == (6, 5, 3, NOW, HOUR)
    assert not OfferRound.objects.exists()


def test_whom_the_family_waits_for_is_whom_it_is_offered() -> None:
    world = World()
    other = agent(world.organisation)
    opening(other, world.location, world.type, day=world.day)
    world.location.refresh_from_db()
    entry = waiting(world, agent=other)
    slot = Wanted(type=world.type, location=world.location, start=world.at(9), entry=entry)
    round_ = open_by_hand(slot, by=Actor.of(world.agent), now=NOW, reason=REASON).round
    assert round_.agent == other
    assert [offer.entry for offer in asked(round_)] == [entry]


def test_withdrawn_it_is_everybody_s_again_and_those_asked_are_told() -> None:
    world = World()
    queue(world, 2)
    round_ = offered(world).round
    offers = asked(round_)
    with heard(OfferClosed) as told:
        withdraw(round_.pk, by=Actor.of(world.agent), now=NOW + MINUTE)
        withdraw(round_.pk, by=Actor.of(world.agent), now=NOW + MINUTE)
    assert [event.offer for event in told] == offers
    round_.refresh_from_db()
    assert round_.status == RoundStatus.WITHDRAWN
    assert round_.log[-1] == {"at": (NOW + MINUTE).isoformat(), "withdrawn_by": world.agent.pk}
    assert world.at(9) in public_starts(world)
    with pytest.raises(OfferWithdrawn):
        accept(offers[0].pk, by=SMS, now=NOW + 2 * MINUTE)


def test_it_is_not_withdrawn_from_who_said_yes_nor_by_a_family() -> None:
    world = World()
    queue(world, 2)
    service = Actor.of(world.agent)
    round_ = offered(world).round
    first, second = asked(round_)
    accept(second.pk, by=SMS, now=NOW + MINUTE)
    with pytest.raises(YesReceived):
        withdraw(round_.pk, by=service, now=NOW + MINUTE)
    decline(first.pk, by=SMS, now=NOW + MINUTE)
    with pytest.raises(RoundEnded):
        withdraw(round_.pk, by=service, now=NOW + MINUTE)
    assert Appointment.objects.standing().get().starts_at == world.at(9)
    with pytest.raises(ByAnAgentOnly):
        withdraw(round_.pk, by=SMS, now=NOW)


def test_a_slot_that_was_freed_is_withdrawn_with_its_reason_and_not_offered_again() -> None:
    world = World()
    waiting(world)
    round_ = free(world.book(9).appointment)
    offers = asked(round_)
    with pytest.raises(WithdrawalReasonMissing):
        withdraw(round_.pk, by=Actor.of(world.agent), now=NOW, reason=" ")
    with heard(OfferClosed) as told:
        withdrawn = withdraw(round_.pk, by=Actor.of(world.agent), now=NOW, reason="Réunion  d’équipe")
    assert [event.offer for event in told] == offers
    assert (withdrawn.status, withdrawn.reason) == (RoundStatus.WITHDRAWN, "Réunion d’équipe")
    assert world.at(9) in public_starts(world)
    assert (open_missed(now=NOW + MINUTE), advance_due(now=NOW + MINUTE)) == (0, 0)
    waiting(world, NOW + MINUTE)
    assert not OfferRound.objects.filter(status=RoundStatus.OPEN).exists()


def test_a_chain_of_professionals_is_offered_whole() -> None:
    world, both = chained()
    waiting(world)
    slot = Wanted(type=world.type, location=world.location, start=world.at(9), agent=both[1])
    round_ = open_by_hand(slot, by=Actor.of(world.agent), now=NOW).round
    assert sorted(round_.occupations.values_list("agent_id", flat=True)) == sorted(both)
    (offer,) = asked(round_)
    booked = accept(offer.pk, by=SMS, now=NOW).appointment
    assert [row.agent_id for row in booked.appointment_agents.all()] == both
