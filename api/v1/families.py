"""Families: who is seen, and whom to tell. An agent's reading of a file is logged."""

from typing import Any

from django.db import transaction
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.appointments.writing import AttendeeInput, ContactInput, contact_of, kind_of, person_of
from api.v1.fields import IdField
from api.v1.finding import Finding
from api.v1.idempotency import idempotent
from api.v1.pages import PAGE_PARAMETERS, listing, page_of
from api.v1.problems import Problem, field_error
from api.v1.schema import IDEMPOTENCY_KEY, INVALID, NOT_FOUND, created
from api.v1.slots import MOST_ATTENDEES
from rdv.access.roles import Right
from rdv.access.scopes import TokenScope
from rdv.booking.people import Who, family_of, persons_of
from rdv.models import Contact, EmailState, Family, Organisation, Person, PhoneState, Relation

TAG = "Familles"


class PersonSerializer(serializers.Serializer[Person]):
    """Personne suivie, enfant ou adulte."""

    id = serializers.IntegerField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    birth_date = serializers.DateField(allow_null=True)
    is_child = serializers.BooleanField()


class ContactSerializer(serializers.Serializer[Contact]):
    """Contact à prévenir."""

    id = serializers.IntegerField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    relation = serializers.ChoiceField(Relation.choices)
    phone = serializers.CharField()
    phone_kind = serializers.CharField(help_text="mobile, fixed, ou vide. Seul un mobile reçoit des SMS.")
    phone_state = serializers.ChoiceField(PhoneState.choices)
    sms_stopped = serializers.SerializerMethodField(help_text="A répondu STOP.")
    email = serializers.CharField()
    language = serializers.CharField()
    may_be_told = serializers.BooleanField()
    may_cancel = serializers.BooleanField()

    def get_sms_stopped(self, row: Contact) -> bool:
        return row.sms_stopped_at is not None


class FamilySerializer(serializers.Serializer[Family]):
    """Famille."""

    id = serializers.IntegerField()
    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    own_agent = serializers.IntegerField(source="own_agent_id", allow_null=True, help_text="Qui suit la famille.")
    persons = serializers.SerializerMethodField()
    contacts = serializers.SerializerMethodField()

    @extend_schema_field(PersonSerializer(many=True))
    def get_persons(self, row: Family) -> list[Any]:
        return [PersonSerializer(one).data for one in sorted(row.persons.all(), key=lambda one: one.pk)]

    @extend_schema_field(ContactSerializer(many=True))
    def get_contacts(self, row: Family) -> list[Any]:
        return [ContactSerializer(one).data for one in sorted(row.contacts.all(), key=lambda one: one.pk)]


class FamilyInput(serializers.Serializer[Any]):
    contact = ContactInput()
    persons = AttendeeInput(many=True, allow_empty=False, max_length=MOST_ATTENDEES)  # type: ignore[call-arg]
    organisation = IdField(required=False, allow_null=True, default=None)


class ContactChange(ContactInput):
    may_be_told = serializers.BooleanField()
    may_cancel = serializers.BooleanField()


class FamilyFilter(serializers.Serializer[Any]):
    q = serializers.CharField(required=False, min_length=2, max_length=100)


class FamilyEndpoint(Finding):
    scopes = {
        "GET": TokenScope.FAMILIES_READ,
        "POST": TokenScope.FAMILIES_WRITE,
        "PATCH": TokenScope.FAMILIES_WRITE,
    }

    def rows(self) -> Any:
        return self.scope.families().prefetch_related("persons", "contacts")

    def answer(self, pk: int, status: int = 200) -> Response:
        found = self.territory.families.prefetch_related("persons", "contacts").get(pk=pk)
        return Response(FamilySerializer(found).data, status=status)


class Families(FamilyEndpoint):
    @extend_schema(
        operation_id="families_list",
        tags=[TAG],
        summary="Familles",
        parameters=[
            OpenApiParameter("q", OpenApiTypes.STR, description="Mots d’un nom ou d’un numéro, accents ou non."),
            *PAGE_PARAMETERS,
        ],
        responses={200: listing(FamilySerializer), 400: INVALID},
    )
    def get(self, request: Request) -> Response:
        self.need(Right.SEE_FAMILIES)
        asked = self.asked(FamilyFilter)
        found = self.rows().matching(asked["q"]) if "q" in asked else self.rows()
        return page_of(request, found.order_by("pk"), lambda row: FamilySerializer(row).data)

    @extend_schema(
        tags=[TAG],
        summary="Ouvrir un dossier ; celui de la même personne est repris",
        parameters=[IDEMPOTENCY_KEY],
        request=FamilyInput,
        responses={201: created(FamilySerializer), 400: INVALID},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        self.need(Right.SEE_FAMILIES)
        given = self.checked(FamilyInput)
        persons = [person_of(person) for person in given["persons"]]
        if any(person.pk for person in persons):
            raise field_error("persons", "Ces personnes sont nouvelles : elles n’ont pas encore d’identifiant.")
        who = Who(persons, contact=contact_of(given["contact"]))
        service = self.territory.services.filter(is_discreet=False).order_by("pk").first()
        if service is None:
            raise Problem(409, "no_open_service", "Ce département n’a pas de service dont les dossiers sont ouverts.")
        with transaction.atomic(durable=True):
            organisation = self._organisation(given["organisation"])
            family, _found = family_of(who, organisation=organisation, service=service, now=self.now)
            persons_of(family, persons)
        return self.answer(family.pk, 201)

    def _organisation(self, pk: int | None) -> Organisation:
        mine = self.scope.organisations().order_by("pk")
        found = (mine.filter(pk=pk) if pk else mine).first()
        if found is None:
            raise field_error("organisation", "Cette organisation n’existe pas.")
        return found


class FamilyDetail(FamilyEndpoint):
    @extend_schema(tags=[TAG], summary="Une famille", responses={200: FamilySerializer, 404: NOT_FOUND})
    def get(self, request: Request, pk: int) -> Response:
        return self.answer(self.opened_family(pk).pk)


class FamilyContact(FamilyEndpoint):
    @extend_schema(
        tags=[TAG],
        summary="Corriger un contact",
        request=ContactChange,
        responses={200: FamilySerializer, 400: INVALID, 404: NOT_FOUND},
    )
    @idempotent
    def patch(self, request: Request, pk: int, contact_pk: int) -> Response:
        """Another number is a new chance: what was known of the old one is forgotten."""
        self.need(Right.SEE_FAMILIES)
        family = self.opened_family(pk)
        contact = family.contacts.filter(pk=contact_pk).first()
        if contact is None:
            raise Problem(404, "not_found", "Ce contact n’est pas dans la famille.")
        given = self.checked(ContactChange, partial=True)
        if "phone" in given:
            contact.phone_kind = kind_of(given["phone"])
            if str(given["phone"]) != contact.phone:
                contact.phone_state, contact.sms_stopped_at = PhoneState.OK, None
        if given.get("email", contact.email) != contact.email:
            contact.email_state = EmailState.OK
        for name, value in given.items():
            setattr(contact, name, value)
        contact.save()
        return self.answer(family.pk)


class FamilyPersons(FamilyEndpoint):
    @extend_schema(
        tags=[TAG],
        summary="Ajouter une personne",
        parameters=[IDEMPOTENCY_KEY],
        request=AttendeeInput,
        responses={200: FamilySerializer, 400: INVALID, 404: NOT_FOUND},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        self.need(Right.SEE_FAMILIES)
        family = self.opened_family(pk)
        spec = person_of(self.checked(AttendeeInput))
        if spec.pk:
            raise field_error("id", "Cette personne est nouvelle : elle n’a pas encore d’identifiant.")
        with transaction.atomic(durable=True):
            persons_of(family, [spec])
        return self.answer(family.pk)
