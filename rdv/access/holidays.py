"""Public holidays of the places where agents receive: places come with the agents, so that no agenda asks again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf

from rdv.access.scope import Scope
from rdv.models import Agent, Location, Territory
from rdv.scheduling.holidays import public_holiday


@dataclass(frozen=True, slots=True)
class Place:
    """As much of a location as its holidays need."""

    name: str
    zone: str
    good_friday: bool

    @classmethod
    def of(cls, location: Location) -> "Place":
        return cls(location.name, location.effective_holiday_zone, location.keeps_good_friday)

    @classmethod
    def anywhere(cls, territory: Territory) -> "Place":
        """For an agent who receives nowhere."""
        return cls("", territory.holiday_zone, good_friday=True)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday, and the places that keep it; none named when all of those asked about do."""

    name: str
    places: tuple[str, ...]


def with_places(agents: QuerySet[Agent], scope: Scope, *, since: date, whose: int | None = None) -> QuerySet[Agent]:
    """The agents, with the places where they receive since that day as far as the scope sees them.

    `whose` limits the work to one agent; the others are then as if they received nowhere.
    """
    periods = scope.opening_periods().filter(~Q(rrule="") | Q(first_day__gte=since), agent=OuterRef("pk"))
    if whose is not None:
        periods = periods.filter(agent=whose)
    place = JSONObject(
        name="location__name",
        zone=Coalesce(
            NullIf("location__holiday_zone", Value("")),
            NullIf("location__organisation__holiday_zone", Value("")),
            "location__organisation__territory__holiday_zone",
        ),
        good_friday="location__keeps_good_friday",
    )
    return agents.annotate(holiday_places=ArraySubquery(periods.order_by().values(place=place).distinct()))


def places_of(agent: Agent) -> list[Place]:
    """The places of an agent of `with_places`, in order of name."""
    rows: list[dict[str, Any]] = getattr(agent, "holiday_places", [])
    return sorted((Place(**row) for row in rows), key=lambda place: (place.name, place.zone))


def holidays_of(day: date, places: Iterable[Place]) -> list[Holiday]:
    """What a day is in these places, in order of name."""
    asked = list(places)
    kept: dict[str, list[str]] = {}
    for place in asked:
        name = public_holiday(day, place.zone, good_friday=place.good_friday)
        if name:
            kept.setdefault(name, []).append(place.name)
    return [Holiday(name, () if len(where) == len(asked) else tuple(where)) for name, where in sorted(kept.items())]
