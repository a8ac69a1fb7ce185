"""The end of the day: say what became of every appointment that is over, on one page."""

import re
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models.functions import TruncDate
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rdv.access.roles import Right
from rdv.booking.errors import BookingError
from rdv.booking.outcome import record_outcome
from rdv.models import Status
from rdv.models.appointment import AppointmentQuerySet
from rdv.web.agents.agenda import colleagues
from rdv.web.agents.days import Days, asked_day
from rdv.web.agents.words import appointment_line
from rdv.web.agents.workspace import AgentRequest, asked_number, page, workspace

PER_PAGE = 40
NAME = re.compile(r"rdv-[0-9]{1,18}")
CHOICES = {"seen": Status.SEEN, "noshow": Status.NOSHOW}


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose appointments are shown, and of which day; kept in the address."""

    everybody: bool
    agent: int | None
    day: date | None

    @classmethod
    def of(cls, request: AgentRequest) -> "Choice":
        everybody = request.GET.get("qui") == "tous" or not request.user.is_practitioner
        day = asked_day(request, "jour", request.today) if request.GET.get("jour") else None
        return cls(everybody, asked_number(request, "agent"), day)

    @property
    def query(self) -> str:
        given = {"qui": "tous" if self.everybody else "", "agent": self.agent or "", "jour": str(self.day or "")}
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def is_narrow(self) -> bool:
        return self.agent is not None or self.day is not None

    def pending(self, request: AgentRequest) -> AppointmentQuerySet:
        found = request.scope.appointments().needing_outcome(request.now).with_people()
        if self.agent is not None:
            found = found.filter(appointment_agents__agent=self.agent)
        elif not self.everybody:
            found = found.of_agent(request.user)
        if self.day is not None:
            days = Days(self.day, 1, request.territory.time_zone, request.today)
            found = found.filter(starts_at__gte=days.start, starts_at__lt=days.end)
        return found


@workspace(Right.SETTLE, post=True)
def outcomes(request: AgentRequest) -> HttpResponse:
    """Mine (by default for who receives families), those of everybody that I see, of one agent, of one day."""
    choice = Choice.of(request)
    pending = choice.pending(request)
    if request.method == "POST":
        _record(request, pending)
        return redirect(f"{reverse('agents:outcomes')}?{choice.query}")
    current = Paginator(_latest_day_first(pending, request), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "current": current,
        "lines": [appointment_line(one, now=request.now) for one in current],
        "choice": choice,
        "agents": [agent for agent in colleagues(request).values() if agent.is_practitioner],
        "may_switch": request.user.is_practitioner,
        "query": f"{choice.query}&",
    }
    return page(request, "agents/outcomes.html", context, here="home")


def _latest_day_first(pending: AppointmentQuerySet, request: AgentRequest) -> AppointmentQuerySet:
    """The day that ends is settled first, in its own order; what was forgotten comes after."""
    day = TruncDate("starts_at", tzinfo=ZoneInfo(request.territory.time_zone))
    return pending.order_by(day.desc(), "starts_at", "pk")


def _record(request: AgentRequest, pending: AppointmentQuerySet) -> None:
    """Each one by itself: a refusal of one doesn't undo the others."""
    wanted = {
        int(name.removeprefix("rdv-")): CHOICES[value]
        for name, value in request.POST.items()
        if value in CHOICES and NAME.fullmatch(name)
    }
    allowed = set(pending.filter(pk__in=list(wanted)[:PER_PAGE]).values_list("pk", flat=True))
    done, refused = 0, 0
    for pk in sorted(allowed):
        try:
            record_outcome(pk, status=wanted[pk], by=request.by, now=request.now)
        except BookingError:
            refused += 1
        else:
            done += 1
    if done:
        messages.success(request, ngettext("%d rendez-vous renseigné.", "%d rendez-vous renseignés.", done) % done)
    if refused:
        messages.warning(
            request,
            ngettext(
                "%d rendez-vous a changé entre-temps : vérifiez-le.",
                "%d rendez-vous ont changé entre-temps : vérifiez-les.",
                refused,
            )
            % refused,
        )
    if not wanted:
        messages.info(request, _("Rien n’était coché."))
