"""What can be booked, where, by which team and with whom: read-only lists."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.endpoint import Endpoint
from api.v1.pages import PAGE_PARAMETERS, listing, page_of
from rdv.access.scopes import TokenScope
from rdv.models import Agent, AppointmentType, BookableBy, Location, Mode, Organisation, Profession

TAG = "Catalogue"


class AppointmentTypeSerializer(serializers.Serializer[AppointmentType]):
    """Motif."""

    id = serializers.IntegerField()
    label = serializers.CharField(source="public_label")  # type: ignore[assignment]
    description = serializers.CharField()
    duration_minutes = serializers.SerializerMethodField(help_text="Durée en vigueur aujourd’hui.")
    mode = serializers.ChoiceField(Mode.choices)
    is_collective = serializers.BooleanField()
    capacity = serializers.IntegerField(help_text="Places d’une séance collective ; 1 sinon.")
    max_attendees = serializers.IntegerField(help_text="Personnes au plus dans un rendez-vous individuel.")
    service = serializers.IntegerField(source="service_id")
    service_label = serializers.CharField(source="service.name")
    bookable_by = serializers.ChoiceField(BookableBy.choices)
    age_min_months = serializers.IntegerField(allow_null=True, help_text="En mois révolus.")
    age_max_months = serializers.IntegerField(allow_null=True, help_text="Premier âge trop grand, en mois révolus.")
    instructions = serializers.CharField()
    documents_to_bring = serializers.CharField()

    def get_duration_minutes(self, row: AppointmentType) -> int:
        today: date = self.context["today"]
        dated = [r for r in row.revisions.all() if r.valid_from <= today and r.duration_minutes]
        latest = max(dated, key=lambda r: r.valid_from, default=None)
        return latest.duration_minutes if latest and latest.duration_minutes else row.duration_minutes


class LocationSerializer(serializers.Serializer[Location]):
    """Lieu."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    address = serializers.CharField()
    postcode = serializers.CharField()
    city = serializers.CharField()
    insee_code = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    phone = serializers.SerializerMethodField(help_text="Le sien, sinon celui de son organisation.")
    access_notes = serializers.CharField()
    is_mobile = serializers.BooleanField(help_text="Lieu itinérant (bus).")
    time_zone = serializers.CharField(source="zone")
    organisation = serializers.IntegerField(source="organisation_id")

    def get_phone(self, row: Location) -> str:
        return row.phone or row.organisation.phone


class OrganisationSerializer(serializers.Serializer[Organisation]):
    """Équipe du département."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    opening_hours = serializers.CharField()
    time_zone = serializers.SerializerMethodField()

    def get_time_zone(self, row: Organisation) -> str:
        return row.time_zone or self.context["territory"].time_zone


class AgentSerializer(serializers.Serializer[Agent]):
    """Agent, professionnel·le."""

    id = serializers.IntegerField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    profession = serializers.ChoiceField(Profession.choices)
    is_practitioner = serializers.BooleanField(help_text="Reçoit des familles.")
    organisations = serializers.SerializerMethodField()
    services = serializers.SerializerMethodField()

    def get_organisations(self, row: Agent) -> list[int]:
        return sorted(membership.organisation_id for membership in row.memberships.all())

    def get_services(self, row: Agent) -> list[int]:
        return sorted(service.pk for service in row.services.all())


def described(summary: str, item: type[serializers.Serializer[Any]]) -> Any:
    """The schema of a list of the catalogue."""
    return extend_schema(tags=[TAG], summary=summary, parameters=PAGE_PARAMETERS, responses=listing(item))


class Catalogue(Endpoint):
    """Base of the lists below."""

    scopes = {"GET": TokenScope.CATALOGUE_READ}

    def presented(self, serializer: type[serializers.Serializer[Any]], rows: Any) -> Response:
        today = self.now.astimezone(ZoneInfo(self.territory.time_zone)).date()
        context = {"territory": self.territory, "today": today}
        return page_of(self.request, rows, lambda row: serializer(row, context=context).data)


class AppointmentTypes(Catalogue):
    @extend_schema(
        tags=[TAG], summary="Motifs", parameters=PAGE_PARAMETERS, responses=listing(AppointmentTypeSerializer)
    )
    def get(self, request: Request) -> Response:
        types = self.scope.types().select_related("service").prefetch_related("revisions").order_by("position", "pk")
        return self.presented(AppointmentTypeSerializer, types)


class Locations(Catalogue):
    @described("Lieux", LocationSerializer)
    def get(self, request: Request) -> Response:
        return self.presented(LocationSerializer, self.scope.bookable_locations().order_by("name", "pk"))


class Organisations(Catalogue):
    @extend_schema(
        tags=[TAG], summary="Organisations", parameters=PAGE_PARAMETERS, responses=listing(OrganisationSerializer)
    )
    def get(self, request: Request) -> Response:
        return self.presented(OrganisationSerializer, self.scope.organisations().order_by("name", "pk"))


class Agents(Catalogue):
    @described("Agents", AgentSerializer)
    def get(self, request: Request) -> Response:
        agents = self.scope.agents().by_name()
        seen = Prefetch("services", self.scope.services())
        return self.presented(AgentSerializer, agents.prefetch_related("memberships", seen))
