"""What the page of an appointment says of the absence that hits it: for whoever takes the call of its family."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from rdv import moments
from rdv.access.roles import Right
from rdv.disruption.told import under_an_absence
from rdv.models import Appointment, DisruptedAppointment, ProposalStatus, SlotProposal, Step
from rdv.web.agents.workspace import AgentRequest


@dataclass(frozen=True, slots=True)
class AbsenceNotice:
    """Who is away, and what the family knows; `url` is the board, for who may see it."""

    title: str
    text: str
    url: str


def absence_notice(request: AgentRequest, appointment: Appointment) -> AbsenceNotice | None:
    """None when no absence hits it as it stands, or when it was kept. The appointment comes with its agents."""
    row = under_an_absence([appointment]).get(appointment.pk)
    if row is None:
        return None
    disruption = row.disruption
    title = (
        _("%s : lieu déclaré fermé à cette heure") % disruption.location
        if disruption.location
        else _("%s : absence déclarée à cette heure") % (disruption.agent.full_name if disruption.agent else "")
    )
    absence = disruption.absence_id or 0
    may_see = request.scope.may(Right.OWN_TIME) and request.scope.absences().filter(pk=absence).exists()
    url = reverse("agents:absence", args=[absence]) if may_see else ""
    return AbsenceNotice(title, _where_it_stands(row, appointment), url)


def _where_it_stands(row: DisruptedAppointment, appointment: Appointment) -> str:
    told = _told(row.proposal, appointment.zone) if row.proposal else ""
    if row.step == Step.PLANNED:
        unaware = _("La famille ne sait rien.")
        planned = _("Décidé, pas encore fait : %s.") % row.get_decision_display()
        return f"{planned} {told or unaware}"
    return told or _("Rien n’est décidé, et la famille ne sait rien.")


def _told(proposal: SlotProposal, zone: str) -> str:
    match proposal.status:
        case ProposalStatus.OPEN:
            until = moments.moment(proposal.expires_at, zone)
            return _("La famille est prévenue : elle choisit une autre date, au plus tard %s.") % until
        case ProposalStatus.REFUSED:
            return _("La famille est prévenue, aucune des dates proposées ne lui convient : elle attend un appel.")
        case ProposalStatus.EXPIRED:
            return _("La famille est prévenue et n’a pas répondu aux dates proposées : elle est à appeler.")
        case _:
            return ""
