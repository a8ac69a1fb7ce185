"""Finding what a body or an address names, within what the caller may see."""

from collections.abc import Mapping
from contextlib import suppress
from threading import local
from typing import Any

from rest_framework import serializers

from api.v1.endpoint import Endpoint
from api.v1.problems import Problem, field_error
from rdv.access import kept
from rdv.access.audit import Reading, log_reading, log_refusal, refused_family
from rdv.access.roles import Right
from rdv.models import Agent, AppointmentType, Family, Location

Form = serializers.Serializer[Any]

UNKNOWN_TYPE = "Ce motif n’existe pas, ou n’est plus proposé."
UNKNOWN_LOCATION = "Ce lieu n’existe pas, ou n’est plus ouvert."
UNKNOWN_AGENT = "Cet agent n’existe pas."
UNKNOWN_FAMILY = "Cette famille n’existe pas, ou ce jeton ne permet pas de la voir."


class _Checkers(local):
    """Of one thread: each serializer with the context that it reads."""

    def __init__(self) -> None:
        self.known: dict[type[Form], tuple[Form, dict[str, Any]]] = {}


_checkers = _Checkers()


def checker(kind: type[Form], context: dict[str, Any]) -> Form:
    """A serializer that checks body after body in its thread: making one costs more than a check.

    It remembers nothing of a body; how errors are told is left to a new one.
    """
    if kind not in _checkers.known:
        values: dict[str, Any] = {}
        _checkers.known[kind] = kind(context=values), values
    form, values = _checkers.known[kind]
    values.clear()
    values.update(context)
    return form


class Finding(Endpoint):
    """What a field names is found in scope, or is an error of that field."""

    def checked(self, serializer: type[serializers.Serializer[Any]], **options: Any) -> dict[str, Any]:
        """The body, checked; raises 400 with its errors by field."""
        context = {"now": self.now, "territory": self.territory}
        if not isinstance(self.request.data, Mapping):
            raise field_error("body", "Envoyez un objet JSON : {…}.")
        if not options:
            with suppress(serializers.ValidationError):
                return checker(serializer, context).run_validation(self.request.data)
        form = serializer(data=self.request.data, context=context, **options)
        form.is_valid(raise_exception=True)
        return form.validated_data

    def asked(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The parameters of the address, checked."""
        form = serializer(data=self.request.query_params.dict())
        form.is_valid(raise_exception=True)
        return form.validated_data

    def type(self, pk: int) -> AppointmentType:
        def load() -> AppointmentType | None:
            return self.scope.types().with_rules().filter(pk=pk).first()

        found = kept.types.get(pk, load, key=self.territory.pk) if self.scope.is_application else load()
        if found is None:
            raise field_error("appointment_type", UNKNOWN_TYPE)
        return found

    def location(self, pk: int) -> Location:
        def load() -> Location | None:
            return self.scope.bookable_locations().filter(pk=pk).first()

        found = kept.locations.get(pk, load, key=self.territory.pk)
        if found is None:
            raise field_error("location", UNKNOWN_LOCATION)
        return found

    def agent(self, pk: int) -> Agent:
        found: Agent | None = self.scope.agents().filter(pk=pk).first()
        if found is None:
            raise field_error("agent", UNKNOWN_AGENT)
        return found

    def family(self, pk: int) -> Family:
        found: Family | None = self.scope.families().filter(pk=pk).first()
        if found is None:
            raise field_error("family", UNKNOWN_FAMILY)
        return found

    def opened_family(self, pk: int) -> Family:
        """The family of the address, whose reading by an agent is logged, refused or not; 404 out of scope."""
        found: Family | None = self.scope.families().filter(pk=pk).first()
        agent = self.token.agent
        if found is None:
            refused = refused_family(agent, pk) if agent else None
            if agent and refused:
                log_refusal(agent, Reading.FAMILY, now=self.now, family=refused)
            raise Problem(404, "not_found", UNKNOWN_FAMILY)
        if agent:
            log_reading(agent, found, Reading.FAMILY, now=self.now)
        return found

    def need_time_of(self, agent: Agent | None, location: Location | None = None) -> None:
        """Raise 403 unless the caller manages the time of this agent, or of this place."""
        if self.scope.is_application or self.scope.is_territory_admin:
            return
        if agent is not None and agent == self.scope.agent:
            self.need(Right.OWN_TIME)
            return
        if location is not None:
            self.need(Right.LOCATION_TIME, location.organisation_id)
            return
        teams = self.scope.organisations_with(Right.OTHERS_TIME)
        if agent is None or not agent.memberships.filter(organisation__in=teams).exists():
            raise Problem(403, "permission_denied", "Votre rôle ne permet pas de changer le temps de cet agent.")
