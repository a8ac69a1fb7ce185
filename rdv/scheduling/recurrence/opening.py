"""Opening periods (plages d'ouverture): wall-clock hours on recurring days, turned into UTC intervals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from rdv.scheduling.intervals import Interval
from rdv.scheduling.recurrence.rule import Recurrence, expand
from rdv.scheduling.recurrence.wallclock import to_utc

Hours = tuple[time, time]


@dataclass(frozen=True, slots=True)
class OpeningRule:
    """Hours in the wall-clock time of ``zone``, on the days of ``recurrence``.

    An end at or before the start is on the next day. ``skip_days`` (public and school holidays, closing days) are
    left out. ``changed`` holds what somebody decided for one day of the rule: other hours, or None = cancelled; it
    wins over ``skip_days``. A changed day that is no day of the rule is ignored.
    """

    recurrence: Recurrence
    start_time: time
    end_time: time
    zone: str
    skip_days: frozenset[date] = frozenset()
    changed: Mapping[date, Hours | None] = field(default_factory=dict)


def occurrences(rule: OpeningRule, first: date, last: date) -> list[Interval]:
    """The openings that start on the local days ``first`` to ``last``, both included, in UTC and in order.

    In the hour that comes twice, an opening starts at its first pass and ends at its second; what falls wholly into
    the hour that does not exist gives nothing.
    """
    found = []
    for day in expand(rule.recurrence, first, last):
        hours = _hours(rule, day)
        if hours is None:
            continue
        start_time, end_time = hours
        end_day = day if end_time > start_time else day + timedelta(days=1)
        start = to_utc(day, start_time, rule.zone)
        end = to_utc(end_day, end_time, rule.zone, fold=1)
        if start < end:
            found.append(Interval(start, end))
    return sorted(found)


def _hours(rule: OpeningRule, day: date) -> Hours | None:
    if day in rule.changed:
        return rule.changed[day]
    return None if day in rule.skip_days else (rule.start_time, rule.end_time)
