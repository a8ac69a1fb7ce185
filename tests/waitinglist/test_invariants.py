"""Thirty hours of a busy list, at random: what must hold after every step holds."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db.models import Count

from rdv.booking.cancel import cancel
from rdv.booking.errors import BookingError
from rdv.models import Appointment, EntryStatus, Occupation, Offer, OfferRound, OfferStatus, RoundStatus
from rdv.models.actor import Actor
from rdv.waitinglist.entries import leave, pause, resume
from rdv.waitinglist.offers import accept, decline
from rdv.waitinglist.rounds import advance_due
from tests.factories import NOW, PARIS, World
from tests.waitinglist.support import SMS, free, waiting

pytestmark = pytest.mark.django_db(transaction=True)

WEEK = timedelta(days=7)


class Day:
    """A morning that is fully booked, a list of families with all kinds of wishes, and a clock."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = NOW
        self.world = World()
        starts = [(hour, minute) for hour in (9, 10, 11) for minute in (0, 30)]
        booked = [self.world.book(*start).appointment for start in starts]
        for position, appointment in enumerate(booked[2:]):
            self._waits(position, family=appointment.participations.get().family, current_appointment=appointment)
        for position in range(12):
            self._waits(position)

    def _waits(self, position: int, **wish: object) -> None:
        since = NOW - timedelta(days=self.chance.randrange(9), minutes=position)
        half_days = self.chance.choice([None, None, ["2-am"], ["5-pm"]])
        notice = self.chance.choice([0, 120, 600])
        waiting(self.world, since, half_days=half_days, notice_minutes=notice, **wish)  # type: ignore[arg-type]

    def step(self) -> None:
        self.now += timedelta(minutes=self.chance.choice([0, 0, 1, 5, 12, 45, 90]))
        actions: list[Callable[[], object]] = [
            *[self.pass_by] * 4,
            *[self.answer] * 5,
            *[self.free_one] * 2,
            self.take_one,
            self.change_mind,
        ]
        try:
            self.chance.choice(actions)()
        except BookingError:
            return

    def pass_by(self) -> None:
        advance_due(now=self.now)

    def answer(self) -> None:
        offers = list(Offer.objects.order_by("pk"))
        if offers:
            offer = self.chance.choice(offers)
            self.chance.choice([accept, accept, decline])(offer.pk, by=SMS, now=self.now)

    def free_one(self) -> None:
        coming = list(Appointment.objects.standing().filter(starts_at__gt=self.now).order_by("pk"))
        if len(coming) > 1:
            free(self.chance.choice(coming), self.now)

    def take_one(self) -> None:
        hour, minute = self.chance.choice([9, 10, 11]), self.chance.choice([0, 30])
        by = self.chance.choice([Actor.family(), Actor.of(self.world.agent)])
        over = by.agent is not None and self.chance.random() < 0.3
        booked = self.world.book(hour, minute, by=by, over_offers=over, now=self.now)
        if self.chance.random() < 0.5:
            cancel(booked.appointment.pk, by=by, now=self.now, for_family=True)

    def change_mind(self) -> None:
        entry = self.chance.choice(list(self.world.type.waiting_entries.order_by("pk")))
        self.chance.choice([leave, pause, resume, resume])(entry.pk, by=SMS, now=self.now)


def check(now: datetime) -> None:
    offers = list(Offer.objects.select_related("round", "entry", "appointment").order_by("made_at", "pk"))
    made: dict[int, list[datetime]] = {}
    for offer in offers:
        assert 8 <= offer.made_at.astimezone(PARIS).hour < 20
        assert offer.made_at + timedelta(minutes=10) <= offer.expires_at <= offer.round.closes_at
        if offer.status == OfferStatus.ACCEPTED:
            assert offer.answered_at < offer.expires_at
            assert offer.entry.status == EntryStatus.FULFILLED
        earlier = made.setdefault(offer.family_id, [])
        earlier.append(offer.made_at)
        assert sum(1 for at in earlier if at > offer.made_at - WEEK) <= 3
    pending = Offer.objects.pending().values("family").annotate(n=Count("pk"))
    assert all(row["n"] == 1 for row in pending)
    for round_ in OfferRound.objects.annotate(kept=Count("occupations")):
        accepted = [offer for offer in offers if offer.round_id == round_.pk and offer.status == OfferStatus.ACCEPTED]
        assert len(accepted) == (1 if round_.status == RoundStatus.FILLED else 0)
        if round_.status != RoundStatus.OPEN:
            assert round_.kept == 0
            assert not any(offer.is_pending for offer in offers if offer.round_id == round_.pk)
        elif now < round_.closes_at:
            assert round_.kept == 1
    standing = Appointment.objects.standing()
    assert Occupation.objects.exclude(appointment=None).count() == standing.count()
    assert standing.values("starts_at").distinct().count() == standing.count()


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_the_rules_of_the_list_hold(seed: int) -> None:
    day = Day(seed)
    for _ in range(80):
        day.step()
        check(day.now)
    assert Offer.objects.count() > 5
