"""The last call: less than two hours before the start, those who can come at once are asked, all at the same time."""

import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from rdv.booking.locks import assert_in_transaction
from rdv.models import OfferRound, RoundStatus, WaitingListEntry
from rdv.waitinglist.batches import CUT_OFF, REACTION

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
    if (
        _needs_more_notice(round_)
        or round_.session_id
        or round_.standby
        or opens + REACTION > closes_at
        or not _somebody_stands_by(round_)
    ):
        return None
    # The time of each of its agents is freed by itself: one slot is called out once.
    same = Q(agent=round_.agent_id)
    if round_.freed_by_id:
        same |= Q(freed_by=round_.freed_by_id)
    if OfferRound.objects.filter(same, starts_at=round_.starts_at, status=RoundStatus.OPEN).exists():
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


def _needs_more_notice(round_: OfferRound) -> bool:
    """Whether the type is not for today, whoever could come at once: it has a notice of its own."""
    at = round_.location
    rules = round_.type.rules_for(at.organisation, round_.starts_at.astimezone(ZoneInfo(at.zone)).date())
    return timedelta(minutes=rules.earliest_notice) > CUT_OFF


def _somebody_stands_by(round_: OfferRound) -> bool:
    return WaitingListEntry.objects.waiting().filter(type=round_.type_id, standby=True).exists()
