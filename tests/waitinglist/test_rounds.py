"""How a round goes on: hours, deadlines, silences, the end; whatever was missed is done later."""

from datetime import timedelta
from typing import Any

import pytest

from rdv.booking.absences import declare_absence
from rdv.booking.events import OfferClosed
from rdv.booking.selectors import Search, slots_at
from rdv.models import Absence, EntryStatus, Occupation, OfferRound, OfferStatus, RoundStatus, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist import rounds
from rdv.waitinglist.events import EntryPaused
from rdv.waitinglist.offers import accept, decline
from rdv.waitinglist.rounds import advance, advance_due
from tests.factories import NOW, World, paris
from tests.waitinglist.support import SMS, asked, free, heard, queue, told, waiting

pytestmark = pytest.mark.django_db

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def public(world: World, now: object = NOW) -> list[object]:
    return [slot.start for slot in slots_at(Search(type=world.type, now=now), world.location)]  # type: ignore[arg-type]


def test_nobody_waits_so_the_slot_is_everybody_s_at_once() -> None:
    world = World()
    assert free(world.book(9).appointment) is None
    assert world.at(9) in public(world)


def test_the_next_batch_joins_the_first_after_the_interval_and_the_first_ends_after_six() -> None:
    world = World()
    entries = queue(world, 8)
    round_ = free(world.book(9).appointment)
    first = asked(round_)
    told(round_)
    # A lead of 24 h: interval and deadline are the longest.
    assert [(o.made_at, o.expires_at) for o in first] == [(NOW, NOW + 6 * HOUR)] * 3
    assert round_.next_batch_at == NOW + HOUR
    assert len(asked(round_, NOW + 59 * MINUTE)) == 3
    # A yes may still come from the three: one family joins them.
    joined = asked(round_, NOW + HOUR)
    assert [(offer.entry, offer.batch) for offer in joined][2:] == [(entries[2], 1), (entries[3], 2)]
    assert len(joined) == 4
    for hours in (2, 3, 4, 5):
        asked(round_, NOW + hours * HOUR)
    later = asked(round_, NOW + 6 * HOUR)
    assert entries[3] in [offer.entry for offer in later]
    assert not {entry.pk for entry in entries[:3]} & {offer.entry_id for offer in later}
    assert {entry.silences for entry in WaitingListEntry.objects.filter(pk__in=[e.pk for e in entries[:3]])} == {1}


def test_advancing_twice_or_too_early_changes_nothing() -> None:
    world = World()
    queue(world, 8)
    round_ = free(world.book(9).appointment)
    asked(round_)
    before = list(OfferRound.objects.values())
    for minutes in (0, 0, 1, 30):
        advance(round_.pk, now=NOW + minutes * MINUTE)
    assert list(OfferRound.objects.values()) == before
    assert round_.offers.count() == 3


def test_a_worker_that_was_away_finds_what_it_missed() -> None:
    world = World()
    queue(world, 4)
    round_ = free(world.book(9).appointment)
    assert round_.offers.count() == 0
    assert advance_due(now=NOW + 5 * MINUTE) == 1
    assert round_.offers.count() == 3
    assert advance_due(now=NOW + 7 * HOUR) == 1
    assert sorted(round_.offers.values_list("status", flat=True)) == ["expired"] * 3 + ["live"]
    assert advance_due(now=NOW + 7 * HOUR) == 0


def test_when_the_list_ends_the_slot_is_everybody_s() -> None:
    world = World()
    queue(world, 1)
    round_ = free(world.book(9).appointment)
    asked(round_)
    assert world.at(9) not in public(world)
    assert asked(round_, NOW + 6 * HOUR) == []
    assert round_.status == RoundStatus.EXHAUSTED
    assert world.at(9) in public(world)


def test_two_hours_before_the_start_the_slot_is_everybody_s() -> None:
    world = World()
    queue(world, 12)
    appointment = world.book(11).appointment
    now = world.at(8, 30)
    round_ = free(appointment, now)
    assert round_.closes_at == world.at(9)
    first = asked(round_, now)
    assert len(first) == 3
    assert {offer.expires_at for offer in first} == {world.at(9)}
    # After the first interval of 12 min 30 s none is left in which to ask: the last batch is as large as may be.
    assert len(asked(round_, world.at(8, 43))) == 8
    search = Search(type=world.type, now=world.at(9))
    assert world.at(11) in [slot.start for slot in slots_at(search, world.location)]
    assert asked(round_, world.at(9)) == []
    assert round_.status == RoundStatus.OVER
    assert Occupation.objects.count() == 0


def test_too_late_to_ask_anybody_starts_no_round() -> None:
    world = World()
    queue(world, 2)
    appointment = world.book(11).appointment
    assert free(appointment, world.at(8, 51)) is None


def test_an_offer_that_would_leave_at_night_is_held_until_eight() -> None:
    world = World()
    queue(world, 2)
    appointment = world.book(11, 30).appointment
    night = paris(world.day - timedelta(days=1), 21, 40)
    round_ = free(appointment, night)
    assert round_.next_batch_at == world.at(8)
    assert world.at(11, 30) not in public(world, night)
    assert advance_due(now=night) == 0
    advance(round_.pk, now=night)
    assert round_.offers.count() == 0
    assert len(asked(round_, world.at(8))) == 2


def test_an_offer_is_skipped_when_the_slot_starts_before_families_can_react() -> None:
    world = World()
    queue(world, 2)
    appointment = world.book(9).appointment
    assert free(appointment, paris(world.day - timedelta(days=1), 21, 40)) is None
    assert world.at(9) in public(world, paris(world.day - timedelta(days=1), 21, 40))


def test_the_next_batch_of_the_evening_waits_for_the_morning() -> None:
    world = World()
    queue(world, 5)
    appointment = world.book(11, 30).appointment
    evening = paris(world.day - timedelta(days=1), 19, 55)
    round_ = free(appointment, evening)
    asked(round_, evening)
    assert asked(round_, evening + HOUR) == list(round_.offers.filter(batch=1).order_by("rank"))
    # The first may still answer: the night was no time to.
    assert [offer.batch for offer in asked(round_, world.at(8))] == [1, 1, 1, 2, 2]


def test_three_silences_pause_the_entry_and_ask() -> None:
    world = World()
    entry = waiting(world)
    WaitingListEntry.objects.update(silences=2)
    round_ = free(world.book(9).appointment)
    asked(round_)
    told(round_)
    with heard(EntryPaused) as paused:
        asked(round_, NOW + 6 * HOUR)
    entry.refresh_from_db()
    assert (entry.status, entry.silences) == (EntryStatus.PAUSED, 3)
    assert [event.entry for event in paused] == [entry]


def test_any_answer_forgets_the_silences() -> None:
    world = World()
    entry = waiting(world)
    WaitingListEntry.objects.update(silences=2)
    (offer,) = asked(free(world.book(9).appointment))
    decline(offer.pk, by=SMS, now=NOW)
    entry.refresh_from_db()
    assert (entry.status, entry.silences) == (EntryStatus.WAITING, 0)


def test_an_absence_frees_nothing_and_ends_the_offers_under_it() -> None:
    world = World()
    queue(world, 2)
    hit = world.book(10).appointment
    round_ = free(world.book(9).appointment)
    asked(round_)
    absence = Absence(agent=world.agent, starts_at=world.at(8), ends_at=world.at(18))
    declare_absence(absence, by=Actor.of(world.agent), now=NOW)
    round_.refresh_from_db()
    assert round_.status == RoundStatus.TAKEN
    assert {offer.status for offer in round_.offers.all()} == {OfferStatus.VOID}
    assert free(hit) is None


def test_an_agent_may_take_the_slot_and_its_families_are_told() -> None:
    world = World()
    queue(world, 2)
    round_ = free(world.book(9).appointment)
    asked(round_)
    world.book(9, by=Actor.of(world.agent), over_offers=True)
    round_.refresh_from_db()
    assert round_.status == RoundStatus.TAKEN
    assert {offer.status for offer in round_.offers.all()} == {OfferStatus.VOID}


@pytest.mark.parametrize(("minute", "overbooked"), [(0, False), (15, True)])
def test_an_agent_who_overbooks_an_offered_slot_ends_its_offers(minute: int, overbooked: bool) -> None:
    """At 9:00 nothing but the offers stood there; at 9:15 it also runs into who comes at 9:30."""
    world = World()
    queue(world, 2)
    world.book(9, 30)
    round_ = free(world.book(9).appointment)
    asked(round_)
    given = {"agents": [world.agent.pk], "by": Actor.of(world.agent), "overbooking_reason": "urgence"}
    with heard(OfferClosed) as closed:
        taken = world.book(9, minute, **given).appointment
    round_.refresh_from_db()
    assert round_.status == RoundStatus.TAKEN
    assert len(closed) == 2
    assert [row.is_overbooked for row in taken.occupations.all()] == [overbooked]


def test_a_slot_off_the_grid_is_not_offered() -> None:
    world = World()
    queue(world, 2)
    appointment = world.book(9, 10, by=Actor.of(world.agent)).appointment
    assert free(appointment) is None


def test_the_log_explains_who_was_asked_and_who_was_passed_over() -> None:
    world = World()
    passed = waiting(world, NOW - timedelta(days=9), half_days=["5-pm"])
    first = waiting(world, NOW - timedelta(days=8))
    waiting(world, NOW - timedelta(days=7), half_days=["5-pm"])
    round_ = free(world.book(9).appointment)
    asked(round_)
    (line,) = round_.log
    assert [one["entry"] for one in line["chosen"]] == [first.pk]
    assert line["skipped"] == [{"entry": passed.pk, "rank": 1, "reason": "other_half_day"}]
    assert (line["waiting"], line["size"], line["at"]) == (3, 3, NOW.isoformat())


def test_a_chain_of_moves_ends_after_three() -> None:
    world = World(grid_minutes=30)
    starts = [(9, 0), (9, 30), (10, 0), (10, 30), (11, 0), (11, 30)]
    appointments = [world.book(*start).appointment for start in starts]
    for position, appointment in enumerate(appointments[1:]):
        mover = appointment.participations.get().family
        waiting(world, NOW - timedelta(days=9 - position), family=mover, current_appointment=appointment)
    free(appointments[0])
    depths = []
    while True:
        round_ = OfferRound.objects.filter(status=RoundStatus.OPEN).order_by("-depth").first()
        if round_ is None:
            break
        depths.append(round_.depth)
        accept(asked(round_)[0].pk, by=SMS, now=NOW)
    assert depths == [0, 1, 2, 3]
    appointments[4].refresh_from_db()
    appointments[5].refresh_from_db()
    assert (appointments[4].starts_at, appointments[5].starts_at) == (world.at(10, 30), world.at(11, 30))
    assert world.at(11) in public(world)


def test_a_round_that_fails_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    worlds = World(), World()
    made = []
    for world in worlds:
        queue(world, 1)
        made.append(free(world.book(9).appointment))
    go_on = rounds.advance

    def breaking(pk: int, **given: Any) -> None:
        if pk == made[0].pk:
            raise ValueError("a round that nobody foresaw")
        go_on(pk, **given)

    monkeypatch.setattr(rounds, "advance", breaking)
    advance_due(now=NOW)
    assert [one.offers.count() for one in made] == [0, 1]
