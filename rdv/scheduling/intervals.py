"""Stretches of time between two instants, and the few operations that the agenda needs on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A stretch of time ``[start, end)``: 9:00–9:30 and 9:30–10:00 touch and do not overlap.

    Both bounds must be aware and are kept in UTC: Python compares two datetimes of the same zone by
    their wall clock, which is wrong in the hour that comes twice in autumn.
    Raises ``ValueError`` for a naive bound or an end that is not after the start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for name in ("start", "end"):
            bound: datetime = getattr(self, name)
            if bound.tzinfo is None:
                raise ValueError(f"{name} has no time zone: {bound!r}")
            if bound.tzinfo is not UTC:
                object.__setattr__(self, name, bound.astimezone(UTC))
        if self.start >= self.end:
            raise ValueError(f"an interval ends after it starts: {self.start} – {self.end}")

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    @property
    def duration(self) -> timedelta:
        return self.end - self.start

    def overlaps(self, other: "Interval") -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Interval") -> bool:
        return self.start <= other.start and other.end <= self.end


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time as disjoint intervals in order; those that touch or overlap become one."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.start <= merged[-1].end:
            if interval.end > merged[-1].end:
                merged[-1] = Interval(merged[-1].start, interval.end)
        else:
            merged.append(interval)
    return merged


def subtract(opened: Iterable[Interval], busy: Iterable[Interval]) -> list[Interval]:
    """What remains of ``opened`` outside ``busy``, as disjoint intervals in order."""
    blocks = union(busy)
    remains: list[Interval] = []
    first = 0
    for interval in union(opened):
        start = interval.start
        while first < len(blocks) and blocks[first].end <= start:
            first += 1
        for block in blocks[first:]:
            if block.start >= interval.end:
                break
            if block.start > start:
                remains.append(Interval(start, block.start))
            start = block.end
        if start < interval.end:
            remains.append(Interval(start, interval.end))
    return remains
