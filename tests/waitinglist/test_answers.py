"""Yes, no, too late, twice, and who wins."""

from datetime import timedelta

import pytest

from rdv.booking.cancel import cancel
from rdv.booking.events import OfferClosed
from rdv.models import Appointment, EntryStatus, Occupation, Offer, OfferStatus, RoundStatus, WaitingListEntry
from rdv.models.actor import Actor
from rdv.models.appointment import Channel
from rdv.waitinglist.award import window_end
from rdv.waitinglist.entries import leave, pause
from rdv.waitinglist.errors import EntryEnded, OfferDeclined, OfferExpired, OfferTaken
from rdv.waitinglist.offers import accept, decline, find_by_code
from rdv.waitinglist.rounds import advance, advance_due
from tests.factories import NOW, World, who
from tests.waitinglist.support import SMS, asked, free, heard, queue, waiting

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def statuses(*offers: Offer) -> list[str]:
    return [Offer.objects.get(pk=offer.pk).status for offer in offers]


def test_in_the_window_a_yes_waits_for_those_who_rank_before() -> None:
    world = World()
    queue(world, 3)
    first, second, third = asked(free(world.book(9).appointment))
    assert accept(third.pk, by=SMS, now=NOW + MINUTE).status == OfferStatus.CLAIMED
    assert accept(second.pk, by=SMS, now=NOW + 2 * MINUTE).status == OfferStatus.CLAIMED
    assert accept(first.pk, by=SMS, now=NOW + 9 * MINUTE).status == OfferStatus.ACCEPTED
    assert statuses(first, second, third) == ["accepted", "void", "void"]


def test_at_the_end_of_the_window_the_best_ranked_yes_wins() -> None:
    world = World()
    _, second_entry, _ = queue(world, 3)
    round_ = free(world.book(9).appointment)
    first, second, third = asked(round_)
    accept(third.pk, by=SMS, now=NOW + MINUTE)
    accept(second.pk, by=SMS, now=NOW + 2 * MINUTE)
    assert advance_due(now=NOW + 9 * MINUTE) == 0
    assert advance_due(now=window_end(first, round_)) == 1
    assert statuses(first, second, third) == ["void", "accepted", "void"]
    booked = Appointment.objects.standing().get()
    assert (booked.participations.get().family, booked.channel) == (second_entry.family, Channel.SMS)


def test_a_no_of_the_better_ranked_gives_it_to_the_waiting_yes_at_once() -> None:
    world = World()
    queue(world, 2)
    first, second = asked(free(world.book(9).appointment))
    accept(second.pk, by=SMS, now=NOW + MINUTE)
    decline(first.pk, by=SMS, now=NOW + 2 * MINUTE)
    assert statuses(first, second) == ["declined", "accepted"]


def test_after_the_window_the_first_yes_wins() -> None:
    world = World()
    queue(world, 3)
    first, _, third = asked(free(world.book(9).appointment))
    assert accept(third.pk, by=SMS, now=NOW + 10 * MINUTE).status == OfferStatus.ACCEPTED
    with pytest.raises(OfferTaken):
        accept(first.pk, by=SMS, now=NOW + 11 * MINUTE)


def test_a_yes_whose_window_is_over_wins_although_nobody_settled_it() -> None:
    world = World()
    queue(world, 3)
    first, second, third = asked(free(world.book(9).appointment))
    accept(second.pk, by=SMS, now=NOW + MINUTE)
    with pytest.raises(OfferTaken):
        accept(first.pk, by=SMS, now=NOW + 12 * MINUTE)
    assert statuses(first, second, third) == ["void", "accepted", "void"]


def test_saying_yes_twice_is_saying_it_once() -> None:
    world = World()
    queue(world, 2)
    first, second = asked(free(world.book(9).appointment))
    claimed = accept(second.pk, by=SMS, now=NOW)
    assert accept(second.pk, by=SMS, now=NOW).answered_at == claimed.answered_at
    accepted = accept(first.pk, by=SMS, now=NOW)
    assert accept(first.pk, by=SMS, now=NOW + MINUTE).appointment == accepted.appointment
    assert Appointment.objects.standing().count() == 1


def test_losers_are_told_and_the_winner_too() -> None:
    world = World()
    queue(world, 3)
    first, second, third = asked(free(world.book(9).appointment))
    with heard(OfferClosed) as told:
        accept(first.pk, by=SMS, now=NOW)
    closed = [(event.offer, event.offer.status) for event in told]
    assert closed == [(first, "accepted"), (second, "void"), (third, "void")]


def test_the_loser_who_is_being_answered_is_not_told_twice() -> None:
    world = World()
    queue(world, 2)
    first, second = asked(free(world.book(9).appointment))
    Occupation.objects.all().delete()
    world.book(9)
    with heard(OfferClosed) as told, pytest.raises(OfferTaken):
        accept(first.pk, by=SMS, now=NOW)
    assert [event.offer for event in told] == [second]


def test_after_the_deadline_a_yes_is_too_late_and_keeps_the_place() -> None:
    world = World()
    entry = waiting(world, NOW - timedelta(days=3))
    (offer,) = asked(free(world.book(9).appointment))
    with pytest.raises(OfferExpired) as refused:
        accept(offer.pk, by=SMS, now=offer.expires_at)
    assert world.at(9, 30) in [slot.start for slot in refused.value.alternatives]
    assert not Appointment.objects.standing().exists()
    entry.refresh_from_db()
    assert (entry.status, entry.waiting_since) == (EntryStatus.WAITING, NOW - timedelta(days=3))


def test_a_yes_just_before_the_deadline_is_in_time() -> None:
    world = World()
    queue(world, 1)
    (offer,) = asked(free(world.book(9).appointment))
    assert accept(offer.pk, by=SMS, now=offer.expires_at - MINUTE).status == OfferStatus.ACCEPTED


def test_a_no_is_final_and_a_second_no_changes_nothing() -> None:
    world = World()
    queue(world, 2)
    first, second = asked(free(world.book(9).appointment))
    decline(first.pk, by=SMS, now=NOW)
    decline(first.pk, by=SMS, now=NOW)
    with pytest.raises(OfferDeclined):
        accept(first.pk, by=SMS, now=NOW)
    assert statuses(first, second) == ["declined", "live"]


def test_a_no_after_a_yes_not_yet_settled_gives_it_up() -> None:
    world = World()
    queue(world, 2)
    first, second = asked(free(world.book(9).appointment))
    accept(second.pk, by=SMS, now=NOW)
    decline(second.pk, by=SMS, now=NOW + MINUTE)
    accept(first.pk, by=SMS, now=NOW + 2 * MINUTE)
    assert statuses(first, second) == ["accepted", "declined"]


def test_cancel_accept_cancel_revives_no_offer() -> None:
    world = World()
    _, second_entry = queue(world, 2)
    first, second = asked(free(world.book(9).appointment))
    accepted = accept(first.pk, by=SMS, now=NOW)
    later = NOW + 5 * MINUTE
    cancel(accepted.appointment_id, by=SMS, now=later, for_family=True)
    assert accept(first.pk, by=SMS, now=later).appointment.is_cancelled
    with pytest.raises(OfferTaken):
        accept(second.pk, by=SMS, now=later)
    assert statuses(first, second) == ["accepted", "void"]
    advance_due(now=later)
    again = Offer.objects.pending().get()
    assert (again.entry, again.round.freed_by) == (second_entry, accepted.appointment)
    assert not Appointment.objects.standing().exists()


def test_whoever_leaves_or_pauses_passes_its_offer_on() -> None:
    world = World()
    entries = queue(world, 5)
    first, second, _ = asked(free(world.book(9).appointment))
    leave(entries[0].pk, by=SMS, now=NOW)
    pause(entries[1].pk, by=SMS, now=NOW)
    assert statuses(first, second) == ["declined", "declined"]
    assert [offer.entry for offer in Offer.objects.pending().order_by("rank")] == entries[2:]


def test_a_family_that_books_by_itself_waits_no_more() -> None:
    world = World()
    entry = waiting(world)
    round_ = free(world.book(9).appointment)
    (offer,) = asked(round_)
    world.book(10, who=who(entry.family))
    entry.refresh_from_db()
    assert entry.status == EntryStatus.FULFILLED
    with pytest.raises(EntryEnded):
        accept(offer.pk, by=SMS, now=NOW)
    advance(round_.pk, now=NOW)
    round_.refresh_from_db()
    assert (round_.status, statuses(offer)) == (RoundStatus.EXHAUSTED, ["declined"])


def test_whoever_gives_up_the_appointment_it_wanted_earlier_is_asked_again() -> None:
    world = World()
    late = world.book(11).appointment
    entry = waiting(world, family=late.participations.get().family, current_appointment=late)
    cancel(late.pk, by=SMS, now=NOW, for_family=True)
    entry.refresh_from_db()
    assert entry.status == EntryStatus.PAUSED


def test_who_gives_up_the_later_appointment_before_saying_yes_has_the_earlier_one() -> None:
    world = World()
    late = world.book(11).appointment
    waiting(world, family=late.participations.get().family, current_appointment=late)
    (offer,) = asked(free(world.book(9).appointment))
    cancel(late.pk, by=SMS, now=NOW, for_family=True)
    assert accept(offer.pk, by=SMS, now=NOW + MINUTE).appointment.starts_at == world.at(9)


def test_whoever_is_cancelled_by_the_service_waits_without_appointment() -> None:
    world = World()
    late = world.book(11).appointment
    entry = waiting(world, family=late.participations.get().family, current_appointment=late)
    cancel(late.pk, by=Actor.of(world.agent), now=NOW, for_family=False)
    (offer,) = asked(free(world.book(9).appointment))
    assert (offer.entry, offer.explanation["has_appointment"]) == (entry, False)
    assert accept(offer.pk, by=SMS, now=NOW).appointment.starts_at == world.at(9)


def test_a_family_is_not_offered_what_it_has_just_given_back() -> None:
    world = World()
    appointment = world.book(9).appointment
    waiting(world, family=appointment.participations.get().family)
    assert free(appointment) is None


def test_when_the_slot_is_gone_behind_our_back_the_yes_is_told_so() -> None:
    world = World()
    queue(world, 2)
    round_ = free(world.book(9).appointment)
    first, second = asked(round_)
    Occupation.objects.all().delete()
    world.book(9)
    with pytest.raises(OfferTaken):
        accept(first.pk, by=SMS, now=NOW)
    round_.refresh_from_db()
    assert round_.status == RoundStatus.TAKEN
    assert statuses(first, second) == ["void", "void"]
    assert WaitingListEntry.objects.waiting().count() == 2


def test_an_offer_is_found_by_its_link_and_by_its_code_from_its_own_number_alone() -> None:
    world = World()
    queue(world, 2)
    first, second = asked(free(world.book(9).appointment))
    phone = first.entry.contact.phone
    assert Offer.objects.find(first.token) == first
    assert first.token not in first.token_hash
    assert Offer.objects.find("unknown") is None
    assert find_by_code(phone, f" {first.code.lower()} ") == first
    assert find_by_code(second.entry.contact.phone, first.code) is None
    accept(first.pk, by=SMS, now=NOW)
    assert find_by_code(phone, first.code) == first
