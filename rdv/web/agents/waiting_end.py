"""How a wait ended, for who is asked about it afterwards."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from rdv import moments
from rdv.models import Channel, EntryStatus, WaitingListEntry
from rdv.waitinglist.ended import led_to
from rdv.web.agents.words import WAYS
from rdv.web.agents.workspace import AgentRequest

OURS = (Channel.AGENT, Channel.API, Channel.SYSTEM)


@dataclass(frozen=True, slots=True)
class End:
    """`appointment_id` is None where there is none, or it is not for one's eyes."""

    text: str
    when: str
    appointment: str
    appointment_id: int | None


def how_it_ended(entry: WaitingListEntry, request: AgentRequest) -> End:
    """Fulfilled or left, by whom, when, and the appointment that came of it."""
    zone, found = request.territory.time_zone, led_to(entry)
    seen = found is not None and request.scope.appointments().filter(pk=found.pk).exists()
    return End(
        text=_text(entry),
        when=moments.moment(entry.ended_at, zone, year=True) if entry.ended_at else "",
        appointment=moments.moment(found.starts_at, found.zone, year=True) if found else "",
        appointment_id=found.pk if found and seen else None,
    )


def _text(entry: WaitingListEntry) -> str:
    if entry.status == EntryStatus.FULFILLED:
        return _("A obtenu un rendez-vous")
    if entry.ended_by in OURS:
        return _("Retirée de la liste par le service")
    by = WAYS[Channel(entry.ended_by)] if entry.ended_by else ""
    return f"{_('S’est retirée de la liste')} {by}".strip()
