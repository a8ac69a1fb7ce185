"""The département itself: its places, its agents, what they receive for and when. Small tables, made by the models."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bench.size import Size
from rdv.booking.openings import settle_territory
from rdv.models import (
    Agent,
    AppointmentType,
    Location,
    Membership,
    OpeningPeriod,
    Organisation,
    Profession,
    Role,
    Service,
    Territory,
)
from rdv.models.text import search_key

TYPES = ("Puériculture", "Consultation médicale", "Vaccination", "Allaitement", "Sommeil", "Entretien prénatal")
DURATION = 30
HALF_DAYS = ((time(9), time(12, 30)), (time(13, 30), time(17)))
HOME_DAYS, VISITING_DAY = "MO,TU,WE,FR", "TH"
THURSDAY = 3


@dataclass(frozen=True, slots=True)
class Department:
    """What was made, in the order in which it is counted below."""

    territory: Territory
    service: Service
    locations: list[Location]
    agents: list[Agent]
    types: list[AppointmentType]

    def place_of(self, agent: int, weekday: int) -> int:
        """The location (its number) where an agent (his number) receives: at home, on Thursdays elsewhere."""
        count = len(self.locations)
        away = 1 + agent // count % max(1, count - 1)
        return (agent + away) % count if weekday == THURSDAY else agent % count


def make_department(size: Size, *, now: datetime) -> Department:
    """Create the places, agents, types and opening periods, with their occurrences over the horizon."""
    territory = Territory.objects.create(slug="bench", name="Val-d’Exemple", department_code="99", sms_sender="36999")
    service = Service.objects.create(territory=territory, slug="pmi", name="PMI")
    made = Department(
        territory, service, _locations(size, territory), _agents(size, territory), _types(territory, service)
    )
    _memberships(made)
    _periods(made, now.date())
    settle_territory(territory, now=now)
    return made


def find_department() -> Department | None:
    """The département that an earlier run left in a folder that was kept."""
    territory = Territory.objects.filter(slug="bench").first()
    if territory is None:
        return None
    return Department(
        territory,
        territory.services.get(),
        list(Location.objects.select_related("organisation__territory").order_by("pk")),
        list(Agent.objects.order_by("pk")),
        list(AppointmentType.objects.with_rules().order_by("pk")),
    )


def _locations(size: Size, territory: Territory) -> list[Location]:
    organisations = Organisation.objects.bulk_create(
        Organisation(territory=territory, slug=f"mds-{n}", name=f"MDS {n}", phone="+33199000001")
        for n in range(size.organisations)
    )
    Location.objects.bulk_create(
        Location(
            organisation=organisations[n % len(organisations)],
            slug=f"lieu-{n}",
            name=f"Lieu {n}",
            short_name=f"Lieu {n}",
            address=f"{n} rue de l’Exemple",
            postcode="99000",
            city="Exempleville",
        )
        for n in range(size.locations)
    )
    return list(Location.objects.select_related("organisation__territory").order_by("pk"))


def _agents(size: Size, territory: Territory) -> list[Agent]:
    agents = Agent.objects.bulk_create(
        Agent(
            territory=territory,
            email=f"agent{n}@exemple.test",
            first_name="Agent",
            last_name=f"Numéro {n}",
            profession=Profession.CHILD_NURSE,
            search_key=search_key(f"Numéro {n}", "Agent"),
            password="!",
        )
        for n in range(size.agents)
    )
    services = territory.services.all()
    Agent.services.through.objects.bulk_create(
        Agent.services.through(agent_id=agent.pk, service_id=service.pk) for agent in agents for service in services
    )
    return agents


def _types(territory: Territory, service: Service) -> list[AppointmentType]:
    for n, label in enumerate(TYPES):
        AppointmentType.objects.create(
            territory=territory,
            service=service,
            slug=f"motif-{n}",
            public_label=label,
            duration_minutes=DURATION,
            grid_minutes=DURATION,
            position=n,
        )
    return list(AppointmentType.objects.with_rules().order_by("pk"))


def _memberships(made: Department) -> None:
    Membership.objects.bulk_create(
        Membership(
            agent=agent,
            organisation_id=made.locations[made.place_of(n, 0)].organisation_id,
            role=Role.AGENT,
        )
        for n, agent in enumerate(made.agents)
    )


def _periods(made: Department, today: date) -> None:
    monday = today - timedelta(days=today.weekday())
    periods = OpeningPeriod.objects.bulk_create(
        OpeningPeriod(
            agent=agent,
            location=made.locations[made.place_of(n, weekday)],
            first_day=monday,
            start_time=start,
            end_time=end,
            rrule=f"FREQ=WEEKLY;BYDAY={days}",
        )
        for n, agent in enumerate(made.agents)
        for weekday, days in ((0, HOME_DAYS), (THURSDAY, VISITING_DAY))
        for start, end in HALF_DAYS
    )
    through = OpeningPeriod.types.through
    through.objects.bulk_create(
        (
            through(openingperiod_id=period.pk, appointmenttype_id=type_.pk)
            for period in periods
            for type_ in made.types
        ),
        batch_size=5000,
    )
