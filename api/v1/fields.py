"""Fields that every resource shares: instants with their offset, identifiers, people's names."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from rdv.models.text import one_line

# Years outside are typing mistakes, and some arithmetic on dates ends with them.
FIRST_YEAR, LAST_YEAR = 1900, 2200
FIRST_PLANNED, LAST_PLANNED = 2000, 2100
BIGGEST = 2**63 - 1
_LOST_PLUS = re.compile(r"(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) (\d{2}:?\d{2})$")
_A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

NAIVE = "Ajoutez le décalage horaire, par exemple 2026-11-25T09:00:00+01:00."
NOT_A_MOMENT = "Écrivez une date et une heure ISO 8601 avec leur décalage, par exemple 2026-11-25T09:00:00+01:00."
NOT_A_DAY = "Écrivez un jour (2026-11-25), ou une date et une heure avec leur décalage (2026-11-25T09:00:00+01:00)."
TOO_FAR = "Cette date est hors du calendrier."


def local_iso(instant: datetime, zone: str) -> str:
    """An instant as answers give it: the wall clock of the place, with its offset.

    >>> local_iso(datetime(2026, 11, 25, 8, tzinfo=UTC), "Europe/Paris")
    '2026-11-25T09:00:00+01:00'
    """
    return instant.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def read_instant(text: str) -> datetime:
    """An instant from ISO 8601 with an offset; ValueError with a French sentence.

    A "+" that a query string turned into a space is put back.
    """
    try:
        instant = datetime.fromisoformat(_LOST_PLUS.sub(r"\1+\2", text.strip()))
    except ValueError:
        raise ValueError(NOT_A_MOMENT) from None
    if instant.tzinfo is None:
        raise ValueError(NAIVE)
    if not FIRST_YEAR <= instant.year < LAST_YEAR:
        raise ValueError(TOO_FAR)
    return instant.astimezone(UTC)


@extend_schema_field(OpenApiTypes.DATETIME)
class InstantField(serializers.Field):
    """An instant with its offset, in UTC once read."""

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str):
            raise serializers.ValidationError(NOT_A_MOMENT)
        try:
            return read_instant(data)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error

    def to_representation(self, value: datetime) -> str:
        return value.isoformat()


class Bound:
    """One end of a period: a whole local day, or an instant."""

    def __init__(self, text: str) -> None:
        self.day: date | None = None
        self.instant: datetime | None = None
        if _A_DAY.fullmatch(text.strip()):
            try:
                self.day = date.fromisoformat(text.strip())
            except ValueError:
                raise ValueError(NOT_A_DAY) from None
            if not FIRST_YEAR <= self.day.year < LAST_YEAR:
                raise ValueError(TOO_FAR)
            return
        try:
            self.instant = read_instant(text)
        except ValueError as error:
            raise ValueError(NOT_A_DAY if str(error) == NOT_A_MOMENT else str(error)) from None

    def first(self, zone: str) -> datetime:
        """As the beginning of a period."""
        return self.instant or _midnight(self.day, zone)

    def end(self, zone: str) -> datetime:
        """As its end, not included: a day counts whole."""
        return self.instant or _midnight(self.day and self.day + timedelta(days=1), zone)


@extend_schema_field(OpenApiTypes.STR)
class BoundField(serializers.Field):
    """A day or an instant, for `from` and `to`."""

    def to_internal_value(self, data: Any) -> Bound:
        try:
            return Bound(str(data))
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error

    def to_representation(self, value: Any) -> str:
        return str(value)


class LineField(serializers.CharField):
    """A name or another short text: what is seen of it, on one line."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(one_line(data) if isinstance(data, str) else data)


@extend_schema_field({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$", "example": "09:30"})
class WallClockField(serializers.TimeField):
    """An hour on the wall of the place: without offset, so not the "time" of RFC 3339."""


class IdField(serializers.IntegerField):
    """An identifier as the lists give it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=BIGGEST, **options)


def _midnight(day: date | None, zone: str) -> datetime:
    if day is None:
        raise ValueError(NOT_A_DAY)
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def within_years(day: date) -> None:
    """Refuse a day that nobody plans for: the arithmetic of recurrences would follow it."""
    if not FIRST_PLANNED <= day.year <= LAST_PLANNED:
        raise serializers.ValidationError(TOO_FAR)
