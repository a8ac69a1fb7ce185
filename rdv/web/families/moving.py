"""Move an appointment: another slot of the same place, or another place; it keeps its link and its history."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rdv import moments
from rdv.access import throttle
from rdv.booking.errors import BookingError, NotBookable, SlotTaken
from rdv.booking.hold import find_hold, hold
from rdv.booking.move import move as move_appointment
from rdv.booking.moving import search_for_move
from rdv.booking.selectors import Search, first_slots
from rdv.models import Hold, Location
from rdv.scheduling.rules import Reason
from rdv.scheduling.slots import Slot
from rdv.web.families.appointment import Opened, by_link
from rdv.web.families.doors import CONFLICT, UNPROCESSABLE, language, other_tab, read_number, scope_of, show
from rdv.web.families.draft import holder_of
from rdv.web.families.holding import FAMILY, read_instant
from rdv.web.families.sessions import change_session
from rdv.web.families.weeks import calendar_at, days_of, read_monday


@by_link
@require_safe
def choose(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The free slots of the same place, or of the one asked for; for a seat in a group, how to change of session."""
    if opened.meeting.can_change_session:
        return change_session(request, opened)
    if not opened.meeting.can_move:
        return redirect(opened.url)
    at = _place(request, opened, request.GET.get("lieu", ""))
    calendar = calendar_at(_search(opened), at, read_monday(request.GET.get("semaine", "")))
    context = _context(opened, at) | {"calendar": calendar}
    return show(request, "families/move.html", context, here="find")


@by_link
@require_safe
def elsewhere(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The other places that have this type, soonest first."""
    if not opened.meeting.can_move:
        return redirect(opened.url)
    places = scope_of(request).locations_for(opened.link.appointment.type, opened.now)
    found = first_slots(_search(opened), places)
    choose_url = reverse("families:move", args=[opened.link.token])
    cards = [
        {
            "name": first.location.name,
            "address": first.location.postal_address,
            "soonest": moments.soon(first.slot.start, first.location.zone, opened.now, language=language()),
            "url": f"{choose_url}?lieu={first.location.pk}",
        }
        for first in found
        if first.slot
    ]
    context = opened.meeting.context() | {"cards": cards, "choose_url": choose_url}
    return show(request, "families/move_places.html", context, here="find")


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Hold the new slot; the present appointment stands until the move is confirmed. Opened again, the choice."""
    if request.method != "POST":
        return redirect("families:move", opened.link.token)
    throttle.hit(throttle.HOLD_BY_IP, throttle.client_ip(request))
    at, start = _place(request, opened, request.POST.get("lieu", "")), read_instant(request.POST.get("debut", ""))
    if start is None or not opened.meeting.can_move:
        return redirect(opened.url)
    if _is_closed(at, request.POST.get("lieu", "")):
        return _refused(request, opened, at, NotBookable(Reason.NOT_OPEN))
    token = ""
    try:
        token = str(_hold(request, opened, at, start).token)
    except NotBookable as error:
        # What an agent booked may be moved by the family, though not held as a first booking is.
        if error.reason is not Reason.NOT_FOR_YOU:
            return _refused(request, opened, at, error)
    except BookingError as error:
        return _refused(request, opened, at, error)
    chosen = {"place": at.pk, "start": start.isoformat(), "hold": token, "of": opened.link.pk}
    request.session["deplacer"] = chosen
    return redirect("families:move_check", opened.link.token)


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, opened: Opened) -> HttpResponse:
    """From when to when; sending it moves. Sent twice it finds the appointment already there."""
    chosen: dict[str, Any] = request.session.get("deplacer", {})
    if chosen.get("of") != opened.link.pk or not opened.meeting.can_move:
        return redirect(opened.url)
    at, start = _place(request, opened, str(chosen["place"])), datetime.fromisoformat(chosen["start"])
    if _is_closed(at, str(chosen["place"])):
        return _refused(request, opened, at, NotBookable(Reason.NOT_OPEN))
    kept = find_hold(UUID(chosen["hold"]), holder=holder_of(request)) if chosen["hold"] else None
    choice = f"{chosen['place']} {chosen['start']}"
    is_other = request.method == "POST" and request.POST.get("choix", "") != choice
    if request.method == "POST" and not is_other:
        return _move(request, opened, at, start, kept)
    is_held = kept is not None and kept.expires_at > opened.now
    context = _context(opened, at) | {
        "problem": other_tab() if is_other else "",
        "choice": choice,
        "to": moments.moment(start, at.zone, language=language()),
        "kept_until": moments.hour(kept.expires_at, at.zone, language=language()) if kept and is_held else "",
        "is_elsewhere": at.pk != opened.link.appointment.location_id,
    }
    return show(request, "families/move_check.html", context, here="find", status=UNPROCESSABLE if is_other else 200)


def _move(request: HttpRequest, opened: Opened, at: Location, start: datetime, kept: Hold | None) -> HttpResponse:
    try:
        move_appointment(opened.link.appointment_id, start=start, by=FAMILY, now=opened.now, location=at, hold=kept)
    except BookingError as error:
        return _refused(request, opened, at, error)
    request.session.pop("deplacer", None)
    messages.success(request, _("C’est noté, voici votre nouveau rendez-vous."))
    return redirect(opened.url)


def _hold(request: HttpRequest, opened: Opened, at: Location, start: datetime) -> Hold:
    search = _search(opened)
    return hold(
        type=opened.link.appointment.type,
        location=at,
        start=start,
        attendees=search.attendees,
        agents=search.agents,
        holder=holder_of(request),
        by=FAMILY,
        now=opened.now,
    )


def _refused(request: HttpRequest, opened: Opened, at: Location, error: BookingError) -> HttpResponse:
    """The appointment stands; what is near, if the slot was simply gone."""
    near: Sequence[Slot] = error.alternatives if isinstance(error, SlotTaken) else ()
    calendar = None if near else calendar_at(_search(opened), at, None)
    context = _context(opened, at) | {"problem": _(error.text), "near": days_of(near, at.zone), "calendar": calendar}
    return show(request, "families/move.html", context, here="find", status=CONFLICT)


def _search(opened: Opened) -> Search:
    appointment = opened.link.appointment
    return search_for_move(appointment.type, opened.meeting.awaited, now=opened.now, zone=appointment.location.zone)


def _place(request: HttpRequest, opened: Opened, wanted: str) -> Location:
    """The place asked for if it has this type, else the appointment's own."""
    own = opened.link.appointment.location
    if read_number(wanted) in (None, own.pk):
        return own
    places = scope_of(request).locations_for(opened.link.appointment.type, opened.now)
    return next((place for place in places if str(place.pk) == wanted), own)


def _is_closed(at: Location, wanted: str) -> bool:
    """Whether a place was chosen that can no longer be, so that `_place` gave the appointment's own instead."""
    return read_number(wanted) not in (None, at.pk)


def _context(opened: Opened, at: Location) -> dict[str, Any]:
    token = opened.link.token
    return opened.meeting.context() | {
        "url": opened.url,
        "place": {"name": at.name, "address": at.postal_address, "pk": at.pk, "query": f"lieu={at.pk}&"},
        "problem": "",
        "near": [],
        "hold_url": reverse("families:move_hold", args=[token]),
        "choose_url": reverse("families:move", args=[token]),
        "elsewhere_url": reverse("families:move_elsewhere", args=[token]),
    }
