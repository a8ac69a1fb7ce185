"""An absence and what it hits, in ready words."""

from datetime import time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.disruption.options import Reason
from rdv.models import Absence, Appointment
from rdv.web.agents.lines import Line, hours
from rdv.web.agents.words import appointment_line
from rdv.web.agents.workspace import AgentRequest

REASONS = {
    Reason.SESSION: gettext_lazy(
        "À décider par une personne\u00a0: les familles d’un atelier viennent ensemble, et personne de l’équipe n’est "
        "libre à son heure et dans son lieu. Annulez-le, ou maintenez-le si vous trouvez un remplaçant ou une salle."
    ),
    Reason.TOGETHER: gettext_lazy(
        "À décider par une personne\u00a0: la famille vient pour plusieurs rendez-vous de suite, qui ne trouvent pas "
        "place ensemble. Appelez-la avant de les séparer."
    ),
    Reason.NOTHING_FREE: gettext_lazy(
        "À décider par une personne\u00a0: rien n’est libre ce jour-là, ni aux dates voisines, avec la salle et les "
        "professionnels qu’il faut."
    ),
}


def reason_words(reason: Reason | None) -> str:
    """Why nothing is advised for an appointment; nothing when something is."""
    return str(REASONS[reason]) if reason else ""


def hit_line(one: Appointment, request: AgentRequest) -> Line:
    """Behind the discreet wall, the hour alone."""
    if request.scope.sees(one):
        return appointment_line(one, now=request.now)
    when = moments.moment(one.starts_at, one.zone, year=True)
    return Line(kind="walled", start=one.starts_at, end=one.ends_at, zone=one.zone, title=_("Occupé"), hours=when)


def absence_line(absence: Absence, request: AgentRequest, managed: frozenset[tuple[str, int]]) -> dict[str, Any]:
    """Who, when, why."""
    zone = absence.location.zone if absence.location else request.territory.time_zone
    first, last = moments.local(absence.starts_at, zone), moments.local(absence.ends_at, zone)
    if first.time() == last.time() == time(0):
        when = moments.days(first.date(), (last - timedelta(days=1)).date())
    elif first.date() == last.date():
        when = f"{moments.day(first.date(), year=True)}, {hours(absence.starts_at, absence.ends_at, zone)}"
    else:
        when = moments.span(absence.starts_at, absence.ends_at, zone)
    return {
        "pk": absence.pk,
        "who": absence.agent.full_name if absence.agent else str(absence.location),
        "kind": absence.nature,
        "when": when,
        "label": absence.label,
        "may_change": ("agent", absence.agent_id) in managed or ("location", absence.location_id) in managed,
    }
