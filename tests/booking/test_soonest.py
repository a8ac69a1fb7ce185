"""What is kept between requests is never out of date: after any change, as if it were searched anew."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rdv.access.public import PublicScope
from rdv.booking import soonest as kept
from rdv.booking.absences import declare_absence, withdraw_absence
from rdv.booking.cancel import cancel
from rdv.booking.errors import BookingError
from rdv.booking.hold import hold, let_go
from rdv.booking.move import move
from rdv.booking.openings import settle_location
from rdv.booking.periods import change_day, delete_period
from rdv.booking.selectors import FirstSlot, Search, first_slots
from rdv.models import (
    Absence,
    AppointmentType,
    ClosingDay,
    Location,
    OfferedType,
    OpeningPeriod,
    Organisation,
    Territory,
    TypeRevision,
)
from rdv.models.actor import Actor
from rdv.models.versions import read_versions
from rdv.scheduling.rules import Attendee
from rdv.waitinglist.rounds import advance
from tests.factories import NOW, TODAY, World, agent, location, opening, paris
from tests.waitinglist.support import free, queue

pytestmark = pytest.mark.django_db

Answer = list[tuple[str, datetime | None, tuple[int, ...]]]
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


class Two(World):
    """The world's place, and another one where somebody else receives an hour later."""

    def __init__(self, **values: object) -> None:
        super().__init__(**values)
        self.elsewhere = location(self.organisation, name="Voisins")
        self.colleague = agent(self.organisation)
        opening(self.colleague, self.elsewhere, self.type, day=self.day)
        self.family, self.system = Actor.family(), Actor.system()

    def change(self, model: type, **values: object) -> None:
        """As another process would: our objects know nothing of it."""
        model.objects.update(**values)

    def hold(self, hour: int, holder: str = "a", now: datetime = NOW) -> None:
        hold(
            type=self.type,
            location=self.location,
            start=self.at(hour),
            attendees=1,
            holder=holder,
            by=self.family,
            now=now,
        )


def readable(rows: list[FirstSlot]) -> Answer:
    slots = [(row.location, row.slot) for row in rows]
    return [(at.name, slot.start if slot else None, slot.agents if slot else ()) for at, slot in slots]


def from_memory(world: World, now: datetime) -> Answer:
    versions = read_versions(now)
    offer = PublicScope(Territory.objects.get(pk=world.territory.pk)).offer(world.type.slug, now, versions)
    return readable(kept.soonest(Search(type=offer.type, now=now), offer.places, versions)) if offer else []


def anew(world: World, now: datetime) -> Answer:
    scope = PublicScope(Territory.objects.get(pk=world.territory.pk))
    found = scope.type(world.type.slug)
    return readable(first_slots(Search(type=found, now=now), scope.locations_for(found, now))) if found else []


# What happens; the instant of the next request when it gives one.
Step = Callable[[Two], object]


def book_and_cancel() -> list[Step]:
    made = []
    return [
        lambda w: made.append(w.book(9)),
        lambda w: cancel(made[0].appointment.pk, by=w.family, now=NOW, for_family=True),
    ]


def absence(**whose: str) -> list[Step]:
    made: list[Absence] = []

    def declare(w: Two) -> None:
        about = {field: getattr(w, name) for field, name in whose.items()}
        made.append(Absence(starts_at=w.at(8), ends_at=w.at(10), **about))
        declare_absence(made[0], by=Actor.system(), now=NOW)

    return [declare, lambda w: withdraw_absence(made[0], now=NOW)]


def closing_day(w: Two) -> None:
    ClosingDay.objects.create(territory=w.territory, location=w.location, first_day=w.day, last_day=w.day)
    settle_location(w.location, now=NOW)


def opening_again(w: Two) -> None:
    ClosingDay.objects.all().delete()
    settle_location(w.location, now=NOW)


def offered_to_those_who_wait() -> list[Step]:
    made = []

    def live(w: Two) -> None:
        queue(w, 1)
        made.append(free(w.book(9).appointment))
        advance(made[0].pk, now=NOW)

    def closed(w: Two) -> datetime:
        advance(made[0].pk, now=NOW + timedelta(hours=6))
        return NOW + timedelta(hours=6)

    return [live, closed]


def moved() -> list[Step]:
    made = []
    return [
        lambda w: made.append(w.book(9)),
        lambda w: move(made[0].appointment.pk, start=w.at(11), by=w.family, now=NOW),
    ]


def only_at_the_end(w: Two) -> None:
    OpeningPeriod.objects.all().delete()
    opening(w.agent, w.location, w.type, day=TODAY + timedelta(days=84), start=paris(TODAY, 10).time())


def other_hours(w: Two) -> None:
    period = OpeningPeriod.objects.get(agent=w.agent)
    change_day(period, day=w.day, start=paris(w.day, 8).time(), end=paris(w.day, 9).time(), now=NOW)


def longer(w: Two) -> None:
    w.book(10)
    TypeRevision.objects.create(type=w.type, valid_from=TODAY, duration_minutes=90)


def new_place(w: Two) -> None:
    opening(w.agent, location(w.organisation), w.type, day=w.day + timedelta(days=1))


STORIES: dict[str, list[Step]] = {
    "booked, then cancelled": book_and_cancel(),
    "booked, then moved": moved(),
    "held until the hold expires, to the second": [
        lambda w: w.hold(9),
        lambda w: NOW + timedelta(minutes=10),
    ],
    "held, then let go": [lambda w: w.hold(9), lambda w: let_go(holder="a")],
    "an agent away, then back": absence(agent="agent"),
    "a place closed, then open": absence(location="location"),
    "a closing day, then none": [closing_day, opening_again],
    "other hours": [other_hours],
    "a period deleted": [lambda w: delete_period(OpeningPeriod.objects.get(agent=w.agent))],
    "a period more": [lambda w: opening(w.agent, w.location, w.type, start=paris(w.day, 8).time())],
    "a new place": [new_place],
    "a place out of use, then back": [
        lambda w: Location.objects.filter(pk=w.location.pk).update(is_active=False),
        lambda w: w.change(Location, is_active=True),
    ],
    "a team out of use": [lambda w: w.change(Organisation, is_active=False)],
    "a name": [lambda w: w.change(Location, name="Un autre nom")],
    "an agent who leaves": [lambda w: type(w.agent).objects.filter(pk=w.agent.pk).update(is_active=False)],
    "notice": [lambda w: w.change(AppointmentType, earliest_notice_minutes=26 * 60)],
    "notice of the territory": [lambda w: w.change(Territory, earliest_notice_minutes=26 * 60)],
    "notice of a team": [lambda w: w.change(Organisation, earliest_notice_minutes=26 * 60)],
    "a type switched off by a team": [
        lambda w: OfferedType.objects.create(type=w.type, organisation=w.organisation, is_active=False),
        lambda w: w.change(OfferedType, is_active=True),
    ],
    "a type out of use": [lambda w: w.change(AppointmentType, is_active=False)],
    "a duration from a day on": [longer],
    "offered to those who wait, then to all": offered_to_those_who_wait(),
    "notice passing": [lambda w: w.at(7) + SECOND, lambda w: w.at(7, 30) + SECOND],
    "the horizon moving on": [only_at_the_end, lambda w: NOW + timedelta(hours=1)],
    "tomorrow": [lambda w: NOW + timedelta(days=2)],
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_each_change_is_seen_at_the_next_request(story: list[Step]) -> None:
    world = Two()
    seen = from_memory(world, NOW)
    assert seen[0] == (world.location.name, world.at(9), (world.agent.pk,))
    for step in story:
        given = step(world)
        now = given if isinstance(given, datetime) else NOW
        answer = from_memory(world, now)
        assert answer == anew(world, now)
        assert answer != seen, "the story must change the answer, or it proves nothing"
        seen = answer


def test_the_first_slot_stands_until_the_last_instant_of_its_notice() -> None:
    world = Two()
    for now, hour in ((world.at(7) - SECOND, 9), (world.at(7), 9), (world.at(7) + SECOND, 9.5)):
        start = from_memory(world, now)[0][1]
        assert start == world.at(0) + timedelta(hours=hour)


def test_of_many_requests_and_changes_in_any_order_none_sees_an_old_answer() -> None:
    world, draw, now = Two(), random.Random(7), NOW
    booked = []
    for _ in range(40):
        act = draw.choice(["book", "cancel", "hold", "wait", "nothing"])
        try:
            if act == "book":
                booked.append(world.book(draw.choice([9, 10, 11]), draw.choice([0, 30]), now=now).appointment.pk)
            elif act == "cancel" and booked:
                cancel(booked.pop(), by=world.family, now=now, for_family=True)
            elif act == "hold":
                world.hold(draw.choice([9, 10, 11]), draw.choice("ab"), now)
            elif act == "wait":
                now += draw.choice([SECOND, MINUTE, timedelta(minutes=10)])
        except BookingError:
            pass
        assert from_memory(world, now) == anew(world, now)


def test_nothing_is_searched_again_but_the_places_where_something_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Two()
    searched: list[list[str]] = []

    def spied(search: Search, places: list[Location]) -> list[FirstSlot]:
        searched.append([place.name for place in places])
        return first_slots(search, places)

    monkeypatch.setattr(kept, "first_slots", spied)
    for now in (NOW, NOW + SECOND, NOW + 2 * SECOND):  # the stroke of the minute is an instant of its own
        from_memory(world, now)
    world.book(9)
    from_memory(world, NOW + 3 * SECOND)
    both = [world.location.name, world.elsewhere.name]
    assert searched == [both, both, [world.location.name]]


def test_an_answer_is_shared_by_all_whom_the_type_admits_and_by_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Two(age_max_months=12)
    searched = []
    monkeypatch.setattr(kept, "first_slots", lambda *args: searched.append(args) or first_slots(*args))

    def first(birth: date) -> datetime | None:
        versions = read_versions(NOW)
        offer = PublicScope(Territory.objects.get(pk=world.territory.pk)).offer(world.type.slug, NOW, versions)
        assert offer
        search = Search(type=offer.type, now=NOW, people=(Attendee(birth),))
        slot = kept.soonest(search, offer.places, versions)[0].slot
        return slot and slot.start

    assert first(date(2026, 11, 2)) == first(date(2026, 12, 24)) == world.at(9)
    assert len(searched) == 1
    assert first(date(2025, 12, 1)) is None  # more than a year old
    assert first(date(2026, 1, 13)) == world.at(9)  # a year old the day after
    assert first(date(2026, 1, 12)) is None  # a year old that very day


@pytest.mark.parametrize("more", [0, 12])
def test_a_request_that_finds_nothing_changed_costs_one_query(more: int) -> None:
    world = Two()
    for _ in range(more):
        opening(world.agent, location(world.organisation), world.type, day=TODAY + timedelta(days=3))
    from_memory(world, NOW)
    territory = Territory.objects.get(pk=world.territory.pk)
    with CaptureQueriesContext(connection) as queries:
        versions = read_versions(NOW)
        offer = PublicScope(territory).offer(world.type.slug, NOW, versions)
        assert offer
        assert len(kept.soonest(Search(type=offer.type, now=NOW), offer.places, versions)) == 2 + more
    assert len(queries) == 1


def test_rooms_and_sessions_are_searched_each_time() -> None:
    world = Two(needs_room=True)
    assert [slot for _, slot, _ in from_memory(world, NOW)] == [None, None]
    room = world.location.rooms.create(name="Salle 1")
    assert from_memory(world, NOW)[0][1] == world.at(9)
    type(room).objects.update(is_active=False)
    assert from_memory(world, NOW)[0][1] is None
