"""What each figure means; pure. The pages print these very definitions."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import Enum

# Below this many, a share says more about families than about the service (the threshold of French statistics).
FEWEST = 11


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """From 0 to 100; None of nothing."""
        return 100 * self.part / self.whole if self.whole else None

    @property
    def may_be_published(self) -> bool:
        return self.whole >= FEWEST


@dataclass(frozen=True, slots=True)
class Attendance:
    """What became of some appointments; the fields are those of `DayFigures`."""

    seen: int = 0
    noshow: int = 0
    excused: int = 0
    late: int = 0
    revoked: int = 0
    pending: int = 0
    online: int = 0

    def __add__(self, other: "Attendance") -> "Attendance":
        return Attendance(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def total(self) -> int:
        """All that were booked."""
        return self.seen + self.noshow + self.excused + self.late + self.revoked + self.pending

    @property
    def awaited(self) -> int:
        """Those for which the agent was there and the slot could no longer be used in time: seen, absent, too late."""
        return self.seen + self.noshow + self.late

    @property
    def absences(self) -> Share:
        """Lapins: awaited, and nobody came or said so."""
        return Share(self.noshow, self.awaited)

    @property
    def late_cancellations(self) -> Share:
        """Cancelled by the family after the deadline of the type."""
        return Share(self.late, self.awaited)

    @property
    def lost(self) -> Share:
        """Absent or cancelled too late: the slot that no other family had, unless it was filled again."""
        return Share(self.noshow + self.late, self.awaited)

    @property
    def booked_online(self) -> Share:
        """Booked by the family itself, on the site, by SMS or from an offer."""
        return Share(self.online, self.total)


class Lead(Enum):
    """How long before its hour a slot was given back: at least `since`, and less than the next one's."""

    LAST_HOURS = timedelta(0)
    SAME_DAY = timedelta(hours=2)
    DAYS = timedelta(days=1)
    WEEK = timedelta(days=3)
    LONG = timedelta(days=7)

    @property
    def since(self) -> timedelta:
        return self.value

    @property
    def until(self) -> timedelta | None:
        """Where the next one begins; None for the longest."""
        later = [one.value for one in Lead if one.value > self.value]
        return min(later) if later else None


@dataclass(frozen=True, slots=True)
class Refill:
    """What became of the slots that families gave back."""

    freed: int = 0
    filled: int = 0
    by_offer: int = 0
    median: timedelta | None = None

    @property
    def rate(self) -> Share:
        """Given back before its hour, and another family was received at that time, or was expected then."""
        return Share(self.filled, self.freed)


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> "Period":
        """The same number of days, just before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def split(self, at: date) -> "tuple[Period, Period]":
        """Before that day, and from it on. The day must be inside, not the first."""
        if not self.first < at <= self.last:
            raise ValueError("a period is split at a day inside it, not its first")
        return Period(self.first, at - timedelta(days=1)), Period(at, self.last)
