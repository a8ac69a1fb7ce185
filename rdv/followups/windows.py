"""When the next appointment of a type is due for somebody, from its last one or from the calendar. Pure."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from rdv.followups.calendar import Due, calendar_of, due, following
from rdv.scheduling.rules import Attendee, Reason, TypeRules, why_not_admitted

# The service proposes a little before the window begins, and gives up some time after it has ended.
AHEAD = timedelta(days=14)
STALE = timedelta(days=90)
AFTER = "apres:"


def next_windows(
    *,
    calendar: str,
    interval: int,
    within: int | None,
    rules: TypeRules,
    birth_date: date | None,
    seen: Collection[date],
    on: date,
) -> list[Due]:
    """What to propose on that day: examinations of the calendar, or the days after the last visit.

    `interval` and `within` are days after the last visit: no sooner than, no later than. Nobody is proposed what its
    age does not admit on any day that is left.
    """
    found = _after_the_last(interval, within, seen, on) if within else []
    followed = calendar_of(calendar) if calendar and birth_date else None
    if followed is not None and birth_date is not None:
        found += [replace(one, code=f"{calendar}:{one.code}") for one in due(birth_date, seen, on, followed)]
    return [one for one in found if on - one.last <= STALE and is_of_age(rules, birth_date, one, on)]


def following_window(
    *, calendar: str, interval: int, within: int | None, birth_date: date | None, seen: Collection[date], on: date
) -> Due | None:
    """What to propose at the end of a visit: the window that comes next, even if it is still far."""
    followed = calendar_of(calendar) if calendar and birth_date else None
    if followed is not None and birth_date is not None:
        return following(birth_date, seen, on, followed)
    if within is None or not seen:
        return None
    last = max(seen)
    return Due(f"{AFTER}{last}", "", last + timedelta(days=interval), last + timedelta(days=within), overdue=False)


def _after_the_last(interval: int, within: int, seen: Collection[date], on: date) -> list[Due]:
    past = [day for day in seen if day <= on]
    if not past:
        return []
    last = max(past)
    window = Due(f"{AFTER}{last}", "", last + timedelta(days=interval), last + timedelta(days=within), overdue=False)
    return [replace(window, overdue=window.last < on)] if window.first - AHEAD <= on else []


def is_of_age(rules: TypeRules, birth_date: date | None, window: Due, on: date) -> bool:
    """Ages only grow: who is too old on the first day that is left, or too young on the last, never fits."""
    attendee = [Attendee(birth_date)]
    first = max(on, window.first)
    last = max(first, window.last)
    too_old = why_not_admitted(rules, attendee, first) is Reason.TOO_OLD
    return not too_old and why_not_admitted(rules, attendee, last) is not Reason.TOO_YOUNG
