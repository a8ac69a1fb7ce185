"""Families that wait, and the steps of a round, for the tests of this folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from rdv.booking import events
from rdv.booking.cancel import cancel
from rdv.booking.people import PersonSpec, Who
from rdv.models import Appointment, Family, Offer, OfferRound, Person, WaitingListEntry
from rdv.models.actor import Actor
from rdv.models.appointment import Channel
from rdv.waitinglist.entries import Wish, join
from rdv.waitinglist.rounds import advance
from tests.factories import NOW, World, family

SMS = Actor.family(Channel.SMS)


@contextmanager
def heard(kind: type[events.Event]) -> Iterator[list[Any]]:
    """The events of that kind that are published meanwhile."""
    told: list[Any] = []
    receiver = told.append
    events.subscribe(kind, receiver)
    try:
        yield told
    finally:
        events._receivers[kind].remove(receiver)


def waiting(world: World, since: datetime = NOW, *, children: int = 1, **wish: Any) -> WaitingListEntry:
    """A family that waits for the type of the world since then."""
    number = Family.objects.count()
    given = wish.pop("family", None) or family(world.territory, phone=f"+3363998{5000 + number}")
    for position in range(1, children):
        Person.objects.create(family=given, first_name=f"Enfant {position}", birth_date=date(2026, 6, 1))
    people = [PersonSpec(p.first_name, p.last_name, p.birth_date, pk=p.pk) for p in given.persons.order_by("pk")]
    by = wish.pop("by", Actor.family())
    return join(Wish(type=world.type, who=Who(people, family=given), **wish), by=by, now=since)


def queue(world: World, length: int, **wish: Any) -> list[WaitingListEntry]:
    """So many families, the first waiting longest."""
    return [waiting(world, NOW - timedelta(days=length - i), **wish) for i in range(length)]


def free(appointment: Appointment, now: datetime = NOW) -> OfferRound | None:
    """Cancel an appointment as its family; gives the round that starts, if one does."""
    cancel(appointment.pk, by=SMS, now=now, for_family=True)
    return OfferRound.objects.filter(freed_by=appointment).order_by("-pk").first()


def told(round_: OfferRound, now: datetime = NOW) -> None:
    """The messages of its offers have left."""
    round_.offers.update(told_at=now)


def asked(round_: OfferRound, now: datetime = NOW) -> list[Offer]:
    """Let the round go on; gives the offers that are pending, best rank first."""
    advance(round_.pk, now=now)
    round_.refresh_from_db()
    return list(round_.offers.pending().order_by("rank"))
