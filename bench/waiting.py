"""From a freed slot to the first offer, with thousands of families waiting."""

import statistics
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from bench.appointments import PARIS
from bench.department import Department
from bench.measure import Figure, seconds, without_collector
from rdv.booking.cancel import cancel
from rdv.models import Appointment, Offer, OfferRound, Status, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.rounds import advance

ROUNDS = 5
LIMIT = 1.0


def working_hours(now: datetime) -> datetime:
    """The next working day at ten: messages may leave."""
    day = now.astimezone(PARIS).date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return datetime.combine(day, time(10), PARIS)


def run(made: Department, *, now: datetime) -> Iterator[Figure]:
    """A family cancels; the round opens in the same transaction and its first families are asked."""
    now = working_hours(now)
    ahead = Appointment.objects.filter(
        type=made.types[0], status=Status.UNKNOWN, starts_at__gt=now + timedelta(days=10)
    )
    chosen = list(ahead.order_by("starts_at", "pk").values_list("pk", flat=True)[: 40 * ROUNDS : 40])
    taken: list[float] = []

    def free_and_offer(pk: int) -> None:
        cancel(pk, by=Actor.family(), now=now, for_family=True)
        advance(OfferRound.objects.get(freed_by=pk).pk, now=now)

    with without_collector():
        for pk in chosen:
            taken.append(seconds(lambda pk=pk: free_and_offer(pk)))
            if not Offer.objects.filter(round__freed_by=pk).exists():
                raise RuntimeError("aucune proposition n’est partie")
    value, waiting = statistics.median(taken), WaitingListEntry.objects.waiting().count()
    name = f"créneau libéré → première proposition, {waiting} familles en attente"
    yield Figure(name, value * 1000, "ms", target="≤ 1000 ms", holds=value <= LIMIT)
