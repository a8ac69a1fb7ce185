"""What every page of the workspace starts from: who asks, what he sees, what time it is, and the menu."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from rdv import clock, moments
from rdv.access.audit import Reading, log_reading, log_refusal, refused_appointment, refused_family
from rdv.access.roles import Right
from rdv.access.scope import Scope
from rdv.models import Agent, Appointment, Family, Territory
from rdv.models.actor import Actor
from rdv.web.agents.troubles import trouble_lines

View = Callable[..., HttpResponse]


class AgentRequest(HttpRequest):
    """A request inside the workspace, as `workspace` hands it to a view."""

    user: Agent
    scope: Scope
    territory: Territory
    now: datetime
    today: date
    by: Actor


# address, label, right; the first is for everybody
MENU = (
    ("home", _("Aujourd’hui"), None),
    ("week", _("Agenda"), Right.SEE_AGENDA),
    ("places", _("Lieux"), Right.SEE_AGENDA),
    ("families", _("Familles"), Right.SEE_FAMILIES),
    ("tasks", _("À faire"), Right.TASKS),
    ("waiting", _("Liste d’attente"), Right.WAITING_LIST),
    ("followups", _("Suites"), Right.WAITING_LIST),
    ("sessions", _("Ateliers"), Right.SEE_AGENDA),
    ("openings", _("Plages"), Right.OWN_TIME),
    ("absences", _("Absences"), Right.OWN_TIME),
    ("figures", _("Statistiques"), Right.SEE_AGENDA),
    ("texts", _("Textes"), Right.TERRITORY),
)


def workspace(right: Right | None = None, *, post: bool = False, only_post: bool = False) -> Callable[[View], View]:
    """Open a view to agents who hold this right somewhere; others get a 403, which is logged."""
    methods = ["POST"] if only_post else ["GET", "HEAD", *(["POST"] if post else [])]

    def decorate(view: View) -> View:
        @require_http_methods(methods)
        @wraps(view)
        def open_view(request: AgentRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            agent = request.user
            scope = Scope.of(agent)
            now = clock.now()
            today = moments.local(now, scope.territory.time_zone).date()
            vars(request).update(scope=scope, territory=scope.territory, now=now, today=today, by=Actor.of(agent))
            if scope.agent is None or (right is not None and not scope.may(right)):
                log_refusal(agent, Reading.PAGE, now=now)
                raise PermissionDenied
            response = view(request, *args, **kwargs)
            # The back button of a computer that is shared shows no family.
            response.headers.setdefault("Cache-Control", "no-store, private")
            return response

        return open_view

    return decorate


def page(request: AgentRequest, template: str, context: Mapping[str, Any], *, here: str = "") -> HttpResponse:
    """A page of the workspace with its menu; `here` is the entry of the menu that it belongs to."""
    menu = [
        {"url": reverse(f"agents:{name}"), "label": label, "current": name == here}
        for name, label, right in MENU
        if right is None or request.scope.may(right)
    ]
    workspace_context = {
        "menu": menu,
        "may_book": request.scope.may(Right.BOOK),
        "may_search": request.scope.may(Right.SEE_FAMILIES),
        "me": request.user,
        "troubles": trouble_lines(request.user, request.territory, request.now),
    }
    return render(request, template, {**workspace_context, **context})


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: even an empty answer is an answer."""
    return request.POST if request.method == "POST" else None


def asked_words(request: HttpRequest) -> str:
    """What is searched for, without what can't be stored."""
    return "".join(char for char in request.GET.get("q", "") if char.isprintable()).strip()[:100]


def asked_number(request: HttpRequest, name: str) -> int | None:
    """A number of the address; None when there is none, or nothing that could be one."""
    typed = request.GET.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None


def answered(request: AgentRequest, **changes: str) -> QueryDict:
    """What was typed, with some answers changed: for a form that is shown again with a question."""
    data = request.POST.copy()
    for name, value in changes.items():
        data[name] = value
    return data


def find_appointment(request: AgentRequest, pk: int) -> Appointment:
    """An appointment whose details may be read; 404 for any other, logged when it exists."""
    found = request.scope.appointments().with_people().prefetch_related("occupations").filter(pk=pk).first()
    if found is None:
        if refused_appointment(request.user, pk):
            log_refusal(request.user, Reading.APPOINTMENT, now=request.now)
        raise Http404
    return found


def find_family(request: AgentRequest, pk: int) -> Family:
    """A family whose file may be opened, which is logged; 404 for any other, logged when it exists."""
    families = request.scope.families().select_related("organisation", "own_agent", "discreet_service")
    found = families.prefetch_related("persons", "contacts").filter(pk=pk).first()
    if found is None:
        hidden = refused_family(request.user, pk)
        if hidden:
            log_refusal(request.user, Reading.FAMILY, now=request.now, family=hidden)
        raise Http404
    log_reading(request.user, found, Reading.FAMILY, now=request.now)
    return found
