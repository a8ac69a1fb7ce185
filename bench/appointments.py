"""Appointments, ahead and behind, with all that a booking writes about them; as lines for COPY."""

import random
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from tqdm import tqdm

from bench.department import DURATION, Department
from bench.loading import copy_lines, indexes_aside
from bench.size import Size
from rdv.booking import calendars
from rdv.models import (
    Appointment,
    AppointmentAgent,
    AppointmentEvent,
    AppointmentLink,
    Occupation,
    OpeningOccurrence,
    Participation,
)

PARIS = ZoneInfo("Europe/Paris")
HALF_HOUR = timedelta(minutes=DURATION)
MORNING = [time(9 + n // 2, 30 * (n % 2)) for n in range(7)]
AFTERNOON = [time(13 + (n + 1) // 2, 30 * ((n + 1) % 2)) for n in range(7)]
TABLES = {
    Appointment: (
        *("id", "territory_id", "organisation_id", "location_id", "service_id", "type_id", "mode", "starts_at"),
        *("ends_at", "status", "is_late", "cancel_reason", "capacity", "seats_taken", "visit_address", "sequence"),
        *("uid", "reference", "booked_at", "channel"),
    ),
    AppointmentAgent: ("id", "appointment_id", "agent_id", "position", "starts_at", "ends_at"),
    Participation: (
        *("id", "appointment_id", "family_id", "person_id", "status", "is_late", "seats", "note", "created_at"),
    ),
    Occupation: ("agent_id", "kind", "starts_at", "ends_at", "appointment_id", "is_overbooked", "overbooking_reason"),
    AppointmentLink: ("appointment_id", "family_id", "nonce", "token_hash", "created_at"),
    AppointmentEvent: ("appointment_id", "at", "verb", "sequence", "actor_kind", "channel", "detail"),
}
BATCH = 40_000
WEEKS_FULL = 9


@dataclass(frozen=True, slots=True)
class Booked:
    """One appointment to be written."""

    agent: int
    location: int
    start: datetime
    status: str


@dataclass(slots=True)
class Writer:
    """Turns appointments into lines of each table; keys count up from `last`."""

    made: Department
    size: Size
    now: datetime
    last: int = 0
    lines: dict[type, list[str]] = field(default_factory=lambda: defaultdict(list))
    bounds: dict[datetime, str] = field(default_factory=dict)

    def add(self, one: Booked) -> None:
        """Everything that a booking writes, except its messages."""
        self.last += 1
        key, family = self.last, self.last * 7919 % self.size.families + 1
        agent, location = self.made.agents[one.agent].pk, self.made.locations[one.location]
        bounds = self.bounds.get(one.start) or self._bounds(one.start)
        stamp = self.now.isoformat()
        type_ = self.made.types[key % len(self.made.types)].pk
        cancelled = one.status == "excused"
        self.lines[Appointment].append(
            f"{key}\t{self.made.territory.pk}\t{location.organisation_id}\t{location.pk}\t{self.made.service.pk}"
            f"\t{type_}\ton_site\t{bounds}\t{one.status}\tf\t\t1\t{0 if cancelled else 1}\t\t0"
            f"\t{uuid.UUID(int=key * 0x9E3779B97F4A7C15 % (1 << 128))}\tB{key:010d}\t{stamp}\tweb\n"
        )
        self.lines[AppointmentAgent].append(f"{key}\t{key}\t{agent}\t0\t{bounds}\n")
        self.lines[Participation].append(f"{key}\t{key}\t{family}\t{family}\t{one.status}\tf\t1\t\t{stamp}\n")
        nonce = f"{key:016x}"
        self.lines[AppointmentLink].append(f"{key}\t{family}\t{nonce}\t{nonce * 4}\t{stamp}\n")
        self.lines[AppointmentEvent].append(f"{key}\t{stamp}\tbooked\t0\tfamily\tweb\t{{}}\n")
        if not cancelled:
            self.lines[Occupation].append(f"{agent}\tappointment\t{bounds}\t{key}\tf\t\n")
        if key % BATCH == 0:
            self.flush()

    def flush(self) -> None:
        """Send what has gathered."""
        for model, columns in TABLES.items():
            copy_lines(model, columns, self.lines.pop(model, []))

    def _bounds(self, start: datetime) -> str:
        text = f"{start.isoformat()}\t{(start + HALF_HOUR).isoformat()}"
        self.bounds[start] = text
        return text


def load_appointments(
    size: Size, made: Department, *, now: datetime, already_behind: int = 0, ahead: bool = True, seed: int = 1
) -> int:
    """Write the appointments behind (from `already_behind` days before today on) and ahead; gives their number."""
    last = Appointment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    writer = Writer(made, size, now, last)
    with indexes_aside([model._meta.db_table for model in TABLES]):
        rows = behind(size, made, now.date(), already_behind)
        for one in tqdm(rows, total=size.past, unit=" rdv", desc="Passé", disable=None, leave=False):
            writer.add(one)
        if ahead:
            for one in tqdm(ahead_of(made, now, seed), unit=" rdv", desc="À venir", disable=None, leave=False):
                writer.add(one)
        writer.flush()
    if ahead:
        _make_calendars(made, now)
    return writer.last - last


def _make_calendars(made: Department, now: datetime) -> None:
    keys = [agent.pk for agent in made.agents]
    for first in range(0, len(keys), 100):
        with transaction.atomic():
            calendars.rebuild(keys[first : first + 100], now=now)


def behind(size: Size, made: Department, today: date, skipped_days: int = 0) -> Iterator[Booked]:
    """Working days counted back from yesterday; each agent has the same number of appointments on each."""
    hours = [*MORNING, *AFTERNOON]
    day, done = today, -skipped_days
    while done < size.past_days:
        day -= timedelta(days=1)
        if day.weekday() > 4:
            continue
        done += 1
        if done <= 0:
            continue
        starts = [datetime.combine(day, hour, PARIS).astimezone(UTC) for hour in hours]
        for agent in range(size.agents):
            location = made.place_of(agent, day.weekday())
            for n in range(size.past_per_day):
                start = starts[(n * 5 + agent + done) % len(starts)]
                yield Booked(agent, location, start, _outcome(agent + n + done))


def _outcome(number: int) -> str:
    """Seven in a hundred are not held, six are cancelled."""
    place = number * 37 % 100
    return "noshow" if place < 7 else "excused" if place < 13 else "seen"


def ahead_of(made: Department, now: datetime, seed: int) -> Iterator[Booked]:
    """The half hours of the openings, booked at random: nearly all of this week, few of the twelfth."""
    numbers = {agent.pk: n for n, agent in enumerate(made.agents)}
    places = {location.pk: n for n, location in enumerate(made.locations)}
    draw = random.Random(seed)
    opened = OpeningOccurrence.objects.filter(starts_at__gte=now, starts_at__lt=now + timedelta(weeks=12)).order_by(
        "pk"
    )
    rows = list(opened.values_list("agent_id", "location_id", "starts_at", "ends_at"))
    for agent, location, start, end in rows:
        chance = how_full((start - now).days // 7, full_for_long=places[location] % 10 == 9)
        for half_hour in range((end - start) // HALF_HOUR):
            if draw.random() < chance:
                yield Booked(numbers[agent], places[location], start + half_hour * HALF_HOUR, "unknown")


def how_full(week: int, *, full_for_long: bool) -> float:
    """The share of a week's half hours that is booked; 0.6 over twelve weeks."""
    if full_for_long:
        return 1.0 if week < WEEKS_FULL else 0.0
    return 0.98 - 0.76 * week / 11
