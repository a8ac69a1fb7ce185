"""Offer a free slot by hand, to all who wait or first to one family: how it would go out, then it does."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.access.roles import Right
from rdv.booking.errors import BookingError
from rdv.models import AppointmentType, Location
from rdv.waitinglist.byhand import open_by_hand
from rdv.waitinglist.outlook import Outlook, Wanted, outlook
from rdv.web.agents.families import family_name
from rdv.web.agents.journey import Journey, chosen_agent, chosen_location, chosen_start, chosen_type
from rdv.web.agents.waiting import find_entry
from rdv.web.agents.workspace import AgentRequest, asked_number, page, posted, workspace
from rdv.web.forms import BaseForm


class OutOfTurnForm(BaseForm):
    """Why one family is asked before those who rank before it."""

    reason = forms.CharField(
        label=gettext_lazy("Pourquoi cette famille avant les autres"),
        help_text=gettext_lazy("Gardé avec la proposition : les équipes peuvent le relire."),
        max_length=200,
    )


@workspace(Right.WAITING_LIST, post=True)
def offer_slot(request: AgentRequest) -> HttpResponse:
    """How the offers of this slot would go out; posted, they do. `inscription` is the family that is asked first."""
    journey = Journey.of(request.GET)
    location = chosen_location(request, journey.location)
    if location is None or not journey.start:
        return redirect("agents:find_slot")
    type_, start = chosen_type(request, journey.type), chosen_start(journey.start, location)
    if type_ is None:
        return _ask_type(request, journey, location, start)
    wanted = _wanted(request, journey, type_, location, start)
    form = OutOfTurnForm(posted(request)) if wanted.entry else BaseForm(posted(request))
    obstacle: BookingError | None = None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data.get("reason", "")
        try:
            opened = open_by_hand(wanted, by=request.by, now=request.now, reason=reason)
        except BookingError as error:
            obstacle = error
        else:
            _say(request, location, created=opened.created, opens=opened.round.next_batch_at)
            return redirect("agents:round", opened.round.pk)
    seen, refused = _seen(wanted, request.now)
    refused = obstacle or refused
    context = {
        **_context(wanted, seen, request),
        "form": form,
        "refused": _(refused.text) if refused else "",
        "back": _back(wanted, journey),
    }
    return page(request, "agents/offer_slot.html", context, here="waiting")


def offer_url(type_: int | None, location: Location, start: datetime, **more: int | None) -> str:
    """Where one looks before offering this slot; `more`: agent, inscription."""
    local = moments.local(start, location.zone).isoformat(timespec="minutes")
    pairs = {"motif": type_, "lieu": location.pk, "debut": local, **more}
    return f"{reverse('agents:offer_slot')}?{urlencode({name: value for name, value in pairs.items() if value})}"


def _wanted(
    request: AgentRequest, journey: Journey, type_: AppointmentType, location: Location, start: datetime
) -> Wanted:
    asked = asked_number(request, "inscription")
    agents = chosen_agent(request, journey.agent)
    return Wanted(
        type=type_,
        location=location,
        start=start,
        agent=agents[0] if agents else None,
        entry=find_entry(request, asked) if asked else None,
    )


def _ask_type(request: AgentRequest, journey: Journey, location: Location, start: datetime) -> HttpResponse:
    """From the agenda a slot is only a time and a place: what for is among what families wait for."""
    waited = request.scope.waiting_list().waiting().values("type")
    context = {
        "types": list(request.scope.types().filter(pk__in=waited, is_collective=False).order_by("position", "pk")),
        "kept": [
            ("lieu", location.pk),
            ("debut", journey.start),
            *([("agent", journey.agent)] if journey.agent else []),
        ],
        "when": moments.moment(start, location.zone),
        "location": location,
    }
    return page(request, "agents/offer_type.html", context, here="waiting")


def _seen(wanted: Wanted, now: datetime) -> tuple[Outlook | None, BookingError | None]:
    try:
        return outlook(wanted, now=now), None
    except BookingError as error:
        return None, error


def _context(wanted: Wanted, seen: Outlook | None, request: AgentRequest) -> dict[str, Any]:
    zone, now = wanted.location.zone, request.now
    colleague = request.scope.agents().filter(pk=wanted.agent).first() if wanted.agent else None
    shown: dict[str, Any] = {
        "when": moments.moment(wanted.start, zone),
        "type": wanted.type,
        "location": wanted.location,
        "agent": colleague.full_name if colleague else "",
        "family": family_name(wanted.entry.family) if wanted.entry else "",
        "seen": seen,
    }
    if seen is not None:
        shown |= {
            "opens": moments.soon(seen.opens, zone, now) if seen.opens > now else "",
            "alone": moments.duration(max(int(seen.alone.total_seconds()) // 60, 1)),
            "until": moments.soon(seen.answer_until, zone, now),
            "hidden_until": moments.soon(seen.round.closes_at, zone, now),
        }
    return shown


def _back(wanted: Wanted, journey: Journey) -> str:
    if wanted.entry is not None:
        return reverse("agents:entry_slots", args=[wanted.entry.pk])
    return journey.url("find_slot", start="", day=moments.local(wanted.start, wanted.location.zone).date().isoformat())


def _say(request: AgentRequest, location: Location, *, created: bool, opens: datetime) -> None:
    if not created:
        messages.info(request, _("Ce créneau était déjà proposé : il ne l’a été qu’une fois. Voici où il en est."))
    elif opens > request.now:
        when = moments.soon(opens, location.zone, request.now)
        messages.success(request, _("C’est noté : les messages partiront %(when)s.") % {"when": when})
    else:
        messages.success(request, _("C’est proposé : les messages partent."))
