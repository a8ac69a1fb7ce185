"""The end of the day: say what became of every appointment that is over, on one page, and mend what was said wrong."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
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

from rdv import moments
from rdv.access.roles import Right
from rdv.booking.errors import BookingError
from rdv.booking.outcome import record_outcome
from rdv.disruption.told import under_an_absence
from rdv.followups.next_visit import is_followed
from rdv.models import Appointment, DisruptedAppointment, Status
from rdv.models.appointment import AppointmentQuerySet
from rdv.web.agents.agenda import colleagues
from rdv.web.agents.days import Days, asked_day
from rdv.web.agents.lines import Line
from rdv.web.agents.missed import missed, missed_words
from rdv.web.agents.words import appointment_line
from rdv.web.agents.workspace import AgentRequest, asked_number, page, workspace

PER_PAGE = 40
NAME = re.compile(r"rdv-[0-9]{1,18}")
NUMBER = re.compile(r"[0-9]{1,18}")
CHOICES = {"seen": Status.SEEN, "noshow": Status.NOSHOW, "unknown": Status.UNKNOWN}
HAPPENED = (Status.SEEN, Status.NOSHOW)
# What was said may be mended here for so long; later, on the page of the appointment.
MENDED_WITHIN = timedelta(days=2)
LAST = "outcomes"


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
        return self._among(request.scope.appointments().needing_outcome(request.now), request)

    def settled(self, request: AgentRequest) -> AppointmentQuerySet:
        """Those of the day, or of the last two days, whose outcome is known."""
        found = request.scope.appointments().filter(status__in=HAPPENED, ends_at__lte=request.now)
        if self.day is None:
            found = found.filter(ends_at__gt=request.now - MENDED_WITHIN)
        return self._among(found, request)

    def _among(self, found: AppointmentQuerySet, request: AgentRequest) -> AppointmentQuerySet:
        found = found.with_people()
        if self.agent is not None:
            found = found.filter(appointment_agents__agent=self.agent)
        elif not self.everybody:
            found = found.of_agent(request.user)
        if self.day is not None:
            days = Days(self.day, 1, request.territory.time_zone, request.today)
            found = found.filter(starts_at__gte=days.start, starts_at__lt=days.end)
        return found


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """An appointment with what was said of it, the pattern of its family, and the link to what comes next.

    `absent`: why it probably did not take place.
    """

    line: Line
    status: str
    pattern: str
    next_url: str
    absent: str = ""


@dataclass(frozen=True, slots=True)
class DayGroup:
    day: str
    title: str
    lines: list[OutcomeLine]

    @property
    def is_hit(self) -> bool:
        return any(line.absent for line in self.lines)


@workspace(Right.SETTLE, post=True)
def outcomes(request: AgentRequest) -> HttpResponse:
    """Mine (by default for who receives families), those of everybody that I see, of one agent, of one day."""
    choice = Choice.of(request)
    if request.method == "POST":
        _undo(request) if "annuler" in request.POST else _record(request, choice)
        return redirect(f"{reverse('agents:outcomes')}?{choice.query}")
    current = Paginator(_latest_day_first(choice.pending(request), request), PER_PAGE).get_page(request.GET.get("page"))
    settled = list(choice.settled(request).order_by("-ends_at", "-pk")[:PER_PAGE])
    counts = missed(request, {row.family_id for one in [*current, *settled] for row in one.participations.all()})
    context = {
        "current": current,
        "days": _by_day(request, list(current), counts),
        "settled": [_outcome_line(request, one, counts) for one in settled],
        "last": len(request.session.get(LAST, {})),
        "choice": choice,
        "agents": [agent for agent in colleagues(request).values() if agent.is_practitioner],
        "may_switch": request.user.is_practitioner,
        "query": f"{choice.query}&",
    }
    return page(request, "agents/outcomes.html", context, here="home")


def _by_day(request: AgentRequest, shown: list[Appointment], counts: dict[int, tuple[int, int]]) -> list[DayGroup]:
    groups: dict[date, list[OutcomeLine]] = {}
    hit = under_an_absence(shown)
    for one in shown:
        day = moments.local(one.starts_at, request.territory.time_zone).date()
        groups.setdefault(day, []).append(_outcome_line(request, one, counts, hit.get(one.pk)))
    return [DayGroup(str(day), moments.day(day, year=True), lines) for day, lines in groups.items()]


def _outcome_line(
    request: AgentRequest,
    one: Appointment,
    counts: dict[int, tuple[int, int]],
    hit: DisruptedAppointment | None = None,
) -> OutcomeLine:
    families = {row.family_id for row in one.participations.all()}
    pattern = missed_words(counts.get(next(iter(families)))) if len(families) == 1 else ""
    follows = one.status == Status.SEEN and is_followed(one.type) and request.scope.may(Right.BOOK)
    next_url = reverse("agents:next_visit", args=[one.pk]) if follows else ""
    return OutcomeLine(appointment_line(one, now=request.now), one.status, pattern, next_url, _absent(hit))


def _absent(hit: DisruptedAppointment | None) -> str:
    if hit is None:
        return ""
    if hit.disruption.location_id:
        return _("Le lieu est déclaré fermé à cette heure : le rendez-vous a-t-il eu lieu ?")
    return _("L’agent est déclaré absent à cette heure : le rendez-vous a-t-il eu lieu ?")


def _latest_day_first(pending: AppointmentQuerySet, request: AgentRequest) -> AppointmentQuerySet:
    """The day that ends is settled first, in its own order; what was forgotten comes after."""
    day = TruncDate("starts_at", tzinfo=ZoneInfo(request.territory.time_zone))
    return pending.order_by(day.desc(), "starts_at", "pk")


def _record(request: AgentRequest, choice: Choice) -> None:
    """What was ticked; and, for a day ("tous"), everybody of it who was shown and of whom nothing was said.

    But not those under an absence: nobody says of them that they took place without looking.
    """
    ticked = {
        int(name.removeprefix("rdv-")): CHOICES.get(str(value))
        for name, value in request.POST.items()
        if NAME.fullmatch(name)
    }
    wanted = {pk: status for pk, status in ticked.items() if status is not None}
    rest = _rest_of_the_day(request, choice, ticked)
    wanted |= dict.fromkeys(rest, Status.SEEN)
    numbers = sorted(wanted)[: 2 * PER_PAGE]
    before = {
        **dict(choice.pending(request).filter(pk__in=numbers).values_list("pk", "status")),
        **dict(choice.settled(request).filter(pk__in=numbers).values_list("pk", "status")),
    }
    changed = {pk: wanted[pk] for pk in numbers if pk in before and before[pk] != wanted[pk]}
    done = _settle(request, changed)
    if done:
        request.session[LAST] = {str(pk): before[pk] for pk in done}
        text = ngettext("%d rendez-vous renseigné.", "%d rendez-vous renseignés.", len(done)) % len(done)
        messages.success(request, text)
    if not changed:
        messages.info(request, _("Rien n’était coché."))


def _rest_of_the_day(request: AgentRequest, choice: Choice, said: Collection[int]) -> list[int]:
    shown = {int(pk) for pk in request.POST.getlist("vu") if NUMBER.fullmatch(pk)} - set(said)
    if not request.POST.get("tous") or not shown:
        return []
    zone = request.territory.time_zone
    pending = list(choice.pending(request).filter(pk__in=shown))
    rest = [one for one in pending if str(moments.local(one.starts_at, zone).date()) == request.POST["tous"]]
    hit = under_an_absence(rest)
    return [one.pk for one in rest if one.pk not in hit]


def _undo(request: AgentRequest) -> None:
    """Take back what was recorded last, where nobody has changed it since."""
    before = {int(pk): Status(status) for pk, status in request.session.pop(LAST, {}).items()}
    allowed = request.scope.appointments().filter(pk__in=before, status__in=[*HAPPENED, Status.UNKNOWN])
    done = _settle(request, {pk: before[pk] for pk in allowed.values_list("pk", flat=True)})
    if done:
        text = ngettext("%d rendez-vous remis comme avant.", "%d rendez-vous remis comme avant.", len(done)) % len(done)
        messages.success(request, text)


def _settle(request: AgentRequest, wanted: dict[int, Any]) -> list[int]:
    """Each one by itself: a refusal of one doesn't undo the others. Gives those that were recorded."""
    done, refused = [], 0
    for pk, status in sorted(wanted.items()):
        try:
            record_outcome(pk, status=status, by=request.by, now=request.now)
        except BookingError:
            refused += 1
        else:
            done.append(pk)
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
    return done
