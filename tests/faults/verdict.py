"""What a run of faults must have kept: pure, so that a doctored run shows that it would see a fault."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

ENDED = {"sent", "delivered"}
UNKNOWN = {"uncertain"}


@dataclass(frozen=True, slots=True)
class Row:
    """One message of the outbox at the end: its number, its state, and from when on it was useless."""

    to: str
    state: str
    give_up_at: datetime


def faults(rows: Iterable[Row], taken: Iterable[tuple[str, datetime]]) -> list[str]:
    """Everything that went wrong, given what the provider took of which number and when; nothing is best."""
    known = {row.to: row for row in rows}
    log = list(taken)
    times = Counter(to for to, _ in log)
    return [
        *(f"{to}: taken {count} times" for to, count in times.items() if count > 1 and not _listed(known, to)),
        *(f"{to}: taken after its give-up time" for to, at in log if to in known and at >= known[to].give_up_at),
        *(f"{to}: taken, and no row says so" for to in times if to not in known),
        *(f"{to}: {row.state} and never taken" for to, row in known.items() if row.state in ENDED and not times[to]),
        *(f"{to}: left {row.state}" for to, row in known.items() if row.state in ("planned", "claimed")),
        *(f"{to}: {row.state}, yet it was taken" for to, row in known.items() if _denied(row, times)),
    ]


def _listed(rows: Mapping[str, Row], to: str) -> bool:
    """Listed for a person as uncertain."""
    return to in rows and rows[to].state in UNKNOWN


def _denied(row: Row, times: Mapping[str, int]) -> bool:
    return row.state in ("dropped", "failed") and times[row.to] > 0
