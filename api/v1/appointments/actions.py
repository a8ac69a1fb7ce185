"""Cancel, move, and say what became of an appointment."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.appointments.reading import AppointmentSerializer
from api.v1.appointments.refusals import refusals
from api.v1.appointments.views import TAG, OneAppointment
from api.v1.appointments.writing import CancelInput, MoveInput, OutcomeInput
from api.v1.idempotency import idempotent
from api.v1.problems import Problem, field_error
from api.v1.schema import CONFLICT, IDEMPOTENCY_KEY, INVALID, NOT_FOUND
from rdv.access.roles import Right
from rdv.access.scopes import TokenScope
from rdv.booking.cancel import cancel
from rdv.booking.errors import AlreadyCancelled
from rdv.booking.move import move
from rdv.booking.outcome import record_outcome
from rdv.models import CANCELLED, Appointment, Family, Status

ANSWERS = {200: AppointmentSerializer, 400: INVALID, 404: NOT_FOUND, 409: CONFLICT}


class Action(OneAppointment):
    """One deed on one appointment."""

    scopes = {"POST": TokenScope.APPOINTMENTS_WRITE}
    right = Right.CHANGE

    def allowed(self, pk: int) -> Appointment:
        """The appointment, if the caller may change it; a prescriber changes what he booked, no more."""
        found = self.appointment(pk)
        agent = self.token.agent
        if agent is None or found.booked_by_id == agent.pk or self.scope.may(self.right):
            return found
        raise Problem(403, "permission_denied", "Votre rôle ne permet pas de changer ce rendez-vous.")

    def persons(self, appointment: Appointment, given: dict[str, Any]) -> list[int] | None:
        """The attendees named, if any; raises 400 for one who isn't in the appointment."""
        named = given.get("attendees")
        known = {row.person_id for row in appointment.participations.all()}
        if named and not set(named) <= known:
            raise field_error("attendees", "Cette personne n’est pas dans ce rendez-vous.")
        return named

    def cancel(self, appointment: Appointment, given: dict[str, Any], *, for_family: bool) -> None:
        """A family gives up its own seats in a session, never the session."""
        family = self._family(appointment, given, for_family=for_family)
        with refusals(appointment.location):
            try:
                cancel(
                    appointment.pk,
                    by=self.actor,
                    now=self.now,
                    for_family=for_family,
                    family=family,
                    persons=self.persons(appointment, given),
                    reason=given.get("reason", ""),
                )
            except AlreadyCancelled:
                if not self.resumed:
                    raise

    def _family(self, appointment: Appointment, given: dict[str, Any], *, for_family: bool) -> Family | None:
        rows = appointment.participations.select_related("family")
        families = {row.family_id: row.family for row in rows if row.status not in CANCELLED}
        wanted = given.get("family")
        if wanted:
            if wanted not in families:
                raise field_error("family", "Cette famille n’est pas dans ce rendez-vous.")
            return families[wanted]
        if self.own_family:
            return families.get(self.own_family)
        if not (for_family and appointment.type.is_collective) or given.get("attendees"):
            return None
        meant = set(families) & self.families_booked(appointment) or set(families)
        if len(meant) != 1:
            raise field_error("family", "Plusieurs familles viennent : dites laquelle renonce (family ou attendees).")
        return families[meant.pop()]


class Cancel(Action):
    @extend_schema(tags=[TAG], summary="Annuler", parameters=[IDEMPOTENCY_KEY], request=CancelInput, responses=ANSWERS)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        appointment = self.allowed(pk)
        given = self.checked(CancelInput)
        self.cancel(appointment, given, for_family=given["by"] == "family")
        return self.answer(pk)


class Move(Action):
    @extend_schema(tags=[TAG], summary="Déplacer", parameters=[IDEMPOTENCY_KEY], request=MoveInput, responses=ANSWERS)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        appointment = self.allowed(pk)
        given = self.checked(MoveInput)
        if (given["overbooking_reason"] or given["over_offers"]) and self.token.agent is None:
            raise Problem(403, "permission_denied", "Seul le jeton d’un agent peut le demander.")
        location = self.location(given["location"]) if given["location"] else None
        with refusals(location or appointment.location):
            move(
                pk,
                start=given["start"],
                by=self.actor,
                now=self.now,
                location=location,
                agents=[self.agent(given["agent"]).pk] if given["agent"] else None,
                overbooking_reason=given["overbooking_reason"],
                over_offers=given["over_offers"],
            )
        return self.answer(pk)


class Outcome(Action):
    right = Right.SETTLE
    finds_own = False

    @extend_schema(
        tags=[TAG],
        summary="Dire ce qu’un rendez-vous est devenu",
        parameters=[IDEMPOTENCY_KEY],
        request=OutcomeInput,
        responses=ANSWERS,
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        appointment = self.allowed(pk)
        given = self.checked(OutcomeInput)
        status = Status(given["status"])
        if status in CANCELLED:
            self.cancel(appointment, given, for_family=status == Status.EXCUSED)
            return self.answer(pk)
        with refusals(appointment.location):
            record_outcome(pk, status=status, by=self.actor, now=self.now, persons=self.persons(appointment, given))
        return self.answer(pk)
