"""The waiting list (liste d'attente): families that want a slot, or an earlier one."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.appointments.refusals import verdict
from api.v1.appointments.writing import AttendeeInput, ContactInput, who_of
from api.v1.fields import IdField, LineField, local_iso
from api.v1.finding import Finding
from api.v1.idempotency import idempotent
from api.v1.pages import PAGE_PARAMETERS, listing, page_of
from api.v1.problems import Problem, field_error
from api.v1.schema import CONFLICT, IDEMPOTENCY_KEY, INVALID, NOT_FOUND, created
from api.v1.slots import MOST_ATTENDEES
from rdv.access.roles import Right
from rdv.access.scopes import TokenScope
from rdv.models import Appointment, Channel, EntryStatus, HalfDay, Location, WaitingListEntry
from rdv.waitinglist.entries import USUAL_NOTICE, Wish, join, leave, pause, resume

TAG = "Liste d’attente"
MOST_NOTICE = 30 * 24 * 60


class EntryInput(serializers.Serializer[Any]):
    """Ce que la famille attend. `locations` et `half_days` nuls : n'importe où, n'importe quand."""

    appointment_type = IdField()
    contact = ContactInput(required=False, allow_null=True, default=None)
    family = IdField(required=False, allow_null=True, default=None)
    attendees = AttendeeInput(many=True, allow_empty=False, max_length=MOST_ATTENDEES)  # type: ignore[call-arg]
    locations = serializers.ListField(child=IdField(), allow_null=True, default=None, max_length=500)
    half_days = serializers.ListField(
        child=serializers.ChoiceField(HalfDay.choices), allow_null=True, default=None, max_length=12
    )
    notice_minutes = serializers.IntegerField(min_value=0, max_value=MOST_NOTICE, default=USUAL_NOTICE)
    standby = serializers.BooleanField(default=False, help_text="Peut venir au dernier moment, le jour même.")
    agent = IdField(allow_null=True, default=None)
    current_appointment = IdField(allow_null=True, default=None, help_text="Le rendez-vous à avancer.")
    priority = serializers.IntegerField(min_value=0, max_value=9, default=0, help_text="Donnée par un agent.")
    priority_reason = LineField(max_length=200, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["contact"] is None) == (attrs["family"] is None):
            raise serializers.ValidationError({"contact": ["Donnez un contact ou une famille, et pas les deux."]})
        return attrs


class EntrySerializer(serializers.Serializer[WaitingListEntry]):
    """Inscription en liste d'attente."""

    id = serializers.IntegerField()
    status = serializers.ChoiceField(EntryStatus.choices)
    appointment_type = serializers.IntegerField()
    family = serializers.IntegerField()
    attendees = serializers.ListField(child=serializers.IntegerField())
    locations = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    half_days = serializers.ListField(child=serializers.ChoiceField(HalfDay.choices), allow_null=True)
    notice_minutes = serializers.IntegerField()
    standby = serializers.BooleanField()
    agent = serializers.IntegerField(allow_null=True)
    current_appointment = serializers.IntegerField(allow_null=True)
    priority = serializers.IntegerField()
    waiting_since = serializers.DateTimeField()
    channel = serializers.ChoiceField(Channel.choices)


class EntryFilter(serializers.Serializer[Any]):
    appointment_type = IdField(required=False)
    family = IdField(required=False)
    status = serializers.ChoiceField(EntryStatus.choices, required=False)


class Entries(Finding):
    scopes = {
        "GET": TokenScope.WAITING_LIST_READ,
        "POST": TokenScope.WAITING_LIST_WRITE,
        "DELETE": TokenScope.WAITING_LIST_WRITE,
    }

    def rows(self) -> Any:
        return self.scope.waiting_list().prefetch_related("persons", "locations")

    def entry(self, pk: int) -> WaitingListEntry:
        found: WaitingListEntry | None = self.rows().filter(pk=pk).first()
        if found is None:
            raise Problem(404, "not_found", "Cette inscription n’existe pas, ou ce jeton ne permet pas de la voir.")
        return found

    def json(self, entry: WaitingListEntry) -> dict[str, Any]:
        return {
            "id": entry.pk,
            "status": entry.status,
            "appointment_type": entry.type_id,
            "family": entry.family_id,
            "attendees": sorted(person.pk for person in entry.persons.all()),
            "locations": None if entry.any_location else sorted(place.pk for place in entry.locations.all()),
            "half_days": None if entry.any_half_day else entry.half_days,
            "notice_minutes": entry.notice_minutes,
            "standby": entry.standby,
            "agent": entry.agent_id,
            "current_appointment": entry.current_appointment_id,
            "priority": entry.priority,
            "waiting_since": local_iso(entry.waiting_since, self.territory.time_zone),
            "channel": entry.channel,
        }


class WaitingList(Entries):
    @extend_schema(
        operation_id="waiting_list_list",
        tags=[TAG],
        summary="Inscriptions, dans l’ordre des propositions",
        parameters=[
            OpenApiParameter("appointment_type", OpenApiTypes.INT),
            OpenApiParameter("family", OpenApiTypes.INT),
            OpenApiParameter("status", OpenApiTypes.STR, enum=[status.value for status in EntryStatus]),
            *PAGE_PARAMETERS,
        ],
        responses={200: listing(EntrySerializer), 400: INVALID},
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(EntryFilter)
        if "appointment_type" in asked:
            asked["type"] = asked.pop("appointment_type")
        return page_of(request, self.rows().filter(**asked).in_order(), self.json)

    @extend_schema(
        tags=[TAG],
        summary="Inscrire une famille",
        parameters=[IDEMPOTENCY_KEY],
        request=EntryInput,
        responses={201: created(EntrySerializer), 400: INVALID, 409: CONFLICT},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        self.need(Right.WAITING_LIST)
        wish = self._wish(self.checked(EntryInput))
        with verdict():
            entry = join(wish, by=self.actor, now=self.now)
        fresh = self.territory.waiting_list.prefetch_related("persons", "locations").get(pk=entry.pk)
        return Response(self.json(fresh), status=201)

    def _wish(self, given: dict[str, Any]) -> Wish:
        type_ = self.type(given["appointment_type"])
        family = self.family(given["family"]) if given["family"] else None
        return Wish(
            type=type_,
            who=who_of(given, type_, family),
            locations=self._locations(given["locations"]),
            half_days=given["half_days"],
            notice_minutes=given["notice_minutes"],
            standby=given["standby"],
            agent=self.agent(given["agent"]) if given["agent"] else None,
            current_appointment=self._appointment(given["current_appointment"]),
            priority=given["priority"],
            priority_reason=given["priority_reason"],
        )

    def _locations(self, pks: list[int] | None) -> list[Location] | None:
        if pks is None:
            return None
        found = list(self.scope.bookable_locations().filter(pk__in=pks).order_by("pk"))
        if len(found) < len(set(pks)):
            raise field_error("locations", "Un de ces lieux n’existe pas.")
        return found

    def _appointment(self, pk: int | None) -> Appointment | None:
        if pk is None:
            return None
        found = self.scope.appointments().select_related("organisation").filter(pk=pk).first()
        if found is None:
            raise field_error("current_appointment", "Ce rendez-vous n’existe pas.")
        return found


class WaitingListDetail(Entries):
    @extend_schema(tags=[TAG], summary="Une inscription", responses={200: EntrySerializer, 404: NOT_FOUND})
    def get(self, request: Request, pk: int) -> Response:
        return Response(self.json(self.entry(pk)))

    @extend_schema(tags=[TAG], summary="Retirer de la liste", responses={204: None, 404: NOT_FOUND})
    @idempotent
    def delete(self, request: Request, pk: int) -> Response:
        self.need(Right.WAITING_LIST)
        leave(self.entry(pk).pk, by=self.actor, now=self.now)
        return Response(status=204)


class WaitingListPause(Entries):
    """Pause and resume: the family keeps its place."""

    verb = staticmethod(pause)

    @extend_schema(
        tags=[TAG], summary="Suspendre ou reprendre", request=None, responses={200: EntrySerializer, 409: CONFLICT}
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        self.need(Right.WAITING_LIST)
        entry = self.entry(pk)
        with verdict():
            self.verb(entry.pk, by=self.actor, now=self.now)
        return Response(self.json(self.entry(pk)))


class WaitingListResume(WaitingListPause):
    verb = staticmethod(resume)
