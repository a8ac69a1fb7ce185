"""The rounds of offers that one may look at: at one's places, for the types that one sees, or started by oneself."""

from django.db.models import Q, QuerySet

from rdv.models import OfferRound, RoundStatus
from rdv.web.agents.workspace import AgentRequest


def visible_rounds(request: AgentRequest) -> QuerySet[OfferRound]:
    """In any state."""
    rounds: QuerySet[OfferRound] = request.territory.rounds.filter(
        Q(location__in=request.scope.locations()) | Q(opened_by=request.user),
        type__service__in=request.scope.reachable_services,
    )
    return rounds.select_related("type", "agent", "location__organisation__territory")


def rounds_under_way(request: AgentRequest) -> QuerySet[OfferRound]:
    """Those that are being offered, the soonest slot first, with their offers."""
    rounds = visible_rounds(request).filter(status=RoundStatus.OPEN)
    return rounds.prefetch_related("offers").order_by("starts_at", "pk")
