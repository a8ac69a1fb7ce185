"""Opening periods (plages d'ouverture): hours in which an agent receives families, and days that differ."""

from datetime import date, time
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.fields import IdField, LineField, WallClockField, within_years
from api.v1.finding import Finding
from api.v1.idempotency import idempotent
from api.v1.pages import PAGE_PARAMETERS, listing, page_of
from api.v1.problems import Problem, field_error
from api.v1.schema import IDEMPOTENCY_KEY, INVALID, NOT_FOUND, created
from rdv.access.scopes import TokenScope
from rdv.booking.periods import change_day, delete_period, restore_day, save_period
from rdv.models import AppointmentType, OpeningException, OpeningPeriod
from rdv.scheduling.recurrence import RecurrenceError, parse_rrule

TAG = "Plages d’ouverture"
UNKNOWN = "Cette plage n’existe pas, ou ce jeton ne permet pas de la voir."
WRONG_ORDER = "L’heure de fin doit suivre l’heure de début."


class ExceptionSerializer(serializers.Serializer[OpeningException]):
    """Jour où la plage a d'autres heures, ou n'ouvre pas (aucune heure)."""

    day = serializers.DateField(validators=[within_years])
    start_time = WallClockField(allow_null=True, default=None)
    end_time = WallClockField(allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        start, end = attrs["start_time"], attrs["end_time"]
        if (start is None) != (end is None):
            raise serializers.ValidationError({"end_time": ["Donnez les deux heures, ou aucune pour annuler."]})
        if start and end and end <= start:
            raise serializers.ValidationError({"end_time": [WRONG_ORDER]})
        return attrs


class PeriodInput(serializers.Serializer[Any]):
    """Les heures sont celles du lieu, à sa montre."""

    agent = IdField()
    location = IdField()
    appointment_types = serializers.ListField(child=IdField(), allow_empty=False, max_length=100)
    first_day = serializers.DateField(validators=[within_years])
    start_time = WallClockField()
    end_time = WallClockField()
    rrule = LineField(
        max_length=200, allow_blank=True, default="", help_text="RFC 5545 (FREQ=WEEKLY;BYDAY=MO) ; vide : une fois."
    )
    label = LineField(max_length=80, allow_blank=True, default="")  # type: ignore[assignment]
    skips_public_holidays = serializers.BooleanField(default=True)
    skips_school_holidays = serializers.BooleanField(default=False)


class PeriodSerializer(PeriodInput):
    """Plage d'ouverture."""

    id = serializers.IntegerField()
    time_zone = serializers.CharField()
    exceptions = ExceptionSerializer(many=True)


class Periods(Finding):
    """What the list and the one period share."""

    scopes = {
        "GET": TokenScope.OPENINGS_READ,
        "POST": TokenScope.OPENINGS_WRITE,
        "PATCH": TokenScope.OPENINGS_WRITE,
        "DELETE": TokenScope.OPENINGS_WRITE,
    }

    def rows(self) -> Any:
        periods = self.scope.opening_periods().select_related("location__organisation__territory")
        return periods.prefetch_related("types", "exceptions")

    def period(self, pk: int, *, to_change: bool = False) -> OpeningPeriod:
        found: OpeningPeriod | None = self.rows().select_related("agent").filter(pk=pk).first()
        if found is None:
            raise Problem(404, "not_found", UNKNOWN)
        if to_change:
            self.need_time_of(found.agent)
        return found

    def save(self, period: OpeningPeriod, given: dict[str, Any]) -> OpeningPeriod:
        """Fill in what was given, check the whole, save it and settle what it opens."""
        types = self._types(given["appointment_types"]) if "appointment_types" in given else list(period.types.all())
        if "agent" in given:
            period.agent = self.agent(given["agent"])
            self.need_time_of(period.agent)
        if "location" in given:
            period.location = self.location(given["location"])
        for name in set(given) - {"agent", "location", "appointment_types"}:
            setattr(period, name, given[name])
        if period.end_time <= period.start_time:
            raise field_error("end_time", WRONG_ORDER)
        try:
            parse_rrule(period.rrule, period.first_day)
        except RecurrenceError as error:
            raise field_error("rrule", str(error)) from error
        return save_period(period, types=types, now=self.now)

    def _types(self, pks: list[int]) -> list[AppointmentType]:
        found = list(self.scope.types().filter(pk__in=pks).order_by("pk"))
        if len(found) < len(set(pks)):
            raise field_error("appointment_types", "Un de ces motifs n’existe pas.")
        return found

    def answer(self, pk: int, status: int = 200) -> Response:
        return Response(_json(self.rows().get(pk=pk)), status=status)


class OpeningPeriods(Periods):
    @extend_schema(
        operation_id="opening_periods_list",
        tags=[TAG],
        summary="Plages d’ouverture",
        parameters=[
            OpenApiParameter("agent", OpenApiTypes.INT),
            OpenApiParameter("location", OpenApiTypes.INT),
            *PAGE_PARAMETERS,
        ],
        responses={200: listing(PeriodSerializer), 400: INVALID},
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(AgentAndLocation)
        return page_of(request, self.rows().filter(**asked).order_by("pk"), _json)

    @extend_schema(
        tags=[TAG],
        summary="Ouvrir une plage",
        parameters=[IDEMPOTENCY_KEY],
        request=PeriodInput,
        responses={201: created(PeriodSerializer), 400: INVALID},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        return self.answer(self.save(OpeningPeriod(), self.checked(PeriodInput)).pk, 201)


class OpeningPeriodDetail(Periods):
    @extend_schema(tags=[TAG], summary="Une plage", responses={200: PeriodSerializer, 404: NOT_FOUND})
    def get(self, request: Request, pk: int) -> Response:
        return Response(_json(self.period(pk)))

    @extend_schema(
        tags=[TAG], summary="Changer une plage", request=PeriodInput, responses={200: PeriodSerializer, 400: INVALID}
    )
    @idempotent
    def patch(self, request: Request, pk: int) -> Response:
        period = self.period(pk, to_change=True)
        given = self.checked(PeriodInput, partial=True)
        return self.answer(self.save(period, given).pk)

    @extend_schema(tags=[TAG], summary="Fermer une plage ; ses rendez-vous restent", responses={204: None})
    @idempotent
    def delete(self, request: Request, pk: int) -> Response:
        delete_period(self.period(pk, to_change=True))
        return Response(status=204)


class OpeningPeriodDays(Periods):
    @extend_schema(
        tags=[TAG],
        summary="Donner d’autres heures à un jour, ou l’annuler",
        request=ExceptionSerializer,
        responses={200: PeriodSerializer, 400: INVALID},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        period = self.period(pk, to_change=True)
        given = self.checked(ExceptionSerializer)
        change_day(period, day=given["day"], start=given["start_time"], end=given["end_time"], now=self.now)
        return self.answer(pk)


class OpeningPeriodDay(Periods):
    @extend_schema(
        tags=[TAG],
        summary="Rendre à un jour ses heures habituelles",
        parameters=[OpenApiParameter("day", OpenApiTypes.DATE, OpenApiParameter.PATH)],
        responses={200: PeriodSerializer, 404: NOT_FOUND},
    )
    @idempotent
    def delete(self, request: Request, pk: int, day: str) -> Response:
        period = self.period(pk, to_change=True)
        wanted = next((row.day for row in period.exceptions.all() if row.day.isoformat() == day), None)
        if wanted is None:
            raise Problem(404, "not_found", "Cette plage a ses heures habituelles ce jour-là.")
        restore_day(period, day=wanted, now=self.now)
        return self.answer(pk)


class AgentAndLocation(serializers.Serializer[Any]):
    agent = IdField(required=False)
    location = IdField(required=False)


def _json(period: OpeningPeriod) -> dict[str, Any]:
    return {
        "id": period.pk,
        "agent": period.agent_id,
        "location": period.location_id,
        "time_zone": period.location.zone,
        "appointment_types": sorted(one.pk for one in period.types.all()),
        "first_day": period.first_day.isoformat(),
        "start_time": _clock(period.start_time),
        "end_time": _clock(period.end_time),
        "rrule": period.rrule,
        "label": period.label,
        "skips_public_holidays": period.skips_public_holidays,
        "skips_school_holidays": period.skips_school_holidays,
        "exceptions": [_exception(one) for one in sorted(period.exceptions.all(), key=lambda row: row.day)],
    }


def _exception(row: OpeningException) -> dict[str, Any]:
    day: date = row.day
    return {
        "day": day.isoformat(),
        "start_time": row.start_time and _clock(row.start_time),
        "end_time": row.end_time and _clock(row.end_time),
    }


def _clock(value: time) -> str:
    return value.isoformat(timespec="minutes")
