"""What must not end a round, nor keep it from ending: another slot, one family, a worker that was away."""

from datetime import date, time, timedelta
from unittest.mock import patch

import pytest

from rdv.booking.absences import declare_absence
from rdv.booking.cancel import cancel
from rdv.booking.errors import BookingError, NotBookable
from rdv.booking.move import move
from rdv.models import (
    Absence,
    AbsenceKind,
    Appointment,
    AppointmentType,
    Offer,
    OfferRound,
    OfferStatus,
    Participation,
    Person,
    RoundStatus,
)
from rdv.models.actor import Actor
from rdv.waitinglist import missed, tasks
from rdv.waitinglist.offers import accept, decline
from rdv.waitinglist.proposals import CODES, DIGITS, LETTERS, _code
from rdv.waitinglist.rounds import advance, advance_due
from tests import factories as make
from tests.factories import NOW, TODAY, World, family, who
from tests.races.support import Rival, run_before
from tests.waitinglist.support import SMS, asked, free, queue, waiting

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_a_second_slot_waits_for_those_who_have_the_first_to_answer() -> None:
    world = World()
    queue(world, 3)
    first, second = free(world.book(9).appointment), free(world.book(10).appointment)
    offers = asked(first)
    assert asked(second) == []
    assert second.status == RoundStatus.OPEN
    for minute in range(1, 10):
        advance_due(now=NOW + minute * MINUTE)
    second.refresh_from_db()
    assert len(second.log) == 1
    accept(offers[0].pk, by=SMS, now=NOW + 10 * MINUTE)
    advance_due(now=NOW + 12 * MINUTE)
    assert {one.family_id for one in second.offers.pending()} == {one.family_id for one in offers[1:]}


def test_when_nobody_has_another_offer_to_answer_the_slot_is_everybody_s() -> None:
    world = World()
    queue(world, 1)
    first, second = free(world.book(9).appointment), free(world.book(10).appointment)
    (offer,) = asked(first)
    asked(second)
    accept(offer.pk, by=SMS, now=NOW + MINUTE)
    advance_due(now=NOW + 3 * MINUTE)
    second.refresh_from_db()
    assert second.status == RoundStatus.EXHAUSTED


def grown(world: World) -> tuple[Appointment, int]:
    """A family of one entry whose later appointment has become one of two, and its entry."""
    parents = family(world.territory, phone="+33639987777")
    later = world.book(11, who=who(parents)).appointment
    entry = waiting(world, NOW - timedelta(days=3), family=parents, current_appointment=later)
    return later, entry.pk


def add_a_sister(later: Appointment) -> None:
    parents = later.participations.get().family
    sister = Person.objects.create(family=parents, first_name="Noé", birth_date=date(2026, 6, 1))
    Participation.objects.create(appointment=later, family=parents, person=sister, created_at=NOW)


def test_a_slot_too_short_for_all_who_would_move_is_not_offered() -> None:
    world = World(max_attendees=2, extra_per_sibling_minutes=30)
    later, entry = grown(world)
    add_a_sister(later)
    world.book(9, 30)
    waiting(world)
    assert entry not in {offer.entry_id for offer in asked(free(world.book(9).appointment))}


def test_one_family_that_does_not_fit_any_more_leaves_the_slot_to_the_others() -> None:
    world = World(max_attendees=2, extra_per_sibling_minutes=30)
    later, entry = grown(world)
    world.book(9, 30)
    queue(world, 2)
    round_ = free(world.book(9).appointment)
    offers = {offer.entry_id: offer for offer in asked(round_)}
    add_a_sister(later)
    with pytest.raises(NotBookable):
        accept(offers[entry].pk, by=SMS, now=NOW + 20 * MINUTE)
    round_.refresh_from_db()
    assert round_.status == RoundStatus.OPEN
    other = next(offer for pk, offer in offers.items() if pk != entry)
    assert accept(other.pk, by=SMS, now=NOW + 21 * MINUTE).status == OfferStatus.ACCEPTED


@pytest.mark.parametrize("late", [timedelta(hours=-1), -5 * MINUTE, timedelta(hours=1)])
def test_a_yes_that_no_worker_settled_in_time_books_nothing_at_the_last_minute(late: timedelta) -> None:
    world = World()
    queue(world, 3)
    round_ = free(world.book(9).appointment)
    accept(asked(round_)[-1].pk, by=SMS, now=NOW + 2 * MINUTE)
    advance_due(now=world.at(9) + late)
    round_.refresh_from_db()
    assert round_.status == RoundStatus.OVER
    assert not Appointment.objects.standing().exists()


def test_a_worker_that_is_a_little_late_still_gives_the_slot() -> None:
    world = World()
    queue(world, 3)
    round_ = free(world.book(9).appointment)
    accept(asked(round_)[-1].pk, by=SMS, now=NOW + 2 * MINUTE)
    advance_due(now=round_.closes_at + 5 * MINUTE)
    assert Appointment.objects.standing().filter(starts_at=world.at(9)).count() == 1


def test_one_cancellation_that_cannot_be_looked_at_stops_no_round() -> None:
    world = World()
    cancel(world.book(9).appointment.pk, by=SMS, now=NOW, for_family=True)
    good = world.book(10).appointment
    queue(world, 3)
    round_ = free(good)
    with (
        patch("rdv.waitinglist.missed.open_round", side_effect=ValueError),
        patch("rdv.waitinglist.tasks.clock.now", return_value=NOW + MINUTE),
    ):
        tasks.advance_due()
    assert round_.offers.count() == 3


def test_what_cannot_be_offered_hides_nothing_that_can() -> None:
    """Twenty slots of an agent who is away come first, at each pass."""
    world = World()
    away = make.agent(world.organisation)
    make.opening(away, world.location, world.type, day=world.day, start=time(8), end=time(19))
    hit = [world.book(8 + i // 2, 30 * (i % 2), agents=[away.pk]).appointment for i in range(20)]
    morrow = TODAY + timedelta(days=2)
    make.opening(world.agent, world.location, world.type, day=morrow)
    last = make.booking(world.type, world.location, make.paris(morrow, 9), agents=[world.agent.pk]).appointment
    midnight = world.at(0)
    absence = Absence(agent=away, kind=AbsenceKind.SICK, starts_at=midnight, ends_at=midnight + timedelta(days=1))
    declare_absence(absence, by=Actor.of(world.agent), now=NOW)
    for appointment in hit:
        cancel(appointment.pk, by=Actor.of(world.agent), now=NOW, for_family=False)
    cancel(last.pk, by=SMS, now=NOW, for_family=True)
    queue(world, 1)
    for minute in (1, 2):
        missed.open_missed(now=NOW + minute * MINUTE)
    assert OfferRound.objects.filter(freed_by=last).exists()


def test_the_slot_of_two_agents_is_called_out_once() -> None:
    world = World(agents_needed=2)
    second = make.agent(world.organisation)
    make.opening(second, world.location, world.type, day=world.day)
    appointment = world.book(9, 30).appointment
    queue(world, 12, standby=True)
    free(appointment, world.at(8))
    advance_due(now=world.at(8))
    assert OfferRound.objects.filter(status=RoundStatus.OPEN).count() == 1
    assert Offer.objects.pending().count() == 5


def test_a_territory_that_has_used_up_all_codes_still_makes_offers() -> None:
    every = {first + letter + last for first in DIGITS for letter in LETTERS for last in DIGITS}
    assert len(every) == CODES
    assert _code(every) in every


def test_nothing_is_offered_within_the_notice_of_the_type() -> None:
    world = World()
    appointment = world.book(9).appointment
    AppointmentType.objects.update(earliest_notice_minutes=3 * 24 * 60)
    queue(world, 2)
    assert free(appointment) is None


def test_a_notice_of_five_hours_ends_the_offers_five_hours_before() -> None:
    world = World()
    appointment = world.book(11).appointment
    AppointmentType.objects.update(earliest_notice_minutes=300)
    queue(world, 2, standby=True)
    round_ = free(appointment)
    assert round_.closes_at == world.at(6)
    asked(round_)
    advance(round_.pk, now=world.at(8))
    assert list(OfferRound.objects.values_list("status", flat=True)) == [RoundStatus.OVER]


def test_who_cancels_its_appointment_later_than_one_that_the_service_took_away_is_heard() -> None:
    world = World()
    early, later = world.book(9).appointment, world.book(11).appointment
    waiting(world, family=early.participations.get().family, current_appointment=early)
    cancel(early.pk, by=Actor.of(world.agent), now=NOW, for_family=False)
    round_ = free(later)
    assert round_ is not None
    assert len(asked(round_)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_log_names_who_was_asked_by_another_round_at_the_same_instant() -> None:
    world = World()
    morrow = TODAY + timedelta(days=2)
    make.opening(world.agent, world.location, world.type, day=morrow, start=time(14), end=time(17))
    first = waiting(world, NOW - timedelta(days=9))
    second = waiting(world, NOW - timedelta(days=3), half_days=["3-pm"])
    morning = free(world.book(9).appointment)
    afternoon = free(make.booking(world.type, world.location, make.paris(morrow, 14)).appointment)
    with run_before("rdv.waitinglist.proposals._within_caps", Rival(lambda: advance(morning.pk, now=NOW))):
        advance(afternoon.pk, now=NOW)
    afternoon.refresh_from_db()
    line = afternoon.log[-1]
    assert [one["entry"] for one in line["chosen"]] == [second.pk]
    assert [(one["entry"], one["reason"]) for one in line["skipped"]] == [(first.pk, "has_an_offer")]


def test_a_yes_to_an_earlier_slot_never_makes_the_appointment_later() -> None:
    """The family moved it itself, earlier still, before it said yes."""
    world = World()
    make.opening(world.agent, world.location, world.type, day=TODAY, start=time(14), end=time(17))
    later = world.book(11).appointment
    waiting(world, family=later.participations.get().family, current_appointment=later)
    (offer,) = asked(free(world.book(9).appointment))
    move(later.pk, start=make.paris(TODAY, 15), by=Actor.family(), now=NOW + MINUTE)
    with pytest.raises(BookingError):
        accept(offer.pk, by=SMS, now=NOW + 2 * MINUTE)
    later.refresh_from_db()
    assert later.starts_at == make.paris(TODAY, 15)


def test_a_no_is_followed_by_a_look_at_those_who_had_another_offer() -> None:
    world = World()
    queue(world, 1)
    first, second = free(world.book(9).appointment), free(world.book(10).appointment)
    (offer,) = asked(first)
    asked(second)
    decline(offer.pk, by=SMS, now=NOW + MINUTE)
    advance_due(now=NOW + 2 * MINUTE)
    assert second.offers.count() == 1
