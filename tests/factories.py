"""A small world for tests: each function makes one thing with sensible values; give what matters."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects

from rdv.booking.book import book
from rdv.booking.openings import settle
from rdv.booking.people import ContactSpec, PersonSpec, Who
from rdv.booking.request import Booking, BookingRequest
from rdv.booking.sessions import open_session
from rdv.models import (
    Agent,
    Appointment,
    AppointmentType,
    Contact,
    Family,
    Location,
    Membership,
    OpeningPeriod,
    Organisation,
    Person,
    PhoneKind,
    Profession,
    Role,
    Service,
    Territory,
)
from rdv.models.actor import Actor

_numbers = count(1)

# A Monday at 8:00 in Paris, far from any change of clocks.
NOW = datetime(2027, 1, 11, 7, 0, tzinfo=UTC)
TODAY = date(2027, 1, 11)
PARIS = ZoneInfo("Europe/Paris")


def paris(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


def territory(**values: Any) -> Territory:
    number = next(_numbers)
    defaults = {"slug": f"territoire-{number}", "name": "Val-d’Exemple", "department_code": "99", "sms_sender": "36999"}
    return Territory.objects.create(**defaults | values)


def organisation(of: Territory | None = None, **values: Any) -> Organisation:
    number = next(_numbers)
    defaults = {"slug": f"mds-{number}", "name": f"MDS {number}", "phone": "+33199000001"}
    return Organisation.objects.create(territory=of or territory(), **defaults | values)


def service(of: Territory, **values: Any) -> Service:
    number = next(_numbers)
    return Service.objects.create(territory=of, **{"slug": f"pmi-{number}", "name": "PMI"} | values)


def location(of: Organisation | None = None, **values: Any) -> Location:
    number = next(_numbers)
    defaults = {
        "slug": f"lieu-{number}",
        "name": f"Lieu {number}",
        "address": "1 rue de l’Exemple",
        "city": "Exempleville",
    }
    return Location.objects.create(organisation=of or organisation(), **defaults | values)


def agent(of: Organisation, *, role: str = Role.AGENT, **values: Any) -> Agent:
    number = next(_numbers)
    services = values.pop("services", None)
    defaults = {
        "territory": of.territory,
        "email": f"agent{number}@exemple.test",
        "first_name": "Agent",
        "last_name": f"Numéro {number}",
        "profession": Profession.CHILD_NURSE,
    }
    made: Agent = Agent.objects.create_user(**defaults | values)
    made.services.add(*(services if services is not None else of.territory.services.all()))
    Membership.objects.create(agent=made, organisation=of, role=role)
    return made


def appointment_type(of: Territory, in_service: Service | None = None, **values: Any) -> AppointmentType:
    number = next(_numbers)
    defaults = {
        "slug": f"motif-{number}",
        "public_label": "Consultation de puériculture",
        "duration_minutes": 30,
        "grid_minutes": 30,
    }
    made = AppointmentType.objects.create(
        territory=of, service=in_service or of.services.first() or service(of), **defaults | values
    )
    prefetch_related_objects([made], "steps", "revisions", "offered")
    return made


def opening(
    of: Agent,
    at: Location,
    *types: AppointmentType,
    day: date = TODAY + timedelta(days=1),
    start: time = time(9),
    end: time = time(12),
    now: datetime = NOW,
    **values: Any,
) -> OpeningPeriod:
    """Hours of one day unless `rrule` is given, settled at once."""
    made = OpeningPeriod.objects.create(agent=of, location=at, first_day=day, start_time=start, end_time=end, **values)
    made.types.add(*types)
    settle([made], now=now)
    at.refresh_from_db(fields=["openings_version"])
    return made


def family(of: Territory, *, phone: str = "+33639980001", email: str = "", **values: Any) -> Family:
    made = Family.objects.create(territory=of, **{"created_at": NOW, "last_contact_at": NOW} | values)
    Contact.objects.create(
        family=made,
        first_name="Sam",
        last_name="Exemple",
        phone=phone,
        phone_kind=PhoneKind.MOBILE if phone else PhoneKind.NONE,
        email=email,
    )
    Person.objects.create(family=made, first_name="Léa", last_name="Exemple", birth_date=date(2026, 6, 1))
    return made


def who(of: Family | None = None, *, children: int = 1, phone: str | None = None) -> Who:
    """The children of a family, or a new contact with as many."""
    if of is not None:
        known = list(of.persons.order_by("pk")[:children])
        return Who([PersonSpec(p.first_name, p.last_name, p.birth_date, pk=p.pk) for p in known], family=of)
    number = next(_numbers)
    # Fictitious numbers end with four digits; the first thousand is for tests that choose theirs.
    phone = phone or f"+3363998{1000 + number % 9000}"
    contact = ContactSpec("Alix", f"Famille {number}", phone, PhoneKind.MOBILE)
    return Who([PersonSpec(f"Enfant {i}", birth_date=date(2026, 6, 1)) for i in range(children)], contact=contact)


def booking(
    type_: AppointmentType,
    at: Location,
    start: datetime,
    *,
    by: Actor | None = None,
    now: datetime = NOW,
    **values: Any,
) -> Booking:
    given = {"who": who(), "by": by or Actor.family()} | values
    return book(BookingRequest(type=type_, location=at, start=start, **given), now=now)


class World:
    """One place where one child nurse receives tomorrow from 9 to 12, for one type of 30 minutes."""

    def __init__(self, **type_values: Any) -> None:
        self.territory = territory()
        self.service = service(self.territory)
        self.organisation = organisation(self.territory)
        self.location = location(self.organisation)
        self.type = appointment_type(self.territory, self.service, **type_values)
        self.agent = agent(self.organisation)
        self.day = TODAY + timedelta(days=1)
        opening(self.agent, self.location, self.type, day=self.day)

    def at(self, hour: int, minute: int = 0) -> datetime:
        return paris(self.day, hour, minute)

    def open_session(self, hour: int, minute: int = 0, **values: Any) -> Appointment:
        """A session that the agent opens, where the type is collective."""
        given = {"start": self.at(hour, minute), "agents": [self.agent], "by": Actor.of(self.agent)} | values
        return open_session(type=self.type, location=self.location, now=NOW, **given)

    def book(self, hour: int, minute: int = 0, **values: Any) -> Booking:
        return booking(self.type, self.location, self.at(hour, minute), **values)
