"""What each night counts, from real bookings, cancellations, moves and outcomes."""

from datetime import timedelta

import pytest

from rdv.booking.cancel import cancel
from rdv.booking.move import move
from rdv.booking.outcome import record_outcome
from rdv.booking.sessions import open_session
from rdv.models import Appointment, FreedSlot, Status
from rdv.models.actor import Actor
from rdv.models.appointment import Channel
from rdv.statistics.counting import count, count_days
from rdv.statistics.definitions import Attendance, Lead, Period
from rdv.statistics.reading import Figures
from rdv.waitinglist.offers import accept
from tests.factories import NOW, World, appointment_type, booking, who
from tests.waitinglist.support import SMS, asked, free, waiting

pytestmark = pytest.mark.django_db

FAMILY = Actor.family(Channel.WEB)
SYSTEM = Actor.system()


@pytest.fixture
def world() -> World:
    return World()


def settle(appointment: Appointment, status: Status, world: World) -> None:
    record_outcome(appointment.pk, status=status, by=Actor.of(world.agent), now=world.at(18))


def figures(world: World) -> Figures:
    return Figures(territory=world.territory)


def counted(world: World) -> Attendance:
    count(now=world.at(4) + timedelta(days=1))
    return figures(world).attendance(Period(world.day, world.day))


def give_up(appointment: Appointment, *, now, for_family: bool = True, by: Actor = FAMILY) -> None:
    cancel(appointment.pk, by=by, now=now, for_family=for_family)


def test_each_outcome_is_counted_once(world: World) -> None:
    seen, absent = world.book(9).appointment, world.book(9, 30).appointment
    excused, late, revoked = (world.book(hour, minute).appointment for hour, minute in ((10, 0), (10, 30), (11, 0)))
    world.book(11, 30)
    give_up(excused, now=NOW)
    give_up(late, now=world.at(9))
    give_up(revoked, now=NOW, for_family=False, by=Actor.of(world.agent))
    settle(seen, Status.SEEN, world)
    settle(absent, Status.NOSHOW, world)
    assert counted(world) == Attendance(seen=1, noshow=1, excused=1, late=1, revoked=1, pending=1, online=6)


def test_counting_again_changes_nothing_and_takes_what_was_mended(world: World) -> None:
    appointment = world.book(9).appointment
    settle(appointment, Status.NOSHOW, world)
    assert counted(world) == counted(world) == Attendance(noshow=1, online=1)
    settle(appointment, Status.SEEN, world)
    assert counted(world) == Attendance(seen=1, online=1)


def test_a_day_that_is_not_over_is_not_counted(world: World) -> None:
    world.book(9)
    count(now=world.at(20))
    assert figures(world).last_day() is None


def test_a_slot_given_back_and_taken_by_another_family_is_filled(world: World) -> None:
    give_up(world.book(9).appointment, now=NOW + timedelta(minutes=10))
    world.book(9, now=NOW + timedelta(minutes=40))
    counted(world)
    slot = FreedSlot.objects.get()
    assert (slot.lead, slot.time_to_fill, slot.is_filled_by_offer) == (
        world.at(9) - NOW - timedelta(minutes=10),
        timedelta(minutes=30),
        False,
    )


def test_a_slot_that_nobody_took_is_lost(world: World) -> None:
    give_up(world.book(9).appointment, now=NOW)
    world.book(10, now=NOW)
    counted(world)
    assert figures(world).refill(Period(world.day, world.day)).rate.percent == 0


def test_time_that_the_service_took_back_is_not_a_freed_slot(world: World) -> None:
    give_up(world.book(9).appointment, now=NOW, for_family=False, by=Actor.of(world.agent))
    counted(world)
    assert not FreedSlot.objects.exists()


def test_a_move_gives_its_old_time_back_and_fills_the_new_one(world: World) -> None:
    give_up(world.book(9).appointment, now=NOW)
    later = world.book(11).appointment
    move(later.pk, start=world.at(9), by=FAMILY, now=NOW + timedelta(minutes=20))
    counted(world)
    found = {slot.starts_at: slot.time_to_fill for slot in FreedSlot.objects.all()}
    assert found == {world.at(9): timedelta(minutes=20), world.at(11): None}


def test_given_back_twice_it_counts_from_the_first_time(world: World) -> None:
    give_up(world.book(9).appointment, now=NOW)
    give_up(world.book(9, now=NOW).appointment, now=NOW + timedelta(hours=1))
    counted(world)
    assert [slot.freed_at for slot in FreedSlot.objects.all()] == [NOW]


def test_an_appointment_that_did_not_last_filled_nothing(world: World) -> None:
    give_up(world.book(9).appointment, now=NOW)
    give_up(world.book(9, now=NOW).appointment, now=NOW + timedelta(hours=1))
    counted(world)
    assert FreedSlot.objects.get().filled_at is None


def test_a_family_that_comes_back_to_its_hour_fills_nothing(world: World) -> None:
    """By a new booking, or by moving its appointment there and back."""
    given_up, moved = world.book(9), world.book(10).appointment
    give_up(given_up.appointment, now=NOW)
    world.book(9, who=who(given_up.family), now=NOW + timedelta(minutes=5))
    for minutes, hour in ((0, 11), (5, 10)):
        move(moved.pk, start=world.at(hour), by=FAMILY, now=NOW + timedelta(minutes=minutes))
    counted(world)
    assert {slot.starts_at: slot.filled_at for slot in FreedSlot.objects.all()} == {
        world.at(hour): None for hour in (9, 10, 11)
    }


@pytest.mark.parametrize(("moves_on", "expected"), [(False, {9: True, 10: False}), (True, {9: False, 10: False})])
def test_only_the_slot_that_was_offered_is_filled_by_the_offer(
    world: World, moves_on: bool, expected: dict[int, bool]
) -> None:
    """A family that moves on to another freed slot found that one by itself."""
    offered, other = world.book(9).appointment, world.book(10).appointment
    waiting(world)
    (offer,) = asked(free(offered))
    won = accept(offer.pk, by=SMS, now=NOW + timedelta(minutes=1)).appointment
    give_up(other, now=NOW + timedelta(minutes=2))
    if moves_on:
        move(won.pk, start=world.at(10), by=FAMILY, now=NOW + timedelta(minutes=5))
    counted(world)
    found = {slot.starts_at: (slot.filled_at is not None, slot.is_filled_by_offer) for slot in FreedSlot.objects.all()}
    filled = 10 if moves_on else 9
    assert found == {world.at(hour): (hour == filled, by_offer) for hour, by_offer in expected.items()}


def test_what_the_service_moved_itself_was_not_given_back(world: World) -> None:
    move(world.book(9).appointment.pk, start=world.at(10), by=Actor.of(world.agent), now=NOW)
    counted(world)
    assert not FreedSlot.objects.exists()


def test_refills_are_told_by_lead_time_with_their_median(world: World) -> None:
    for minute in (0, 30):
        give_up(world.book(9, minute).appointment, now=NOW)  # 26 hours before
        world.book(9, minute, now=NOW + timedelta(minutes=10 + minute))
    give_up(world.book(11).appointment, now=world.at(10))
    counted(world)
    by_lead = dict(figures(world).refill_by_lead(Period(world.day, world.day)))
    assert [by_lead[lead].rate.whole for lead in Lead] == [1, 0, 2, 0, 0]
    assert by_lead[Lead.DAYS].median == timedelta(minutes=25)


def test_each_person_of_a_workshop_counts(world: World) -> None:
    workshop = appointment_type(world.territory, world.service, is_collective=True, capacity=8)
    session = open_session(
        type=workshop, location=world.location, agents=[world.agent], start=world.at(10), by=SYSTEM, now=NOW
    )
    for _ in range(2):
        booking(workshop, world.location, session.starts_at)
    assert counted(world).pending == 2


def test_nothing_of_another_territory_or_service_is_added(world: World) -> None:
    other = World()
    for one in (world, other):
        settle(one.book(9).appointment, Status.SEEN, one)
    assert counted(world).seen == 1
    nowhere = Figures(territory=world.territory, organisations=[other.organisation.pk])
    assert nowhere.attendance(Period(world.day, world.day)) == Attendance()


def test_figures_read_in_one_query_each(world: World, django_assert_num_queries) -> None:
    settle(world.book(9).appointment, Status.SEEN, world)
    counted(world)
    year = Period(world.day - timedelta(days=365), world.day)
    with django_assert_num_queries(5):
        assert [attendance.seen for _, attendance in figures(world).by_month(year)] == [1]
        assert figures(world).by("type", year)[world.type.pk].seen == 1
        figures(world).attendance(year)
        figures(world).refill(year)
        figures(world).refill_by_lead(year)


def test_days_are_those_of_the_place() -> None:
    """22:30 in Paris on the 12th is the 13th in Réunion."""
    world = World()
    appointment = world.book(9).appointment
    Appointment.objects.filter(pk=appointment.pk).update(starts_at=world.at(22, 30), ends_at=world.at(23))
    world.location.time_zone = "Indian/Reunion"
    world.location.save()
    count_days(world.territory, world.day, world.day + timedelta(days=1))
    assert figures(world).last_day() == world.day + timedelta(days=1)
