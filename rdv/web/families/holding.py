"""Keep a slot while the form is filled in; when another family was faster, show what is near."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rdv.access import throttle
from rdv.booking.errors import BookingError, HoldExpired, NotBookable, SlotTaken
from rdv.booking.hold import find_hold, hold
from rdv.booking.selectors import slots_at
from rdv.models import Channel, Hold, Location
from rdv.models.actor import Actor
from rdv.scheduling.slots import Slot
from rdv.web.families.doors import CONFLICT, open_to_all, personal, show
from rdv.web.families.draft import Draft, holder_of
from rdv.web.families.labels import about
from rdv.web.families.places import place_url, waiting_url
from rdv.web.families.search import Journey
from rdv.web.families.steps import SLOT, steps
from rdv.web.families.weeks import days_of

FAMILY = Actor.family(Channel.WEB)
NEAR = timedelta(days=14)
MOST_NEAR = 8
CENTURY = range(2000, 2100)


@open_to_all
@personal
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, type_slug: str, place: int) -> HttpResponse:
    """Hold the slot chosen, then ask who comes; nothing typed before is lost. Opened again, the slots of the place."""
    throttle.hit(throttle.HOLD_BY_IP, throttle.client_ip(request))
    journey = Journey.of(request, type_slug)
    at, start = journey.place(place), read_instant(request.POST.get("debut", ""))
    if start is None or not journey.knows_who:
        return redirect(place_url(type_slug, at))
    draft = journey.draft
    draft.place, draft.start = at.pk, start.isoformat()
    try:
        take(request, journey, at, start)
    except BookingError as error:
        draft.hold = ""
        draft.keep(request)
        return lost(request, journey, at, error)
    return redirect("families:check" if draft.checked else "families:contact")


def take(request: HttpRequest, journey: Journey, at: Location, start: datetime) -> Hold:
    """Hold this start for this session, and note it in the draft; raises BookingError."""
    draft = journey.draft
    kept = hold(
        type=journey.type,
        location=at,
        start=start,
        attendees=journey.search().attendees,
        holder=holder_of(request),
        by=journey.by,
        now=journey.now,
    )
    draft.hold = str(kept.token)
    draft.keep(request)
    return kept


def current_hold(request: HttpRequest, draft: Draft) -> Hold | None:
    """The hold of this session, expired or not."""
    return find_hold(UUID(draft.hold), holder=holder_of(request)) if draft.hold else None


def lost(request: HttpRequest, journey: Journey, at: Location, error: BookingError) -> HttpResponse:
    """The slot is gone, or was never to be had: the nearest ones, and what was typed is kept."""
    start = journey.draft.starts_at or journey.now
    context = {
        "type": about(journey),
        "place": {"name": at.name},
        "error": _(error.text),
        "is_taken": isinstance(error, SlotTaken),
        "is_over": isinstance(error, HoldExpired),
        "days": days_of(nearest(journey, at, start), at.zone),
        "hold_url": reverse("families:hold", args=[journey.type.slug, at.pk]),
        "place_url": place_url(journey.type.slug, at),
        "places_url": reverse("families:places", args=[journey.type.slug]),
        "waiting_url": waiting_url(journey, at.pk),
        "is_kept": bool(journey.draft.answers),
        "steps": steps(SLOT),
    }
    status = CONFLICT if isinstance(error, SlotTaken | NotBookable | HoldExpired) else 400
    return show(request, "families/taken.html", context, here="home", status=status)


def nearest(journey: Journey, at: Location, start: datetime) -> Sequence[Slot]:
    """Free slots of the same place around that start, in order of time."""
    around = replace(journey.search(), after=start - NEAR, before=start + NEAR)
    slots = sorted(slots_at(around, at), key=lambda slot: abs(slot.start - start))
    return sorted(slots[:MOST_NEAR])


def read_instant(text: str) -> datetime | None:
    """An instant with its offset, as our own buttons write it; None for anything else, and for another century."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None and instant.year in CENTURY else None
