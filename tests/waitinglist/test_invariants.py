"""A busy list, whatever happens in whatever order: what must hold after every step holds (hypothesis, stateful)."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from rdv.booking.cancel import cancel
from rdv.booking.errors import BookingError
from rdv.models import Appointment, EntryStatus, Occupation, Offer, OfferRound, OfferStatus, RoundStatus
from rdv.models.actor import Actor
from rdv.waitinglist.entries import leave, pause, resume
from rdv.waitinglist.offers import accept, decline
from rdv.waitinglist.ranking import draw, key_of
from rdv.waitinglist.rounds import advance_due
from tests.factories import NOW, PARIS, World
from tests.waitinglist.support import SMS, free, waiting

WEEK = timedelta(days=7)
ENDED = (OfferStatus.ACCEPTED, OfferStatus.DECLINED, OfferStatus.EXPIRED, OfferStatus.VOID)
which = st.integers(0, 10**6)


class Morning(RuleBasedStateMachine):
    """A morning that is fully booked, families with all kinds of wishes, and a clock; undone at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone._from_testcase = True  # the verbs are durable, and this is not their transaction
        self.undone.__enter__()
        self.now, self.ended = NOW, dict[int, str]()
        self.world = World()
        chance = random.Random(7)
        starts = [(hour, minute) for hour in (9, 10, 11) for minute in (0, 30)]
        booked = [self.world.book(*start).appointment for start in starts]
        for position in range(6):
            late = booked[position + 4] if position < 2 else None
            waiting(
                self.world,
                NOW - timedelta(days=chance.randrange(9), minutes=position),
                half_days=chance.choice([None, None, ["2-am"]]),
                notice_minutes=chance.choice([0, 0, 120]),
                **({"family": late.participations.get().family, "current_appointment": late} if late else {}),
            )
        self.world.type.waiting_entries.filter(notice_minutes=0).update(standby=True)
        for appointment in booked[:3]:
            free(appointment, self.now)
        advance_due(now=self.now)

    @rule(minutes=st.sampled_from([1, 5, 12, 45, 90, 300]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        advance_due(now=self.now)

    @rule()
    def everybody_declines(self) -> None:
        for offer in Offer.objects.pending().order_by("pk"):
            decline(offer.pk, by=SMS, now=self.now)

    @rule(number=which, verb=st.sampled_from([accept, decline]))
    def answer(self, number: int, verb: Callable[..., object]) -> None:
        offers = list(Offer.objects.order_by("-pk"))
        if offers:
            with suppress(BookingError):
                verb(offers[number % min(len(offers), 8)].pk, by=SMS, now=self.now)

    @rule(number=which)
    def cancel_one(self, number: int) -> None:
        coming = list(Appointment.objects.standing().filter(starts_at__gt=self.now).order_by("starts_at"))
        if coming:
            free(coming[number % len(coming)], self.now)
            advance_due(now=self.now)

    @rule(number=which, over=st.booleans())
    def an_agent_books(self, number: int, over: bool) -> None:
        with suppress(BookingError):
            by = Actor.of(self.world.agent)
            self.world.book(9 + number % 3, 30 * (number % 2), by=by, over_offers=over, now=self.now)

    @rule(number=which, verb=st.sampled_from([leave, pause, resume]))
    def change_mind(self, number: int, verb: Callable[..., object]) -> None:
        entries = list(self.world.type.waiting_entries.order_by("pk"))
        with suppress(BookingError):
            verb(entries[number % len(entries)].pk, by=SMS, now=self.now)

    @rule(where=st.sampled_from(["rounds.propose", "rounds.close", "proposals.publish", "award.publish"]))
    def a_worker_dies(self, where: str) -> None:
        """In the middle of a pass: what it did is undone, and the next pass does it."""
        self.now += timedelta(minutes=11)
        before = list(Offer.objects.order_by("pk").values_list("pk", "status"))
        rounds = OfferRound.objects.filter(status=RoundStatus.OPEN).count()
        with patch(f"rdv.waitinglist.{where}", side_effect=SystemError) as died, patch("rdv.waitinglist.rounds.logger"):
            advance_due(now=self.now)
        if died.called and rounds == 1:
            assert list(Offer.objects.order_by("pk").values_list("pk", "status")) == before
        advance_due(now=self.now)

    @invariant()
    def the_rules_hold(self) -> None:
        offers = list(Offer.objects.select_related("round", "entry").order_by("made_at", "pk"))
        check_offers(offers)
        check_rounds(offers, self.now)
        check_order()
        for offer in offers:
            assert self.ended.get(offer.pk, offer.status) == offer.status, "an offer that had ended came back"
            if offer.status in ENDED:
                self.ended[offer.pk] = offer.status

    def teardown(self) -> None:
        """Long after, nothing is left open; then all is undone."""
        try:
            for hours in (0, 1, 24, 48):
                advance_due(now=self.now + timedelta(hours=hours))
            assert not OfferRound.objects.filter(status=RoundStatus.OPEN).exists()
            assert not Offer.objects.pending().exists()
            assert not Occupation.objects.filter(kind="offer").exists()
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)


def check_offers(offers: list[Offer]) -> None:
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


def check_rounds(offers: list[Offer], now: datetime) -> None:
    for round_ in OfferRound.objects.annotate(kept=Count("occupations")):
        assert round_.depth <= 3
        accepted = [offer for offer in offers if offer.round_id == round_.pk and offer.status == OfferStatus.ACCEPTED]
        assert len(accepted) == (1 if round_.status == RoundStatus.FILLED else 0)
        if round_.status != RoundStatus.OPEN:
            assert round_.kept == 0
            assert not any(offer.is_pending for offer in offers if offer.round_id == round_.pk)
        elif now < round_.closes_at:
            assert round_.kept == (0 if round_.standby else 1)
    standing = Appointment.objects.standing()
    assert Occupation.objects.exclude(appointment=None).count() == standing.count()
    assert standing.values("starts_at").distinct().count() == standing.count()


def check_order() -> None:
    """Anybody can do the ranking again from the log."""
    for round_ in OfferRound.objects.exclude(log=[]):
        for line in round_.log:
            chosen = line["chosen"]
            assert all(one["draw"] == draw(round_.seed, one["entry"]) for one in chosen)
            assert sorted(chosen, key=key_of) == chosen == sorted(chosen, key=lambda one: one["rank"])
            between = chosen[-1]["rank"] - len(chosen) if chosen else line["skipped_in_all"]
            assert line["skipped_in_all"] == between, "somebody was passed over without a reason"


@pytest.mark.django_db
def test_whatever_happens_the_rules_of_the_list_hold() -> None:
    few = settings(
        max_examples=3,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Morning, settings=few)


@pytest.mark.django_db
def test_an_accepted_offer_that_is_cancelled_is_spent() -> None:
    world = World()
    waiting(world)
    round_ = free(world.book(9).appointment)
    advance_due(now=NOW)
    offer = accept(round_.offers.get().pk, by=SMS, now=NOW)
    cancel(offer.appointment_id, by=SMS, now=NOW, for_family=True)
    again = accept(offer.pk, by=SMS, now=NOW + timedelta(minutes=1))
    cancel_again = Appointment.objects.standing()
    assert (again.status, cancel_again.count()) == (OfferStatus.ACCEPTED, 0)
    assert not OfferRound.objects.filter(status=RoundStatus.OPEN).exists()
