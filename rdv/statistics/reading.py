"""Figures added up for a page: one query for each question, whatever the number of days."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from rdv.models import DayFigures, FreedSlot, Territory
from rdv.statistics.definitions import Attendance, Lead, Period, Refill

COUNTS = tuple(one.name for one in fields(Attendance))


class Median(Aggregate):
    """The middle value, as PostgreSQL's percentile_cont gives it."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class DayRow:
    """The figures of one day, organisation and type."""

    day: date
    organisation: int
    type: int
    attendance: Attendance


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What may be counted: a territory, and the organisations and types asked for (None = all; empty = none)."""

    territory: Territory
    organisations: Collection[int] | None = None
    types: Collection[int] | None = None

    def attendance(self, during: Period) -> Attendance:
        return _attendance(self._days(during).aggregate(**_sums()))

    def by_month(self, during: Period) -> list[tuple[date, Attendance]]:
        """First days of months that have figures, the oldest first."""
        months = self._days(during).annotate(month=TruncMonth("day")).values("month").annotate(**_sums())
        return [(row["month"], _attendance(row)) for row in months.order_by("month")]

    def by(self, what: str, during: Period) -> dict[int, Attendance]:
        """For each "organisation" or "type"."""
        rows = self._days(during).values(what).annotate(**_sums()).order_by(what)
        return {row[what]: _attendance(row) for row in rows}

    def days(self, during: Period) -> Iterator[DayRow]:
        """As they were counted, in order."""
        rows = self._days(during).order_by("day", "organisation", "type")
        for row in rows.values("day", "organisation", "type", *COUNTS).iterator():
            yield DayRow(
                row["day"], row["organisation"], row["type"], Attendance(**{name: row[name] for name in COUNTS})
            )

    def refill(self, during: Period) -> Refill:
        return _refill(self._freed(during).aggregate(**_taken()))

    def refill_by_lead(self, during: Period) -> list[tuple[Lead, Refill]]:
        """For each lead time, the shortest first, those without any slot included."""
        found = self._freed(during).aggregate(
            **{f"{lead.name}_{key}": value for lead in Lead for key, value in _taken(_led(lead)).items()}
        )
        keys: Sequence[str] = tuple(_taken())
        return [(lead, _refill({key: found[f"{lead.name}_{key}"] for key in keys})) for lead in Lead]

    def last_day(self) -> date | None:
        """The newest day that was counted, anywhere in the territory."""
        newest = DayFigures.objects.filter(territory=self.territory).order_by("-day")
        return newest.values_list("day", flat=True).first()

    def _days(self, during: Period) -> QuerySet[DayFigures]:
        return DayFigures.objects.filter(self._asked(), day__range=(during.first, during.last))

    def _freed(self, during: Period) -> QuerySet[FreedSlot]:
        return FreedSlot.objects.filter(self._asked(), day__range=(during.first, during.last))

    def _asked(self) -> Q:
        asked = Q(territory=self.territory)
        if self.organisations is not None:
            asked &= Q(organisation__in=self.organisations)
        if self.types is not None:
            asked &= Q(type__in=self.types)
        return asked


def _sums() -> dict[str, Sum]:
    # A prefix, because an annotation may not have the name of a field.
    return {f"sum_{name}": Sum(name, default=0) for name in COUNTS}


def _attendance(row: Mapping[str, Any]) -> Attendance:
    return Attendance(**{name: row[f"sum_{name}"] for name in COUNTS})


def _led(lead: Lead) -> Q:
    led = Q(starts_at__gte=F("freed_at") + lead.since)
    return led if lead.until is None else led & Q(starts_at__lt=F("freed_at") + lead.until)


def _taken(led: Q | None = None) -> dict[str, Aggregate]:
    led = led or Q()
    return {
        "freed": Count("pk", filter=led),
        "filled": Count("pk", filter=led & Q(filled_at__isnull=False)),
        "by_offer": Count("pk", filter=led & Q(is_filled_by_offer=True)),
        "median": Median(F("filled_at") - F("freed_at"), filter=led & Q(filled_at__isnull=False)),
    }


def _refill(row: Mapping[str, Any]) -> Refill:
    return Refill(**row)
