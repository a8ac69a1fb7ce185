"""An appointment as the API shows it."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from api.v1.fields import local_iso
from rdv.access.scopes import TokenScope
from rdv.booking.request import Booking
from rdv.models import ApiToken, Appointment, AppointmentLink, Mode, Participation, Status
from rdv.models.appointment import AppointmentQuerySet


class AttendeeSerializer(serializers.Serializer[Participation]):
    """Personne qui vient."""

    id = serializers.IntegerField(help_text="Identifiant de la personne.")
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    birth_date = serializers.DateField(allow_null=True)
    family = serializers.IntegerField()
    status = serializers.ChoiceField(Status.choices)
    confirmed_at = serializers.DateTimeField(allow_null=True, help_text="La famille a dit qu’elle vient.")
    note = serializers.CharField(help_text="Précision de la famille, par exemple un retard.")


class AppointmentSerializer(serializers.Serializer[Appointment]):
    """Rendez-vous."""

    id = serializers.IntegerField()
    reference = serializers.CharField(help_text="Se lit au téléphone : K7M4-2QXP.")
    status = serializers.ChoiceField(
        Status.choices,
        help_text="unknown : à venir ou à renseigner ; seen : honoré ; excused : annulé par la famille ; "
        "revoked : annulé par le service ; noshow : absence.",
    )
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    time_zone = serializers.CharField()
    appointment_type = serializers.IntegerField()
    location = serializers.IntegerField()
    organisation = serializers.IntegerField()
    mode = serializers.ChoiceField(Mode.choices)
    agents = serializers.ListField(child=serializers.IntegerField())
    attendees = AttendeeSerializer(many=True)
    capacity = serializers.IntegerField()
    seats_taken = serializers.IntegerField()
    sequence = serializers.IntegerField(help_text="Augmente à chaque déplacement et à l’annulation.")
    is_late = serializers.BooleanField(help_text="Annulé après le délai.")
    cancelled_at = serializers.DateTimeField(allow_null=True)
    cancel_reason = serializers.CharField()
    booked_at = serializers.DateTimeField()
    manage_url = serializers.URLField(
        allow_null=True,
        help_text="Lien de la famille. Nul quand plusieurs familles viennent, ou sans la portée appointments:write.",
    )


def readable(appointments: AppointmentQuerySet) -> AppointmentQuerySet:
    """Loads all that `appointment_json` reads, in a constant number of queries."""
    return appointments.select_related("location__organisation__territory").prefetch_related(
        "appointment_agents", "participations__person", "links"
    )


def appointment_json(appointment: Appointment, token: ApiToken, *, family_id: int | None = None) -> dict[str, Any]:
    """All of it, or with `family_id` what one family has of it. Loaded by `readable`."""
    agents = [row.agent_id for row in appointment.appointment_agents.all()]
    rows = [row for row in appointment.participations.all() if family_id in (None, row.family_id)]
    links = [link for link in appointment.links.all() if family_id in (None, link.family_id)]
    return _json(appointment, token, agents, rows, links)


def booking_json(booking: Booking, token: ApiToken) -> dict[str, Any]:
    """A new appointment, as `appointment_json` gives it, from what booking made: nothing is read again."""
    return _json(booking.appointment, token, booking.agent_ids, booking.participations, [booking.link])


def _json(
    appointment: Appointment,
    token: ApiToken,
    agents: Sequence[int],
    rows: Sequence[Participation],
    links: Sequence[AppointmentLink],
) -> dict[str, Any]:
    zone = appointment.location.zone
    return {
        "id": appointment.pk,
        "reference": appointment.reference,
        "status": appointment.status,
        "start": local_iso(appointment.starts_at, zone),
        "end": local_iso(appointment.ends_at, zone),
        "time_zone": zone,
        "appointment_type": appointment.type_id,
        "location": appointment.location_id,
        "organisation": appointment.organisation_id,
        "mode": appointment.mode,
        "agents": list(agents),
        "attendees": [_attendee(row, zone) for row in rows],
        "capacity": appointment.capacity,
        "seats_taken": appointment.seats_taken,
        "sequence": appointment.sequence,
        "is_late": appointment.is_late,
        "cancelled_at": appointment.cancelled_at and local_iso(appointment.cancelled_at, zone),
        "cancel_reason": appointment.cancel_reason,
        "booked_at": local_iso(appointment.booked_at, zone),
        "manage_url": _manage_url(links, token),
    }


def _attendee(row: Participation, zone: str) -> dict[str, Any]:
    return {
        "id": row.person_id,
        "first_name": row.person.first_name,
        "last_name": row.person.last_name,
        "birth_date": row.person.birth_date and row.person.birth_date.isoformat(),
        "family": row.family_id,
        "status": row.status,
        "confirmed_at": row.confirmed_at and local_iso(row.confirmed_at, zone),
        "note": row.note,
    }


def _manage_url(links: Sequence[AppointmentLink], token: ApiToken) -> str | None:
    """The link lets cancel: it is for those alone who may do that themselves."""
    if TokenScope.APPOINTMENTS_WRITE not in token.scopes:
        return None
    return f"{token.territory.public_url}/r/{links[0].token}/" if len(links) == 1 else None
