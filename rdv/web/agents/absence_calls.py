"""The families that no message reaches after an absence: a sheet for the telephone, on paper too."""

from dataclasses import dataclass

from django.http import HttpResponse

from rdv import moments
from rdv.access.roles import Right
from rdv.models import Status
from rdv.phones import Phone
from rdv.web.agents.absence_board import LABELS, TO_CALL, Standing, find_absence, standings, what_was_decided
from rdv.web.agents.absence_choices import may_decide
from rdv.web.agents.absence_words import absence_line
from rdv.web.agents.managed import managed_time
from rdv.web.agents.workspace import AgentRequest, page, workspace


@dataclass(frozen=True, slots=True)
class CallLine:
    """Whom to call about one appointment, and what to say; `contacts` are names and numbers."""

    who: str
    contacts: list[tuple[str, str]]
    was: str
    place: str
    what: str
    state: str


@workspace(Right.OWN_TIME)
def calls(request: AgentRequest, pk: int) -> HttpResponse:
    """Those of the appointments that one may decide on."""
    found = find_absence(request, pk)
    lines = [
        _line(one)
        for one in standings(found, request.now)
        if one.state in TO_CALL and may_decide(request, one.hit.appointment)
    ]
    context = {
        "line": absence_line(found, request, managed_time(request)),
        "lines": lines,
        "printed": moments.moment(request.now, request.territory.time_zone, year=True),
    }
    return page(request, "agents/absence_calls.html", context, here="absences")


def _line(one: Standing) -> CallLine:
    """Of several families, those alone that know nothing; who gave up by himself is not called."""
    hit, appointment = one.hit, one.hit.appointment
    people = [row for row in appointment.participations.all() if row.status != Status.EXCUSED]
    concerned = [row for row in people if row.family_id in one.to_call] or people
    families = {row.family_id: row.family for row in concerned}
    contacts = [contact for family in families.values() for contact in family.contacts.all() if contact.phone]
    return CallLine(
        who=", ".join(str(row.person) for row in concerned),
        contacts=[(str(contact), Phone(contact.phone).spoken) for contact in contacts],
        was=moments.moment(hit.row.was_at, appointment.zone),
        place=appointment.location.name,
        what=hit.row.problem or what_was_decided(hit),
        state=str(LABELS[one.state][0]),
    )
