"""Make a round go on: settle, expire, ask the next families, or end. Whatever was missed is done at the next call."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import Exists, F, Max, OuterRef, Q

from rdv.booking.locks import assert_in_transaction
from rdv.models import CANCELLED, EntryStatus, Occupation, Offer, OfferRound, OfferStatus, RoundStatus
from rdv.waitinglist.award import settle, window_end
from rdv.waitinglist.batches import REACTION, answered_within, batch_size, batches_left, following_size, interval
from rdv.waitinglist.closing import close, lock_round
from rdv.waitinglist.freed import slot_of
from rdv.waitinglist.measuring import measured
from rdv.waitinglist.proposals import awaits_other_answers, propose
from rdv.waitinglist.silences import count_silences
from rdv.waitinglist.standby import MOST, last_call

# Everybody who may be asked has another offer to answer: how soon to look whether one has.
LOOK_AGAIN = timedelta(minutes=2)

logger = logging.getLogger(__name__)


def advance(round_id: int, *, now: datetime) -> None:
    """Do all that is due in a round, in one durable transaction. Doing it twice changes nothing more."""
    with transaction.atomic(durable=True):
        round_ = lock_round(round_id)
        if round_ is not None:
            advance_inside(round_, now=now)


def advance_due(*, now: datetime) -> int:
    """Advance every round that is due, or whose slot was taken meanwhile; gives how many. Run each minute."""
    kept = Occupation.objects.filter(round=OuterRef("pk"))
    # What was being offered is gone: an agent took it, somebody booked during the last call, the session is cancelled
    # or has moved.
    gone = Q(standby=True) | Q(session__status__in=CANCELLED) | (Q(session=None) & ~Exists(kept))
    moved = Q(session__starts_at__lt=F("starts_at")) | Q(session__starts_at__gt=F("starts_at"))
    due = OfferRound.objects.filter(Q(next_batch_at__lte=now) | gone | moved, status=RoundStatus.OPEN)
    ids = list(due.order_by("next_batch_at", "pk").values_list("pk", flat=True))
    for pk in ids:
        try:
            advance(pk, now=now)
        except OperationalError:
            # Somebody holds it longer than we wait: the others must not, and it is still due in a minute.
            logger.warning("round %s could not be locked", pk, exc_info=True)
        except Exception:
            logger.exception("round %s could not go on", pk)
    return len(ids)


def advance_inside(round_: OfferRound, *, now: datetime, topping_up: bool = False) -> None:
    """As `advance`, inside the running transaction and with the round locked.

    `topping_up`: somebody said no, the next family takes its turn without waiting for the interval.
    """
    assert_in_transaction()
    if round_.status != RoundStatus.OPEN:
        return
    pending = list(round_.offers.pending().select_related("entry").order_by("pk"))
    staying = [offer for offer in pending if offer.entry.status == EntryStatus.WAITING]
    for offer in pending:
        if offer not in staying:
            offer.status = OfferStatus.DECLINED
            offer.save(update_fields=["status"])
    if settle(round_, staying, now=now):
        return
    silent = [offer for offer in staying if offer.status == OfferStatus.LIVE and offer.expires_at <= now]
    for offer in silent:
        offer.status = OfferStatus.EXPIRED
        offer.save(update_fields=["status"])
    live = [offer for offer in staying if offer.is_pending]
    _go_on(round_, live, now=now, topping_up=topping_up or len(staying) < len(pending))
    # Entries are locked last: a booking that fulfils one already holds its agents and its family.
    count_silences([offer.entry_id for offer in silent if offer.told_at is not None], now=now)


def _go_on(round_: OfferRound, live: list[Offer], *, now: datetime, topping_up: bool) -> None:
    if now >= round_.closes_at:
        close(round_, RoundStatus.OVER, now=now)
        last_call(round_, now=now)
        return
    slot = slot_of(round_, now=now)
    if slot.parts(1) is None:
        close(round_, RoundStatus.TAKEN, now=now)
        return
    opens = slot.location.sending.next(now)
    if opens == now and now + REACTION <= round_.closes_at:
        wanted = _wanted(round_, live, now=now, topping_up=topping_up)
        live += propose(round_, slot, wanted, now=now) if wanted else []
        if not live and not awaits_other_answers(round_, slot, now=now):
            close(round_, RoundStatus.EXHAUSTED, now=now)
            return
    elif not live and opens + REACTION > round_.closes_at:
        close(round_, RoundStatus.OVER, now=now)
        last_call(round_, now=now)
        return
    round_.next_batch_at = _next_moment(round_, live, opens, now)
    round_.save(update_fields=["next_batch_at"])


def _wanted(round_: OfferRound, live: Sequence[Offer], *, now: datetime, topping_up: bool) -> int:
    """How many more families to ask now: a batch when the last one had its time, or the seats that a no left."""
    last = _last_made(round_)
    if round_.standby:
        return MOST if last is None else 0
    is_time = not live or last is None or now >= last + interval(round_.starts_at - last)
    if not is_time and not topping_up:
        return 0
    accepted = measured(round_, now=now)
    if not is_time:
        return max(batch_size(accepted) - len(live), 0)
    if last is None or not live:
        return batch_size(accepted)
    silent = [offer for offer in live if offer.status == OfferStatus.LIVE]
    awaited = sum(accepted * (1 - answered_within(now - offer.made_at)) for offer in silent)
    time_to_ask = round_.location.sending.open_between(now, round_.closes_at - REACTION)
    return following_size(accepted, awaited, batches_left(time_to_ask, interval(round_.starts_at - now)))


def _next_moment(round_: OfferRound, live: Sequence[Offer], opens: datetime, now: datetime) -> datetime:
    """When something will be due: a deadline, the end of a claim window, the next batch at an allowed hour, the end."""
    claimed = [window_end(offer, round_) for offer in live if offer.status == OfferStatus.CLAIMED]
    deadlines = [offer.expires_at for offer in live if offer.status == OfferStatus.LIVE]
    moments = [round_.closes_at, opens, *claimed, *deadlines]
    if not live:
        moments.append(now + LOOK_AGAIN)
    last = _last_made(round_)
    if last is not None and not round_.standby:
        moments.append(round_.location.sending.next(last + interval(round_.starts_at - last)))
    return min(moment for moment in moments if moment > now)


def _last_made(round_: OfferRound) -> datetime | None:
    last: datetime | None = round_.offers.aggregate(last=Max("made_at"))["last"]
    return last
