"""The waiting list: who waits for what, in which order; the rounds of offers under way."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.access.roles import Right
from rdv.booking.errors import BookingError
from rdv.models import EntryStatus, HalfDay, OfferRound, RoundStatus, WaitingListEntry
from rdv.waitinglist.entries import join, leave, pause, resume, set_priority
from rdv.web.agents.agenda import colleagues
from rdv.web.agents.appointment import attempt
from rdv.web.agents.families import family_name
from rdv.web.agents.journey import Journey
from rdv.web.agents.waiting_form import PRIORITIES, PriorityForm, WaitingForm
from rdv.web.agents.workspace import AgentRequest, asked_number, find_family, page, posted, workspace

PER_PAGE, ROUNDS = 40, 20
OPEN = (EntryStatus.WAITING, EntryStatus.PAUSED)
CHANGES = {"retirer": leave, "pause": pause, "reprendre": resume}
DONE = {
    "retirer": gettext_lazy("La famille est retirée de la liste d’attente."),
    "pause": gettext_lazy("La famille garde sa place ; elle ne reçoit plus de proposition."),
    "reprendre": gettext_lazy("La famille recevra de nouveau des propositions."),
}


@workspace(Right.WAITING_LIST)
def waiting(request: AgentRequest) -> HttpResponse:
    """In the order in which offers are made: priority first, then the longest wait."""
    found = request.scope.waiting_list().filter(status__in=OPEN)
    type_, place = asked_number(request, "motif"), asked_number(request, "lieu")
    if type_:
        found = found.filter(type=type_)
    if place:
        found = found.filter(pk__in=found.filter(locations=place).values("pk")) | found.filter(any_location=True)
    rows = found.select_related("type", "agent", "current_appointment__location__organisation__territory")
    rows = rows.prefetch_related("locations", "persons", "family__contacts", "family__persons")
    current = Paginator(rows.order_by("-priority", "waiting_since", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": [_line(one, request) for one in current],
        "current": current,
        "query": f"motif={type_ or ''}&lieu={place or ''}&",
        "types": list(request.scope.types().order_by("position", "pk")),
        "locations": list(request.scope.locations().order_by("name", "pk")),
        "type": type_,
        "place": place,
        "rounds": [_round_line(one, request) for one in _rounds(request)],
    }
    return page(request, "agents/waiting.html", context, here="waiting")


@workspace(Right.WAITING_LIST, post=True)
def new_entry(request: AgentRequest) -> HttpResponse:
    """A known family (`famille`), or a new one; for any type that one may book."""
    journey = Journey.of(request.GET)
    family = find_family(request, journey.family) if journey.family else None
    form = WaitingForm(
        posted(request),
        family=family,
        people=journey.people,
        needs_birth_date=True,
        types=list(request.scope.types().with_rules().order_by("position", "pk")),
        places=list(request.scope.bookable_locations().order_by("organisation__name", "name", "pk")),
        agents=[one for one in colleagues(request).values() if one.is_practitioner],
        territory=request.territory,
        today=request.today,
        initial={"type": journey.type},
    )
    if request.method == "POST" and form.is_valid():
        try:
            join(form.wish(), by=request.by, now=request.now)
        except BookingError as error:
            form.add_error(None, _(error.text))
        else:
            messages.success(request, _("La famille est sur la liste d’attente."))
            return redirect("agents:waiting")
    context = {"form": form, "family": family_name(family) if family else ""}
    return page(request, "agents/waiting_form.html", context, here="waiting")


@workspace(Right.WAITING_LIST, post=True)
def entry(request: AgentRequest, pk: int) -> HttpResponse:
    """One entry: its wishes, its priority with the reason, pause and withdrawal."""
    found = _find(request, pk)
    form = PriorityForm(posted(request), initial={"priority": found.priority, "priority_reason": found.priority_reason})
    if request.method == "POST" and form.is_valid():
        priority, reason = int(form.cleaned_data["priority"]), form.cleaned_data["priority_reason"]
        set_priority(found.pk, priority=priority, reason=reason, by=request.by)
        messages.success(request, _("C’est enregistré."))
        return redirect("agents:waiting")
    context = {"form": form, "line": _line(found, request)}
    return page(request, "agents/waiting_entry.html", context, here="waiting")


@workspace(Right.WAITING_LIST, only_post=True)
def change_entry(request: AgentRequest, pk: int) -> HttpResponse:
    """Withdraw, pause or resume (`action`)."""
    found = _find(request, pk)
    action = request.POST.get("action", "")
    if action not in CHANGES:
        raise Http404
    if attempt(request, lambda: CHANGES[action](found.pk, by=request.by, now=request.now)):
        messages.success(request, DONE[action])
    return redirect("agents:waiting")


def _find(request: AgentRequest, pk: int) -> WaitingListEntry:
    rows = request.scope.waiting_list().filter(status__in=OPEN)
    rows = rows.select_related("type", "agent", "current_appointment__location__organisation__territory")
    found = rows.prefetch_related("locations", "persons", "family__contacts", "family__persons").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _rounds(request: AgentRequest) -> Any:
    """Slots that are being offered at one's places, for the types one sees."""
    rounds = request.territory.rounds.filter(status=RoundStatus.OPEN, location__in=request.scope.locations())
    shown = rounds.filter(type__service__in=request.scope.reachable_services)
    return (
        shown.select_related("type", "agent", "location__organisation__territory")
        .prefetch_related("offers")
        .order_by("starts_at", "pk")[:ROUNDS]
    )


def _round_line(one: OfferRound, request: AgentRequest) -> dict[str, Any]:
    zone = one.location.zone
    return {
        "when": moments.soon(one.starts_at, zone, request.now),
        "what": one.type.agents_label,
        "place": one.location.name,
        "agent": one.agent.full_name,
        "offers": len(one.offers.all()),
        "until": moments.soon(one.closes_at, zone, request.now),
    }


def _line(one: WaitingListEntry, request: AgentRequest) -> dict[str, Any]:
    zone = request.territory.time_zone
    half_days = [HalfDay(code).label for code in one.half_days]
    current = one.current_appointment
    return {
        "pk": one.pk,
        "family_id": one.family_id,
        "name": family_name(one.family),
        "people": ", ".join(str(person) for person in sorted(one.persons.all(), key=lambda person: person.pk)),
        "type": one.type.agents_label,
        "where": _("n’importe quel lieu")
        if one.any_location
        else ", ".join(sorted(x.name for x in one.locations.all())),
        "when": _("n’importe quand") if one.any_half_day else ", ".join(half_days),
        "agent": one.agent.full_name if one.agent else "",
        "since": moments.moment(one.waiting_since, zone, year=True),
        "wait": moments.away(one.waiting_since, request.now),
        "has": moments.moment(current.starts_at, current.zone) if current else "",
        "priority": dict(PRIORITIES).get(str(one.priority), one.priority) if one.priority else "",
        "reason": one.priority_reason,
        "is_paused": one.status == EntryStatus.PAUSED,
        "silences": one.silences,
    }
