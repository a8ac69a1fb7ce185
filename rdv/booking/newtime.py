"""What a change of opening time gives that was not there before: those who wait hear of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from rdv.booking.events import FreedTime, TimeOpened, publish
from rdv.models import OpeningOccurrence
from rdv.models.actor import Actor
from rdv.scheduling.intervals import Interval, subtract

SOON = timedelta(days=14)

_Open = dict[tuple[int, int, int], list[Interval]]


@contextmanager
def announcing(agents: Iterable[int], *, now: datetime) -> Iterator[None]:
    """Compare the open time of these agents before and after what is done inside, over the coming two weeks.

    Inside a transaction. Later time is not announced: it is found by whoever looks, and waiting lists are for soon.
    """
    whose = sorted(set(agents))
    before = _open(whose, now)
    yield
    opened = [
        FreedTime(type_id, location_id, agent_id, interval.start, interval.end)
        for (type_id, location_id, agent_id), intervals in sorted(_open(whose, now).items())
        for interval in subtract(intervals, before.get((type_id, location_id, agent_id), []))
    ]
    if opened:
        publish(TimeOpened(at=now, by=Actor.system(), opened=opened))


def _open(agents: list[int], now: datetime) -> _Open:
    """By type, place and agent."""
    rows = OpeningOccurrence.objects.filter(
        agent__in=agents, ends_at__gt=now, starts_at__lt=now + SOON, period__types__isnull=False
    )
    found: _Open = defaultdict(list)
    for *key, start, end in rows.values_list("period__types", "location_id", "agent_id", "starts_at", "ends_at"):
        found[key[0], key[1], key[2]].append(Interval(start, end))
    return found
