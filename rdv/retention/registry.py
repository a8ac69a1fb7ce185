"""What is forgotten, kind by kind. Packages register theirs when the applications are ready."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Period:
    """How long something is kept: whole calendar months, or a stretch of time."""

    months: int = 0
    time: timedelta = timedelta()

    def before(self, now: datetime) -> datetime:
        """Whatever is older than this goes. The 31st becomes the last day of a shorter month."""
        year, month = divmod(now.year * 12 + now.month - 1 - self.months, 12)
        day = min(now.day, monthrange(year, month + 1)[1])
        return now.replace(year=year, month=month + 1, day=day) - self.time


@dataclass(frozen=True, slots=True)
class Purge:
    """One kind of rows that are forgotten.

    `due` gives the rows to forget for a limit (an instant), without order, joins or duplicates, and no longer gives a
    row that `forget` has dealt with: that alone makes a purge go on where another was cut short. `forget` takes the
    keys of one batch, inside its transaction, in a number of queries that does not grow with them.
    """

    kind: str
    label: str
    rule: str
    period: Period
    due: Callable[[datetime], QuerySet[Any]]
    forget: Callable[[Sequence[Any]], None]
    batch: int = 500


_purges: dict[str, Purge] = {}


def register(purge: Purge) -> None:
    """Add a kind; registering it again replaces it."""
    _purges[purge.kind] = purge


def purges() -> list[Purge]:
    """All kinds, families first: what is said of them goes along."""
    return sorted(_purges.values(), key=lambda purge: (purge.kind != "families", purge.kind))
