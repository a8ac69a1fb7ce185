"""The free slots that suit a waiting family, to choose the one that it is offered before the others."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from rdv import moments
from rdv.access.roles import Right
from rdv.booking.selectors import slots_at
from rdv.models import AppointmentType, EntryStatus, Location, WaitingListEntry
from rdv.scheduling.slots import Slot
from rdv.waitinglist.outlook import Wanted, suits
from rdv.web.agents.days import Days, asked_day
from rdv.web.agents.families import family_name
from rdv.web.agents.offering import offer_url
from rdv.web.agents.slots import MOST_SLOTS, agents_search, bounds, by_day, whole_line
from rdv.web.agents.waiting import find_entry
from rdv.web.agents.workspace import AgentRequest, asked_number, page, workspace


@workspace(Right.WAITING_LIST)
def entry_slots(request: AgentRequest, pk: int) -> HttpResponse:
    """The free slots of a week that suit a waiting family, to choose the one that it is asked first for."""
    found = find_entry(request, pk)
    places = _places(request, found)
    asked = asked_number(request, "lieu")
    location = next((one for one in places if one.pk == asked), places[0] if places else None)
    context: dict[str, Any] = {
        "entry": found,
        "name": family_name(found.family),
        "is_paused": found.status == EntryStatus.PAUSED,
        "is_asked": found.offers.pending().exists(),
        "location": location,
        "places": places,
    }
    type_ = request.scope.types().with_rules().filter(pk=found.type_id).first()
    if location is not None and type_ is not None and not type_.is_collective and not context["is_asked"]:
        context |= _week(request, found, type_, location)
    return page(request, "agents/entry_slots.html", context, here="waiting")


def _places(request: AgentRequest, entry: WaitingListEntry) -> Sequence[Location]:
    """Where the family would come; one's own places first for a family that would come anywhere."""
    places = request.scope.bookable_locations().order_by("organisation__name", "name", "pk")
    if not entry.any_location:
        return list(places.filter(pk__in=entry.locations.values("pk")))
    own = set(request.scope.locations().values_list("pk", flat=True))
    return sorted(places, key=lambda place: place.pk not in own)


def _week(request: AgentRequest, entry: WaitingListEntry, type_: AppointmentType, location: Location) -> dict[str, Any]:
    today = moments.local(request.now, location.zone).date()
    days = Days(asked_day(request, "jour", today), 7, location.zone, today)
    after, before = bounds(days, request.now)
    found = _suiting(request, entry, type_, location, after, before)

    def url(start: datetime) -> str:
        return offer_url(type_.pk, location, start, inscription=entry.pk)

    following = None if found else next(iter(_suiting(request, entry, type_, location, before, None)), None)
    address = reverse("agents:entry_slots", args=[entry.pk])
    return {
        "days": days,
        "slot_days": by_day(found, location, request, lambda start: {"url": url(start)}),
        "next_slot": whole_line(following, location, url) if following else None,
        "previous_url": f"{address}?lieu={location.pk}&jour={max(days.previous, today)}" if days.first > today else "",
        "following_url": f"{address}?lieu={location.pk}&jour={days.following}",
    }


def _suiting(
    request: AgentRequest,
    entry: WaitingListEntry,
    type_: AppointmentType,
    location: Location,
    after: datetime,
    before: datetime | None,
) -> list[Slot]:
    """Free slots that the family wished for, with whom it waits for."""
    people = max(len(entry.persons.all()), 1)
    search = agents_search(request, type_, people=people, after=after, before=before)
    agents = Wanted(type=type_, location=location, start=request.now, entry=entry).agents()
    slots = slots_at(replace(search, agents=agents), location, limit=MOST_SLOTS)
    return [slot for slot in slots if suits(entry, slot.start, location.zone, now=request.now)]
