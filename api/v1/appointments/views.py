"""Book, list and read appointments."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.appointments.reading import AppointmentSerializer, appointment_json, readable
from api.v1.appointments.refusals import problem_of, refusals
from api.v1.appointments.writing import BookingInput, contact_of, person_of
from api.v1.fields import BoundField, IdField
from api.v1.idempotency import idempotent, request_key
from api.v1.pages import PAGE_PARAMETERS, listing, page_of
from api.v1.problems import Problem, field_error
from api.v1.schema import CONFLICT, IDEMPOTENCY_KEY, INVALID, NOT_FOUND, created
from api.v1.slots import SlotEndpoint
from rdv.access.audit import Reading, log_reading, log_refusal, refused_appointment
from rdv.access.roles import Right
from rdv.access.scopes import TokenScope
from rdv.booking.book import book, nearest
from rdv.booking.errors import SlotTaken
from rdv.booking.people import PersonSpec, Who
from rdv.booking.request import Booking, BookingRequest
from rdv.models import Appointment, AppointmentType, Family, Status
from rdv.models.appointment import AppointmentQuerySet

TAG = "Rendez-vous"
UNKNOWN_FAMILY = "Cette famille n’existe pas, ou ce jeton ne permet pas de la voir."
OTHER_WALL = "Le dossier de cette famille n’est pas celui de ce service."


class AppointmentFilter(serializers.Serializer[Any]):
    location = IdField(required=False)
    agent = IdField(required=False)
    appointment_type = IdField(required=False)
    family = IdField(required=False)
    status = serializers.ChoiceField(Status.choices, required=False)
    to = BoundField(required=False)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": BoundField(required=False)}


FILTERS = [
    OpenApiParameter("from", OpenApiTypes.STR, description="Jour, ou date et heure avec décalage."),
    OpenApiParameter("to", OpenApiTypes.STR, description="Jour compris, ou date et heure non comprises."),
    OpenApiParameter("location", OpenApiTypes.INT),
    OpenApiParameter("agent", OpenApiTypes.INT),
    OpenApiParameter("appointment_type", OpenApiTypes.INT),
    OpenApiParameter("family", OpenApiTypes.INT),
    OpenApiParameter("status", OpenApiTypes.STR, enum=[status.value for status in Status]),
]


class Appointments(SlotEndpoint):
    scopes = {"GET": TokenScope.APPOINTMENTS_READ, "POST": TokenScope.APPOINTMENTS_WRITE}

    @extend_schema(
        tags=[TAG],
        operation_id="appointments_list",
        summary="Rendez-vous, dans l’ordre",
        parameters=[*FILTERS, *PAGE_PARAMETERS],
        responses={200: listing(AppointmentSerializer), 400: INVALID},
    )
    def get(self, request: Request) -> Response:
        form = AppointmentFilter(data=request.query_params.dict())
        form.is_valid(raise_exception=True)
        found = readable(self._filtered(form.validated_data)).order_by("starts_at", "pk")
        return page_of(request, found, lambda row: appointment_json(row, self.token))

    @extend_schema(
        tags=[TAG],
        summary="Prendre un rendez-vous",
        parameters=[IDEMPOTENCY_KEY],
        request=BookingInput,
        responses={201: created(AppointmentSerializer), 400: INVALID, 409: CONFLICT},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        form = BookingInput(data=request.data, context={"now": self.now, "territory": self.territory})
        form.is_valid(raise_exception=True)
        asked = self._request(form.validated_data)
        with refusals(asked.location):
            booking = book(asked, now=self.now)
        if not booking.created:
            self._refuse_twin(booking, asked)
        fresh = readable(self.territory.appointments.all()).get(pk=booking.appointment.pk)
        body = appointment_json(fresh, self.token, family_id=booking.family.pk)
        return Response(body, status=201, headers={"Location": f"/api/v1/appointments/{fresh.pk}/"})

    def _filtered(self, asked: dict[str, Any]) -> AppointmentQuerySet:
        zone = self.territory.time_zone
        found = self.scope.appointments()
        if "from" in asked:
            found = found.filter(ends_at__gt=asked["from"].first(zone))
        if "to" in asked:
            found = found.filter(starts_at__lt=asked["to"].end(zone))
        if "agent" in asked:
            found = found.of_agent(self.agent(asked["agent"]))
        if "family" in asked:
            found = found.of_family(self.family(asked["family"]))
        exact = {"location": "location", "appointment_type": "type", "status": "status"}
        return found.filter(**{exact[name]: value for name, value in asked.items() if name in exact})

    def _request(self, given: dict[str, Any]) -> BookingRequest:
        """The body as booking understands it; raises 400 for what names nothing."""
        self.need(Right.BOOK)
        if given["overbooking_reason"] or given["over_offers"]:
            self._need_agent()
        location = self.location(given["location"])
        type_ = self.type(given["appointment_type"])
        persons = [person_of(person) for person in given["attendees"]]
        return BookingRequest(
            type=type_,
            location=location,
            start=given["start"],
            who=self._who(given, type_, persons),
            by=self.actor,
            agents=[self.agent(given["agent"]).pk] if given["agent"] else None,
            overbooking_reason=given["overbooking_reason"],
            over_offers=given["over_offers"],
            request_key=request_key(self.token, self.request),
            visit_address=given["visit_address"],
        )

    def _who(self, given: dict[str, Any], type_: AppointmentType, persons: list[PersonSpec]) -> Who:
        if given["contact"]:
            if any(person.pk for person in persons):
                raise field_error("attendees", "Un identifiant de personne va avec l’identifiant de sa famille.")
            return Who(persons, contact=contact_of(given["contact"]))
        family = self.family(given["family"])
        wall = type_.service_id if type_.service.is_discreet else None
        if family.discreet_service_id != wall:
            raise field_error("family", OTHER_WALL)
        known = set(family.persons.values_list("pk", flat=True))
        if any(person.pk and person.pk not in known for person in persons):
            raise field_error("attendees", "Cette personne n’est pas dans la famille.")
        return Who(persons, family=family)

    def family(self, pk: int) -> Family:
        found: Family | None = self.scope.families().filter(pk=pk).first()
        if found is None:
            raise field_error("family", UNKNOWN_FAMILY)
        return found

    def _need_agent(self) -> None:
        if self.token.agent is None:
            raise Problem(403, "permission_denied", "Seul le jeton d’un agent peut le demander.")
        self.need(Right.OVERBOOK)

    def _refuse_twin(self, booking: Booking, asked: BookingRequest) -> None:
        """Without the key of the first request, the same people at the same hour are a conflict; with it, no news."""
        ours = asked.request_key and booking.appointment.participations.filter(request_key=asked.request_key).exists()
        if ours:
            return
        if asked.type.is_collective:
            text = "Ces personnes ont déjà leur place à cette séance."
            raise Problem(409, "already_booked", text, appointment=booking.appointment.pk)
        problem = problem_of(SlotTaken(alternatives=nearest(asked, now=self.now)), asked.location)
        problem.extra["appointment"] = booking.appointment.pk
        raise problem


class OneAppointment(SlotEndpoint):
    """Base of what is about one appointment: found in scope, or 404; an agent's reading is logged."""

    def appointment(self, pk: int) -> Appointment:
        found = readable(self.scope.appointments()).select_related("type").filter(pk=pk).first()
        agent = self.token.agent
        if found is None:
            if agent and refused_appointment(agent, pk):
                log_refusal(agent, Reading.APPOINTMENT, now=self.now)
            raise Problem(404, "not_found", "Ce rendez-vous n’existe pas, ou ce jeton ne permet pas de le voir.")
        if agent:
            families = {row.family_id: row.family for row in found.participations.select_related("family")}
            for family in families.values():
                log_reading(agent, family, Reading.APPOINTMENT, now=self.now)
        return found

    def answer(self, pk: int) -> Response:
        fresh = readable(self.territory.appointments.all()).get(pk=pk)
        return Response(appointment_json(fresh, self.token))


class AppointmentDetail(OneAppointment):
    scopes = {"GET": TokenScope.APPOINTMENTS_READ}

    @extend_schema(tags=[TAG], summary="Un rendez-vous", responses={200: AppointmentSerializer, 404: NOT_FOUND})
    def get(self, request: Request, pk: int) -> Response:
        return Response(appointment_json(self.appointment(pk), self.token))
