"""The end of the day: say what became of every appointment that is over, on one page."""

import re
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models.functions import TruncDate
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rdv.access.roles import Right
from rdv.booking.errors import BookingError
from rdv.booking.outcome import record_outcome
from rdv.models import Status
from rdv.models.appointment import AppointmentQuerySet
from rdv.web.agents.words import appointment_line
from rdv.web.agents.workspace import AgentRequest, page, workspace

PER_PAGE = 40
NAME = re.compile(r"rdv-[0-9]{1,18}")
CHOICES = {"seen": Status.SEEN, "noshow": Status.NOSHOW}


@workspace(Right.SETTLE, post=True)
def outcomes(request: AgentRequest) -> HttpResponse:
    """Mine (by default for who receives families) or those of everybody that I see."""
    everybody = request.GET.get("qui") == "tous" or not request.user.is_practitioner
    pending = _pending(request, everybody=everybody)
    if request.method == "POST":
        _record(request, pending)
        return redirect(f"{reverse('agents:outcomes')}{'?qui=tous' if everybody else ''}")
    current = Paginator(_latest_day_first(pending, request), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "current": current,
        "lines": [appointment_line(one, now=request.now) for one in current],
        "everybody": everybody,
        "may_switch": request.user.is_practitioner,
        "query": "qui=tous&" if everybody else "",
    }
    return page(request, "agents/outcomes.html", context, here="home")


def _pending(request: AgentRequest, *, everybody: bool) -> AppointmentQuerySet:
    pending = request.scope.appointments().needing_outcome(request.now).with_people()
    return pending if everybody else pending.of_agent(request.user)


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
