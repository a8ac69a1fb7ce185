"""Whose time an agent manages: her own, her team's, that of her places."""

from rdv.access.roles import Right
from rdv.models import Agent, Location
from rdv.web.agents.agenda import colleagues
from rdv.web.agents.workspace import AgentRequest


def managed_agents(request: AgentRequest) -> list[Agent]:
    """Oneself, and colleagues whose time one manages."""
    everyone = colleagues(request).values()
    if request.scope.may(Right.OTHERS_TIME):
        managed = request.scope.organisations_with(Right.OTHERS_TIME)
        of_teams = request.scope.agents()
        if not request.scope.is_territory_admin:
            of_teams = of_teams.filter(memberships__organisation__in=managed)
        pks = set(of_teams.values_list("pk", flat=True))
        return [one for one in everyone if one.pk in pks or one.pk == request.user.pk]
    return [one for one in everyone if one.pk == request.user.pk]


def managed_locations(request: AgentRequest) -> list[Location]:
    """The places that one may close."""
    mine = request.scope.locations().order_by("name", "pk")
    return [one for one in mine if request.scope.may(Right.LOCATION_TIME, one.organisation_id)]


def managed_time(request: AgentRequest) -> frozenset[tuple[str, int]]:
    """The agents and places whose absences one changes."""
    agents = {("agent", one.pk) for one in managed_agents(request)}
    return frozenset(agents | {("location", one.pk) for one in managed_locations(request)})
