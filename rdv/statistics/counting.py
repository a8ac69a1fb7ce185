"""Count what is over: one statement for each table and territory, which may run twice or late.

Counting again replaces what had been counted for the same days, so an outcome recorded late finds its place.
"""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from rdv.models import Territory

# Outcomes are mended for some weeks; older days are left as they were counted.
COUNTED_AGAIN = timedelta(days=45)

_HERE = Path(__file__).parent
_DAYS, _FREED = ((_HERE / name).read_text(encoding="utf-8") for name in ("days.sql", "freed.sql"))


def count(*, now: datetime, everything: bool = False) -> None:
    """Count the days that are over; all there are with `everything`, or where nothing had been counted yet."""
    for territory in Territory.objects.filter(is_active=True).order_by("pk"):
        today = now.astimezone(ZoneInfo(territory.time_zone)).date()
        first, last = today - COUNTED_AGAIN, today - timedelta(days=1)
        if everything or not territory.day_figures.exists():
            first = _oldest(territory) or first
        count_days(territory, first, last)


def count_days(territory: Territory, first: date, last: date) -> None:
    """Count these local days of a territory, both included, in durable transactions of a month each."""
    for start, end in _months(first, last):
        # A day of margin on both sides: locations overseas have other days than the territory's clock.
        midnight = datetime.combine(start, datetime.min.time(), ZoneInfo(territory.time_zone))
        values: dict[str, Any] = {
            "territory": territory.pk,
            "first": start,
            "last": end,
            "since": midnight - timedelta(days=1),
            "until": midnight + timedelta(days=(end - start).days + 2),
        }
        with transaction.atomic(durable=True):
            territory.day_figures.filter(day__range=(start, end)).delete()
            territory.freed_slots.filter(day__range=(start, end)).delete()
            with connection.cursor() as cursor:
                cursor.execute(_DAYS, values)
                cursor.execute(_FREED, values)


def _oldest(territory: Territory) -> date | None:
    first = territory.appointments.order_by("starts_at").values_list("starts_at", flat=True).first()
    return first.astimezone(ZoneInfo(territory.time_zone)).date() if first else None


def _months(first: date, last: date) -> list[tuple[date, date]]:
    """Stretches of at most 31 days, so that no transaction grows with the past."""
    found = []
    while first <= last:
        end = min(first + timedelta(days=30), last)
        found.append((first, end))
        first = end + timedelta(days=1)
    return found
