"""The busy bitmap of an agent says what the occupations say, whatever was booked, moved and cancelled before."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rdv.booking import calendars
from rdv.booking.cancel import cancel
from rdv.booking.errors import BookingError
from rdv.booking.hold import hold
from rdv.booking.move import move
from rdv.booking.selectors import Search, first_slots, slots_at
from rdv.booking.sessions import open_session
from rdv.models import AgentCalendar, Appointment, Location, Occupation, OccupationKind, OfferRound, Status
from rdv.models.actor import Actor
from tests.factories import NOW, World, agent, appointment_type, opening

pytestmark = pytest.mark.django_db

# Starts of the morning on and off the grid; overlapping ones collide, unless overbooked.
starts = st.integers(0, 16).map(lambda n: timedelta(minutes=10 * n))
operations = st.one_of(
    st.tuples(st.just("book"), starts, st.booleans()),
    st.tuples(st.just("move"), st.integers(0, 5), starts, st.booleans()),
    st.tuples(st.just("cancel"), st.integers(0, 5)),
    st.tuples(st.just("session"), starts),
    st.tuples(st.just("rebuild"), st.integers(0, 1)),
)


class Diary:
    """Two agents and what is done to their day; refusals are part of life."""

    def __init__(self) -> None:
        self.world = World(buffer_before_minutes=5, buffer_after_minutes=10)
        other = agent(self.world.organisation)
        opening(other, self.world.location, self.world.type, day=self.world.day)
        self.agents = [self.world.agent, other]
        self.by = Actor.of(self.world.agent)
        self.workshop = appointment_type(
            self.world.territory, self.world.service, is_collective=True, capacity=8, duration_minutes=60
        )

    def do(self, operation: tuple[Any, ...]) -> None:
        name, *given = operation
        with suppress(BookingError):
            getattr(self, name)(*given)

    def at(self, after_nine: timedelta) -> datetime:
        return self.world.at(9) + after_nine

    def book(self, after_nine: timedelta, overbook: bool) -> None:
        choice = {"agents": [self.world.agent.pk], "overbooking_reason": "urgence"} if overbook else {}
        minutes = after_nine // timedelta(minutes=1)
        self.world.book(9 + minutes // 60, minutes % 60, by=self.by, **choice)

    def move(self, number: int, after_nine: timedelta, overbook: bool) -> None:
        choice = {"agents": [self.world.agent.pk], "overbooking_reason": "urgence"} if overbook else {}
        for appointment in self.standing()[number : number + 1]:
            move(appointment.pk, start=self.at(after_nine), by=self.by, now=NOW, **choice)

    def cancel(self, number: int) -> None:
        for appointment in self.standing()[number : number + 1]:
            cancel(appointment.pk, by=self.by, now=NOW, for_family=True)

    def session(self, after_nine: timedelta) -> None:
        open_session(
            type=self.workshop,
            location=self.world.location,
            agents=self.agents,
            start=self.at(after_nine),
            by=self.by,
            now=NOW,
        )

    def rebuild(self, days_later: int) -> None:
        with transaction.atomic():
            calendars.rebuild([agent.pk for agent in self.agents], now=NOW + timedelta(days=days_later))

    def standing(self) -> list[Appointment]:
        return list(
            Appointment.objects.filter(
                territory=self.world.territory, status=Status.UNKNOWN, is_collective=False
            ).order_by("pk")
        )


def truth(calendar: AgentCalendar) -> int:
    """The bits that the occupations of the agent would set."""
    timeline, mask = calendars.timeline_of(calendar), 0
    for row in Occupation.objects.filter(agent=calendar.agent_id, kind=OccupationKind.APPOINTMENT).order_by("pk"):
        mask |= timeline.busy(row.starts_at, row.ends_at)
    return mask


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(operations, min_size=1, max_size=10))
def test_the_bitmap_is_what_the_occupations_say(done: list[tuple[Any, ...]]) -> None:
    diary = Diary()
    for operation in done:
        diary.do(operation)
        kept = AgentCalendar.objects.filter(agent__in=diary.agents).order_by("pk")
        assert [calendar.mask()[1] for calendar in kept] == [truth(calendar) for calendar in kept]


def test_time_that_two_appointments_share_stays_busy_when_one_is_cancelled() -> None:
    diary = Diary()
    diary.book(timedelta(0), overbook=True)
    diary.book(timedelta(minutes=10), overbook=True)
    diary.cancel(0)
    calendar = AgentCalendar.objects.get(agent=diary.world.agent)
    assert calendar.mask()[1] == truth(calendar) != 0


def test_an_appointment_beyond_the_bitmap_is_kept_by_its_rows_alone() -> None:
    diary = Diary()
    far = diary.at(timedelta(days=500))
    opening(diary.world.agent, diary.world.location, diary.world.type, day=far.date(), now=far - timedelta(days=20))
    diary.world.day = far.date()
    diary.world.book(9, 30, by=diary.by, agents=[diary.world.agent.pk])
    calendar = AgentCalendar.objects.get(agent=diary.world.agent)
    assert calendar.mask()[1] == 0
    with transaction.atomic():
        calendars.rebuild([diary.world.agent.pk], now=far - timedelta(days=20))
    calendar.refresh_from_db()
    assert calendar.mask()[1] == truth(calendar) != 0


def found(world: World, **values: Any) -> list[datetime]:
    place = Location.objects.select_related("organisation__territory").get(pk=world.location.pk)
    search = Search(type=world.type, now=NOW, **values)
    assert first_slots(search, [place])[0].slot == next(iter(slots_at(search, place)), None)
    return [slot.start for slot in slots_at(search, place)]


def test_a_hold_hides_its_slot_from_all_but_its_holder() -> None:
    world = World()
    mine = hold(
        type=world.type, location=world.location, start=world.at(9), attendees=1, holder="s", by=Actor.family(), now=NOW
    )
    assert world.at(9) not in found(world)
    assert world.at(9) in found(world, ignoring_hold=mine.pk)


@pytest.mark.parametrize("ignoring_hold", [None, 1])
def test_an_offer_hides_its_slot_until_it_expires(ignoring_hold: int | None) -> None:
    world = World()
    offered = OfferRound.objects.create(
        territory=world.territory,
        type=world.type,
        location=world.location,
        agent=world.agent,
        starts_at=world.at(9),
        ends_at=world.at(9, 30),
        opened_at=NOW,
        next_batch_at=NOW,
        closes_at=world.at(7),
        seed=1,
    )
    row = Occupation.objects.create(
        agent=world.agent,
        kind=OccupationKind.OFFER,
        round=offered,
        starts_at=world.at(9),
        ends_at=world.at(9, 30),
        expires_at=NOW + timedelta(minutes=1),
    )
    assert world.at(9) not in found(world, ignoring_hold=ignoring_hold)
    Occupation.objects.filter(pk=row.pk).update(expires_at=NOW)
    assert world.at(9) in found(world, ignoring_hold=ignoring_hold)


def test_a_place_that_is_full_for_weeks_gives_its_first_slot_all_the_same() -> None:
    world = World()
    for minutes in range(0, 180, 30):
        world.book(9 + minutes // 60, minutes % 60)
    later = world.day + timedelta(days=40)
    opening(world.agent, world.location, world.type, day=later)
    world.day = later
    assert found(world)[0] == world.at(9)


def test_what_shares_a_step_with_freed_time_stays_busy() -> None:
    """An agent overbooks off the five minutes; the one before, which ends inside the same step, is cancelled."""
    world = World(grid_minutes=5, duration_minutes=30)
    by = Actor.of(world.agent)
    first = world.book(9, 2, by=by).appointment
    world.book(9, 33, by=by, overbooking_reason="fratrie", agents=[world.agent.pk])
    cancel(first.pk, by=by, now=NOW, for_family=False)
    origin, mask = AgentCalendar.objects.get().mask()
    assert mask >> ((world.at(9, 30) - origin) // timedelta(minutes=5)) & 1
