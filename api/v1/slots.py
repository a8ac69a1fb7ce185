"""Slots that can be booked (créneaux): of one location over some days, and the first one of every location."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.fields import BoundField, IdField, local_iso
from api.v1.finding import Finding
from api.v1.pages import listing, whole
from api.v1.problems import field_error
from rdv.access.scopes import TokenScope
from rdv.booking.selectors import MAX_DAYS, FirstSlot, Search, first_slots, slots_at
from rdv.models import Location
from rdv.scheduling.slots import Slot

TAG = "Créneaux"
DEFAULT_DAYS = 7
MOST_ATTENDEES = 20


class SlotSerializer(serializers.Serializer[Slot]):
    """Créneau."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    time_zone = serializers.CharField()
    location = serializers.IntegerField()
    agents = serializers.ListField(child=serializers.IntegerField(), help_text="Agents libres à cette heure.")


class FirstSlotSerializer(serializers.Serializer[FirstSlot]):
    """Premier créneau d'un lieu ; `start` est nul quand il n'y en a pas."""

    location = serializers.IntegerField()
    location_name = serializers.CharField()
    start = serializers.DateTimeField(allow_null=True)
    end = serializers.DateTimeField(allow_null=True)
    time_zone = serializers.CharField()
    agents = serializers.ListField(child=serializers.IntegerField())


class SearchSerializer(serializers.Serializer[Any]):
    """What both searches ask. `from` is a word of Python, hence the renaming."""

    appointment_type = IdField()
    attendees = serializers.IntegerField(min_value=1, max_value=MOST_ATTENDEES, default=1)
    agent = IdField(required=False)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": BoundField(required=False)}


class SlotSearchSerializer(SearchSerializer):
    location = IdField()
    to = BoundField(required=False)


@dataclass(frozen=True, slots=True)
class Period:
    after: datetime
    before: datetime


SEARCH_PARAMETERS = [
    OpenApiParameter("appointment_type", OpenApiTypes.INT, required=True, description="Motif."),
    OpenApiParameter("from", OpenApiTypes.STR, description="Jour, ou date et heure avec décalage ; maintenant sinon."),
    OpenApiParameter("agent", OpenApiTypes.INT, description="Avec cet agent."),
    OpenApiParameter("attendees", OpenApiTypes.INT, description="Nombre de personnes qui viennent."),
]
PERIOD_PARAMETERS = [
    OpenApiParameter("location", OpenApiTypes.INT, required=True, description="Lieu."),
    OpenApiParameter(
        "to",
        OpenApiTypes.STR,
        description=f"Jour compris, ou date et heure non comprises ; {MAX_DAYS} jours au plus après `from`.",
    ),
]


def slot_json(slot: Slot, location: Location) -> dict[str, Any]:
    """A slot as lists and conflicts show it."""
    return {
        "start": local_iso(slot.start, location.zone),
        "end": local_iso(slot.end, location.zone),
        "time_zone": location.zone,
        "location": location.pk,
        "agents": list(slot.agents),
    }


def slots_json(slots: Iterable[Slot], location: Location) -> list[dict[str, Any]]:
    """Slots of one location."""
    return [slot_json(slot, location) for slot in slots]


class SlotEndpoint(Finding):
    """What both searches share."""

    scopes = {"GET": TokenScope.SLOTS_READ}

    def search(self, asked: dict[str, Any], period: Period | None = None, after: datetime | None = None) -> Search:
        return Search(
            type=self.type(asked["appointment_type"]),
            now=self.now,
            booker=self.actor.booker,
            attendees=asked["attendees"],
            agents=[self.agent(asked["agent"]).pk] if "agent" in asked else None,
            after=period.after if period else after,
            before=period.before if period else None,
        )

    def period(self, asked: dict[str, Any], zone: str) -> Period:
        after = asked["from"].first(zone) if "from" in asked else self.now
        before = asked["to"].end(zone) if "to" in asked else after + timedelta(days=DEFAULT_DAYS)
        if before < after:
            raise field_error("to", "La fin précède le début.")
        last = asked["to"].first(zone) if "to" in asked else after
        if last - after > timedelta(days=MAX_DAYS, hours=1):  # a day with 25 hours may be among them
            raise field_error("to", f"La période demandée est trop longue : {MAX_DAYS} jours au plus.")
        return Period(after, before)


class Slots(SlotEndpoint):
    @extend_schema(
        tags=[TAG],
        summary="Créneaux d’un lieu",
        parameters=[*SEARCH_PARAMETERS, *PERIOD_PARAMETERS],
        responses=listing(SlotSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(SlotSearchSerializer)
        location = self.location(asked["location"])
        search = self.search(asked, self.period(asked, location.zone))
        return whole(slots_json(slots_at(search, location), location))


class FirstSlots(SlotEndpoint):
    @extend_schema(
        tags=[TAG],
        summary="Premier créneau de chaque lieu, le plus proche d’abord",
        parameters=SEARCH_PARAMETERS,
        responses=listing(FirstSlotSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(SearchSerializer)
        after = asked["from"].first(self.territory.time_zone) if "from" in asked else None
        rows = first_slots(self.search(asked, after=after), list(self.scope.bookable_locations().order_by("pk")))
        return whole([_first_json(row) for row in rows])


def _first_json(row: FirstSlot) -> dict[str, Any]:
    empty: dict[str, Any] = {"start": None, "end": None, "agents": []}
    slot = slot_json(row.slot, row.location) if row.slot else empty
    return {**slot, "location": row.location.pk, "location_name": row.location.name, "time_zone": row.location.zone}
