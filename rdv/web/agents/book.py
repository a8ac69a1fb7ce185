"""Book for a family on the phone: who, then what and where, then check."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from rdv import moments
from rdv.access.roles import Right
from rdv.booking.book import book as book_now
from rdv.booking.errors import BookingError, NobodyComes, NotBookable, SlotOffered, SlotTaken
from rdv.booking.request import Booking, BookingRequest
from rdv.models import Agent, AppointmentType, Family, Location, Mode
from rdv.web.agents.agenda import colleagues
from rdv.web.agents.booking_form import BookingForm
from rdv.web.agents.days import Days, asked_day
from rdv.web.agents.families import family_name, reachable, search_families
from rdv.web.agents.journey import Journey, chosen_agent, chosen_location, chosen_start, chosen_type
from rdv.web.agents.slots import (
    SlotForm,
    agents_search,
    bounds,
    by_day,
    everywhere,
    next_slot,
    usual_types,
    week_of_slots,
)
from rdv.web.agents.workspace import AgentRequest, answered, asked_words, find_family, page, posted, workspace


@workspace(Right.BOOK)
def book(request: AgentRequest) -> HttpResponse:
    """Who calls: a family to find again, or a new one."""
    journey = Journey.of(request.GET)
    words = asked_words(request)
    context = {
        "words": words,
        "found": search_families(request, words, lambda pk: journey.url("find_slot", family=pk)),
        "new_url": journey.url("find_slot", family=None),
        "offer_url": _offer_instead(request, journey),
        "kept": [(name, value) for name, value in request.GET.items() if name not in ("q", "famille")],
    }
    return page(request, "agents/book.html", context)


@workspace(Right.BOOK)
def find_slot(request: AgentRequest) -> HttpResponse:
    """What, where, when: the soonest everywhere, or the week of a place."""
    journey = Journey.of(request.GET)
    family = find_family(request, journey.family) if journey.family else None
    type_ = chosen_type(request, journey.type)
    location = chosen_location(request, journey.location)
    form = _slot_form(request, journey)
    context: dict[str, Any] = {
        "search": form,
        "kept": [("famille", journey.family), ("debut", journey.start)],
        "family": family_name(family) if family else "",
        "type": type_,
        "location": location,
        "change_family": journey.url("book", family=None),
    }
    if type_ and location:
        context |= _week(request, journey, type_, location)
    elif type_:
        context["places"] = _everywhere(request, journey, type_)
    return page(request, "agents/find_slot.html", context)


@workspace(Right.BOOK, post=True)
def confirm(request: AgentRequest) -> HttpResponse:
    """Who comes and whom to tell; posted, it books or shows what stands in the way with everything kept."""
    journey = Journey.of(request.GET)
    type_ = chosen_type(request, journey.type)
    location = chosen_location(request, journey.location)
    if type_ is None or location is None:
        return redirect(journey.url("find_slot"))
    start = chosen_start(request.POST.get("debut") or journey.start, location)
    family = find_family(request, journey.family) if journey.family else None
    form = _booking_form(request, journey, type_, location, start, family)
    obstacle: BookingError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            booking = book_now(_request(request, journey, type_, location, start, form), now=request.now)
        except BookingError as error:
            obstacle = error
        else:
            return _booked(request, booking)
    context = _confirm_context(request, journey, type_, location, start, family)
    return page(request, "agents/confirm.html", context | {"form": form} | _obstacle(request, obstacle, form, location))


def _booked(request: AgentRequest, booking: Booking) -> HttpResponse:
    if not booking.created:
        messages.info(request, _("Ce rendez-vous était déjà enregistré : il n’a été pris qu’une fois."))
    return redirect("agents:booked", booking.appointment.pk)


def _slot_form(request: AgentRequest, journey: Journey) -> SlotForm:
    agents = [agent for agent in colleagues(request).values() if agent.is_practitioner]
    sent = any(name in request.GET for name in ("motif", "lieu", "jour"))
    return SlotForm(
        {**request.GET.dict(), "personnes": journey.people} if sent and journey.type else None,
        initial={"personnes": 1, "lieu": journey.location, "agent": journey.agent, "jour": journey.day},
        types=list(request.scope.types().select_related("service").order_by("service__name", "position", "pk")),
        locations=list(request.scope.bookable_locations().order_by("organisation__name", "name", "pk")),
        agents=agents,
        usual=usual_types(request),
        territory=request.territory,
    )


def _week(request: AgentRequest, journey: Journey, type_: AppointmentType, location: Location) -> dict[str, Any]:
    today = moments.local(request.now, location.zone).date()
    days = Days(asked_day(request, "jour", today), 7, location.zone, today)
    after, before = bounds(days, request.now)
    search = agents_search(request, type_, people=journey.people, agent=journey.agent, after=after, before=before)
    found = week_of_slots(
        request, search, location, lambda start: journey.url("confirm", start=start.isoformat(timespec="minutes"))
    )
    earlier = days.first > today
    later = agents_search(request, type_, people=journey.people, agent=journey.agent, after=before)
    return {
        "slot_days": found,
        "next_slot": None
        if found
        else next_slot(
            later, location, lambda start: journey.url("confirm", start=start.isoformat(timespec="minutes"))
        ),
        "days": days,
        "previous_url": journey.url("find_slot", day=max(days.previous, today).isoformat()) if earlier else "",
        "following_url": journey.url("find_slot", day=days.following.isoformat()),
        "everywhere_url": journey.url("find_slot", location=None),
        "overbook_agents": [agent for agent in colleagues(request).values() if agent.is_practitioner],
        "overbook_kept": {
            "action": journey.url("confirm", start="").partition("?")[0],
            "fields": parse_qsl(replace(journey, start="", day="", agent=None).query()),
        },
        "may_overbook": request.scope.may(Right.OVERBOOK, location.organisation_id),
        "planned_url": journey.url("confirm") if journey.start else "",
        "planned": _spoken(journey.start, location) if journey.start else "",
    }


def _spoken(typed: str, location: Location) -> str:
    return moments.moment(chosen_start(typed, location), location.zone)


def _everywhere(request: AgentRequest, journey: Journey, type_: AppointmentType) -> list[Any]:
    after = None
    if journey.day:
        zone = request.territory.time_zone
        after, _before = bounds(Days(asked_day(request, "jour", request.today), 1, zone, request.today), request.now)
    search = agents_search(request, type_, people=journey.people, agent=journey.agent, after=after)
    return everywhere(
        request,
        search,
        list(request.scope.bookable_locations()),
        first_url=lambda place, start: journey.url(
            "confirm", location=place.pk, start=start.isoformat(timespec="minutes")
        ),
        week_url=lambda place, start: journey.url(
            "find_slot", location=place.pk, day=start.date().isoformat() if start else journey.day
        ),
    )


def _booking_form(
    request: AgentRequest,
    journey: Journey,
    type_: AppointmentType,
    location: Location,
    start: datetime,
    family: Family | None,
) -> BookingForm:
    rules = type_.rules_for(location.organisation, start.astimezone(ZoneInfo(location.zone)).date())
    return BookingForm(
        posted(request),
        family=family,
        people=journey.people,
        at_home=type_.mode == Mode.HOME,
        overbooks=_overbooks(request, journey, location),
        needs_birth_date=rules.has_age_window,
        territory=request.territory,
        today=request.today,
    )


def _request(
    request: AgentRequest,
    journey: Journey,
    type_: AppointmentType,
    location: Location,
    start: datetime,
    form: BookingForm,
) -> BookingRequest:
    cleaned = form.cleaned_data
    return BookingRequest(
        type=type_,
        location=location,
        start=start,
        who=form.who(),
        by=request.by,
        agents=chosen_agent(request, journey.agent),
        overbooking_reason=cleaned.get("overbooking_reason", ""),
        over_offers=cleaned["over_offers"] and request.scope.may(Right.CHANGE),
        request_key=f"agent:{request.user.pk}:{cleaned['key']}" if cleaned["key"] else None,
        visit_address=cleaned.get("visit_address", ""),
    )


def _confirm_context(
    request: AgentRequest,
    journey: Journey,
    type_: AppointmentType,
    location: Location,
    start: datetime,
    family: Family | None,
) -> dict[str, Any]:
    agent: Agent | None = colleagues(request).get(journey.agent) if journey.agent else None
    rules = type_.rules_for(location.organisation, start.date())
    return {
        "type": type_,
        "location": location,
        "when": moments.moment(start, location.zone),
        "length": moments.duration(rules.slot_rules(journey.people).duration),
        "agent": agent,
        "family": family_name(family) if family else "",
        "silent": family is not None and not reachable(family),
        "overbooks": _overbooks(request, journey, location),
        "action": journey.url("confirm", start=start.isoformat(timespec="minutes")),
        "change_slot": journey.url("find_slot", start=""),
        "offer_url": "" if type_.is_collective or journey.overbooks else _offer_instead(request, journey),
    }


def _offer_instead(request: AgentRequest, journey: Journey) -> str:
    """Where this very slot is offered to those who wait, for whoever keeps the list."""
    chosen = journey.start and journey.location and request.scope.may(Right.WAITING_LIST)
    return journey.url("offer_slot", family=None, people=1, day="") if chosen else ""


def _overbooks(request: AgentRequest, journey: Journey, location: Location) -> bool:
    """Only in one's own organisation, and of an agent that is named."""
    allowed = request.scope.may(Right.OVERBOOK, location.organisation_id)
    return journey.overbooks and journey.agent is not None and allowed


def _obstacle(
    request: AgentRequest, error: BookingError | None, form: BookingForm, location: Location
) -> dict[str, Any]:
    """What stood in the way, and what may be done about it."""
    if error is None:
        return {"taken": None, "alternatives": [], "offered": False}
    if isinstance(error, SlotOffered) and not request.scope.may(Right.CHANGE):
        return {"taken": SlotTaken.message, "alternatives": [], "offered": False}
    if isinstance(error, SlotTaken):
        days = by_day(error.alternatives, location, request, lambda start: {"value": start.isoformat()})
        return {"taken": error.text, "alternatives": days, "offered": False}
    if isinstance(error, SlotOffered):
        form.data = answered(request, over_offers="True")
        return {"taken": None, "alternatives": [], "offered": True}
    if isinstance(error, NotBookable | NobodyComes):
        form.add_error(None, _(error.text))
        return {"taken": None, "alternatives": [], "offered": False}
    raise Http404 from error
