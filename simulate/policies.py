"""The ways of offering a freed slot that are compared, all on the same engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from rdv.scheduling.sending import Window
from rdv.waitinglist.batches import PUBLISHED, Policy

PARIS = "Europe/Paris"
EVERYBODY = 10_000
FOR_EVER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Contender:
    """A policy, and when it is looked after: at once, or by a cron of so many minutes between two hours.

    `policy` None leaves the slot to whoever comes by.
    """

    name: str
    policy: Policy | None
    every: int = 1
    first: time = time(8)
    last: time = time(20)

    def next_pass(self, at: datetime) -> datetime:
        """When its pass comes by, at that instant or later."""
        minutes = timedelta(minutes=self.every)
        since = at - at.replace(hour=0, minute=0, second=0, microsecond=0)
        tick = at if self.every == 1 else at - since % minutes + (minutes if since % minutes else timedelta())
        return Window(PARIS, self.first, self.last).next(tick)


def exclusive(held: timedelta) -> Policy:
    """One family at a time, which may answer for so long."""
    nobody_else = timedelta()
    return Policy(
        smallest=1,
        largest=1,
        shortest=held,
        longest=held,
        intervals_to_answer=1,
        nights_apart=False,
        longest_window=nobody_else,
    )


BROADCAST = Policy(
    smallest=EVERYBODY,
    largest=EVERYBODY,
    shortest=FOR_EVER,
    longest=FOR_EVER,
    intervals_to_answer=1,
    nights_apart=False,
    longest_window=timedelta(),
)

CONTENDERS = (
    Contender("aucune", None),
    # rdv-service-public: a scan every 10 minutes from 9:00 to 18:50, everybody is told, first come.
    Contender("à toutes, première arrivée", BROADCAST, every=10, first=time(9), last=time(19)),
    # pretix: one voucher at a time, 48 hours by default.
    Contender("une à une, 48 h", exclusive(timedelta(hours=48))),
    Contender("une à une, 30 min", exclusive(timedelta(minutes=30))),
    Contender("RDV PMI", PUBLISHED),
)


def named(names: Sequence[str] | None) -> Sequence[Contender]:
    """Those with these names, or all. Raises ValueError when there is no such policy."""
    unknown = set(names or ()) - {one.name for one in CONTENDERS}
    if unknown:
        raise ValueError(f"no such policy: {', '.join(sorted(unknown))}; there are {[one.name for one in CONTENDERS]}")
    return [one for one in CONTENDERS if names is None or one.name in names]
