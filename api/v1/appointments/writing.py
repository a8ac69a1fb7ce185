"""What a caller writes about an appointment, checked field by field before anything is tried."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from rest_framework import serializers

from api.v1.fields import IdField, InstantField, LineField
from api.v1.problems import field_error
from api.v1.slots import MOST_ATTENDEES
from rdv.booking.people import ContactSpec, PersonSpec, Who
from rdv.models import AppointmentType, Family, PhoneKind, Relation, Status
from rdv.phones import PhoneError, parse_phone, region_of

OLDEST = 120
OTHER_WALL = "Le dossier de cette famille n’est pas celui de ce service."
PHONE_ERRORS = {
    "missing_digits": "Il manque des chiffres à ce numéro.",
    "too_long": "Ce numéro a trop de chiffres.",
    "unknown": "Ce numéro de téléphone n’existe pas.",
}
LANGUAGES = [(code, name) for code, name in settings.LANGUAGES]


class AttendeeInput(serializers.Serializer[Any]):
    """Personne qui vient ; `id` quand elle est déjà dans la famille."""

    id = IdField(required=False)
    first_name = LineField(max_length=80)
    last_name = LineField(max_length=80, required=False, allow_blank=True, default="")
    birth_date = serializers.DateField(required=False, allow_null=True, default=None)
    is_child = serializers.BooleanField(default=True)

    def validate_birth_date(self, value: date | None) -> date | None:
        today = self.context["now"].astimezone(ZoneInfo(self.context["territory"].time_zone)).date()
        if value is not None and not today.year - OLDEST <= value.year <= today.year:
            raise serializers.ValidationError("Vérifiez l’année de naissance.")
        if value is not None and value > today:
            raise serializers.ValidationError("La date de naissance ne peut pas être dans le futur.")
        return value


class ContactInput(serializers.Serializer[Any]):
    """Contact à prévenir. Ni téléphone ni adresse : c'est permis."""

    first_name = LineField(max_length=80)
    last_name = LineField(max_length=80)
    phone = LineField(max_length=40, required=False, allow_blank=True, default="")
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True, default="")
    language = serializers.ChoiceField(LANGUAGES, required=False, default="fr")
    relation = serializers.ChoiceField(Relation.choices, required=False, default=Relation.PARENT)

    def validate_phone(self, value: str) -> str:
        if not value:
            return ""
        try:
            return parse_phone(value, region_of(self.context["territory"].department_code))
        except PhoneError as error:
            raise serializers.ValidationError(PHONE_ERRORS[error.code]) from error


class BookingInput(serializers.Serializer[Any]):
    """Rendez-vous à prendre, pour une famille connue (`family`) ou un contact (`contact`)."""

    appointment_type = IdField()
    location = IdField()
    start = InstantField(help_text="ISO 8601 avec décalage : 2026-11-25T09:00:00+01:00.")
    agent = IdField(required=False, allow_null=True, default=None)
    contact = ContactInput(required=False, allow_null=True, default=None)
    family = IdField(required=False, allow_null=True, default=None)
    attendees = AttendeeInput(many=True, allow_empty=False, max_length=MOST_ATTENDEES)  # type: ignore[call-arg]
    visit_address = LineField(max_length=250, required=False, allow_blank=True, default="")
    overbooking_reason = LineField(
        max_length=200,
        required=False,
        allow_blank=True,
        default="",
        help_text="Jeton d’un agent : prendre le rendez-vous même si l’agent choisi n’est pas libre.",
    )
    over_offers = serializers.BooleanField(
        default=False, help_text="Jeton d’un agent : prendre un créneau en cours de proposition à la liste d’attente."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["contact"] is None) == (attrs["family"] is None):
            raise serializers.ValidationError(
                {"contact": ["Donnez un contact, ou l’identifiant d’une famille (family), et pas les deux."]}
            )
        return attrs


class CancelInput(serializers.Serializer[Any]):
    """Qui renonce : la famille ou le service. Avec `attendees` ou `family`, ces personnes seulement."""

    by = serializers.ChoiceField([("family", "La famille"), ("service", "Le service")])
    reason = LineField(max_length=200, required=False, allow_blank=True, default="")
    attendees = serializers.ListField(child=IdField(), required=False, allow_empty=False, max_length=MOST_ATTENDEES)
    family = IdField(required=False, allow_null=True, default=None)


class MoveInput(serializers.Serializer[Any]):
    start = InstantField()
    location = IdField(required=False, allow_null=True, default=None)
    agent = IdField(required=False, allow_null=True, default=None)
    overbooking_reason = LineField(max_length=200, required=False, allow_blank=True, default="")
    over_offers = serializers.BooleanField(default=False)


class OutcomeInput(serializers.Serializer[Any]):
    status = serializers.ChoiceField(Status.choices)
    attendees = serializers.ListField(child=IdField(), required=False, allow_empty=False, max_length=MOST_ATTENDEES)


def kind_of(phone: Any) -> PhoneKind:
    """What can be done with a checked number: only a mobile gets SMS."""
    if not phone:
        return PhoneKind.NONE
    return PhoneKind.MOBILE if phone.is_mobile else PhoneKind.FIXED


def contact_of(given: Mapping[str, Any]) -> ContactSpec:
    """The contact of a checked body."""
    return ContactSpec(
        first_name=given["first_name"],
        last_name=given["last_name"],
        phone=str(given["phone"]),
        phone_kind=kind_of(given["phone"]),
        email=given["email"],
        language=given["language"],
        relation=given["relation"],
    )


def person_of(given: Mapping[str, Any]) -> PersonSpec:
    """Somebody who comes, of a checked body."""
    return PersonSpec(
        first_name=given["first_name"],
        last_name=given["last_name"],
        birth_date=given["birth_date"],
        is_child=given["is_child"],
        pk=given.get("id"),
    )


def who_of(given: Mapping[str, Any], type_: AppointmentType, family: Family | None) -> Who:
    """Who comes and whom to tell; a discreet service and the others don't use each other's files."""
    persons = [person_of(person) for person in given["attendees"]]
    if family is None:
        if any(person.pk for person in persons):
            raise field_error("attendees", "Un identifiant de personne va avec l’identifiant de sa famille.")
        return Who(persons, contact=contact_of(given["contact"]))
    if family.discreet_service_id != (type_.service_id if type_.service.is_discreet else None):
        raise field_error("family", OTHER_WALL)
    known = set(family.persons.values_list("pk", flat=True))
    if any(person.pk and person.pk not in known for person in persons):
        raise field_error("attendees", "Cette personne n’est pas dans la famille.")
    return Who(persons, family=family)
