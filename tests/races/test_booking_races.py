"""Two requests at the same instant: one wins, the other is told; and the guards are shown to be what does it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import connection

from rdv.booking.absences import declare_absence
from rdv.booking.cancel import cancel
from rdv.booking.errors import AlreadyCancelled, Full, NotBookable, SlotTaken
from rdv.booking.hold import hold
from rdv.booking.move import move
from rdv.models import Absence, AgentCalendar, Appointment, Hold, Occupation
from rdv.models.actor import Actor
from tests.factories import NOW, World, who
from tests.races.support import Rival, run_before

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]

LOCK = "rdv.booking.choose.lock_agents"


def unlocked(agent_ids: Collection[int], *, now: datetime) -> dict[int, AgentCalendar]:
    """The lock switched off: the calendars are only read."""
    return {row.agent_id: row for row in AgentCalendar.objects.filter(agent__in=list(agent_ids))}


def test_the_slower_of_two_families_is_refused_and_told_what_is_free() -> None:
    world = World()
    with run_before(LOCK, Rival(lambda: world.book(9))) as rival, pytest.raises(SlotTaken) as refused:
        world.book(9)
    assert rival.error is None
    assert rival.result.created
    assert refused.value.alternatives[0].start == world.at(9, 30)
    assert Appointment.objects.count() == 1


def test_without_the_lock_the_constraint_still_refuses() -> None:
    world = World()
    with (
        patch("rdv.booking.choose.lock_agents", unlocked),
        run_before("rdv.booking.place.occupy", Rival(lambda: world.book(9))),
        pytest.raises(SlotTaken),
    ):
        world.book(9)
    assert Appointment.objects.count() == 1


def test_without_lock_and_constraint_the_slot_is_sold_twice() -> None:
    """The control: this race does double-book when nothing guards it."""
    world = World()
    constraint = "occupation_no_overlap_per_agent"
    definition = _definition(constraint)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE rdv_occupation DROP CONSTRAINT {constraint}")
    try:
        with (
            patch("rdv.booking.choose.lock_agents", unlocked),
            run_before("rdv.booking.place.occupy", Rival(lambda: world.book(9))),
        ):
            world.book(9)
        assert Occupation.objects.filter(starts_at=world.at(9)).count() == 2
    finally:
        Occupation.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE rdv_occupation ADD CONSTRAINT {constraint} {definition}")


def _definition(constraint: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [constraint])
        return str(cursor.fetchone()[0])


def test_the_same_request_sent_twice_at_once_books_once() -> None:
    world = World()
    people = who()
    rival = Rival(lambda: world.book(9, who=people, request_key="form-1"))
    with run_before(LOCK, rival):
        ours = world.book(9, who=people, request_key="form-1")
    assert (ours.created, ours.appointment) == (False, rival.result.appointment)


def test_a_hold_and_a_booking_at_once() -> None:
    world = World()

    def hold_it() -> Hold:
        return hold(
            type=world.type,
            location=world.location,
            start=world.at(9),
            attendees=1,
            holder="b",
            by=Actor.family(),
            now=NOW,
        )

    with run_before(LOCK, Rival(hold_it)), pytest.raises(SlotTaken):
        world.book(9)
    assert not Appointment.objects.exists()


def test_two_appointments_moved_to_the_same_start() -> None:
    world = World()
    first, second = world.book(9).appointment, world.book(9, 30).appointment
    rival = Rival(lambda: move(second.pk, start=world.at(11), by=Actor.family(), now=NOW))
    with run_before(LOCK, rival), pytest.raises(SlotTaken):
        move(first.pk, start=world.at(11), by=Actor.family(), now=NOW)
    assert {a.starts_at for a in Appointment.objects.all()} == {world.at(9), world.at(11)}


def test_cancelled_by_sms_while_it_is_being_cancelled_on_the_site() -> None:
    world = World()
    booked = world.book(9).appointment
    rival = Rival(lambda: cancel(booked.pk, by=Actor.family(), now=NOW, for_family=True))
    with run_before("rdv.booking.cancel.lock_appointment", rival), pytest.raises(AlreadyCancelled):
        cancel(booked.pk, by=Actor.family(), now=NOW, for_family=True)
    assert [event.verb for event in booked.events.all()] == ["booked", "cancelled"]


def test_the_last_seat_goes_to_one() -> None:
    world = World(is_collective=True, capacity=1)
    world.open_session(14)
    with run_before("rdv.booking.seats.lock_appointment", Rival(lambda: world.book(14))), pytest.raises(Full):
        world.book(14)
    assert Appointment.objects.get().seats_taken == 1


def test_an_absence_declared_at_the_last_instant_is_seen() -> None:
    world = World()
    absence = Absence(agent=world.agent, starts_at=world.at(8), ends_at=world.at(13))
    rival = Rival(lambda: declare_absence(absence, by=Actor.of(world.agent), now=NOW))
    with run_before(LOCK, rival), pytest.raises(NotBookable):
        world.book(9)
    assert rival.result == []
    assert not Appointment.objects.exists()


def test_a_family_that_holds_again_and_one_that_books_never_wait_for_each_other() -> None:
    """Its hold had expired: the rival, who has the calendars, deletes the same rows."""
    world = World()
    later = NOW + timedelta(minutes=15)
    wanted = {"type": world.type, "location": world.location, "start": world.at(9), "attendees": 1, "holder": "a"}
    hold(**wanted, by=Actor.family(), now=NOW)
    with run_before(LOCK, Rival(lambda: world.book(9, now=later))) as rival, pytest.raises(SlotTaken):
        hold(**wanted, by=Actor.family(), now=later)
    assert rival.error is None
    assert rival.result.created


def test_a_family_that_clicks_twice_keeps_the_slot_that_it_took() -> None:
    """The second click is the one whose answer the browser shows."""
    world = World()

    def click() -> Hold:
        wanted = {"type": world.type, "location": world.location, "start": world.at(9), "attendees": 1, "holder": "a"}
        return hold(**wanted, by=Actor.family(), now=NOW)

    with run_before(LOCK, Rival(click)) as rival:
        kept = click()
    assert rival.error is None
    assert [one.pk for one in Hold.objects.all()] == [kept.pk]
