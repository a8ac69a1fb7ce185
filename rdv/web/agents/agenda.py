"""An agent's day and week, and the week as data for the calendar component."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from rdv import moments
from rdv.access.agenda import Band, BandKind, Entry, bands, entries
from rdv.access.holidays import places_of, with_places
from rdv.access.roles import Right
from rdv.models import Agent
from rdv.web.agents.days import Days, asked_day, one_day, one_week
from rdv.web.agents.holidays import day_tags
from rdv.web.agents.lines import Line, band_line, entry_line, in_order
from rdv.web.agents.workspace import AgentRequest, asked_number, page, workspace

LONGEST_DAYS = 42
LAST_AGENT = "last_agent"


def colleagues(request: AgentRequest, *, places_since: date | None = None) -> dict[int, Agent]:
    """The agents that may be seen, by number, in order of name; the one shown with his places since that day."""
    found = request.scope.agents().by_name()
    if places_since is not None:
        shown = asked_number(request, "agent") or (request.user.pk if request.user.is_practitioner else None)
        return {agent.pk: agent for agent in with_places(found, request.scope, since=places_since, whose=shown)}
    return {agent.pk: agent for agent in found}


def to_a_place(request: AgentRequest) -> HttpResponse | None:
    """Where somebody who receives nobody begins: at her place, with all who receive there, or at her last agenda."""
    if request.GET.get("agent") or request.user.is_practitioner:
        return None
    if LAST_AGENT in request.session and request.scope.agents().filter(pk=request.session[LAST_AGENT]).exists():
        query = {**request.GET.dict(), "agent": request.session[LAST_AGENT]}
        return redirect(f"{request.path}?{urlencode(query)}")
    wanted = request.GET.get("jour", "")
    return redirect(reverse("agents:places") + (f"?{urlencode({'jour': wanted})}" if wanted else ""))


def shown_agent(request: AgentRequest, agents: dict[int, Agent]) -> Agent:
    """The agent of the address; without one, oneself, as loaded with the others."""
    if not request.GET.get("agent"):
        return agents.get(request.user.pk, request.user)
    found = agents.get(asked_number(request, "agent") or 0)
    if found is None:
        raise Http404
    if not request.user.is_practitioner and request.session.get(LAST_AGENT) != found.pk:
        request.session[LAST_AGENT] = found.pk
    return found


@workspace(Right.SEE_AGENDA)
def day(request: AgentRequest) -> HttpResponse:
    """One day of one agent, in order."""
    elsewhere = to_a_place(request)
    if elsewhere:
        return elsewhere
    days = one_day(request, request.territory.time_zone)
    agents = colleagues(request, places_since=days.first)
    agent = shown_agent(request, agents)
    lines = lines_of(request, days, agents, [agent.pk])
    context = {
        "days": days,
        "agent": agent,
        "tags": day_tags(days.first, places_of(agent), request.territory),
        "lines": [line for line in lines if not line.is_off],
        "cancelled": [line for line in lines if line.is_off],
        **_choices(request, agents, agent),
    }
    return page(request, "agents/day.html", context, here="week")


@workspace(Right.SEE_AGENDA)
def week(request: AgentRequest) -> HttpResponse:
    """One week of one agent, as lists that the calendar component may replace."""
    elsewhere = to_a_place(request)
    if elsewhere:
        return elsewhere
    days = one_week(request, request.territory.time_zone)
    agents = colleagues(request, places_since=days.first)
    agent = shown_agent(request, agents)
    places = places_of(agent)
    lines = [line for line in lines_of(request, days, agents, [agent.pk]) if not line.is_off]
    by_day = [
        {
            "date": one,
            "title": moments.day(one),
            "is_today": one == days.today,
            "tags": day_tags(one, places, request.territory),
            "lines": [line for line in lines if moments.local(line.start, line.zone).date() == one],
        }
        for one in days.all()
    ]
    full = {moments.local(line.start, line.zone).date() for line in lines}
    context = {
        "days": days,
        "agent": agent,
        # As the calendar component counts: Sunday is 0.
        "empty_weekend": ",".join(str(one.isoweekday() % 7) for one in days.all()[5:] if one not in full),
        "by_day": [one for one in by_day if one["lines"] or one["date"].weekday() < 5],  # type: ignore[attr-defined]
        "events_url": f"{reverse('agents:events')}?{urlencode({'agent': agent.pk})}",
        **_choices(request, agents, agent),
    }
    return page(request, "agents/week.html", context, here="week")


@workspace(Right.SEE_AGENDA)
def events(request: AgentRequest) -> HttpResponse:
    """What the calendar component asks for: `du` to `au` (days, the last one left out), of an agent or a place."""
    zone = request.territory.time_zone
    first = asked_day(request, "du", request.today)
    last = asked_day(request, "au", first + timedelta(days=7))
    days = Days(first, min(max((last - first).days, 1), LONGEST_DAYS), zone, request.today)
    agents = [asked_number(request, "agent") or request.user.pk]
    found = entries(request.scope, days.start, days.end, agents=agents)
    around = bands(request.scope, days.start, days.end, agents=agents)
    data = [_event(entry) for entry in found if not entry.is_cancelled]
    return JsonResponse(data + [_background(band, zone) for band in around], safe=False)


def lines_of(
    request: AgentRequest,
    days: Days,
    agents: dict[int, Agent],
    shown: Sequence[int],
) -> list[Line]:
    """All lines of these days, day by day: what lasts longer has a line on each of its days."""
    whose = shown[0] if len(shown) == 1 else None
    found = [
        entry_line(entry, agents, now=request.now, whose=whose)
        for entry in entries(request.scope, days.start, days.end, agents=shown)
    ]
    around = bands(request.scope, days.start, days.end, agents=shown)
    for one in days.all():
        alone = Days(one, 1, days.zone, days.today)
        within = (alone.start, alone.end)
        found += [
            band_line(band, days.zone, agents, within=within, whose=whose)
            for band in around
            if band.start < alone.end and band.end > alone.start
        ]
    return in_order(found)


def _choices(request: AgentRequest, agents: dict[int, Agent], shown: Agent) -> dict[str, Any]:
    practitioners = [agent for agent in agents.values() if agent.is_practitioner or agent.pk == shown.pk]
    return {
        "agents": practitioners,
        "is_mine": shown.pk == request.user.pk,
        "hidden": [("agent", shown.pk)],
        "query": "" if shown.pk == request.user.pk else f"&agent={shown.pk}",
    }


def _event(entry: Entry) -> dict[str, Any]:
    line = entry_line(entry, {}, now=entry.start)
    return {
        "id": entry.pk,
        "start": _wall(entry.start, entry.zone),
        "end": _wall(entry.end, entry.zone),
        "title": " · ".join(part for part in (line.title, line.detail) if part),
        "backgroundColor": entry.colour or "#5b646b",
        "classNames": [f"is-{line.kind}", f"is-{entry.status.value}", *(["is-short"] if entry.is_short else [])],
        "extendedProps": {
            "url": line.url,
            "place": line.place,
            "notes": [*[tag.label for tag in line.tags], *line.notes],
        },
    }


def _background(band: Band, zone: str) -> dict[str, Any]:
    absent = band.kind is BandKind.ABSENCE
    return {
        "id": f"{band.kind.value}-{band.pk}-{band.start:%Y%m%d}",
        "start": _wall(band.start, zone),
        "end": _wall(band.end, zone),
        "title": (band.label or _("Absence")) if absent else band.label,
        "display": "background",
        "classNames": [f"is-{band.kind.value}"],
    }


def _wall(at: Any, zone: str) -> str:
    return f"{moments.local(at, zone):%Y-%m-%dT%H:%M}"
