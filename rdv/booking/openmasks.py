"""Open time as masks, kept in memory between requests and thrown away when a location's version changes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rdv.booking.locks import midnight
from rdv.models import Location, OpeningOccurrence
from rdv.scheduling.timeline import DAY_STEPS, Timeline

HORIZON_DAYS = 190


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    origin: datetime
    masks: Mapping[int, int]


# (location, type) -> open time of each agent. Bounded by the places and types of the instance.
_kept: dict[tuple[int, int], _Kept] = {}


def timeline_from(now: datetime) -> Timeline:
    """The timeline of every search made on the same UTC day: it starts a day earlier and outlasts the horizon."""
    return Timeline(midnight(now) - timedelta(days=1), HORIZON_DAYS * DAY_STEPS)


def open_masks(locations: Iterable[Location], type_id: int, timeline: Timeline) -> dict[int, Mapping[int, int]]:
    """For each location, the open time of each agent who receives for that type, on this timeline.

    No query when nothing has changed since the last call; one otherwise, however many locations changed.
    """
    found: dict[int, Mapping[int, int]] = {}
    stale: dict[int, Location] = {}
    for location in locations:
        kept = _kept.get((location.pk, type_id))
        if kept and kept.version == location.openings_version and kept.origin == timeline.origin:
            found[location.pk] = kept.masks
        else:
            stale[location.pk] = location
    if stale:
        loaded = _load(list(stale), type_id, timeline)
        for pk, location in stale.items():
            masks = loaded.get(pk, {})
            _kept[pk, type_id] = _Kept(location.openings_version, timeline.origin, masks)
            found[pk] = masks
    return found


def _load(location_ids: list[int], type_id: int, timeline: Timeline) -> dict[int, dict[int, int]]:
    rows = OpeningOccurrence.objects.filter(
        period__types=type_id,
        location__in=location_ids,
        starts_at__gt=timeline.origin - timedelta(days=1),
        starts_at__lt=timeline.end,
        ends_at__gt=timeline.origin,
    ).values_list("location_id", "agent_id", "starts_at", "ends_at")
    masks: dict[int, dict[int, int]] = defaultdict(dict)
    for location_id, agent_id, starts_at, ends_at in rows.iterator(chunk_size=5000):
        of_location = masks[location_id]
        of_location[agent_id] = of_location.get(agent_id, 0) | timeline.open(starts_at, ends_at)
    return masks
