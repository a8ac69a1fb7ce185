"""Absences of agents and closings of places; each says which appointments it hits, so that none is left silent."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.fields import BoundField, IdField, InstantField, LineField, local_iso
from api.v1.finding import Finding
from api.v1.idempotency import idempotent
from api.v1.pages import PAGE_PARAMETERS, listing, page_of
from api.v1.problems import Problem, field_error
from api.v1.schema import IDEMPOTENCY_KEY, INVALID, NOT_FOUND, created
from rdv.access.scopes import TokenScope
from rdv.booking.absences import appointments_hit, change_absence, declare_absence, withdraw_absence
from rdv.models import Absence, AbsenceKind, Appointment

TAG = "Absences"
WRONG_ORDER = "La fin de l’absence doit suivre son début."
OF_A_PLACE = "«\u00a0closed\u00a0» est la fermeture d’un lieu\u00a0: pour un agent, donnez une autre nature."


class AbsenceInput(serializers.Serializer[Any]):
    """L'absence d'un agent, ou la fermeture d'un lieu."""

    agent = IdField(allow_null=True, default=None)
    location = IdField(allow_null=True, default=None)
    kind = serializers.ChoiceField(AbsenceKind.choices, default=AbsenceKind.OTHER)
    start = InstantField()
    end = InstantField()
    label = LineField(max_length=120, allow_blank=True, default="")  # type: ignore[assignment]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["agent"] is None) == (attrs["location"] is None):
            raise serializers.ValidationError({"agent": ["Donnez un agent ou un lieu, et pas les deux."]})
        if attrs["agent"] is not None and attrs["kind"] == AbsenceKind.CLOSED:
            raise serializers.ValidationError({"kind": [OF_A_PLACE]})
        if attrs["end"] <= attrs["start"]:
            raise serializers.ValidationError({"end": [WRONG_ORDER]})
        return attrs


class AbsenceChange(serializers.Serializer[Any]):
    """Ce qui change. L'agent ou le lieu restent les mêmes : sinon, retirez-la et déclarez-en une autre."""

    kind = serializers.ChoiceField(AbsenceKind.choices, required=False)
    start = InstantField(required=False)
    end = InstantField(required=False)
    label = LineField(max_length=120, allow_blank=True, required=False)  # type: ignore[assignment]


class AbsenceSerializer(serializers.Serializer[Absence]):
    """Absence."""

    id = serializers.IntegerField()
    agent = serializers.IntegerField(allow_null=True)
    location = serializers.IntegerField(allow_null=True)
    kind = serializers.ChoiceField(AbsenceKind.choices)
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    time_zone = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class AbsenceDetailSerializer(AbsenceSerializer):
    """Absence, avec les rendez-vous qu'elle touche : à déplacer ou à annuler."""

    appointments = serializers.ListField(child=serializers.IntegerField())


class AbsenceFilter(serializers.Serializer[Any]):
    agent = IdField(required=False)
    location = IdField(required=False)
    to = BoundField(required=False)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": BoundField(required=False)}


class AbsenceEndpoint(Finding):
    scopes = {
        "GET": TokenScope.ABSENCES_READ,
        "POST": TokenScope.ABSENCES_WRITE,
        "PATCH": TokenScope.ABSENCES_WRITE,
        "DELETE": TokenScope.ABSENCES_WRITE,
    }

    def absence(self, pk: int) -> Absence:
        rows = self.scope.absences().select_related("agent", "location__organisation__territory")
        found: Absence | None = rows.filter(pk=pk).first()
        if found is None:
            raise Problem(404, "not_found", "Cette absence n’existe pas, ou ce jeton ne permet pas de la voir.")
        return found

    def json(self, absence: Absence) -> dict[str, Any]:
        zone = absence.location.zone if absence.location else self.territory.time_zone
        return {
            "id": absence.pk,
            "agent": absence.agent_id,
            "location": absence.location_id,
            "kind": absence.kind,
            "start": local_iso(absence.starts_at, zone),
            "end": local_iso(absence.ends_at, zone),
            "time_zone": zone,
            "label": absence.label,
        }

    def with_hit(self, absence: Absence, hit: list[Appointment]) -> dict[str, Any]:
        """What it hits, as far as the caller sees it."""
        seen = self.scope.appointments().filter(pk__in=[one.pk for one in hit]).order_by("starts_at", "pk")
        return self.json(absence) | {"appointments": list(seen.values_list("pk", flat=True))}


class Absences(AbsenceEndpoint):
    @extend_schema(
        operation_id="absences_list",
        tags=[TAG],
        summary="Absences",
        parameters=[
            OpenApiParameter("from", OpenApiTypes.STR, description="Jour, ou date et heure avec décalage."),
            OpenApiParameter("to", OpenApiTypes.STR, description="Jour compris, ou date et heure non comprises."),
            OpenApiParameter("agent", OpenApiTypes.INT),
            OpenApiParameter("location", OpenApiTypes.INT),
            *PAGE_PARAMETERS,
        ],
        responses={200: listing(AbsenceSerializer), 400: INVALID},
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(AbsenceFilter)
        zone = self.territory.time_zone
        found = self.scope.absences().select_related("location__organisation__territory")
        if "from" in asked:
            found = found.filter(ends_at__gt=asked.pop("from").first(zone))
        if "to" in asked:
            found = found.filter(starts_at__lt=asked.pop("to").end(zone))
        return page_of(request, found.filter(**asked).order_by("starts_at", "pk"), self.json)

    @extend_schema(
        tags=[TAG],
        summary="Déclarer une absence",
        parameters=[IDEMPOTENCY_KEY],
        request=AbsenceInput,
        responses={201: created(AbsenceDetailSerializer), 400: INVALID},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.checked(AbsenceInput)
        absence = Absence(
            agent=self.agent(given["agent"]) if given["agent"] else None,
            location=self.location(given["location"]) if given["location"] else None,
            kind=given["kind"],
            starts_at=given["start"],
            ends_at=given["end"],
            label=given["label"],
        )
        self.need_time_of(absence.agent, absence.location)
        hit = declare_absence(absence, by=self.actor, now=self.now)
        return Response(self.with_hit(absence, hit), status=201)


class AbsenceDetail(AbsenceEndpoint):
    @extend_schema(tags=[TAG], summary="Une absence", responses={200: AbsenceDetailSerializer, 404: NOT_FOUND})
    def get(self, request: Request, pk: int) -> Response:
        found = self.absence(pk)
        hit = appointments_hit(agent=found.agent, location=found.location, start=found.starts_at, end=found.ends_at)
        return Response(self.with_hit(found, hit))

    @extend_schema(
        tags=[TAG],
        summary="Prolonger, raccourcir ou corriger une absence",
        request=AbsenceChange,
        responses={200: AbsenceDetailSerializer, 400: INVALID, 404: NOT_FOUND},
    )
    @idempotent
    def patch(self, request: Request, pk: int) -> Response:
        found = self.absence(pk)
        self.need_time_of(found.agent, found.location)
        given = self.checked(AbsenceChange)
        for field, name in (("kind", "kind"), ("start", "starts_at"), ("end", "ends_at"), ("label", "label")):
            setattr(found, name, given.get(field, getattr(found, name)))
        if found.agent_id is not None and given.get("kind") == AbsenceKind.CLOSED:
            raise field_error("kind", OF_A_PLACE)
        if found.ends_at <= found.starts_at:
            raise field_error("end", WRONG_ORDER)
        return Response(self.with_hit(found, change_absence(found, by=self.actor, now=self.now)))

    @extend_schema(tags=[TAG], summary="Retirer une absence", responses={204: None, 404: NOT_FOUND})
    @idempotent
    def delete(self, request: Request, pk: int) -> Response:
        found = self.absence(pk)
        self.need_time_of(found.agent, found.location)
        withdraw_absence(found, now=self.now)
        return Response(status=204)
