"""Book, list and read appointments."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.appointments.reading import AppointmentSerializer, appointment_json, booking_json, readable
from api.v1.appointments.refusals import problem_of, refusals
from api.v1.appointments.writing import BookingInput, who_of
from api.v1.fields import BoundField, IdField
from api.v1.finding import Finding
from api.v1.idempotency import booked_by, idempotent, key_of, request_key
from api.v1.pages import PAGE_PARAMETERS, listing, page_of
from api.v1.problems import Problem
from api.v1.schema import CONFLICT, IDEMPOTENCY_KEY, INVALID, NOT_FOUND, created
from rdv.access.audit import Reading, log_reading, log_refusal, refused_appointment
from rdv.access.roles import Right
from rdv.access.scopes import TokenScope
from rdv.booking.book import book, nearest
from rdv.booking.errors import SlotTaken
from rdv.booking.request import Booking, BookingRequest
from rdv.models import Appointment, Status
from rdv.models.appointment import AppointmentQuerySet

TAG = "Rendez-vous"


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


class Appointments(Finding):
    scopes = {"GET": TokenScope.APPOINTMENTS_READ, "POST": TokenScope.APPOINTMENTS_WRITE}

    @extend_schema(
        tags=[TAG],
        operation_id="appointments_list",
        summary="Rendez-vous, dans l’ordre",
        parameters=[*FILTERS, *PAGE_PARAMETERS],
        responses={200: listing(AppointmentSerializer), 400: INVALID},
    )
    def get(self, request: Request) -> Response:
        found = readable(self._filtered(self.asked(AppointmentFilter))).order_by("starts_at", "pk")
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
        asked = self._request(self.checked(BookingInput))
        with refusals(asked.location):
            booking = book(asked, now=self.now)
        if not booking.created:
            self._refuse_twin(booking, asked)
        address = f"/api/v1/appointments/{booking.appointment.pk}/"
        return Response(self._made(booking), status=201, headers={"Location": address})

    def _made(self, booking: Booking) -> dict[str, Any]:
        """The new appointment; of a session, or of what was booked before, what the family has by now."""
        if booking.created and not booking.appointment.is_collective:
            return booking_json(booking, self.token)
        fresh = readable(self.territory.appointments.all()).get(pk=booking.appointment.pk)
        return appointment_json(fresh, self.token, family_id=booking.family.pk)

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
        family = self.family(given["family"]) if given["family"] else None
        return BookingRequest(
            type=type_,
            location=location,
            start=given["start"],
            who=who_of(given, type_, family),
            by=self.actor,
            agents=[self.agent(given["agent"]).pk] if given["agent"] else None,
            overbooking_reason=given["overbooking_reason"],
            over_offers=given["over_offers"],
            request_key=request_key(self.token, self.request),
            is_first=key_of(self.request) is None,
            visit_address=given["visit_address"],
        )

    def _need_agent(self) -> None:
        if self.token.agent is None:
            raise Problem(403, "permission_denied", "Seul le jeton d’un agent peut le demander.")
        self.need(Right.OVERBOOK)

    def _refuse_twin(self, booking: Booking, asked: BookingRequest) -> None:
        """Without the key of the first request, the same people at the same hour are a conflict; with it, no news."""
        if booking.appointment.participations.filter(request_key=asked.request_key).exists():
            return
        if asked.type.is_collective:
            text = "Ces personnes ont déjà leur place à cette séance."
            raise Problem(409, "already_booked", text, appointment=booking.appointment.pk)
        problem = problem_of(SlotTaken(alternatives=nearest(asked, now=self.now)), asked.location)
        problem.extra["appointment"] = booking.appointment.pk
        raise problem


class OneAppointment(Finding):
    """Base of what is about one appointment: found in scope, or 404; an agent's reading is logged.

    An application also finds what it booked itself at a discreet service, and there its own family alone
    (`own_family`).
    """

    finds_own = True
    own_family: int | None = None

    def appointment(self, pk: int) -> Appointment:
        found = readable(self.scope.appointments()).select_related("type").filter(pk=pk).first()
        agent = self.token.agent
        if found is None and agent is None and self.finds_own:
            found = self._own(pk)
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
        """How the appointment stands now."""
        fresh = readable(self.territory.appointments.all()).get(pk=pk)
        return Response(appointment_json(fresh, self.token, family_id=self.own_family))

    def families_booked(self, appointment: Appointment) -> set[int]:
        """The families that this very token put in the appointment."""
        ours = appointment.participations.filter(request_key__startswith=booked_by(self.token))
        return set(ours.values_list("family", flat=True))

    def _own(self, pk: int) -> Appointment | None:
        found = readable(self.territory.appointments.all()).select_related("type").filter(pk=pk).first()
        families = self.families_booked(found) if found else set()
        if len(families) != 1:
            return None
        self.own_family = families.pop()
        return found


class AppointmentDetail(OneAppointment):
    scopes = {"GET": TokenScope.APPOINTMENTS_READ}

    @extend_schema(tags=[TAG], summary="Un rendez-vous", responses={200: AppointmentSerializer, 404: NOT_FOUND})
    def get(self, request: Request, pk: int) -> Response:
        found = self.appointment(pk)
        return Response(appointment_json(found, self.token, family_id=self.own_family))
