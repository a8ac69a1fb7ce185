"""One pass over all that is due, at one instant: for the demonstration's clock, and for tests."""

from dataclasses import dataclass
from datetime import datetime

from reminders.dispatch import dispatch
from reminders.missing import plan_missing
from reminders.sweep import sweep


@dataclass(frozen=True, slots=True)
class Run:
    """How many messages were planned, settled and handed over."""

    planned: int
    settled: int
    sent: int


def run_due(now: datetime, *, limit: int | None = None) -> Run:
    """Plan what is missing, settle what is in flight, send everything due."""
    planned = plan_missing(now)
    settled = sweep(now)
    return Run(planned, settled, dispatch(now, limit=limit))
