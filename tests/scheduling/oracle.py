"""Slots by brute force: minute after minute, agent after agent, no bitmaps, and its own reading of local clocks.

Slow and obvious on purpose; what the product computes fast is compared with it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rdv.scheduling.slots import SlotRules

MINUTE = timedelta(minutes=1)
Stretch = tuple[datetime, datetime]


@dataclass
class Worker:
    """An agent (or a room): open in ``opened``, not free in ``busy``."""

    number: int
    profession: str = ""
    opened: list[Stretch] = field(default_factory=list)
    busy: list[Stretch] = field(default_factory=list)

    def is_free(self, minute: datetime) -> bool:
        return any(start <= minute and minute + MINUTE <= end for start, end in self.opened) and not any(
            start < minute + MINUTE and minute < end for start, end in self.busy
        )


def minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += MINUTE


def opening(day: date, start: time, end: time, zone: str) -> Stretch | None:
    """Reads the clock on the wall through two days: from its first sight of ``start`` to its last of before ``end``."""
    local = ZoneInfo(zone)
    midnight = datetime.combine(day, time(0))
    around = midnight.replace(tzinfo=UTC)
    shown = {
        minute: minute.astimezone(local).replace(tzinfo=None)
        for minute in minutes(around - timedelta(hours=15), around + timedelta(hours=39))
    }
    first = min(minute for minute, clock in shown.items() if clock >= datetime.combine(day, start))
    last = max(minute for minute, clock in shown.items() if clock < datetime.combine(day, end)) + MINUTE
    return (first, last) if first < last else None


@dataclass
class Search:
    """One question: the slots of ``[start, end)`` for these rules, with these people and rooms."""

    start: datetime
    end: datetime
    zone: str
    rules: SlotRules
    workers: list[Worker]
    earliest: datetime
    latest: datetime
    rooms: list[Worker] | None = None

    def __post_init__(self) -> None:
        people = [*self.workers, *(self.rooms or ())]
        self.free = {
            id(worker): {minute for minute in minutes(self.start, self.end) if worker.is_free(minute)}
            for worker in people
        }

    def slots(self) -> list[tuple[datetime, datetime, tuple[int, ...]]]:
        local = ZoneInfo(self.zone)
        found = []
        for start in minutes(self.start, self.end):
            clock = start.astimezone(local)
            on_grid = (clock.hour * 60 + clock.minute) % self.rules.grid == 0
            if on_grid and self.earliest <= start <= self.latest:
                takers = self.takers(start)
                if takers is not None and self.has_room(start):
                    numbers = {worker.number for able in takers for worker in able}
                    found.append((start, self.finish(start), tuple(sorted(numbers))))
        return found

    def takers(self, start: datetime) -> list[list[Worker]] | None:
        """For each step the workers who could take it, or None if some step finds too few."""
        takers = []
        for position, step in enumerate(self.rules.steps):
            end = start + timedelta(minutes=step.minutes)
            before = self.rules.buffer_before if position == 0 else 0
            after = self.rules.buffer_after if position == len(self.rules.steps) - 1 else 0
            able = [
                worker
                for worker in self.workers
                if step.profession in ("", worker.profession)
                and self.is_free_during(worker, start - timedelta(minutes=before), end + timedelta(minutes=after))
            ]
            if len(able) < step.agents:
                return None
            takers.append(able)
            start = end
        return takers

    def has_room(self, start: datetime) -> bool:
        if self.rooms is None:
            return True
        first = start - timedelta(minutes=self.rules.buffer_before)
        last = self.finish(start) + timedelta(minutes=self.rules.buffer_after)
        return any(self.is_free_during(room, first, last) for room in self.rooms)

    def finish(self, start: datetime) -> datetime:
        return start + timedelta(minutes=sum(step.minutes for step in self.rules.steps))

    def is_free_during(self, worker: Worker, start: datetime, end: datetime) -> bool:
        return all(minute in self.free[id(worker)] for minute in minutes(start, end))


def numbers_of(workers: Sequence[Worker]) -> list[int]:
    return [worker.number for worker in workers]
