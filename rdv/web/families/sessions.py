"""A seat in a group isn't moved: another one is taken first, then this one is given back. The page says how."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rdv import moments
from rdv.booking.moving import search_for_move
from rdv.booking.selectors import first_slots, slots_at
from rdv.models import Location
from rdv.scheduling.slots import Slot
from rdv.web.families.appointment import Opened
from rdv.web.families.catalogue import is_for_families
from rdv.web.families.doors import language, scope_of, show

SHOWN = 5


def change_session(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The next sessions that have seats, here and elsewhere."""
    type_ = opened.link.appointment.type
    found = [
        {"when": moments.moment(slot.start, at.zone, language=language()), "where": at.name}
        for at, slot in _others(request, opened)[:SHOWN]
    ]
    bookable = bool(found) and is_for_families(type_)
    context = opened.meeting.context() | {
        "url": opened.url,
        "sessions": found,
        "session_url": reverse("families:places", args=[type_.slug]) if bookable else "",
        "waiting_url": f"{reverse('families:waiting')}?motif={type_.slug}" if is_for_families(type_) else "",
    }
    return show(request, "families/change_session.html", context, here="find")


def _others(request: HttpRequest, opened: Opened) -> list[tuple[Location, Slot]]:
    """Some of the same place, and the first of each other one, soonest first; never the family's own."""
    appointment, meeting = opened.link.appointment, opened.meeting
    search = search_for_move(appointment.type, meeting.awaited, now=opened.now, zone=meeting.zone)
    here = appointment.location
    elsewhere = [at for at in scope_of(request).locations_for(appointment.type, opened.now) if at.pk != here.pk]
    found = [(here, slot) for slot in slots_at(search, here) if slot.start != appointment.starts_at]
    found += [(first.location, first.slot) for first in first_slots(search, elsewhere) if first.slot]
    return sorted(found, key=lambda one: (one[1].start, one[0].pk))
