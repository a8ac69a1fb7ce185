"""What a family does with an offer: yes, no, or look at it."""

from datetime import datetime

from django.db import transaction

from rdv.booking.book import nearest
from rdv.booking.errors import BookingError, SlotTaken
from rdv.booking.locks import assert_in_transaction
from rdv.models import AppointmentType, Offer, OfferRound, OfferStatus, RoundStatus
from rdv.models.actor import Actor
from rdv.scheduling.slots import Slot
from rdv.waitinglist.award import outranked, request_for, settle, try_award, window_end
from rdv.waitinglist.became import Became, became
from rdv.waitinglist.closing import lock_round
from rdv.waitinglist.errors import EntryEnded, OfferDeclined, OfferExpired, OfferTaken, OfferWithdrawn
from rdv.waitinglist.rounds import advance_inside
from rdv.waitinglist.silences import forget_silences

REFUSALS: dict[Became, type[BookingError]] = {
    Became.DECLINED: OfferDeclined,
    Became.ENDED: EntryEnded,
    Became.LATE: OfferExpired,
    Became.PAUSED: OfferWithdrawn,
    Became.REFUSED: OfferWithdrawn,
    Became.TAKEN: OfferTaken,
    Became.WITHDRAWN: OfferWithdrawn,
}


def find_by_code(phone: str, code: str) -> Offer | None:
    """The latest offer with this code among those made to this number, in whatever state."""
    offers = Offer.objects.with_all().filter(entry__contact__phone=phone, code=code.strip().upper())
    return offers.order_by("-made_at", "-pk").first()


def accept(offer_id: int, *, by: Actor, now: datetime) -> Offer:
    """Say yes, in one durable transaction; saying it twice is saying it once.

    The offer comes back ACCEPTED with its appointment, or CLAIMED while families that rank before still have a few
    minutes to answer. Raises an OfferOver with the nearest slots, EntryEnded, or the
    error of the booking rule that stands in the way; the families' entry keeps its place.
    """
    with transaction.atomic(durable=True):
        offer, refused = accept_inside(offer_id, by=by, now=now)
    if isinstance(refused, SlotTaken):
        refused.alternatives = alternatives_to(offer, now=now)
    if refused is not None:
        raise refused
    offer.refresh_from_db()
    return offer


def accept_inside(offer_id: int, *, by: Actor, now: datetime) -> tuple[Offer, BookingError | None]:
    """As `accept`, inside the running transaction; what refuses is returned, because it too has changed the round."""
    assert_in_transaction()
    round_ = _lock(offer_id)
    offer = Offer.objects.with_all().get(pk=offer_id)
    refused = _yes(round_, offer, by=by, now=now)
    if refused is not None:
        if round_.status == RoundStatus.OPEN:
            advance_inside(round_, now=now, topping_up=True)
        forget_silences(offer.entry_id)
    return offer, refused


def decline(offer_id: int, *, by: Actor, now: datetime) -> Offer:
    """Say no: the next family is asked at once. A no to an offer that is over changes nothing."""
    with transaction.atomic(durable=True):
        return decline_inside(offer_id, by=by, now=now)


def decline_inside(offer_id: int, *, by: Actor, now: datetime) -> Offer:
    """As `decline`, inside the running transaction."""
    assert_in_transaction()
    round_ = _lock(offer_id)
    offer = Offer.objects.get(pk=offer_id)
    if offer.is_pending:
        offer.status, offer.answered_at, offer.answered_by = OfferStatus.DECLINED, now, by.channel
        offer.save(update_fields=["status", "answered_at", "answered_by"])
        advance_inside(round_, now=now, topping_up=True)
    forget_silences(offer.entry_id)
    return offer


def _lock(offer_id: int) -> OfferRound:
    round_ = lock_round(Offer.objects.values_list("round_id", flat=True).get(pk=offer_id))
    if round_ is None:
        raise Offer.DoesNotExist
    return round_


def _yes(round_: OfferRound, offer: Offer, *, by: Actor, now: datetime) -> BookingError | None:
    if offer.status in (OfferStatus.ACCEPTED, OfferStatus.CLAIMED):
        return None
    over = _why_over(offer, now)
    if over is not None:
        return over
    pending = list(round_.offers.pending().order_by("pk"))
    # A yes whose window has ended was first, even if nobody has come by to settle it yet.
    if settle(round_, pending, now=now, untold=offer):
        return OfferTaken()
    offer.answered_at, offer.answered_by = now, by.channel
    if now < window_end(offer, round_) and outranked(offer, pending):
        offer.status = OfferStatus.CLAIMED
        offer.save(update_fields=["status", "answered_at", "answered_by"])
        round_.next_batch_at = min(round_.next_batch_at, window_end(offer, round_))
        round_.save(update_fields=["next_batch_at"])
        forget_silences(offer.entry_id)
        return None
    return try_award(round_, offer, by=by, now=now, untold=offer)


def _why_over(offer: Offer, now: datetime) -> BookingError | None:
    refusal = REFUSALS.get(became(offer, now=now))
    return refusal() if refusal else None


def alternatives_to(offer: Offer, *, now: datetime) -> list[Slot]:
    """The nearest slots that the family could book now instead."""
    round_ = offer.round
    round_.type = AppointmentType.objects.with_rules().get(pk=round_.type_id)
    return list(nearest(request_for(round_, offer.entry, None, by=Actor.family()), now=now))
