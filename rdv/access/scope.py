"""What one agent, or one application, may see: views and API start from here, never from a model's manager.

The discreet wall (rules §10) is part of every queryset: what belongs to a discreet service is seen
by its own members alone, whatever their role, and by no application.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from rdv.access.roles import ROLES, TERRITORY_ADMIN, Reach, Right
from rdv.models import (
    Absence,
    Agent,
    ApiToken,
    Appointment,
    AppointmentAgent,
    AppointmentType,
    BookableBy,
    Family,
    Location,
    Membership,
    OpeningOccurrence,
    OpeningPeriod,
    Organisation,
    Participation,
    Role,
    Service,
    Territory,
    WaitingListEntry,
)
from rdv.models.agent import AgentQuerySet
from rdv.models.appointment import AppointmentQuerySet
from rdv.models.appointment_type import AppointmentTypeQuerySet
from rdv.models.family import FamilyQuerySet
from rdv.models.opening import AbsenceQuerySet, OpeningPeriodQuerySet
from rdv.models.organisation import LocationQuerySet
from rdv.models.waiting_list import WaitingListEntryQuerySet

NOBODY = Q(pk__in=())


@dataclass(frozen=True)
class Scope:
    """Two queries make it; its querysets add none of their own.

    `agent` None and `is_application` false is a scope that sees nothing (a closed account).
    """

    territory: Territory
    agent: Agent | None
    roles: Mapping[int, Role]
    own_services: frozenset[int]
    open_services: frozenset[int]
    is_territory_admin: bool = False
    is_application: bool = False

    @classmethod
    def of(cls, agent: Agent) -> "Scope":
        territory = agent.territory
        if not (agent.is_active and territory.is_active):
            return cls(territory, None, {}, frozenset(), frozenset())
        belonging = Agent.services.through.objects.filter(agent=agent.pk, service=OuterRef("pk"))
        services = list(territory.services.annotate(own=Exists(belonging)).values_list("pk", "is_discreet", "own"))
        memberships = Membership.objects.filter(agent=agent, organisation__is_active=True)
        return cls(
            territory,
            agent,
            {pk: Role(role) for pk, role in memberships.values_list("organisation", "role")},
            frozenset(pk for pk, _, own in services if own),
            frozenset(pk for pk, discreet, _ in services if not discreet),
            is_territory_admin=agent.is_territory_admin,
        )

    @classmethod
    def of_token(cls, token: ApiToken) -> "Scope":
        """An agent's token sees what the agent sees; an application, everything but the discreet services."""
        if token.agent is not None:
            return cls.of(token.agent)
        return cls(token.territory, None, {}, frozenset(), token.open_services, is_application=True)

    # What the roles add up to

    @property
    def sees_everywhere(self) -> bool:
        """Every organisation of the territory."""
        return self.is_territory_admin or self.is_application

    @property
    def is_prescriber_only(self) -> bool:
        roles = set(self.roles.values())
        return roles == {Role.PRESCRIBER} and not self.is_territory_admin

    def organisations_with(self, right: Right) -> frozenset[int]:
        """The organisations where a role gives this right; a territory administrator's are not listed."""
        return frozenset(pk for pk, role in self.roles.items() if right in ROLES[role].rights)

    def may(self, right: Right, organisation_id: int | None = None) -> bool:
        """Whether the right is held in that organisation, or anywhere."""
        if self.is_territory_admin:
            return right in TERRITORY_ADMIN.rights
        held = self.organisations_with(right)
        return bool(held) if organisation_id is None else organisation_id in held

    @property
    def reachable_services(self) -> frozenset[int]:
        """Services whose appointments may be seen somewhere."""
        wide = self.sees_everywhere or self._reaching(Reach.OPEN_SERVICES)
        return self.own_services | self.open_services if wide else self.own_services

    # The catalogue

    def organisations(self) -> QuerySet[Organisation]:
        """The teams of the roles; all of them for a territory administrator and an application."""
        mine = Q() if self.sees_everywhere else Q(pk__in=self.organisations_with(Right.SEE_AGENDA))
        return self.territory.organisations.filter(mine, is_active=True)

    def locations(self) -> LocationQuerySet:
        """The places of one's organisations: those whose agenda may be seen."""
        return self.bookable_locations().filter(self._inside("organisation"))

    def bookable_locations(self) -> LocationQuerySet:
        """All places of the territory: a family may be booked anywhere."""
        everywhere = Location.objects.filter(organisation__territory=self.territory).active()
        return everywhere.select_related("organisation__territory")

    def agents(self) -> AgentQuerySet:
        """Oneself and the colleagues of one's organisations."""
        everyone: AgentQuerySet = Agent.objects.filter(territory=self.territory).active()
        if self.sees_everywhere:
            return everyone
        teams = Membership.objects.filter(
            agent=OuterRef("pk"), organisation__in=self.organisations_with(Right.SEE_AGENDA)
        )
        return everyone.filter(Q(Exists(teams)) | self._myself("pk"))

    def services(self) -> QuerySet[Service]:
        return self.territory.services.filter(pk__in=self.reachable_services)

    def types(self) -> AppointmentTypeQuerySet:
        """What may be booked: the types of reachable services, and those open to prescribers for them."""
        every = AppointmentType.objects.filter(territory=self.territory).active()
        if self.is_application:
            return every
        allowed = Q(service__in=self.reachable_services)
        if Role.PRESCRIBER in self.roles.values():
            allowed |= Q(bookable_by__in=(BookableBy.EVERYONE, BookableBy.PRESCRIBERS))
        return every.filter(allowed)

    # People and appointments

    def appointments(self) -> AppointmentQuerySet:
        """Appointments whose details may be read."""
        every = Appointment.objects.filter(territory=self.territory)
        return every.filter(self.visible())

    def agenda(self) -> AppointmentQuerySet:
        """Appointments whose time may be seen in an agenda; `sees` says which are more than "occupé"."""
        every = Appointment.objects.filter(territory=self.territory)
        teams = self.organisations_with(Right.SEE_AGENDA)
        return every if self.sees_everywhere else every.filter(Q(organisation__in=teams) | self.visible())

    def sees(self, appointment: Appointment) -> bool:
        """The same rule as `appointments`, on one that is loaded with its `appointment_agents`."""
        if self.is_application:
            return appointment.service_id in self.open_services
        if self.agent is None or appointment.territory_id != self.territory.pk:
            return False
        if any(row.agent_id == self.agent.pk for row in appointment.appointment_agents.all()):
            return True
        if appointment.booked_by_id == self.agent.pk and (
            Role.PRESCRIBER in self.roles.values() or appointment.service_id in self.reachable_services
        ):
            return True
        return appointment.service_id in self._services_at(appointment.organisation_id)

    def families(self) -> FamilyQuerySet:
        """Files of one's organisations, of the appointments one sees, and one's own."""
        every = Family.objects.filter(territory=self.territory)
        wall = Q(discreet_service=None) | Q(discreet_service__in=self.own_services)
        if self.sees_everywhere:
            return every.filter(wall)
        if self.agent is None:
            return every.none()
        met = Participation.objects.filter(family=OuterRef("pk"), appointment__in=self.appointments())
        waits = self.waiting_list().filter(family=OuterRef("pk"))
        teams = self.organisations_with(Right.SEE_FAMILIES)
        known = Q(organisation__in=teams) | Q(own_agent=self.agent) | Q(Exists(met)) | Q(Exists(waits))
        return every.filter(wall, known)

    def waiting_list(self) -> WaitingListEntryQuerySet:
        every = WaitingListEntry.objects.filter(territory=self.territory, type__service__in=self.reachable_services)
        every = every.filter(Q(family__discreet_service=None) | Q(family__discreet_service__in=self.own_services))
        if self.sees_everywhere:
            return every
        teams = self.organisations_with(Right.WAITING_LIST)
        if not teams:
            return every.none()
        places = WaitingListEntry.locations.through.objects.filter(
            waitinglistentry=OuterRef("pk"), location__organisation__in=teams
        )
        return every.filter(Q(any_location=True) | Q(family__organisation__in=teams) | Q(Exists(places)))

    # Time

    def opening_periods(self) -> OpeningPeriodQuerySet:
        """Hours of one's organisations, those of discreet services left out, and one's own."""
        every = OpeningPeriod.objects.filter(location__organisation__territory=self.territory)
        hidden = OpeningPeriod.types.through.objects.filter(openingperiod=OuterRef("pk")).exclude(
            appointmenttype__service__in=self.own_services | self.open_services
        )
        return every.filter((self._inside("location__organisation") & ~Exists(hidden)) | self._myself("agent"))

    def openings(self) -> QuerySet[OpeningOccurrence]:
        """The concrete hours of `opening_periods`."""
        return OpeningOccurrence.objects.filter(period__in=self.opening_periods())

    def absences(self) -> AbsenceQuerySet:
        """Absences of colleagues and places, and one's own."""
        every = Absence.objects.filter(
            Q(agent__territory=self.territory) | Q(location__organisation__territory=self.territory)
        )
        return every.filter(Q(agent__in=self.agents()) | self._inside("location__organisation") | self._myself("agent"))

    # What was said, and what needs a person (the models stand above this package)

    def messages(self) -> QuerySet[Any]:
        """Messages of the appointments and families that one sees."""
        return self.territory.messages.filter(self._about_visible())

    def replies(self) -> QuerySet[Any]:
        return self.territory.replies.filter(self._about_visible())

    def tasks(self) -> QuerySet[Any]:
        """Tasks of one's organisations, and those of none."""
        mine = Q() if self.sees_everywhere else self._inside("organisation") | Q(organisation=None)
        if not self.may(Right.TASKS) and not self.is_application:
            mine = NOBODY
        known = Q(appointment=None, family=None) | self._about_visible()
        return self.territory.tasks.filter(mine, known)

    def outside_walls(self, number: str) -> Q:
        """Not by the own number of a discreet service of others; `number` is the field of the service's number."""
        walled = self.territory.services.filter(is_discreet=True).exclude(pk__in=self.own_services)
        return ~Q(**{f"{number}__in": walled.exclude(neutral_sender="").values("neutral_sender")})

    # Parts

    def _reaching(self, *reaches: Reach) -> frozenset[int]:
        return frozenset(pk for pk, role in self.roles.items() if ROLES[role].reach in reaches)

    def _services_at(self, organisation_id: int) -> frozenset[int]:
        """Services whose appointments are read at that organisation."""
        if self.is_territory_admin or organisation_id in self._reaching(Reach.OPEN_SERVICES):
            return self.own_services | self.open_services
        return self.own_services if organisation_id in self._reaching(Reach.OWN_SERVICES) else frozenset()

    def visible(self) -> Q:
        """The condition of `appointments`."""
        if self.is_application:
            return Q(service__in=self.open_services)
        if self.agent is None:
            return NOBODY
        all_services = self.own_services | self.open_services
        received = AppointmentAgent.objects.filter(appointment=OuterRef("pk"), agent=self.agent)
        booked = Q(booked_by=self.agent)
        if Role.PRESCRIBER not in self.roles.values():
            booked &= Q(service__in=self.reachable_services)
        if self.is_territory_admin:
            return Q(service__in=all_services) | booked | Q(Exists(received))
        wide = Q(organisation__in=self._reaching(Reach.OPEN_SERVICES), service__in=all_services)
        narrow = Q(organisation__in=self._reaching(Reach.OWN_SERVICES), service__in=self.own_services)
        return wide | narrow | booked | Q(Exists(received))

    def _about_visible(self) -> Q:
        """About an appointment that one sees, or about a family's file alone."""
        families = Q(appointment=None) & Q(Exists(self.families().filter(pk=OuterRef("family"))))
        return Q(Exists(self.appointments().filter(pk=OuterRef("appointment")))) | families

    def _inside(self, organisation: str) -> Q:
        """Belonging to one of the organisations whose agenda is seen."""
        if self.sees_everywhere:
            return Q(**{f"{organisation}__isnull": False})
        return Q(**{f"{organisation}__in": self.organisations_with(Right.SEE_AGENDA)})

    def _myself(self, field: str) -> Q:
        return Q(**{field: self.agent.pk}) if self.agent is not None else NOBODY
