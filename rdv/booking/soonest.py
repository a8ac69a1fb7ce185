"""The first slot of every place, kept from one request to the next and never out of date.

The answer is kept with the versions of all that it was made from. The next request reads the versions again, in one
query, and searches only the places where something has changed since; most often there are none. What is kept is a
process's own: nothing has to be told to the others, and nothing is stale when nobody tells them.
"""

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from rdv.booking.openmasks import open_masks
from rdv.booking.selectors import Admission, FirstSlot, Search, admission, first_slots
from rdv.models import Location
from rdv.models.versions import Versions
from rdv.scheduling.slots import Slot

# Types × what ages leave of their window, of those asked for lately; an answer about 120 places weighs some 50 kB.
KEPT = 256
# Notices and time zones are whole minutes: between two of them, time that passes changes nothing by itself.
Minute = tuple[datetime, bool]


@dataclass(frozen=True, slots=True)
class _Kept:
    versions: Versions
    minute: Minute
    found: dict[int, Slot | None]
    places: Sequence[Location]
    rows: list[FirstSlot]


_kept: OrderedDict[tuple[object, ...], _Kept] = OrderedDict()
_admissions: dict[tuple[object, ...], tuple[Sequence[Location], Admission]] = {}


def soonest(search: Search, places: Sequence[Location], versions: Versions) -> list[FirstSlot]:
    """As `first_slots`, at the instant when the versions were read. No query when nothing has changed since."""
    if _is_uncommon(search):
        return first_slots(search, places)
    minute = minute_of(search.now)
    key = (search.type.pk, search.booker, search.attendees, search.moving, _admission(search, places, minute))
    kept = _kept.get(key)
    if kept is not None and kept.places is places and kept.minute == minute and kept.versions == versions:
        return kept.rows
    found = _still_true(kept, search, places, minute, versions) if kept is not None else {}
    rows = first_slots(search, [place for place in places if place.pk not in found])
    found |= {row.location.pk: row.slot for row in rows}
    if len(rows) < len(places):
        rows = sorted((FirstSlot(place, found[place.pk]) for place in places), key=FirstSlot.order)
    _keep(key, _Kept(versions, minute, found, places, rows))
    return rows


def minute_of(now: datetime) -> Minute:
    """The minute, and whether it begins right now: what opens at the stroke of it is not what closes at it."""
    whole = now.replace(second=0, microsecond=0)
    return whole, whole == now


def _is_uncommon(search: Search) -> bool:
    """Sessions and rooms are found by their own rows, and narrow searches are made once."""
    narrow = (search.agents, search.ignoring_hold, search.after, search.before)
    return search.type.is_collective or search.type.needs_room or any(one is not None for one in narrow)


def _still_true(
    kept: _Kept, search: Search, places: Sequence[Location], minute: Minute, versions: Versions
) -> dict[int, Slot | None]:
    """The answers that nothing has changed since: same minute, same catalogue, same place, same agents' time."""
    if kept.minute != minute or kept.versions.rules != versions.rules:
        return {}
    agents = versions.agents_since(kept.versions)
    changed = versions.locations_since(kept.versions)
    same = [place for place in places if place.pk in kept.found and place.pk not in changed]
    opened = open_masks(same, search.type.pk, search.timeline) if agents else {}
    return {place.pk: kept.found[place.pk] for place in same if agents.isdisjoint(opened.get(place.pk, ()))}


def _admission(search: Search, places: Sequence[Location], minute: Minute) -> Admission:
    """Computed once for the children of one age: a family looks at several pages, many are of the same week."""
    if not search.people:
        return frozenset()
    key = (search.type.pk, minute, tuple(search.people))
    known = _admissions.get(key)
    if known is None or known[0] is not places:
        known = places, admission(search, places)
        if len(_admissions) >= KEPT:
            _admissions.clear()
        _admissions[key] = known
    return known[1]


def _keep(key: tuple[object, ...], answer: _Kept) -> None:
    """The latest last; threads share it, and any of them may have made room already."""
    _kept.pop(key, None)
    _kept[key] = answer
    if len(_kept) > KEPT:
        with suppress(KeyError):
            _kept.popitem(last=False)
