"""Recurring days by date arithmetic: the cost follows the days asked for, not the age of the rule."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date
from enum import StrEnum
from functools import lru_cache

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


class Freq(StrEnum):
    """How often; RFC 5545 has more, opening periods need no more."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Days from ``start`` on, every ``interval`` days, weeks (Monday to Sunday) or months.

    Weekly: ``weekdays`` (ISO, Monday = 1); none = the weekday of ``start``. Monthly: either ``ordinals``, pairs such
    as ``(2, 2)`` = second Tuesday, ``(-1, 5)`` = last Friday, or ``weekdays`` = each of them, or ``month_days``
    (1–31, −1 = the last); none = the day of ``start``; a month without that day is skipped. ``until`` is included;
    ``count`` counts the days that match, from ``start``. ``start`` itself is a day of the rule only if it matches.
    """

    start: date
    freq: str = Freq.ONCE
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    ordinals: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    until: date | None = None
    count: int | None = None

    def __post_init__(self) -> None:
        if self.freq not in tuple(Freq):
            raise ValueError(f"no such frequency: {self.freq!r}")
        if self.interval < 1 or (self.count is not None and self.count < 1):
            raise ValueError(f"interval and count are at least 1: {self!r}")
        if any(not 1 <= weekday <= 7 for weekday in (*self.weekdays, *(weekday for _, weekday in self.ordinals))):
            raise ValueError(f"a weekday is 1 (Monday) to 7 (Sunday): {self!r}")


def expand(rule: Recurrence, first: date, last: date) -> list[date]:
    """The days of the rule from ``first`` to ``last``, both included, in order."""
    end = last_day(rule)
    return list(_days(rule, max(first, rule.start), last if end is None else min(last, end)))


@lru_cache(maxsize=4096)
def last_day(rule: Recurrence) -> date | None:
    """The last day that the rule may give (``until``, or the ``count``-th match), None if it has no end."""
    if rule.freq == Freq.ONCE:
        return rule.start
    bounds = [bound for bound in (rule.until, _last_counted(rule)) if bound is not None]
    return min(bounds, default=None)


def _days(rule: Recurrence, first: date, last: date) -> Iterator[date]:
    if first > last:
        return iter(())
    if rule.freq == Freq.ONCE:
        return iter((rule.start,) if first <= rule.start <= last else ())
    if rule.freq == Freq.DAILY:
        late = -(first - rule.start).days % rule.interval
        return map(
            date.fromordinal,
            range(first.toordinal() + late, last.toordinal() + 1, rule.interval),
        )
    return _weekly(rule, first, last) if rule.freq == Freq.WEEKLY else _monthly(rule, first, last)


def _weekly(rule: Recurrence, first: date, last: date) -> Iterator[date]:
    weekdays = _weekdays(rule)
    lowest, highest = first.toordinal(), last.toordinal()
    # date.toordinal() is 1 on a Monday: its weeks begin at ordinals 1, 8, 15…
    origin = _monday(rule.start.toordinal())
    monday = _monday(lowest)
    monday += -((monday - origin) // 7) % rule.interval * 7
    for week in range(monday, highest + 1, 7 * rule.interval):
        for weekday in weekdays:
            ordinal = week + weekday - 1
            if lowest <= ordinal <= highest:
                yield date.fromordinal(ordinal)


def _monthly(rule: Recurrence, first: date, last: date) -> Iterator[date]:
    origin = rule.start.year * 12 + rule.start.month - 1
    month = first.year * 12 + first.month - 1
    month += -(month - origin) % rule.interval
    for number in range(month, last.year * 12 + last.month, rule.interval):
        year, month_of_year = divmod(number, 12)
        for day in _days_of_month(rule, year, month_of_year + 1):
            found = date(year, month_of_year + 1, day)
            if first <= found <= last:
                yield found


def _days_of_month(rule: Recurrence, year: int, month: int) -> list[int]:
    first_weekday, length = monthrange(year, month)
    found: set[int] = set()
    for weekday in rule.weekdays:
        found.update(range(1 + (weekday - 1 - first_weekday) % 7, length + 1, 7))
    for ordinal, weekday in rule.ordinals:
        of_weekday = range(1 + (weekday - 1 - first_weekday) % 7, length + 1, 7)
        if ordinal and -len(of_weekday) <= ordinal <= len(of_weekday):
            found.add(of_weekday[ordinal - 1 if ordinal > 0 else ordinal])
    month_days = rule.month_days if rule.month_days or found or rule.ordinals else (rule.start.day,)
    found.update(day if day > 0 else length + 1 + day for day in month_days)
    return sorted(day for day in found if 1 <= day <= length)


def _last_counted(rule: Recurrence) -> date | None:
    """The day of the ``count``-th match; None without count, or when the calendar ends before."""
    if rule.count is None:
        return None
    left = rule.count - 1
    if rule.freq == Freq.DAILY:
        return _plus_days(rule.start, left * rule.interval)
    if rule.freq == Freq.WEEKLY:
        weekdays = _weekdays(rule)
        # Matches of the first week that lie before the start do not count: begin as if they had.
        weeks, position = divmod(left + sum(day < rule.start.isoweekday() for day in weekdays), len(weekdays))
        monday = date.fromordinal(_monday(rule.start.toordinal()))
        return _plus_days(monday, weeks * rule.interval * 7 + weekdays[position] - 1)
    for day in _monthly(rule, rule.start, date.max):
        if not left:
            return day
        left -= 1
    return None


def _plus_days(day: date, days: int) -> date | None:
    ordinal = day.toordinal() + days
    return date.fromordinal(ordinal) if ordinal <= date(MAXYEAR, 12, 31).toordinal() else None


def _weekdays(rule: Recurrence) -> list[int]:
    return sorted(set(rule.weekdays)) or [rule.start.isoweekday()]


def _monday(ordinal: int) -> int:
    return ordinal - (ordinal - 1) % 7
