"""The last call: less than two hours before the start, those who can come at once are asked, all at the same time."""

import secrets
from datetime import datetime, timedelta

from rdv.booking.locks import assert_in_transaction
from rdv.models import OfferRound, RoundStatus, WaitingListEntry
from rdv.waitinglist.batches import REACTION

MOST = 5
# Who stands by needs no more to come, whatever it asked for on other days.
NOTICE = timedelta(minutes=30)


def last_call(round_: OfferRound, *, now: datetime) -> OfferRound | None:
    """Start a last call for the slot of a round that found nobody, or was never saved for want of time.

    None when nobody stands by or there is no time left. Everybody may book the slot meanwhile: nothing is kept.
    """
    assert_in_transaction()
    territory = round_.location.organisation.territory
    opens = round_.location.sending.next(now)
    closes_at = round_.starts_at - NOTICE
    if round_.session_id or round_.standby or opens + REACTION > closes_at or not _somebody_stands_by(round_):
        return None
    called = OfferRound.objects.filter(agent=round_.agent_id, starts_at=round_.starts_at, status=RoundStatus.OPEN)
    if called.exists():
        return None
    return OfferRound.objects.create(
        territory=territory,
        type=round_.type,
        location=round_.location,
        agent_id=round_.agent_id,
        starts_at=round_.starts_at,
        ends_at=round_.ends_at,
        freed_by_id=round_.freed_by_id,
        opened_by_id=round_.opened_by_id,
        depth=round_.depth,
        standby=True,
        opened_at=now,
        next_batch_at=opens,
        closes_at=closes_at,
        seed=secrets.randbits(62),
    )


def _somebody_stands_by(round_: OfferRound) -> bool:
    return WaitingListEntry.objects.waiting().filter(type=round_.type_id, standby=True).exists()
