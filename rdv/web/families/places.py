"""Where and when: the places that have a type, soonest first, and the slots of one of them."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from rdv import moments
from rdv.booking.selectors import FirstSlot
from rdv.models import Commune, Location
from rdv.web.families.doors import language, open_to_all, show
from rdv.web.families.kept import show_kept
from rdv.web.families.labels import about
from rdv.web.families.search import Journey
from rdv.web.families.steps import PLACE, SLOT, steps
from rdv.web.families.weeks import calendar_at, read_monday
from rdv.web.families.where import Where, distance

# As many as one reads on a telephone before giving up; the others are a page further.
PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A place with its first slot; `soonest` is "" when nothing is free there."""

    name: str
    address: str
    distance: str
    soonest: str
    url: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of places: those with a free slot, then those that are full."""

    cards: tuple[PlaceCard, ...]
    number: int
    total: int
    is_narrowed: bool
    is_unknown: bool

    @property
    def free(self) -> list[PlaceCard]:
        return [card for card in self.cards if card.soonest]

    @property
    def full(self) -> list[PlaceCard]:
        return [card for card in self.cards if not card.soonest]

    @property
    def first(self) -> int:
        """The rank of the first card, counted from one."""
        return (self.number - 1) * PER_PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.cards) - 1


@open_to_all
@require_safe
def places(request: HttpRequest, type_slug: str) -> HttpResponse:
    """The places that have this type, soonest first, a page at a time; narrowed by a commune or by words."""
    journey = Journey.of(request, type_slug)
    if not journey.knows_who:
        return redirect(_with_query(reverse("families:who", args=[type_slug]), request))
    where = Where.of(request)
    everywhere = journey.soonest()
    found = where.narrow(everywhere)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    listing = Listing(
        tuple(_card(first, journey, where.commune) for first in page.object_list),
        page.number,
        total=len(found),
        is_narrowed=len(found) < len(everywhere),
        is_unknown=where.is_unknown(everywhere),
    )
    chosen = about(journey)
    context = {
        "type": chosen,
        "where": where,
        "listing": listing,
        "page": page,
        "query": where.query[1:] + "&" if where.query else "",
        "all_url": reverse("families:places", args=[type_slug]),
        "steps": steps(PLACE),
        "waiting_url": waiting_url(journey),
    }
    made_from = (listing, where.shown, tuple(chosen.values()), context["waiting_url"])
    return show_kept(request, "families/places.html", context, made_from=made_from, here="home")


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
        "waiting_url": waiting_url(journey, place),
    }
    return show(request, "families/place.html", context, here="home")


def _card(first: FirstSlot, journey: Journey, commune: Commune | None) -> PlaceCard:
    at, slot = first.location, first.slot
    soonest = _soon(slot.start, at.zone, journey.now.replace(second=0, microsecond=0), language()) if slot else ""
    return PlaceCard(at.name, at.postal_address, distance(at, commune), soonest, place_url(journey.type.slug, at))


@lru_cache(maxsize=4096)
def _soon(start: datetime, zone: str, minute: datetime, language: str) -> str:
    """Said once a minute: it is tomorrow's date that makes "tomorrow" of a day."""
    return moments.soon(start, zone, minute, language=language)


def place_url(type_slug: str, at: Location) -> str:
    """The slots of a place; its name is there to be read, the number counts."""
    return _place_url(type_slug, at.pk, at.name)


@lru_cache(maxsize=4096)
def _place_url(type_slug: str, pk: int, name: str) -> str:
    return reverse("families:place", args=[type_slug, pk, slugify(name) or "lieu"])


def waiting_url(journey: Journey, place: int | None = None) -> str:
    """To wait for a slot of this type, there or anywhere; "" for those who were invited, whom an agent puts there."""
    if journey.invited:
        return ""
    here = f"?motif={journey.type.slug}" + (f"&lieu={place}" if place else "")
    return reverse("families:waiting") + here


def _with_query(url: str, request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return f"{url}?{query}" if query else url
