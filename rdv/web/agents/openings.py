"""Opening periods: list, add, change with the next occurrences shown before saving, exceptions of one day."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from rdv import moments
from rdv.access.roles import Right
from rdv.booking.openings import preview
from rdv.booking.periods import change_day, delete_period, restore_day, save_period
from rdv.models import Agent, AppointmentType, Location, OpeningException, OpeningPeriod
from rdv.scheduling.recurrence import describe, parse_rrule
from rdv.web.agents.managed import managed_agents
from rdv.web.agents.opening_forms import ExceptionForm, PeriodForm, initial_of, is_plain
from rdv.web.agents.workspace import AgentRequest, asked_number, page, posted, workspace

SHOWN, PREVIEWED = 200, 5
PREVIEW_DAYS = 366


@workspace(Right.OWN_TIME)
def openings(request: AgentRequest) -> HttpResponse:
    """The periods that still open something, by agent; `agent` narrows to one."""
    agent = asked_number(request, "agent")
    found = request.scope.opening_periods()
    if agent:
        found = found.filter(agent=agent)
    rows = found.select_related("agent", "location__organisation__territory").prefetch_related("types", "exceptions")
    managed = {one.pk for one in managed_agents(request)}
    shown = rows.order_by("agent__search_key", "first_day", "start_time", "pk")[:SHOWN]
    context = {
        "lines": [_line(one, managed) for one in shown if not _is_over(one, request)],
        "agents": list(request.scope.agents().practitioners().by_name()),
        "agent": agent,
    }
    return page(request, "agents/openings.html", context, here="openings")


@workspace(Right.OWN_TIME, post=True)
def new_opening(request: AgentRequest) -> HttpResponse:
    """Add a period."""
    return _edit(request, OpeningPeriod(), {"agent": request.user.pk, "first_day": request.today})


@workspace(Right.OWN_TIME, post=True)
def opening(request: AgentRequest, pk: int) -> HttpResponse:
    """Change a period."""
    period = _find(request, pk)
    return _edit(request, period, initial_of(period))


@workspace(Right.OWN_TIME, post=True)
def delete_opening(request: AgentRequest, pk: int) -> HttpResponse:
    """Ask, then close for good."""
    period = _find(request, pk)
    if request.method == "POST":
        delete_period(period)
        messages.success(request, _("La plage est supprimée. Les rendez-vous déjà pris sont gardés."))
        return redirect("agents:openings")
    return page(request, "agents/opening_delete.html", {"line": _line(period, set())}, here="openings")


@workspace(Right.OWN_TIME, post=True)
def exceptions(request: AgentRequest, pk: int) -> HttpResponse:
    """Days on which a period has other hours, or none."""
    period = _find(request, pk)
    form = ExceptionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        day, start, end = (form.cleaned_data[name] for name in ("day", "start_time", "end_time"))
        change_day(period, day=day, start=start, end=end, now=request.now)
        messages.success(request, _("C’est enregistré pour ce jour-là."))
        return redirect("agents:opening_exceptions", pk)
    rows = period.exceptions.filter(day__gte=request.today).order_by("day")
    context = {"form": form, "line": _line(period, set()), "exceptions": [_exception_line(one) for one in rows]}
    return page(request, "agents/opening_exceptions.html", context, here="openings")


@workspace(Right.OWN_TIME, only_post=True)
def restore(request: AgentRequest, pk: int, exception_pk: int) -> HttpResponse:
    """Forget an exception."""
    period = _find(request, pk)
    exception = period.exceptions.filter(pk=exception_pk).first()
    if exception is None:
        raise Http404
    restore_day(period, day=exception.day, now=request.now)
    messages.success(request, _("La plage retrouve ses heures habituelles ce jour-là."))
    return redirect("agents:opening_exceptions", pk)


def _edit(request: AgentRequest, period: OpeningPeriod, initial: dict[str, Any]) -> HttpResponse:
    """The first answer shows what would be opened; "save" writes it."""
    agents, locations, types = _choices(request, period)
    rule = parse_rrule(period.rrule, period.first_day) if period.pk else None
    form = PeriodForm(
        posted(request),
        initial=initial,
        agents=agents,
        locations=locations,
        types=types,
        kept_rule="" if rule is None or is_plain(rule) else describe(rule),
    )
    shown: list[str] = []
    if request.method == "POST" and form.is_valid():
        form.fill(period)
        period.location = next(one for one in locations if one.pk == period.location_id)
        if "save" in request.POST:
            chosen = {int(pk) for pk in form.cleaned_data["types"]}
            save_period(period, types=[one for one in types if one.pk in chosen], now=request.now)
            messages.success(request, _("La plage est enregistrée : ses créneaux sont proposés dès maintenant."))
            return redirect("agents:openings")
        shown = _next_occurrences(period, request)
    context = {"form": form, "period": period, "occurrences": shown, "previewed": request.method == "POST"}
    return page(request, "agents/opening_form.html", context, here="openings")


def _choices(request: AgentRequest, period: OpeningPeriod) -> tuple[list[Agent], list[Location], list[AppointmentType]]:
    agents = [one for one in managed_agents(request) if one.is_practitioner or one.pk == period.agent_id]
    locations = list(request.scope.bookable_locations().order_by("organisation__name", "name", "pk"))
    return agents, locations, list(request.scope.types().order_by("position", "pk"))


def _next_occurrences(period: OpeningPeriod, request: AgentRequest) -> list[str]:
    first = max(request.today, period.first_day)
    found = preview(period, first=first, last=first + timedelta(days=PREVIEW_DAYS))
    return [moments.span(one.start, one.end, period.location.zone) for one in found[:PREVIEWED]]


def _find(request: AgentRequest, pk: int) -> OpeningPeriod:
    """A period that one may change: one's own, or those of colleagues whose time one manages."""
    periods = request.scope.opening_periods().select_related("agent", "location__organisation__territory")
    period = periods.prefetch_related("types", "exceptions").filter(pk=pk).first()
    if period is None or period.agent_id not in {one.pk for one in managed_agents(request)}:
        raise Http404
    return period


def _is_over(period: OpeningPeriod, request: AgentRequest) -> bool:
    rule = parse_rrule(period.rrule, period.first_day)
    end = rule.until or (rule.start if not period.rrule else None)
    return end is not None and end < request.today


def _line(period: OpeningPeriod, managed: set[int]) -> dict[str, Any]:
    return {
        "pk": period.pk,
        "agent": period.agent.full_name,
        "place": period.location.name,
        "hours": f"{moments.clock(period.start_time)} – {moments.clock(period.end_time)}",
        "rule": describe(parse_rrule(period.rrule, period.first_day)).replace("'", "’"),
        "types": ", ".join(sorted(one.agents_label for one in period.types.all())),
        "label": period.label,
        "exceptions": len(period.exceptions.all()),
        "may_change": period.agent_id in managed,
    }


def _exception_line(exception: OpeningException) -> dict[str, Any]:
    start, end = exception.start_time, exception.end_time
    return {
        "pk": exception.pk,
        "day": moments.day(exception.day, year=True),
        "hours": f"{moments.clock(start)} – {moments.clock(end)}" if start and end else _("annulée"),
    }
