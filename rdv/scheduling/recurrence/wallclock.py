"""The one conversion from a local wall-clock time to an instant."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_SECOND = timedelta(seconds=1)


def to_utc(day: date, at: time, zone: str, *, fold: int = 0) -> datetime:
    """The instant, in UTC, at which clocks of the zone show this time on this day.

    An hour that comes twice (autumn) gives its first pass. ``fold=1`` is for the end of an opening and gives the last
    time the clock ticks its way to ``at``: the second pass, except at the very minute to which the clocks go back.
    An hour that does not exist (spring) gives the first instant that does: what opens at 2:30 opens at 3:00. RFC 5545
    §3.3.5 would say 3:30, which would shorten an opening that lasts longer than the gap.
    """
    local = ZoneInfo(zone)
    wall = datetime.combine(day, at)
    instant = wall.replace(tzinfo=local, fold=fold).astimezone(UTC)
    if _shown(instant, local) != wall:
        return _after_gap(wall, local)
    if fold and _shown(instant - ONE_SECOND, local) > wall:
        return wall.replace(tzinfo=local, fold=0).astimezone(UTC)
    return instant


def _shown(instant: datetime, local: ZoneInfo) -> datetime:
    return instant.astimezone(local).replace(tzinfo=None)


def _after_gap(wall: datetime, local: ZoneInfo) -> datetime:
    """The instant at which the zone's clocks jumped over this wall-clock time."""
    before = wall.replace(tzinfo=local, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=local, fold=0).astimezone(UTC)
    offset = before.astimezone(local).utcoffset()
    while after - before > ONE_SECOND:
        middle = before + (after - before) // 2 // ONE_SECOND * ONE_SECOND
        if middle.astimezone(local).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
