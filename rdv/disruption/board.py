"""What was hit, what was decided, what became of it, and what still waits; a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db.models import Count, Min, Prefetch, QuerySet

from rdv.disruption.states import Facts, Reach
from rdv.models import (
    Absence,
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
    """One appointment that was hit, loaded with its people; `rebooked`: all its people, after a cancellation."""

    row: DisruptedAppointment
    appointment: Appointment
    is_hit: bool
    rebooked: bool

    def can_be_decided(self, now: datetime) -> bool:
        """Nothing is done yet, and there is still time."""
        to_come = self.appointment.status == Status.UNKNOWN and self.appointment.starts_at > now
        return self.row.step in (Step.OPEN, Step.PLANNED) and self.is_hit and to_come

    def facts(self, reach: Reach, *, replied: bool, now: datetime) -> Facts:
        row, proposal = self.row, self.row.proposal
        return Facts(
            step=Step(row.step),
            decision=Decision(row.decision),
            stands=self.appointment.status == Status.UNKNOWN,
            is_hit=self.is_hit,
            has_begun=self.appointment.starts_at <= now,
            proposal=ProposalStatus(proposal.status) if proposal else None,
            rebooked=self.rebooked,
            reach=reach,
            replied=replied,
        )


def hit_rows(disruption: Disruption) -> list[HitRow]:
    """All that a disruption hits, in order of time."""
    rows = list(
        disruption.hits.select_related("disruption", "proposal", "location__organisation__territory")
        .prefetch_related(Prefetch("appointment", Appointment.objects.with_people()))
        .order_by("was_at", "appointment")
    )
    again = _booked_again(rows)
    return [
        HitRow(row, row.appointment, is_under(row.appointment, disruption), row.appointment_id in again) for row in rows
    ]


def is_under(appointment: Appointment, disruption: Disruption) -> bool:
    """Whether the absence hits it as it stands now."""
    if appointment.starts_at >= disruption.ends_at or appointment.ends_at <= disruption.starts_at:
        return False
    if disruption.location_id:
        return appointment.location_id == disruption.location_id
    return any(row.agent_id == disruption.agent_id for row in appointment.appointment_agents.all())


def _booked_again(rows: Sequence[DisruptedAppointment]) -> set[int]:
    """The cancelled appointments of which everybody has taken another of the same type since; one query."""
    cancelled = [row for row in rows if row.decision == Decision.CANCEL and row.done_at is not None]
    left = {
        row.appointment_id: [
            one.person_id for one in row.appointment.participations.all() if one.status == Status.REVOKED
        ]
        for row in cancelled
    }
    since = defaultdict(list)
    coming = Participation.objects.filter(person__in=sorted({*chain(*left.values())}), status=Status.UNKNOWN)
    for person, type_, at in coming.values_list("person", "appointment__type", "created_at"):
        since[person, type_].append(at)
    return {
        row.appointment_id
        for row in cancelled
        if left[row.appointment_id]
        and all(_any_since(row, since[one, row.appointment.type_id]) for one in left[row.appointment_id])
    }


def _any_since(row: DisruptedAppointment, instants: Iterable[datetime]) -> bool:
    return any(row.done_at is not None and at >= row.done_at for at in instants)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many appointments of an absence wait for a decision, and when the first of them is."""

    absence_id: int
    count: int
    soonest: datetime


def waiting_for_a_decision(
    absences: QuerySet[Absence], appointments: QuerySet[Appointment], *, now: datetime
) -> list[Waiting]:
    """Those of these absences that hit these appointments, the soonest first; one query."""
    rows = DisruptedAppointment.objects.to_decide(now).filter(
        disruption__absence__in=absences, appointment__in=appointments
    )
    each = rows.values("disruption__absence").annotate(count=Count("pk"), soonest=Min("appointment__starts_at"))
    return [
        Waiting(one["disruption__absence"], one["count"], one["soonest"])
        for one in each.order_by("soonest", "disruption__absence")
    ]


def undecided(disruptions: Sequence[int], *, now: datetime) -> dict[int, int]:
    """How many appointments of each of these still wait for a decision, in one query."""
    rows = DisruptedAppointment.objects.to_decide(now).filter(disruption__in=disruptions)
    counted = rows.values("disruption").annotate(count=Count("pk")).order_by("disruption")
    return dict(counted.values_list("disruption", "count"))
