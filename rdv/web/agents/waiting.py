"""The waiting list: who waits for what, in which order; the rounds of offers under way."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.access.roles import Right
from rdv.booking.errors import BookingError
from rdv.models import ON_THE_LIST, Appointment, EntryStatus, Family, HalfDay, OfferRound, WaitingListEntry
from rdv.waitinglist.entries import join, leave, pause, resume
from rdv.waitinglist.priorities import set_priority
from rdv.web.agents.agenda import colleagues
from rdv.web.agents.appointment import attempt
from rdv.web.agents.families import family_name
from rdv.web.agents.journey import Journey
from rdv.web.agents.offer_call import OfferCall, offer_call
from rdv.web.agents.visible_rounds import rounds_under_way, visible_rounds
from rdv.web.agents.waiting_end import how_it_ended
from rdv.web.agents.waiting_form import PRIORITIES, PriorityForm, WaitingForm
from rdv.web.agents.waiting_history import classes_given, offers_made, passed_over, why_here
from rdv.web.agents.workspace import (
    AgentRequest,
    asked_number,
    find_appointment,
    find_family,
    page,
    posted,
    workspace,
)

PER_PAGE, ROUNDS = 40, 20
CHANGES = {"retirer": leave, "pause": pause, "reprendre": resume}
DONE = {
    "retirer": gettext_lazy("La famille est retirée de la liste d’attente."),
    "pause": gettext_lazy("La famille garde sa place ; elle ne reçoit plus de proposition."),
    "reprendre": gettext_lazy("La famille recevra de nouveau des propositions."),
}
JOINED = gettext_lazy("La famille est sur la liste d’attente.")
PAUSED = gettext_lazy("C’est enregistré. La famille reste en pause : elle ne reçoit pas de proposition.")


@workspace(Right.WAITING_LIST)
def waiting(request: AgentRequest) -> HttpResponse:
    """In the order in which offers are made: priority, then without an appointment, then the longest wait."""
    found = request.scope.waiting_list().filter(status__in=ON_THE_LIST)
    type_, place = asked_number(request, "motif"), asked_number(request, "lieu")
    if type_:
        found = found.filter(type=type_)
    if place:
        found = found.filter(pk__in=found.filter(locations=place).values("pk")) | found.filter(any_location=True)
    rows = found.select_related("type", "agent", "contact", "current_appointment__location__organisation__territory")
    rows = rows.prefetch_related("locations", "persons", "family__contacts", "family__persons")
    current = Paginator(rows.in_order(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": [
            {"number": number, **_line(one, request)} for number, one in enumerate(current, current.start_index())
        ],
        "current": current,
        "query": f"motif={type_ or ''}&lieu={place or ''}&",
        "kept": _kept(request),
        "types": list(request.scope.types().order_by("position", "pk")),
        "locations": list(request.scope.locations().order_by("name", "pk")),
        "type": type_,
        "place": place,
        "rounds": [_round_line(one, request) for one in _rounds(request, type_, place)],
    }
    return page(request, "agents/waiting.html", context, here="waiting")


def _rounds(request: AgentRequest, type_: int | None, place: int | None) -> list[OfferRound]:
    """What is being offered, of what the list is narrowed to."""
    asked = {"type": type_, "location": place}
    return list(rounds_under_way(request).filter(**{name: pk for name, pk in asked.items() if pk})[:ROUNDS])


def _kept(request: AgentRequest) -> str:
    """What the list is narrowed to, and its page, for the addresses that come back to it."""
    asked = {name: asked_number(request, name) for name in ("motif", "lieu", "page")}
    return urlencode({name: number for name, number in asked.items() if number})


def _list_url(request: AgentRequest) -> str:
    kept = _kept(request)
    return reverse("agents:waiting") + (f"?{kept}" if kept else "")


@workspace(Right.WAITING_LIST, post=True)
def new_entry(request: AgentRequest) -> HttpResponse:
    """A known family (`famille`), or a new one; for any type that one may book, or sooner than a `rdv` at hand."""
    journey, at_hand = Journey.of(request.GET), _at_hand(request)
    family = find_family(request, journey.family) if journey.family else None
    form = _form(request, journey, family, at_hand)
    if request.method == "POST" and form.is_valid():
        try:
            joined = join(form.wish(), by=request.by, now=request.now)
        except BookingError as error:
            form.add_error(None, _(error.text))
        else:
            messages.success(request, PAUSED if joined.status == EntryStatus.PAUSED else JOINED)
            return redirect("agents:waiting")
    context = {
        "form": form,
        "family": family_name(family) if family else "",
        "at_hand": moments.moment(at_hand.starts_at, at_hand.zone) if at_hand else "",
    }
    return page(request, "agents/waiting_form.html", context, here="waiting")


def _at_hand(request: AgentRequest) -> Appointment | None:
    """The appointment that a family would have earlier."""
    pk = asked_number(request, "rdv")
    return find_appointment(request, pk) if pk else None


def _form(request: AgentRequest, journey: Journey, family: Family | None, at_hand: Appointment | None) -> WaitingForm:
    form = WaitingForm(
        posted(request),
        family=family,
        people=journey.people,
        needs_birth_date=True,
        types=list(request.scope.types().with_rules().order_by("position", "pk")),
        places=list(request.scope.bookable_locations().order_by("organisation__name", "name", "pk")),
        agents=[one for one in colleagues(request).values() if one.is_practitioner],
        earlier_than=at_hand,
        territory=request.territory,
        today=request.today,
        initial={"type": journey.type},
    )
    entry = _open_entry(request, journey, family)
    if entry is not None:
        form.start_from(entry)
        form.earlier_than = at_hand or entry.current_appointment
    return form


def _open_entry(request: AgentRequest, journey: Journey, family: Family | None) -> WaitingListEntry | None:
    """What this family waits for already, of that type."""
    if family is None or journey.type is None:
        return None
    rows = request.scope.waiting_list().filter(status__in=ON_THE_LIST, family=family, type=journey.type)
    return rows.select_related("current_appointment").prefetch_related("persons", "locations").first()


@workspace(Right.WAITING_LIST, post=True)
def entry(request: AgentRequest, pk: int) -> HttpResponse:
    """One entry: its wishes, its priority with the reason, pause and withdrawal."""
    found = find_entry(request, pk, over_too=request.method != "POST")
    if found.status not in ON_THE_LIST:
        return page(request, "agents/waiting_over.html", _over(found, request), here="waiting")
    form = PriorityForm(posted(request), initial={"priority": found.priority, "priority_reason": found.priority_reason})
    if request.method == "POST" and form.is_valid():
        priority, reason = int(form.cleaned_data["priority"]), form.cleaned_data["priority_reason"]
        set_priority(found.pk, priority=priority, reason=reason, by=request.by, now=request.now)
        messages.success(request, _("C’est enregistré."))
        return redirect(_list_url(request))
    journey = Journey(family=found.family_id, type=found.type_id, people=len(found.persons.all()))
    context = {
        "form": form,
        "kept": _kept(request),
        "back_url": _list_url(request),
        "line": _line(found, request),
        "left": _who_left(found),
        "offers": offers_made(found, request),
        "asked": _asked(found, request),
        "classes": classes_given(found, request),
        "passed": passed_over(found, request),
        "change_url": f"{reverse('agents:new_entry')}?famille={found.family_id}&motif={found.type_id}",
        "book_url": journey.url("find_slot"),
        "offer_url": _offer_url(found),
    }
    return page(request, "agents/waiting_entry.html", context, here="waiting")


@workspace(Right.WAITING_LIST, only_post=True)
def change_entry(request: AgentRequest, pk: int) -> HttpResponse:
    """Withdraw, pause or resume (`action`)."""
    found = find_entry(request, pk)
    action = request.POST.get("action", "")
    if action not in CHANGES:
        raise Http404
    if attempt(request, lambda: CHANGES[action](found.pk, by=request.by, now=request.now)):
        messages.success(request, DONE[action])
    return redirect(_list_url(request))


def _asked(found: WaitingListEntry, request: AgentRequest) -> OfferCall | None:
    """The proposal that a family may answer on the phone, however it was made."""
    offer = found.offers.pending().with_all().filter(round__in=visible_rounds(request).values("pk")).first()
    return offer_call(offer, request) if offer else None


def find_entry(request: AgentRequest, pk: int, *, over_too: bool = False) -> WaitingListEntry:
    """A family that still waits, or has paused (`over_too`: or waited); 404 for any other, and for one not seen."""
    rows = request.scope.waiting_list()
    if not over_too:
        rows = rows.filter(status__in=ON_THE_LIST)
    rows = rows.select_related("type", "agent", "contact", "current_appointment__location__organisation__territory")
    rows = rows.select_related("family__own_agent")
    found = rows.prefetch_related("locations", "persons", "family__contacts", "family__persons").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _over(found: WaitingListEntry, request: AgentRequest) -> dict[str, Any]:
    """A wait that is over, to be explained afterwards: nothing of it changes any more."""
    return {
        "back_url": _list_url(request),
        "line": _line(found, request),
        "end": how_it_ended(found, request),
        "offers": offers_made(found, request),
        "passed": passed_over(found, request),
    }


def _round_line(one: OfferRound, request: AgentRequest) -> dict[str, Any]:
    zone = one.location.zone
    return {
        "by_hand": one.opened_by_id is not None,
        "pk": one.pk,
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
        "standby": one.standby,
        "notice": moments.duration(one.notice_minutes),
        "is_unreachable": not _can_be_written_to(one),
        "why": why_here(one, request),
    }


def _who_left(one: WaitingListEntry) -> str:
    """The agent whom the family is no longer bound to: the one that it wished for, or its own for a follow-up."""
    asked_for = [one.agent, one.family.own_agent if one.type.same_agent else None]
    return next((agent.full_name for agent in asked_for if agent is not None and not agent.receives), "")


def _offer_url(one: WaitingListEntry) -> str:
    """Where a free slot is chosen for this family alone; sessions of a group are not offered one by one."""
    offers = one.status == EntryStatus.WAITING and not one.type.is_collective
    return reverse("agents:entry_slots", args=[one.pk]) if offers else ""


def _can_be_written_to(one: WaitingListEntry) -> bool:
    """Else each offer is a call to make."""
    contact = one.contact
    return contact.may_be_told and (contact.can_get_sms or contact.can_get_email)
