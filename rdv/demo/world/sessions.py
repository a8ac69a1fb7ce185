"""Collective appointments: a massage workshop with one seat left, meetings for future childminders."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rdv.demo.world.base import World
from rdv.demo.world.families import Household
from rdv.models import Agent, AppointmentType, Location, Person
from rdv.scheduling.holidays import public_holiday
from rdv.scheduling.recurrence import to_utc


@dataclass(slots=True)
class Session:
    """A collective appointment and who takes its seats."""

    type: AppointmentType
    location: Location
    agents: list[Agent]
    start: datetime
    people: list[tuple[Household, Person]]

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.type.duration_minutes)


# type, location, agents, ISO weekday, hour, every how many weeks
PLAN = (
    ("atelier-massage", "tilleuls", ("zoe.lemaire",), 2, time(14, 30), 1),
    ("atelier-massage", "gare", ("zoe.lemaire",), 5, time(10), 2),
    ("reunion-agrement", "tilleuls", ("martine.leroux",), 4, time(14), 2),
    ("reunion-agrement", "vallee", ("didier.faure",), 1, time(14), 2),
)
SEATS_LEFT = 1


def make_sessions(world: World, households: list[Household]) -> list[Session]:
    """Sessions of the whole time; the next workshop at the Tilleuls has one seat left."""
    made = []
    for slug, place, agents, weekday, hour, every in PLAN:
        type_, location = world.types[slug], world.locations[place]
        is_next = True
        for day in _days(world, location, weekday, every):
            start = to_utc(day, hour, str(world.zone))
            seats = world.rng.randrange(type_.capacity // 4, type_.capacity - 1)
            if is_next and start > world.now + timedelta(days=1):
                seats, is_next = type_.capacity - SEATS_LEFT, False
            people = _people(world, households, type_, location, day, seats)
            made.append(Session(type_, location, [world.agents[agent] for agent in agents], start, people))
    return made


def _days(world: World, location: Location, weekday: int, every: int) -> Iterator[date]:
    """The working days of a plan, public holidays left out."""
    first = world.first_day + timedelta(days=(weekday - world.first_day.isoweekday()) % 7)
    for number in range(0, (world.last_day - first).days // 7 + 1, every):
        day = first + timedelta(weeks=number)
        if not public_holiday(day, location.effective_holiday_zone, good_friday=location.keeps_good_friday):
            yield day


def _people(
    world: World, households: list[Household], type_: AppointmentType, location: Location, day: date, seats: int
) -> list[tuple[Household, Person]]:
    rules = type_.rules_for(location.organisation, day)
    found: list[tuple[Household, Person]] = []
    for household in world.rng.sample(households, len(households)):
        if len(found) == seats:
            break
        near = household.place.organisation_id == location.organisation_id or not rules.has_age_window
        if household.family.discreet_service_id or not near or any(abs((day - d).days) < 5 for d in household.days):
            continue
        of_age = household.of_age(rules.age_min_months, rules.age_max_months, day) if rules.has_age_window else []
        person = of_age[0] if of_age else (None if rules.has_age_window else household.adult)
        if person:
            household.days.append(day)
            found.append((household, person))
    return found
