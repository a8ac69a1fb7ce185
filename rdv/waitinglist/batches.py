"""How many families are asked at a time, and when. Pure; every number of rules §9 stands here.

Small batches, sized so that about one family in two batches says yes, fill nearly as many slots as asking everybody at
once, with far fewer messages and disappointed families.
"""

from datetime import datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from rdv.scheduling.recurrence import to_utc

# Before the start, the slot goes back to public search: whoever books it still has the usual notice of two hours.
CUT_OFF = timedelta(hours=2)
# Nobody is offered what must be answered faster than that.
REACTION = timedelta(minutes=10)
SMALLEST, LARGEST = 2, 5
SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=1)
LONGEST_WINDOW = timedelta(minutes=10)
# Families answer while the next batch already has its offer; four yeses out of five come within an hour.
INTERVALS_TO_ANSWER = 2
# What is supposed of a type without history: 15 % say yes, with the weight of 20 offers (hospitals that publish their
# figures see 8 to 11 % among patients who already have an appointment; most of ours have none).
PRIOR_YES, PRIOR_OFFERS = 3.0, 20.0
HALF_A_YES = 0.45


def acceptance(yes: int, offers: int) -> float:
    """The share of offers that are accepted, smoothed so that a type with few of them is not judged on luck."""
    return (yes + PRIOR_YES) / (offers + PRIOR_OFFERS)


def batch_size(accepted: float) -> int:
    """How many are asked at once: clamp(⌈0.45 / p⌉, 2, 5)."""
    return min(max(ceil(HALF_A_YES / accepted), SMALLEST), LARGEST)


def interval(lead: timedelta) -> timedelta:
    """How long a batch is alone: clamp(lead / 12, 10 min, 1 h)."""
    return min(max(lead / 12, SHORTEST), LONGEST)


def claim_window(lead: timedelta) -> timedelta:
    """How long the best-ranked yes of a batch wins over a faster one; afterwards the first wins."""
    return min(LONGEST_WINDOW, interval(lead) / 2)


def deadline(made_at: datetime, starts_at: datetime, *, latest: datetime) -> datetime:
    """Until when an offer may be answered: two intervals, and never after `latest`."""
    return min(made_at + INTERVALS_TO_ANSWER * interval(starts_at - made_at), latest)


def sending_time(instant: datetime, zone: str, first: time, last: time) -> datetime:
    """The instant itself when messages may leave then, else the next local `first`; `last` is excluded."""
    local = instant.astimezone(ZoneInfo(zone))
    if first <= local.time() < last:
        return instant
    day = local.date() if local.time() < first else local.date() + timedelta(days=1)
    return to_utc(day, first, zone)
