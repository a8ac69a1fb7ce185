"""Scenario 32: hours that come back skip public holidays, and school holidays if chosen; each place has its own."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from rdv.booking.openings import settle_territory
from rdv.booking.selectors import Search, slots_at
from rdv.models import ClosingDay, Location
from tests.factories import World, location, opening, paris

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
WEEKLY = "FREQ=WEEKLY;BYDAY=MO,FR"


def open_days(world: World, place: Location, *, now_day: date, until: date) -> set[date]:
    """The days on which a family finds a slot there."""
    place = Location.objects.select_related("organisation__territory").get(pk=place.pk)
    now = paris(now_day, 8)
    slots = slots_at(Search(type=world.type, now=now, before=paris(until, 23)), place)
    return {slot.start.astimezone(PARIS).date() for slot in slots}


@pytest.fixture
def world() -> World:
    made = World()
    made.territory.school_zone = "B"
    made.territory.save()
    return made


def test_school_holidays_of_the_zone_are_skipped_if_chosen(world: World) -> None:
    """Zone B: the winter holidays of 2027 run from 20 February to 8 March."""
    now = paris(date(2027, 2, 1), 8)
    days = {"day": date(2027, 2, 1), "start": time(9), "end": time(10), "rrule": WEEKLY, "now": now}
    skipping, staying = location(world.organisation), location(world.organisation)
    opening(world.agent, skipping, world.type, skips_school_holidays=True, **days)
    opening(world.agent, staying, world.type, **days)

    holidays = {date(2027, 2, 22), date(2027, 2, 26), date(2027, 3, 1), date(2027, 3, 5)}
    first, last = date(2027, 2, 1), date(2027, 3, 15)
    assert not open_days(world, skipping, now_day=first, until=last) & holidays
    assert holidays <= open_days(world, staying, now_day=first, until=last)
    assert date(2027, 3, 8) in open_days(world, skipping, now_day=first, until=last)


def test_an_alsatian_place_keeps_good_friday_and_the_26th_of_december(world: World) -> None:
    """Good Friday is 26 March 2027; Easter Monday closes everywhere."""
    now = paris(date(2027, 3, 1), 8)
    days = {"day": date(2027, 3, 1), "start": time(9), "end": time(10), "rrule": WEEKLY, "now": now}
    alsatian = location(world.organisation, holiday_zone="alsace-moselle")
    other = location(world.organisation)
    opening(world.agent, alsatian, world.type, **days)
    opening(world.agent, other, world.type, **days)

    good_friday, easter_monday = date(2027, 3, 26), date(2027, 3, 29)
    first, last = date(2027, 3, 1), date(2027, 4, 5)
    assert not {good_friday, easter_monday} & open_days(world, alsatian, now_day=first, until=last)
    elsewhere = open_days(world, other, now_day=first, until=last)
    assert (good_friday in elsewhere, easter_monday in elsewhere) == (True, False)


def test_a_closing_day_of_the_territory_closes_every_place(world: World) -> None:
    bridge = date(2027, 1, 15)
    opening(world.agent, world.location, world.type, day=date(2027, 1, 11), rrule=WEEKLY)
    assert bridge in open_days(world, world.location, now_day=date(2027, 1, 11), until=date(2027, 1, 31))
    ClosingDay.objects.create(territory=world.territory, first_day=bridge, last_day=bridge, label="Pont")
    settle_territory(world.territory, now=paris(date(2027, 1, 11), 8))
    assert bridge not in open_days(world, world.location, now_day=date(2027, 1, 11), until=date(2027, 1, 31))
