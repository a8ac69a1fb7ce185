"""In which order waiting families are asked: the published rule, and nothing else. Pure.

Priority class first (given by an agent, with its reason), then those who have no appointment before those who want an
earlier one, then who has waited longest; equals are told apart by a draw that anybody can do again from the seed.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Key = tuple[int, bool, str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rule looks at. `priority` 0 is the ordinary class; a higher one goes first."""

    entry: int
    priority: int
    has_appointment: bool
    waiting_since: datetime


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry with its position, counted from 1, and the key that explains it."""

    entry: int
    position: int
    key: Key

    def explanation(self) -> dict[str, Any]:
        """Kept on the offer: enough to do the ranking again by hand."""
        priority, has_appointment, waiting_since, draw = self.key
        return {
            "priority": -priority,
            "has_appointment": has_appointment,
            "waiting_since": waiting_since,
            "draw": draw,
        }


def draw(seed: int, entry: int) -> int:
    """The lot of an entry in a round: 48 bits that nobody chooses, the same each time."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{entry}".encode()).digest()[:6], "big")


def rank(standings: Iterable[Standing], seed: int) -> list[Ranked]:
    """All of them, best first; the order in which they are given doesn't matter."""
    ordered = sorted((_key(one, seed), one.entry) for one in standings)
    return [Ranked(entry, position, key) for position, (key, entry) in enumerate(ordered, start=1)]


def key_of(explanation: dict[str, Any]) -> Key:
    """The key of an offer, from what was kept: offers of two batches are compared by it, not by their positions."""
    return (
        -int(explanation["priority"]),
        bool(explanation["has_appointment"]),
        str(explanation["waiting_since"]),
        int(explanation["draw"]),
    )


def _key(one: Standing, seed: int) -> Key:
    # Written in UTC with a fixed width, instants sort as text: the key survives JSON unchanged.
    since = one.waiting_since.astimezone(UTC).isoformat(timespec="microseconds")
    return -one.priority, one.has_appointment, since, draw(seed, one.entry)
