"""The families that no message reaches after an absence: a sheet for the telephone, on paper too."""

from collections.abc import Sequence
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
from rdv.web.agents.tasks import loaded, task_line
from rdv.web.agents.workspace import AgentRequest, page, workspace
from reminders.models import Task
from reminders.reach import CALLS


@dataclass(frozen=True, slots=True)
class CallLine:
    """Whom to call about one appointment, and what to say; `contacts` are names and numbers.

    `tasks`: what is ended when the family is reached, with its name.
    """

    who: str
    contacts: list[tuple[str, str]]
    was: str
    place: str
    what: str
    state: str
    tasks: list[tuple[int, str]]


@workspace(Right.OWN_TIME)
def calls(request: AgentRequest, pk: int) -> HttpResponse:
    """Those of the appointments that one may decide on."""
    found = find_absence(request, pk)
    mine = [one for one in standings(found, request.now) if may_decide(request, one.hit.appointment)]
    tasks = _tasks(request, mine)
    names = {row.family_id: str(row.person) for one in mine for row in one.hit.appointment.participations.all()}
    lines = [
        _line(one, [task for task in tasks if task.appointment_id == one.hit.appointment.pk and not task.done_at])
        for one in mine
        if one.state in TO_CALL
    ]
    context = {
        "line": absence_line(found, request, managed_time(request)),
        "lines": lines,
        "called": [
            f"{names.get(task.family_id or 0, '')}\u00a0: {task_line(task, request).done}"
            for task in tasks
            if task.done_at and not task.closed_as
        ],
        "printed": moments.moment(request.now, request.territory.time_zone, year=True),
    }
    return page(request, "agents/absence_calls.html", context, here="absences")


def _tasks(request: AgentRequest, standing: Sequence[Standing]) -> list[Task]:
    """The calls about these appointments since the absence was declared, made or not, that one may record."""
    if not standing or not request.scope.may(Right.TASKS):
        return []
    appointments = [one.hit.appointment.pk for one in standing]
    since = standing[0].hit.row.disruption.declared_at
    found = request.scope.tasks().filter(appointment__in=appointments, kind__in=CALLS, created_at__gte=since)
    return list(loaded(found).order_by("created_at", "pk"))


def _line(one: Standing, tasks: Sequence[Task]) -> CallLine:
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
        what=next((task.detail for task in tasks if task.detail), hit.row.problem or what_was_decided(hit)),
        state=str(LABELS[one.state][0]),
        tasks=[(task.pk, str(task.contact or "")) for task in tasks],
    )
