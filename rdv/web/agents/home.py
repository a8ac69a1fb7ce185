"""The first page: what needs me today."""

from django.http import HttpResponse
from django.urls import reverse

from rdv import moments
from rdv.access.agenda import entries
from rdv.access.roles import Right
from rdv.models import Status
from rdv.web.agents.absence_alert import absence_alert
from rdv.web.agents.agenda import colleagues
from rdv.web.agents.days import Days
from rdv.web.agents.lines import entry_line
from rdv.web.agents.tasks import task_lines
from rdv.web.agents.workspace import AgentRequest, page, workspace

NEXT = 8
TASKS = 5


@workspace()
def home(request: AgentRequest) -> HttpResponse:
    """Who comes next, what is left to settle, which tasks wait."""
    zone = request.territory.time_zone
    today = Days(request.today, 1, zone, request.today)
    mine = [request.user.pk] if request.user.is_practitioner else None
    agents = colleagues(request)
    found = entries(request.scope, today.start, today.end, agents=mine)
    coming = [entry for entry in found if entry.end > request.now and not (entry.is_cancelled or entry.is_walled)]
    lines = [entry_line(entry, agents, now=request.now) for entry in coming]
    settle = request.scope.appointments().needing_outcome(request.now)
    if mine:
        settle = settle.of_agent(request.user)
    context = {
        "greeting": moments.day(request.today),
        "lines": lines[:NEXT],
        "more": max(len(lines) - NEXT, 0),
        "mine": bool(mine),
        "to_settle": settle.count() if request.scope.may(Right.SETTLE) else 0,
        "seen": sum(entry.status == Status.SEEN for entry in found),
        "absences": absence_alert(request),
        "agenda_url": reverse("agents:day") if mine else reverse("agents:places"),
        **_tasks(request),
    }
    return page(request, "agents/home.html", context, here="home")


def _tasks(request: AgentRequest) -> dict[str, object]:
    if not request.scope.may(Right.TASKS):
        return {"tasks": [], "task_count": 0}
    opened = request.scope.tasks().filter(done_at=None)
    return {"tasks": task_lines(request, opened, limit=TASKS), "task_count": opened.count()}
