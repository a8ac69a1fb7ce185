"""A sick nurse with three appointments tomorrow morning, and a colleague who receives until ten."""

from datetime import datetime, time, timedelta

from rdv.booking.absences import declare_absence
from rdv.disruption.deciding import Choice, decide
from rdv.models import Absence, AbsenceKind, Appointment, Decision, DisruptedAppointment, Disruption
from rdv.models.actor import Actor
from tests import factories as make
from tests.factories import NOW, TODAY

HOURS = ((9, 0), (9, 30), (11, 0))


class SickDay(make.World):
    def __init__(
        self, *, hours: tuple[tuple[int, int], ...] = ((9, 0), (9, 30), (11, 0)), **type_values: object
    ) -> None:
        super().__init__(**type_values)
        self.secretary = make.agent(self.organisation, role="secretary", first_name="Odile")
        self.colleague = make.agent(self.organisation, first_name="Bea")
        self.bookings = [self.book(*hour, agents=[self.agent.pk]) for hour in hours]
        self.appointments = [one.appointment for one in self.bookings]
        make.opening(self.colleague, self.location, self.type, day=self.day, end=time(10))
        for days in (2, 3, 4, 5):
            make.opening(self.colleague, self.location, self.type, day=TODAY + timedelta(days=days))
        self.by = Actor.of(self.secretary)

    def absence(self, **values: object) -> Absence:
        whole = {"agent": self.agent, "starts_at": self.at(0), "ends_at": self.at(0) + timedelta(days=1)}
        return Absence(**{**whole, "kind": AbsenceKind.SICK, **values})

    def declare(self, now: datetime = NOW, **values: object) -> Disruption:
        absence = self.absence(**values)
        declare_absence(absence, by=self.by, now=now)
        return Disruption.objects.get(absence=absence)

    def decide(self, disruption: Disruption, *decisions: Decision, now: datetime = NOW) -> int:
        """One for each appointment, in order; a move goes to the colleague at the same hour."""
        return decide(disruption.pk, map(self.choice, self.appointments, decisions), by=self.by, now=now)

    def choice(self, appointment: Appointment, decision: Decision) -> Choice:
        if decision != Decision.MOVE:
            return Choice(appointment_id=appointment.pk, decision=decision)
        return Choice(
            appointment_id=appointment.pk,
            decision=decision,
            start=appointment.starts_at,
            location_id=self.location.pk,
            agents=[self.colleague.pk],
        )

    def row(self, position: int) -> DisruptedAppointment:
        return DisruptedAppointment.objects.select_related("appointment", "proposal", "entry").get(
            appointment=self.appointments[position]
        )
