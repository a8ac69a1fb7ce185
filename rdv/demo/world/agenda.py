"""Who sees whom, when: open time filled like a real service, more densely the nearer the day."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from rdv.booking.openings import preview
from rdv.demo.world.base import World
from rdv.demo.world.families import Household
from rdv.models import Agent, AppointmentType, Location, OpeningOccurrence, OpeningPeriod, Person
from rdv.scheduling.intervals import Interval

CHAIN = "consultation-en-deux-temps"
# Booked share of open time, week by week from this one on.
AHEAD = (0.97, 0.92, 0.86, 0.8, 0.72, 0.65, 0.58, 0.5)
BEHIND = 0.6
# One doctor has nothing left for weeks: families wait for her.
FULL_AGENT, FULL_PLACE, FULL_TYPE = "paul.verdier", "moulin", "consultation-medicale"
FULL_DAYS = 45
WEIGHTS = {"consultation-puericulture": 5, "pesee": 4, "consultation-medicale": 5, "vaccination": 4}


@dataclass(slots=True)
class Part:
    """One professional's share of a meeting."""

    agent: Agent
    start: datetime
    end: datetime


@dataclass(slots=True)
class Meeting:
    """A planned appointment: `busy` are its agents' times, with buffers."""

    type: AppointmentType
    location: Location
    parts: list[Part]
    household: Household
    persons: list[Person]
    is_cancelled: bool = False

    @property
    def start(self) -> datetime:
        return self.parts[0].start

    @property
    def end(self) -> datetime:
        return self.parts[-1].end


@dataclass(slots=True)
class Opening:
    """One occurrence of an opening period, and what is taken of it."""

    agent: Agent
    location: Location
    types: list[AppointmentType]
    span: Interval
    taken: list[tuple[datetime, datetime]] = field(default_factory=list)

    def free_until(self, at: datetime) -> datetime:
        """The end of the free time that begins here; the instant itself when it is taken."""
        if any(start <= at < end for start, end in self.taken):
            return at
        return min((start for start, _ in self.taken if start > at), default=self.span.end)


def openings(world: World) -> list[Opening]:
    """All open time, from the rules for the past and from the settled rows from today on."""
    periods = OpeningPeriod.objects.filter(location__organisation__territory=world.territory)
    rows = periods.select_related("location__organisation__territory", "agent").prefetch_related("types", "exceptions")
    settled: dict[int, list[Interval]] = defaultdict(list)
    for pk, start, end in OpeningOccurrence.objects.filter(period__in=periods).values_list(
        "period_id", "starts_at", "ends_at"
    ):
        settled[pk].append(Interval(start, end))
    found = []
    for period in rows.order_by("pk"):
        past = preview(period, first=world.first_day, last=world.today - timedelta(days=1))
        ahead = [
            span for span in sorted(settled[period.pk]) if span.start.astimezone(world.zone).date() <= world.last_day
        ]
        types = [world.types[type_.slug] for type_ in sorted(period.types.all(), key=lambda t: t.pk)]
        found += [Opening(period.agent, period.location, types, span) for span in (*past, *ahead)]
    return found


class Filler:
    """Puts families into open time. `people` finds somebody of the right age whose week is free."""

    def __init__(self, world: World, households: list[Household]) -> None:
        self.world = world
        self.meetings: list[Meeting] = []
        self.pools: dict[tuple[int, bool], list[Household]] = defaultdict(list)
        for household in households:
            discreet = household.family.discreet_service_id is not None
            self.pools[household.place.organisation_id, discreet].append(household)

    def fill(self, opened: list[Opening]) -> list[Meeting]:
        """Every opening in turn, the chains of two professionals first."""
        for nurse, doctor in self._pairs(opened):
            self._chains(nurse, doctor)
        for opening in opened:
            self._walk(opening)
        return self.meetings

    def density(self, opening: Opening, on: date) -> float:
        """The share of this opening that is booked."""
        if self._is_full(opening, on):
            return 1.0
        days = (on - self.world.today).days
        return BEHIND if days < 0 else AHEAD[min(days // 7, len(AHEAD) - 1)]

    def _is_full(self, opening: Opening, on: date) -> bool:
        days = (on - self.world.today).days
        right = str(opening.agent.email).startswith(FULL_AGENT) and opening.location.slug == FULL_PLACE
        return right and 0 <= days <= FULL_DAYS

    def _pairs(self, opened: list[Opening]) -> Iterator[tuple[Opening, Opening]]:
        chain = self.world.types[CHAIN]
        offering = [opening for opening in opened if chain in opening.types]
        for doctor in offering:
            if doctor.agent.profession != "medecin":
                continue
            for nurse in offering:
                same = nurse.location == doctor.location and nurse.span.start == doctor.span.start
                if same and nurse.agent.profession == "puericultrice":
                    yield nurse, doctor
                    break

    def _chains(self, nurse: Opening, doctor: Opening) -> None:
        on = nurse.span.start.astimezone(self.world.zone).date()
        if self._is_full(doctor, on) or not self.world.chance(self.density(nurse, on)):
            return
        chain = self.world.types[CHAIN]
        start = nurse.span.start + timedelta(minutes=5 * self.world.rng.randrange(0, 20))
        middle, end = start + timedelta(minutes=15), start + timedelta(minutes=35)
        parts = [Part(nurse.agent, start, middle), Part(doctor.agent, middle, end)]
        if self._meet(chain, nurse, parts, on):
            nurse.taken.append((start, middle))
            doctor.taken.append((middle, end))

    def _walk(self, opening: Opening) -> None:
        at, step = opening.span.start, timedelta(minutes=5)
        while at < opening.span.end:
            until = opening.free_until(at)
            local = at.astimezone(self.world.zone)
            fitting = [
                type_
                for type_ in self._types_of(opening, local.date())
                if (local.hour * 60 + local.minute - type_.buffer_before_minutes) % type_.grid_minutes == 0
                and at + self._length(type_) <= until
            ]
            if not fitting:
                at += step
                continue
            type_ = self.world.rng.choices(fitting, [WEIGHTS.get(found.slug, 3) for found in fitting])[0]
            if self.world.chance(self.density(opening, local.date())):
                self._place(opening, type_, at, local.date())
            at += self._length(type_)

    def _place(self, opening: Opening, type_: AppointmentType, at: datetime, on: date) -> None:
        start = at + timedelta(minutes=type_.buffer_before_minutes)
        part = Part(opening.agent, start, start + timedelta(minutes=type_.duration_minutes))
        if not self._meet(type_, opening, [part], on):
            return
        if on != self.world.today and not self._is_full(opening, on) and self.world.chance(0.08):
            self.meetings[-1].is_cancelled = True
            if self.world.chance(0.6):
                self._meet(type_, opening, [part], on)

    def _types_of(self, opening: Opening, on: date) -> list[AppointmentType]:
        if self._is_full(opening, on):
            return [self.world.types[FULL_TYPE]]
        return [type_ for type_ in opening.types if type_.slug != CHAIN]

    def _length(self, type_: AppointmentType) -> timedelta:
        return timedelta(minutes=type_.buffer_before_minutes + type_.duration_minutes + type_.buffer_after_minutes)

    def _meet(self, type_: AppointmentType, opening: Opening, parts: list[Part], on: date) -> bool:
        found = self._somebody(type_, opening, on)
        if found is None:
            return False
        household, persons = found
        household.days.append(on)
        self.meetings.append(Meeting(type_, opening.location, parts, household, persons))
        return True

    def _somebody(self, type_: AppointmentType, opening: Opening, on: date) -> tuple[Household, list[Person]] | None:
        rules = type_.rules_for(opening.location.organisation, on)
        pool = self.pools[opening.location.organisation_id, type_.service.is_discreet]
        for _ in range(40):
            household = self.world.rng.choice(pool)
            rest = max(6, rules.minimum_interval_days)
            if any(abs((on - day).days) < rest for day in household.days):
                continue
            if not rules.has_age_window:
                if household.adult:
                    return household, [household.adult]
                continue
            of_age = household.of_age(rules.age_min_months, rules.age_max_months, on)
            if of_age:
                return household, [self.world.rng.choice(of_age)]
        return None
