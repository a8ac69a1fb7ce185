"""The rows of a board: what was hit, what was decided, what became of it; a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Prefetch

from rdv.disruption.states import Facts, Reach
from rdv.models import (
    Appointment,
    Decision,
    DisruptedAppointment,
    Disruption,
    Participation,
    ProposalStatus,
    Status,
    Step,
)


@dataclass(frozen=True, slots=True)
class HitRow:
    """One appointment that was hit, loaded with its people; `rebooked` after a cancellation."""

    row: DisruptedAppointment
    appointment: Appointment
    is_hit: bool
    rebooked: bool

    def facts(self, reach: Reach, *, replied: bool) -> Facts:
        row, proposal = self.row, self.row.proposal
        return Facts(
            step=Step(row.step),
            decision=Decision(row.decision),
            stands=self.appointment.status == Status.UNKNOWN,
            is_hit=self.is_hit,
            proposal=ProposalStatus(proposal.status) if proposal else None,
            rebooked=self.rebooked,
            reach=reach,
            replied=replied,
        )


def hit_rows(disruption: Disruption) -> list[HitRow]:
    """All that a disruption hits, in order of time."""
    rows = list(
        disruption.hits.select_related("proposal", "location__organisation__territory")
        .prefetch_related(Prefetch("appointment", Appointment.objects.with_people()))
        .order_by("was_at", "appointment")
    )
    again = _booked_again(disruption)
    return [
        HitRow(row, row.appointment, _is_hit(row.appointment, disruption), row.appointment_id in again) for row in rows
    ]


def _is_hit(appointment: Appointment, disruption: Disruption) -> bool:
    if appointment.starts_at >= disruption.ends_at or appointment.ends_at <= disruption.starts_at:
        return False
    if disruption.location_id:
        return appointment.location_id == disruption.location_id
    return any(row.agent_id == disruption.agent_id for row in appointment.appointment_agents.all())


def _booked_again(disruption: Disruption) -> set[int]:
    """The cancelled appointments whose family has taken another of the same type since."""
    cancelled = Participation.objects.filter(
        appointment__disruptions__disruption=disruption,
        appointment__disruptions__decision=Decision.CANCEL,
        appointment__disruptions__done_at__isnull=False,
        family__participations__status=Status.UNKNOWN,
        family__participations__appointment__type=F("appointment__type"),
        family__participations__appointment__booked_at__gte=F("appointment__disruptions__done_at"),
    )
    return set(cancelled.values_list("appointment_id", flat=True))


def undecided(disruptions: Sequence[int]) -> dict[int, int]:
    """How many appointments of each of these still wait for a decision, in one query."""
    found: dict[int, int] = {}
    rows = DisruptedAppointment.objects.filter(
        disruption__in=disruptions, step=Step.OPEN, appointment__status=Status.UNKNOWN
    )
    for pk in rows.values_list("disruption_id", flat=True):
        found[pk] = found.get(pk, 0) + 1
    return found
