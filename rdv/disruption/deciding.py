"""Decide for the appointments that are hit: nothing is done yet, and families know nothing, until the delay is over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from rdv.models import Decision, DisruptedAppointment, Disruption, Hold, Step
from rdv.models.actor import Actor

# Time to undo: ten minutes, less when families have to be told soon (peers.md §4).
USUAL_DELAY, SHORT_DELAY = timedelta(minutes=10), timedelta(minutes=2)
FAR, NEAR = timedelta(hours=24), timedelta(hours=2)
CHANGEABLE = (Step.OPEN, Step.PLANNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What to do with one appointment; a move says where to and with whom."""

    appointment_id: int
    decision: Decision
    start: datetime | None = None
    location_id: int | None = None
    agents: Sequence[int] = ()


def delay(was_at: datetime, now: datetime) -> timedelta:
    """How long a decision can be undone before it is carried out. Pure."""
    lead = was_at - now
    if lead >= FAR:
        return USUAL_DELAY
    return SHORT_DELAY if lead >= NEAR else timedelta(0)


def decide(disruption_id: int, choices: Iterable[Choice], *, by: Actor, now: datetime) -> int:
    """Write down decisions in one durable transaction; gives how many were changed.

    Deciding again before it is done replaces the decision; the same decision twice changes nothing, nor does any for
    what is done or whose absence was withdrawn.
    """
    wanted = {one.appointment_id: one for one in choices}
    with transaction.atomic(durable=True):
        disruption = Disruption.objects.select_for_update(of=("self",)).get(pk=disruption_id)
        if disruption.withdrawn_at is not None:
            return 0
        rows = DisruptedAppointment.objects.filter(disruption=disruption, appointment__in=wanted, step__in=CHANGEABLE)
        changed = [
            row
            for row in rows.select_for_update(of=("self",)).order_by("pk")
            if _changes(row, wanted[row.appointment_id])
        ]
        Hold.objects.filter(pk__in=[row.hold_id for row in changed if row.hold_id]).delete()
        for row in changed:
            _decide(row, wanted[row.appointment_id], by, now)
        DisruptedAppointment.objects.bulk_update(changed, WRITTEN, batch_size=200)
    return len(changed)


WRITTEN = [
    "decision",
    "step",
    "start",
    "location",
    "agents",
    "hold",
    "due_at",
    "decided_at",
    "decided_by",
    "done_at",
    "problem",
]


def _changes(row: DisruptedAppointment, choice: Choice) -> bool:
    before = (row.decision, row.start, row.location_id, list(row.agents))
    return before != (choice.decision, choice.start, choice.location_id, list(choice.agents))


def _decide(row: DisruptedAppointment, choice: Choice, by: Actor, now: datetime) -> None:
    undecided, kept = choice.decision == Decision.UNDECIDED, choice.decision == Decision.KEEP
    row.decision = choice.decision
    row.start, row.location_id, row.agents = choice.start, choice.location_id, list(choice.agents)
    row.hold, row.problem = None, ""
    row.decided_at, row.decided_by = (None, None) if undecided else (now, by.agent)
    row.due_at = None if undecided else now + (timedelta(0) if kept else delay(row.was_at, now))
    row.step = Step.OPEN if undecided else Step.PLANNED
    row.done_at = None
