"""What the first page says of absences: appointments that nobody has decided on, families that nobody has called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rdv import moments
from rdv.access.roles import Right
from rdv.disruption.board import waiting_for_a_decision
from rdv.models import Absence
from rdv.web.agents.workspace import AgentRequest
from reminders.reach import calls_to_make

# There is time for a message and an answer; later, somebody has to call.
NEAR = timedelta(days=1)
SHOWN = 4


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One absence: who is away, what waits, and how long there is."""

    who: str
    url: str
    what: str
    left: str
    is_near: bool


@dataclass(frozen=True, slots=True)
class AbsenceAlert:
    """The soonest first; `more` absences are not shown."""

    lines: Sequence[AlertLine]
    more: int

    @property
    def is_near(self) -> bool:
        return any(line.is_near for line in self.lines)


def absence_alert(request: AgentRequest) -> AbsenceAlert | None:
    """For who may decide, of the appointments that he may decide on; None when nothing waits. Three queries."""
    scope = request.scope
    if not (scope.may(Right.CHANGE) and scope.may(Right.OWN_TIME)):
        return None
    mine = scope.appointments()
    if not scope.is_territory_admin:
        mine = mine.filter(organisation__in=scope.organisations_with(Right.CHANGE))
    absences = scope.absences()
    decide = {one.absence_id: one for one in waiting_for_a_decision(absences, mine, now=request.now)}
    calls = calls_to_make(scope.tasks(), absences, now=request.now)
    if not decide and not calls:
        return None
    soonest = {pk: one.soonest for pk, one in decide.items()}
    for pk, (_count, first) in calls.items():
        soonest[pk] = min(first, soonest.get(pk, first))
    known = absences.select_related("agent", "location").in_bulk(soonest)
    order = sorted(soonest, key=lambda pk: (soonest[pk], pk))
    lines = [
        AlertLine(
            who=_who(known[pk]),
            url=reverse("agents:absence", args=[pk]),
            what=_what(decide[pk].count if pk in decide else 0, calls[pk][0] if pk in calls else 0),
            left=_left(soonest[pk] - request.now),
            is_near=soonest[pk] - request.now < NEAR,
        )
        for pk in order[:SHOWN]
    ]
    return AbsenceAlert(lines, len(order) - len(lines))


def _left(time: timedelta) -> str:
    """In hours for two days: it is about whether there is still time to write."""
    hours = int(time / timedelta(hours=1))
    if not 24 <= hours < 48:
        return _("dans %s") % moments.distance(time)
    return _("dans %d\u00a0heures") % hours


def _who(absence: Absence) -> str:
    return absence.agent.full_name if absence.agent else str(absence.location)


def _what(to_decide: int, to_call: int) -> str:
    said = []
    if to_decide:
        said.append(ngettext("%d rendez-vous à décider", "%d rendez-vous à décider", to_decide) % to_decide)
    if to_call:
        said.append(ngettext("%d famille à appeler", "%d familles à appeler", to_call) % to_call)
    return _(" et ").join(said)
