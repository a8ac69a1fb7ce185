"""Where and when: the places that have a type, soonest first, and the slots of one of them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from rdv import moments
from rdv.booking.selectors import FirstSlot, first_slots
from rdv.models import Commune, Location
from rdv.web.families.doors import language, open_to_all, show
from rdv.web.families.labels import about
from rdv.web.families.search import Journey
from rdv.web.families.steps import PLACE, SLOT, steps
from rdv.web.families.weeks import calendar_at, read_monday
from rdv.web.families.where import Where, distance


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A place with its first slot; `soonest` is "" when nothing is free there."""

    name: str
    address: str
    distance: str
    soonest: str
    url: str


@open_to_all
@require_safe
def places(request: HttpRequest, type_slug: str) -> HttpResponse:
    """Every place that has this type, soonest first; narrowed by a commune or by words."""
    journey = Journey.of(request, type_slug)
    if not journey.knows_who:
        return redirect(_with_query(reverse("families:who", args=[type_slug]), request))
    where = Where.of(request)
    everywhere = first_slots(journey.search(), journey.places)
    found = where.narrow(everywhere)
    cards = [_card(first, journey, where.commune) for first in found]
    context = {
        "type": about(journey),
        "where": where,
        "is_unknown": where.is_unknown(everywhere),
        "all_url": reverse("families:places", args=[type_slug]) if len(found) < len(journey.places) else "",
        "free": [card for card in cards if card.soonest],
        "full": [card for card in cards if not card.soonest],
        "steps": steps(PLACE),
        "waiting_url": waiting_url(type_slug),
    }
    return show(request, "families/places.html", context, here="home")


@open_to_all
@require_safe
def place(request: HttpRequest, type_slug: str, place: int, name: str) -> HttpResponse:
    """The slots of one place, a week at a time."""
    journey = Journey.of(request, type_slug)
    at = journey.place(place)
    if not journey.knows_who:
        here = f"?lieu={place}"
        return redirect(reverse("families:who", args=[type_slug]) + here)
    context: dict[str, Any] = {
        "type": about(journey),
        "place": {"name": at.name, "address": at.postal_address, "access": at.access_notes},
        "calendar": calendar_at(journey.search(), at, read_monday(request.GET.get("semaine", ""))),
        "hold_url": reverse("families:hold", args=[type_slug, place]),
        "places_url": reverse("families:places", args=[type_slug]) if len(journey.places) > 1 else "",
        "steps": steps(SLOT),
        "waiting_url": waiting_url(type_slug, place),
    }
    return show(request, "families/place.html", context, here="home")


def _card(first: FirstSlot, journey: Journey, commune: Commune | None) -> PlaceCard:
    at, slot = first.location, first.slot
    return PlaceCard(
        name=at.name,
        address=at.postal_address,
        distance=distance(at, commune),
        soonest=moments.soon(slot.start, at.zone, journey.now, language=language()) if slot else "",
        url=place_url(journey.type.slug, at),
    )


def place_url(type_slug: str, at: Location) -> str:
    """The slots of a place; its name is there to be read, the number counts."""
    return _place_url(type_slug, at.pk, at.name)


@lru_cache(maxsize=4096)
def _place_url(type_slug: str, pk: int, name: str) -> str:
    return reverse("families:place", args=[type_slug, pk, slugify(name) or "lieu"])


def waiting_url(type_slug: str, place: int | None = None) -> str:
    """To wait for a slot of this type, there or anywhere."""
    here = f"?motif={type_slug}" + (f"&lieu={place}" if place else "")
    return reverse("families:waiting") + here


def _with_query(url: str, request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return f"{url}?{query}" if query else url
