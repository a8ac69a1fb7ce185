"""The day of a location: a column per agent, as the wall planner of a team."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from rdv import moments
from rdv.access.agenda import Band, BandKind, Entry, bands, entries
from rdv.access.holidays import Place
from rdv.access.roles import Right
from rdv.models import Agent, Location
from rdv.models.appointment import LONGEST_OCCUPATION
from rdv.models.organisation import LocationQuerySet
from rdv.web.agents.agenda import LAST_AGENT, colleagues
from rdv.web.agents.days import Days, one_day
from rdv.web.agents.holidays import day_tags
from rdv.web.agents.lines import Line, band_line, entry_line, in_order
from rdv.web.agents.workspace import AgentRequest, asked_number, page, workspace

ROW = timedelta(minutes=30)
LAST_PLACE = "last_place"


@dataclass(frozen=True, slots=True)
class Cell:
    """What begins in half an hour of one agent; `book_url` when nothing fills it and the agent receives."""

    lines: tuple[Line, ...]
    is_open: bool
    is_absent: bool
    is_busy: bool
    book_url: str


@dataclass(frozen=True, slots=True)
class Row:
    hour: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    agent: Agent
    entries: tuple[Entry, ...]
    bands: tuple[Band, ...]
    lines: tuple[Line, ...]


@workspace(Right.SEE_AGENDA)
def places(request: AgentRequest) -> HttpResponse:
    """Straight to the place looked at last, else to where one receives that day, else to where somebody does."""
    own = request.scope.locations().order_by("organisation__name", "name", "pk")
    wanted = asked_number(request, "lieu") or request.session.get(LAST_PLACE)
    location = own.filter(pk=wanted).first() if wanted else None
    location = location or _liveliest(request, own) or own.first()
    if location is None:
        return page(request, "agents/no_place.html", {}, here="places")
    address = reverse("agents:place_day", args=[location.pk])
    day = request.GET.get("jour", "")
    return redirect(f"{address}?{urlencode({'jour': day})}" if day else address)


def _liveliest(request: AgentRequest, own: LocationQuerySet) -> Location | None:
    """The place of one's own first hours of the day, else of anybody's."""
    days = one_day(request, request.territory.time_zone)
    since = days.start - LONGEST_OCCUPATION
    opened = request.scope.openings().filter(starts_at__gt=since, starts_at__lt=days.end, ends_at__gt=days.start)
    opened = opened.filter(location__in=own)
    rows = sorted(
        opened.values_list("agent", "starts_at", "location"), key=lambda row: (row[0] != request.user.pk, row)
    )
    return own.filter(pk=rows[0][2]).first() if rows else None


@workspace(Right.SEE_AGENDA)
def place_day(request: AgentRequest, pk: int) -> HttpResponse:
    """Who receives here that day, side by side."""
    location = request.scope.locations().filter(pk=pk).first()
    if location is None:
        raise Http404
    if request.session.get(LAST_PLACE) != location.pk:
        request.session[LAST_PLACE] = location.pk
    request.session.pop(LAST_AGENT, None)
    days = one_day(request, location.zone)
    around = bands(request.scope, days.start, days.end, location=location)
    columns = _columns(request, location, days, around)
    within = (days.start, days.end)
    context = {
        "location": location,
        "query": "",
        "hidden": [],
        "locations": list(request.scope.locations().order_by("organisation__name", "name", "pk")),
        "days": days,
        "tags": day_tags(days.first, [Place.of(location)], request.territory),
        "columns": columns,
        "rows": _rows(request, location, days, columns),
        "closed": [band_line(band, days.zone, {}, within=within) for band in around if band.agent_id is None],
    }
    return page(request, "agents/place_day.html", context, here="places")


def _columns(request: AgentRequest, location: Location, days: Days, around: list[Band]) -> list[Column]:
    """Everybody who receives, is expected or has an appointment here that day, in order of name."""
    found = [
        entry for entry in entries(request.scope, days.start, days.end, location=location) if not entry.is_cancelled
    ]
    agents = colleagues(request)
    present = {pk for entry in found for pk in entry.agents} | {band.agent_id for band in around if band.agent_id}
    columns = []
    for agent in (agents[pk] for pk in agents if pk in present):
        mine = tuple(entry for entry in found if agent.pk in entry.agents)
        hers = tuple(band for band in around if band.agent_id in (agent.pk, None))
        lines = [entry_line(entry, agents, now=request.now, whose=agent.pk) for entry in mine]
        lines += [band_line(band, days.zone, agents, within=(days.start, days.end), whose=agent.pk) for band in hers]
        columns.append(Column(agent, mine, hers, tuple(in_order(lines))))
    return columns


def _rows(request: AgentRequest, location: Location, days: Days, columns: list[Column]) -> list[Row]:
    moments_shown = [(entry.start, entry.end) for column in columns for entry in column.entries]
    moments_shown += [
        (band.start, band.end) for column in columns for band in column.bands if band.kind is BandKind.OPENING
    ]
    if not moments_shown:
        return []
    start = max(min(one for one, _ in moments_shown), days.start)
    start -= (start - days.start) % ROW
    end = min(max(one for _, one in moments_shown), days.end)
    rows = []
    while start < end:
        cells = tuple(_cell(location, column, start, request) for column in columns)
        rows.append(Row(moments.hour(start, days.zone), cells))
        start += ROW
    return rows


def _cell(location: Location, column: Column, start: datetime, request: AgentRequest) -> Cell:
    end = start + ROW

    def touches(item: Entry | Band) -> bool:
        return item.start < end and item.end > start

    beginning = [entry for entry in column.entries if start <= entry.start < end]
    busy = any(touches(entry) for entry in column.entries)
    opened = any(touches(band) for band in column.bands if band.kind is BandKind.OPENING)
    absent = any(touches(band) for band in column.bands if band.kind is BandKind.ABSENCE)
    query: dict[str, str | int] = {
        "lieu": location.pk,
        "agent": column.agent.pk,
        "debut": moments.local(start, location.zone).isoformat(timespec="minutes"),
    }
    bookable = opened and not busy and start >= request.now and request.scope.may(Right.BOOK)
    return Cell(
        lines=tuple(entry_line(entry, {}, now=request.now) for entry in beginning),
        is_open=opened,
        is_absent=absent,
        is_busy=busy and not beginning,
        book_url=f"{reverse('agents:book')}?{urlencode(query)}" if bookable else "",
    )
