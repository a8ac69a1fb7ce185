"""Time as bits of a Python integer, one bit for five minutes: searching slots becomes shifting and masking.

Bit ``i`` of a mask stands for ``[origin + 5·i min, origin + 5·(i + 1) min)`` in UTC. Durations, grids, buffers and
opening hours are multiples of five minutes, so nothing is lost; a bound that is not (an absence typed as 9:07) is
rounded against the family: busy time outward, open time inward.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

STEP_MINUTES = 5
STEP = timedelta(minutes=STEP_MINUTES)
DAY_STEPS = 24 * 60 // STEP_MINUTES
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where the bits of a mask stand: ``length`` steps counted from ``origin`` (UTC, on a five-minute boundary)."""

    origin: datetime
    length: int

    def __post_init__(self) -> None:
        if self.origin.utcoffset() != timedelta(0) or (self.origin - EPOCH) % STEP:
            raise ValueError(f"the origin must be UTC and on a {STEP_MINUTES}-minute boundary: {self.origin!r}")
        if self.length < 0:
            raise ValueError(f"a timeline has no negative length: {self.length}")

    @classmethod
    def covering(cls, start: datetime, end: datetime) -> "Timeline":
        """The shortest timeline that holds ``[start, end)``; empty when the end is not after the start."""
        origin = EPOCH + (start - EPOCH) // STEP * STEP
        return cls(origin, max(0, -((origin - end) // STEP)))

    @property
    def end(self) -> datetime:
        return self.instant(self.length)

    @property
    def full(self) -> int:
        """The mask of all steps."""
        return (1 << self.length) - 1

    def floor(self, instant: datetime) -> int:
        """The step that holds this instant, cut to ``0..length``."""
        return min(max((instant - self.origin) // STEP, 0), self.length)

    def ceil(self, instant: datetime) -> int:
        """The first step that starts at this instant or later, cut to ``0..length``."""
        return min(max(-((self.origin - instant) // STEP), 0), self.length)

    def instant(self, index: int) -> datetime:
        """When the step starts, in UTC."""
        return self.origin + STEP * index

    def covers(self, start: datetime, end: datetime) -> bool:
        """Whether nothing of ``[start, end)`` lies outside; what lies outside is unknown, never free."""
        return self.origin <= start and end <= self.end

    def busy(self, start: datetime, end: datetime) -> int:
        """The mask of every step that ``[start, end)`` touches."""
        return _block(self.floor(start), self.ceil(end)) if start < end else 0

    def open(self, start: datetime, end: datetime) -> int:
        """The mask of the steps that lie wholly in ``[start, end)``."""
        return _block(self.ceil(start), self.floor(end))

    def rebased(self, mask: int, origin: datetime) -> int:
        """A mask counted from another origin, counted from ours and cut to our length.

        Raises ``ValueError`` when the two origins are not a whole number of steps apart.
        """
        shift, rest = divmod(origin - self.origin, STEP)
        if rest:
            raise ValueError(f"masks from {origin} and {self.origin} do not share their steps")
        return shifted(mask, shift) & self.full


def shifted(mask: int, steps: int) -> int:
    """The mask moved by so many steps; what moves before the first one is gone."""
    return mask << steps if steps >= 0 else mask >> -steps


def _block(first: int, last: int) -> int:
    return ((1 << (last - first)) - 1) << first if first < last else 0


def runs(mask: int, length: int) -> int:
    """Bit ``i`` is set if bits ``i`` to ``i + length - 1`` of ``mask`` all are; the width doubles at each shift."""
    if length < 1:
        raise ValueError(f"a run has at least one step: {length}")
    width = 1
    while width < length:
        shift = min(width, length - width)
        mask &= mask >> shift
        width += shift
    return mask


def indexes(mask: int) -> Iterator[int]:
    """The bits that are set, ascending.

    Of many bits, searching the written number costs a tenth of clearing bit after bit; of a few, it is the other way.
    """
    if mask.bit_count() < 8:
        while mask:
            lowest = mask & -mask
            yield lowest.bit_length() - 1
            mask ^= lowest
        return
    written = bin(mask)[:1:-1]
    index = written.find("1")
    while index >= 0:
        yield index
        index = written.find("1", index + 1)


@lru_cache(maxsize=256)
def grid_mask(timeline: Timeline, zone: str, minutes: int) -> int:
    """The steps at which an appointment may start: local minute of the day a multiple of ``minutes``.

    The grid is anchored on local midnight, so it is the same every day, and both passes of the hour that comes twice
    in autumn count. ``minutes`` is a positive multiple of five (else ``ValueError``).
    """
    if minutes <= 0 or minutes % STEP_MINUTES:
        raise ValueError(f"a grid is a positive multiple of {STEP_MINUTES} minutes: {minutes}")
    every = minutes // STEP_MINUTES
    day = sum(1 << step for step in range(0, DAY_STEPS, every))
    mask = 0
    for first, last, offset in _stretches(timeline, ZoneInfo(zone)):
        seconds_of_day = int((timeline.instant(first) + offset - EPOCH).total_seconds()) % 86_400
        local_step, rest = divmod(seconds_of_day, STEP_MINUTES * 60)
        if rest:
            # Offsets such as Paris's +0:09:21 before 1911: no step starts on a whole five minutes of local time.
            continue
        days = (local_step + last - first) // DAY_STEPS + 1
        repeated = day * (((1 << DAY_STEPS * days) - 1) // ((1 << DAY_STEPS) - 1))
        mask |= (repeated >> local_step & ((1 << last - first) - 1)) << first
    return mask


def on_grid(start: datetime, zone: str, minutes: int) -> bool:
    """Whether one start lies on the grid of ``grid_mask``."""
    clock = start.astimezone(ZoneInfo(zone))
    exact = clock.second == clock.microsecond == 0
    return exact and (clock.hour * 60 + clock.minute) % minutes == 0


def _stretches(timeline: Timeline, zone: ZoneInfo) -> Iterator[tuple[int, int, timedelta]]:
    """``(first, last, UTC offset)`` of the stretches in which the zone keeps its offset; ``last`` is excluded."""

    def offset(index: int) -> timedelta:
        return timeline.instant(index).astimezone(zone).utcoffset() or timedelta(0)

    first, index = 0, 0
    while index < timeline.length:
        # No zone changes its offset twice within a day, so looking once a day misses no change.
        following = min(index + DAY_STEPS, timeline.length)
        if offset(following) != offset(index):
            low, high = index, following
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == offset(index) else (low, middle)
            yield first, high, offset(first)
            first = high
        index = following
    if first < timeline.length:
        yield first, timeline.length, offset(first)
