"""How many families are asked at a time, and when; every number of rules §9 stands here.

Small batches, sized so that about one family in two batches says yes, fill nearly as many slots as asking everybody at
once, with far fewer messages and disappointed families (docs/simulation.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, log

from rdv.scheduling.sending import Window

# Before the start, the slot goes back to public search: whoever books it still has the usual notice of two hours.
CUT_OFF = timedelta(hours=2)
# Nobody is offered what must be answered faster than that.
REACTION = timedelta(minutes=10)
# What is supposed of a type without history: 15 % say yes, with the weight of 20 offers (hospitals that publish their
# figures see 8 to 11 % among patients who already have an appointment; most of ours have none).
PRIOR, PRIOR_OFFERS = 0.15, 20.0
# Minutes, and the share of all yeses that has come by then (docs/simulation.md).
CURVE = ((1, 0.0), (10, 0.45), (30, 0.69), (60, 0.82), (120, 0.92), (480, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a slot is offered round. Production has one, PUBLISHED; the simulator compares it with others.

    The first batch holds `half_a_yes` expected yeses, between `smallest` and `largest` families; each later one, of one
    family at least and `largest` at most, brings what is still expected to `later_yes`, or to its part of
    `yes_by_the_end` when few batches are left. A batch is alone for the time left divided by `share_of_lead`, between
    `shortest` and `longest`; its families may answer for `intervals_to_answer` such intervals, because the next batch
    joins them; with `nights_apart`, the hours in which nothing is sent don't count. The best-ranked yes wins over a
    faster one during `window_share` of an interval, `longest_window` at most.
    """

    half_a_yes: float = 0.45
    later_yes: float = 0.1
    yes_by_the_end: float = 1.4
    smallest: int = 2
    largest: int = 5
    share_of_lead: int = 12
    shortest: timedelta = timedelta(minutes=10)
    longest: timedelta = timedelta(hours=1)
    intervals_to_answer: int = 6
    nights_apart: bool = True
    window_share: float = 0.5
    longest_window: timedelta = timedelta(minutes=10)


PUBLISHED = Policy()
_in_force: ContextVar[Policy] = ContextVar("offer_policy", default=PUBLISHED)


@contextmanager
def under(policy: Policy) -> Iterator[None]:
    """Let the engine follow another policy inside: for the simulator."""
    token = _in_force.set(policy)
    try:
        yield
    finally:
        _in_force.reset(token)


def acceptance(yes: float, offers: float, *, supposed: float = PRIOR) -> float:
    """The share of offers that are accepted, drawn towards what is supposed so that few of them are no luck."""
    return (yes + supposed * PRIOR_OFFERS) / (offers + PRIOR_OFFERS)


def answered_within(asked_for: timedelta) -> float:
    """Of those who say yes in the end, the share that has done so after that time: Covidliste's curve."""
    minutes = asked_for / timedelta(minutes=1)
    (early, low), *later = CURVE
    for late, high in later:
        if minutes < late:
            return low + (high - low) * max(log(max(minutes, 1) / early) / log(late / early), 0.0)
        early, low = late, high
    return 1.0


def batch_size(accepted: float) -> int:
    """How many are asked at once: clamp(⌈0.45 / p⌉, 2, 5)."""
    policy = _in_force.get()
    return min(max(ceil(policy.half_a_yes / accepted), policy.smallest), policy.largest)


def following_size(accepted: float, awaited: float, batches_left: int) -> int:
    """How many join those whose yes is still `awaited` (how many yeses are expected of them): one at least.

    `batches_left`: how many may still be asked before the end, this one counted.
    """
    policy = _in_force.get()
    wanted = max(policy.later_yes, policy.yes_by_the_end / batches_left)
    return min(max(ceil((wanted - awaited) / accepted), 1), policy.largest)


def batches_left(time_to_ask: timedelta, pause: timedelta) -> int:
    """How many batches may still be made, this one counted, at that interval, in the allowed hours that are left."""
    return max(time_to_ask // pause, 0) + 1


def interval(lead: timedelta) -> timedelta:
    """How long a batch is alone: clamp(lead / 12, 10 min, 1 h)."""
    policy = _in_force.get()
    return min(max(lead / policy.share_of_lead, policy.shortest), policy.longest)


def claim_window(lead: timedelta) -> timedelta:
    """How long the best-ranked yes of a batch wins over a faster one; afterwards the first wins."""
    return min(_in_force.get().longest_window, interval(lead) * _in_force.get().window_share)


def deadline(made_at: datetime, starts_at: datetime, *, latest: datetime, sending: Window) -> datetime:
    """Until when an offer may be answered: six intervals of the allowed hours, and never after `latest`."""
    policy = _in_force.get()
    time_to_answer = policy.intervals_to_answer * interval(starts_at - made_at)
    ends = sending.after(made_at, time_to_answer) if policy.nights_apart else made_at + time_to_answer
    return min(ends, latest)
