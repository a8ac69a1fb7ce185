"""Slots that found nobody left to ask, and are free still: somebody has joined since, or wishes for something else.

The round goes on where it ended: whoever was asked in it is not asked again. It is a round once more only when there is
somebody to ask; nothing is hidden from the public for nobody.
"""

import logging
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from rdv.models import OfferRound, RoundStatus, WaitingListEntry
from rdv.waitinglist.batches import REACTION
from rdv.waitinglist.closing import lock_round
from rdv.waitinglist.opening import keep, look_for
from rdv.waitinglist.rounds import advance_inside
from rdv.waitinglist.seats import keep_again

# Who joins in the evening is looked at in the morning; after that, the slot has been everybody's for long.
LOOK_BACK = timedelta(hours=24)
AT_ONCE = 20

logger = logging.getLogger(__name__)


def look_again(*, now: datetime) -> int:
    """Offer them to those who have come since; gives how many were looked at. Run each minute, the soonest first.

    One query when nobody has come. Each is looked at once for whoever came before.
    """
    changed = WaitingListEntry.objects.waiting().filter(changed_at__gt=now - LOOK_BACK)
    if not changed.exists():
        return 0
    rows = _ended(changed, now).select_related("location__organisation__territory").order_by("starts_at", "pk")
    allowed = [one.pk for one in rows if one.location.sending.next(now) == now]
    for pk in allowed[:AT_ONCE]:
        try:
            _look_at(pk, now)
        except OperationalError:
            logger.warning("round %s could not be looked at again", pk, exc_info=True)
        except Exception:
            # The others must not wait for the one that can't go on.
            logger.exception("round %s could not be looked at again", pk)
    return len(allowed[:AT_ONCE])


def _ended(changed: QuerySet[WaitingListEntry], now: datetime) -> QuerySet[OfferRound]:
    """The last rounds of their slots, with time left, which ended before somebody came who waits for that, there."""
    here = Q(any_location=True) | Q(locations=OuterRef("location"))
    since = changed.filter(
        here, type=OuterRef("type"), changed_at__gt=Coalesce(OuterRef("looked_at"), OuterRef("closed_at"))
    )
    # Of the seats of a session, what a family accepted is filed as a round of its own.
    later = OfferRound.objects.filter(agent=OuterRef("agent"), starts_at=OuterRef("starts_at"), pk__gt=OuterRef("pk"))
    later = later.exclude(session__isnull=False, status=RoundStatus.FILLED)
    ended = OfferRound.objects.filter(status=RoundStatus.EXHAUSTED, standby=False, closes_at__gt=now + REACTION)
    return ended.filter(Exists(since), ~Exists(later), type__is_active=True)


def _look_at(pk: int, now: datetime) -> None:
    with transaction.atomic(durable=True):
        round_ = lock_round(pk)
        if round_ is None or round_.status != RoundStatus.EXHAUSTED:
            return
        with transaction.atomic():
            if not _goes_on(round_, now):
                # What it wrote is undone, and nothing that was to follow a commit does.
                transaction.set_rollback(True)
        OfferRound.objects.filter(pk=pk).update(looked_at=now)


def _goes_on(round_: OfferRound, now: datetime) -> bool:
    """Keep the slot and ask; whether somebody was asked. What was written otherwise is undone by the caller."""
    round_.status, round_.closed_at, round_.next_batch_at = RoundStatus.OPEN, None, now
    if not _keep(round_, now):
        return False
    advance_inside(round_, now=now)
    return round_.offers.pending().exists()


def _keep(round_: OfferRound, now: datetime) -> bool:
    if round_.session_id:
        return keep_again(round_, now=now)
    slot = look_for(round_.type, round_.location, round_.starts_at, round_.agent_id, now=now)
    parts = slot.longest(round_.ends_at, through=round_.agent_id)
    return parts is not None and keep(round_, parts, slot.truth.expired, now) is not None
