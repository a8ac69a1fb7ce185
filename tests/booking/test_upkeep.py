"""The nightly pass: the horizon moves on, calendars start at today, and doing it twice changes nothing."""

from datetime import timedelta
from typing import Any

import pytest

from rdv.booking import upkeep
from rdv.booking.selectors import Search, slots_at
from rdv.booking.upkeep import roll
from rdv.models import AgentCalendar, Location, OpeningOccurrence
from tests.factories import NOW, World, booking, opening

pytestmark = pytest.mark.django_db


def test_openings_appear_at_the_end_of_the_horizon_as_days_go_by() -> None:
    world = World()
    opening(world.agent, world.location, world.type, rrule="FREQ=WEEKLY;BYDAY=TU")
    last = OpeningOccurrence.objects.latest("starts_at").starts_at
    roll(now=NOW + timedelta(days=14))
    roll(now=NOW + timedelta(days=14))
    assert OpeningOccurrence.objects.latest("starts_at").starts_at == last + timedelta(days=14)
    starts = list(OpeningOccurrence.objects.order_by("starts_at").values_list("starts_at", flat=True))
    assert len(starts) == len(set(starts)) + 1, "the single day of the world and the first Tuesday are the same day"


def test_a_rolled_calendar_still_knows_what_is_taken() -> None:
    world = World()
    opening(world.agent, world.location, world.type, day=world.day + timedelta(days=21))
    world.location = Location.objects.select_related("organisation__territory").get(pk=world.location.pk)
    later = NOW + timedelta(days=20)
    taken = world.at(9) + timedelta(days=21)
    booking(world.type, world.location, taken)
    roll(now=later)
    assert AgentCalendar.objects.get().origin > NOW + timedelta(days=19)
    location = Location.objects.select_related("organisation__territory").get(pk=world.location.pk)
    assert taken not in [slot.start for slot in slots_at(Search(type=world.type, now=later), location)]


def test_a_location_that_fails_keeps_no_other_from_being_rolled(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = World()
    world = World()
    opening(world.agent, world.location, world.type, rrule="FREQ=WEEKLY;BYDAY=TU")
    last = OpeningOccurrence.objects.latest("starts_at").starts_at
    settle = upkeep.settle_location

    def breaking(location: Location, **given: Any) -> None:
        if location.pk == broken.location.pk:
            raise ValueError("a recurrence that nobody foresaw")
        settle(location, **given)

    monkeypatch.setattr(upkeep, "settle_location", breaking)
    roll(now=NOW + timedelta(days=14))
    assert OpeningOccurrence.objects.latest("starts_at").starts_at == last + timedelta(days=14)
