"""A place that vaccinates: the next one 28 to 60 days after the last; a child was seen 30 days ago."""

from datetime import datetime, timedelta
from typing import Any

from rdv.access.scope import Scope
from rdv.followups.candidates import Candidate, candidates
from rdv.followups.inviting import Invited, invite
from rdv.models import Appointment, Family, Participation, Role, Status
from rdv.models.actor import Actor
from tests.factories import NOW, World, agent, family


class Clinic(World):
    def __init__(self, **values: Any) -> None:
        rules = {"minimum_interval_days": 28, "next_within_days": 60, "age_min_months": 2, "age_max_months": 72}
        super().__init__(**rules | values)
        self.secretary = agent(self.organisation, role=Role.SECRETARY)
        self.family = self.known(30)
        self.child = self.family.persons.get()

    def known(self, *days_ago: int, **values: Any) -> Family:
        """A family whose child was seen so many days ago."""
        made = family(self.territory, **{"organisation": self.organisation} | values)
        for days in days_ago:
            self.seen(made, days)
        return made

    def seen(self, of: Family, days_ago: int, status: str = Status.SEEN) -> Appointment:
        start = NOW - timedelta(days=days_ago)
        made = Appointment.objects.create(
            territory=self.territory,
            organisation=self.organisation,
            location=self.location,
            service=self.service,
            type=self.type,
            starts_at=start,
            ends_at=start + timedelta(minutes=30),
            status=status,
            reference=f"R{Appointment.objects.count()}",
            booked_at=start,
        )
        Participation.objects.create(
            appointment=made, family=of, person=of.persons.get(), status=status, created_at=start
        )
        return made

    @property
    def scope(self) -> Scope:
        return Scope.of(self.secretary)

    def due(self, now: datetime = NOW, **asked: Any) -> list[Candidate]:
        return candidates(self.scope, self.type, now=now, **asked)

    def invite(self, *families: Family, now: datetime = NOW) -> Invited:
        persons = [one.persons.get().pk for one in families or [self.family]]
        return invite(self.scope, self.type, persons, by=Actor.of(self.secretary), now=now)
