"""What every part of the world needs: the territory, the present, and the dice."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random
from zoneinfo import ZoneInfo

from rdv.models import Agent, AppointmentType, Location, Territory

SEED = 99
WEEKS_BEHIND = 12
WEEKS_AHEAD = 8


@dataclass
class World:
    """The world being made. The same seed and the same day give the same world."""

    territory: Territory
    now: datetime
    rng: Random = field(default_factory=lambda: Random(SEED))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.territory.time_zone)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def first_day(self) -> date:
        return self.today - timedelta(weeks=WEEKS_BEHIND)

    @property
    def last_day(self) -> date:
        return self.today + timedelta(weeks=WEEKS_AHEAD)

    @cached_property
    def types(self) -> dict[str, AppointmentType]:
        return {found.slug: found for found in self.territory.appointment_types.with_rules().order_by("pk")}

    @cached_property
    def locations(self) -> dict[str, Location]:
        rows = Location.objects.filter(organisation__territory=self.territory).order_by("pk")
        return {found.slug: found for found in rows.select_related("organisation__territory")}

    @cached_property
    def agents(self) -> dict[str, Agent]:
        """By what stands before the @."""
        return {str(found.email).partition("@")[0]: found for found in self.territory.agents.order_by("pk")}

    @cached_property
    def secretaries(self) -> dict[int, Agent]:
        """Who answers the telephone, by organisation."""
        answering = [self.agents["secretariat"], self.agents["patricia.noel"]]
        return {found.pk: agent for agent in answering for found in agent.organisations.order_by("pk")}

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def new_uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def ago(self, *, days: float, at_least: float = 0) -> datetime:
        """A moment of the past, at most so many days ago."""
        return self.now - timedelta(days=self.rng.uniform(at_least, days))
