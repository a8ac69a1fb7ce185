"""When people may be written to: the hours of the place, and the days on which it stays silent. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from rdv.scheduling.holidays import public_holiday

SATURDAY, SUNDAY = 5, 6
# Whoever is to call from then on still has the end of the afternoon.
CALLS_FROM = time(16, 30)
# Between the last day on which something may be said and the next there are never as many days.
_LONGEST_SILENCE = 14


class QuietDays(StrEnum):
    """Jours sans message."""

    NONE = "none"
    SUNDAYS = "sundays"
    HOLIDAYS = "holidays"  # Sundays and public holidays


@dataclass(frozen=True, slots=True)
class Window:
    """The hours in which messages leave, on the wall clock of the place: [first, last), except on quiet days.

    `holiday_zone` is one of `rdv.scheduling.holidays.ZONES`; it is read for `QuietDays.HOLIDAYS` alone.
    """

    zone: str
    first: time = time(8)
    last: time = time(20)
    quiet: QuietDays = QuietDays.NONE
    holiday_zone: str = "metropole"

    def next(self, instant: datetime) -> datetime:
        """The first allowed instant at or after this one, in UTC."""
        local = instant.astimezone(ZoneInfo(self.zone))
        day = local.date()
        if not self.is_quiet(day):
            if self.first <= local.time() < self.last:
                return instant.astimezone(UTC)
            if local.time() < self.first:
                return self._at(day, self.first)
        return self._at(self._speaking(day, 1), self.first)

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """How much allowed time there is in [start, end)."""
        allowed, at = timedelta(), self.next(start)
        while at < end:
            closes = self._closes(at)
            allowed += min(closes, end) - at
            at = self.next(closes)
        return allowed

    def after(self, start: datetime, allowed: timedelta) -> datetime:
        """When that much allowed time has gone by."""
        at = self.next(start)
        while (closes := self._closes(at)) < at + allowed:
            allowed -= closes - at
            at = self.next(closes)
        return at + allowed

    def eve(self, day: date) -> date:
        """The day itself, or the last one before it on which something may be said."""
        return self._speaking(day, -1) if self.is_quiet(day) else day

    def within(self, wanted: time) -> time:
        """The wanted hour of the day if it is allowed, else the first one."""
        return wanted if self.first <= wanted < self.last else self.first

    def day_of(self, instant: datetime) -> date:
        """The local day of an instant."""
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def is_quiet(self, day: date) -> bool:
        """Whether nothing is said on that day."""
        if self.quiet is QuietDays.NONE:
            return False
        if day.weekday() == SUNDAY:
            return True
        return self.quiet is QuietDays.HOLIDAYS and public_holiday(day, self.holiday_zone) is not None

    def calls_on(self, day: date, wanted: time = CALLS_FROM) -> datetime:
        """When somebody of the service can call: that day or the last working one before, at the hour wanted; in UTC.

        Nobody is there at a weekend, on a holiday, or in the evening: an hour after `CALLS_FROM` is brought to it.
        """
        return self._at(self._at_work(day), min(max(wanted, self.first), self.last, CALLS_FROM))

    def _at_work(self, day: date) -> date:
        for count in range(_LONGEST_SILENCE):
            other = day - timedelta(days=count)
            if other.weekday() < SATURDAY and public_holiday(other, self.holiday_zone) is None:
                return other
        return day

    def _speaking(self, day: date, step: int) -> date:
        for count in range(1, _LONGEST_SILENCE):
            other = day + timedelta(days=step * count)
            if not self.is_quiet(other):
                return other
        return day

    def _closes(self, allowed: datetime) -> datetime:
        return self._at(self.day_of(allowed), self.last)

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)
