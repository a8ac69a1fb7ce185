"""Days that come back (RRULE) and the opening hours that stand on them, in local time and in UTC."""

from rdv.scheduling.recurrence.french import describe
from rdv.scheduling.recurrence.opening import OpeningRule, occurrences
from rdv.scheduling.recurrence.rrule import RecurrenceError, format_rrule, parse_rrule
from rdv.scheduling.recurrence.rule import Freq, Recurrence, expand, last_day
from rdv.scheduling.recurrence.wallclock import to_utc

__all__ = [
    "Freq",
    "OpeningRule",
    "Recurrence",
    "RecurrenceError",
    "describe",
    "expand",
    "format_rrule",
    "last_day",
    "occurrences",
    "parse_rrule",
    "to_utc",
]
