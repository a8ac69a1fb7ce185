"""Which appointment goes to which colleague, so that the most of them find a place. Pure: values in, values out.

The same start first; else another hour of the same day. Two appointments that want the same colleague at the same time
are shifted until both fit, when that is possible: augmenting paths, which find the most placements when appointments
have one length, and a good many when they have several.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Option:
    """A place that an appointment could take with all of `agents`, who are busy a little `before` and `after`.

    `rooms`: how many rooms it finds free there; None when it needs none, or keeps its own.
    """

    start: datetime
    end: datetime
    agents: tuple[int, ...]
    location_id: int
    before: timedelta = timedelta(0)
    after: timedelta = timedelta(0)
    rooms: int | None = None

    def overlaps(self, other: "Option") -> bool:
        return self.start - self.before < other.end + other.after and other.start - other.before < self.end + self.after


@dataclass(frozen=True, slots=True)
class Wanted:
    """An appointment that has to go elsewhere, with its options in its own order of preference."""

    pk: int
    start: datetime
    options: Sequence[Option]

    @property
    def at_the_same_hour(self) -> list[Option]:
        return [option for option in self.options if option.start == self.start]


@dataclass(slots=True)
class _Table:
    """What is placed so far, found again by agent."""

    placed: dict[int, Option] = field(default_factory=dict)
    by_agent: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def rivals(self, option: Option, but: int) -> set[int]:
        """Who is in the way: of its agents, or in the rooms when they are all taken."""
        busy = {
            pk
            for agent in option.agents
            for pk in self.by_agent[agent]
            if pk != but and self.placed[pk].overlaps(option)
        }
        return busy | (self._crowd(option, but) if option.rooms is not None else set())

    def _crowd(self, option: Option, but: int) -> set[int]:
        inside = {
            pk
            for pk, other in self.placed.items()
            if pk != but
            and other.rooms is not None
            and other.location_id == option.location_id
            and other.overlaps(option)
        }
        return inside if len(inside) >= (option.rooms or 0) else set()

    def put(self, pk: int, option: Option) -> None:
        self.remove(pk)
        self.placed[pk] = option
        for agent in option.agents:
            self.by_agent[agent].add(pk)

    def remove(self, pk: int) -> None:
        before = self.placed.pop(pk, None)
        for agent in before.agents if before else ():
            self.by_agent[agent].discard(pk)


def assign_all(wanted: Iterable[Wanted]) -> dict[int, Option]:
    """One option for as many appointments as can be, none overlapping another with the same agent.

    Those with the fewest choices come first, then the soonest; the same question gives the same answer.
    """
    everyone = {one.pk: one for one in wanted}
    table = _Table()
    same = {pk: one.at_the_same_hour for pk, one in everyone.items()}
    anywhere = {pk: list(one.options) for pk, one in everyone.items()}
    for options in (same, anywhere):
        unplaced = [one for pk, one in everyone.items() if pk not in table.placed]
        for one in sorted(unplaced, key=lambda each: (len(options[each.pk]), each.start, each.pk)):
            _place(one.pk, options, table, set())
    return table.placed


def _place(pk: int, options: dict[int, list[Option]], table: _Table, tried: set[Option]) -> bool:
    """Place one, moving a rival to another of its own options when that is what it takes."""
    for option in options[pk]:
        if option in tried:
            continue
        tried.add(option)
        rivals = table.rivals(option, but=pk)
        if len(rivals) == 1 and _place(next(iter(rivals)), options, table, tried):
            rivals = table.rivals(option, but=pk)
        if not rivals:
            table.put(pk, option)
            return True
    return False
