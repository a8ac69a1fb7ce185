"""The measured acceptance: of the place and the time left, smoothed; a slot lost to another is no refusal."""

from datetime import timedelta

import pytest

from rdv.models import Offer, OfferRound, OfferStatus, RoundStatus
from rdv.waitinglist.measuring import measured
from tests.factories import NOW, World, location
from tests.waitinglist.support import free, waiting

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


class Past:
    """A round to measure for, 24 h before its slot, and offers made before it."""

    def __init__(self) -> None:
        self.world = World()
        self.entry = waiting(self.world)
        round_ = free(self.world.book(9).appointment)
        assert round_ is not None
        self.round = round_

    def offers(
        self,
        number: int,
        status: OfferStatus,
        *,
        lead: timedelta = 25 * HOUR,
        had: timedelta = HOUR,
        told: bool = True,
        **of: object,
    ) -> None:
        made = NOW - timedelta(days=10)
        for _ in range(number):
            self.round.pk, self.round.status, self.round._state.adding = None, RoundStatus.OVER, True
            given = {"starts_at": made + lead, "closed_at": made + had, **of}
            values = {
                f.attname: getattr(self.round, f.attname)
                for f in OfferRound._meta.fields
                if f.name not in ("id", *given)
            }
            one = OfferRound.objects.create(**values, **given)
            Offer.unsaved(
                round=one,
                entry=self.entry,
                family_id=self.entry.family_id,
                rank=1,
                batch=1,
                code="2A2",
                status=status,
                made_at=made,
                told_at=made if told else None,
                expires_at=made + 4 * HOUR,
            ).save()

    @property
    def measured(self) -> float:
        return measured(OfferRound.objects.filter(opened_at=NOW).order_by("pk")[0], now=NOW)


def test_without_history_fifteen_in_a_hundred_are_supposed_to_say_yes() -> None:
    assert Past().measured == pytest.approx(0.15)


def test_the_place_and_the_band_of_lead_weigh_more_than_the_type() -> None:
    past = Past()
    past.offers(10, OfferStatus.ACCEPTED)
    past.offers(10, OfferStatus.EXPIRED, lead=3 * HOUR)
    past.offers(10, OfferStatus.DECLINED, location=location(past.world.organisation))
    of_type = (10 + 3) / (30 + 20)
    assert past.measured == pytest.approx((10 + 20 * of_type) / (10 + 20))


@pytest.mark.parametrize("status", [OfferStatus.EXPIRED, OfferStatus.VOID])
def test_whom_no_message_reached_has_refused_nothing(status: OfferStatus) -> None:
    past = Past()
    past.offers(10, status, told=False)
    assert past.measured == pytest.approx(0.15)


@pytest.mark.parametrize(("minutes", "counts"), [(5, 0.2), (10, 0.45), (45, 0.69), (120, 0.92)])
def test_an_offer_that_was_cut_short_counts_for_the_time_it_had(minutes: int, counts: float) -> None:
    past = Past()
    past.offers(10, OfferStatus.VOID, had=timedelta(minutes=minutes))
    of_type = 3 / (20 + 10 * counts)
    assert past.measured == pytest.approx(20 * of_type / (20 + 10 * counts))
