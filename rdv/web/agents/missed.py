"""Appointments that a family did not come to, told as a count: agents see the pattern, nobody is kept from booking."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import Count, Q
from django.utils.translation import ngettext

from rdv.models import Status
from rdv.web.agents.workspace import AgentRequest

WITHIN = timedelta(days=365)
# One may happen to anybody: lists speak of it from the second on.
SHOWN_FROM = 2


def missed(request: AgentRequest, families: Collection[int]) -> dict[int, tuple[int, int]]:
    """For each family: how many of its appointments of the last twelve months it missed, of how many held or missed.

    Counts only what the agent may see, so a discreet appointment says nothing outside its service. One query.
    """
    held = request.scope.appointments().filter(
        participations__family__in=families,
        participations__status__in=[Status.SEEN, Status.NOSHOW],
        starts_at__gte=request.now - WITHIN,
        starts_at__lte=request.now,
    )
    absent = Count("pk", distinct=True, filter=Q(participations__status=Status.NOSHOW))
    counted = held.values("participations__family").annotate(absent=absent, total=Count("pk", distinct=True))
    return {row["participations__family"]: (row["absent"], row["total"]) for row in counted.order_by()}


def missed_words(counts: tuple[int, int] | None, *, at_least: int = SHOWN_FROM) -> str:
    """Gives "2 rendez-vous manqués sur 5 en douze mois"; "" below `at_least`."""
    if counts is None or counts[0] < at_least:
        return ""
    text = ngettext(
        "%(absent)s rendez-vous manqué sur %(total)s en douze mois",
        "%(absent)s rendez-vous manqués sur %(total)s en douze mois",
        counts[0],
    )
    return text % {"absent": counts[0], "total": counts[1]}
