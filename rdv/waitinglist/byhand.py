"""An agent offers a free slot on purpose, to all who wait or to one family before its turn; or takes any slot back.

From there on it is a round as any other: the same locks, batches, quiet hours and caps.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from rdv.booking.choose import Choice, Place, choose
from rdv.booking.errors import SlotOffered, SlotTaken
from rdv.booking.locks import assert_in_transaction
from rdv.models import OfferRound, OfferStatus, RoundStatus
from rdv.models.actor import Actor
from rdv.waitinglist.closing import close, lock_round
from rdv.waitinglist.errors import (
    ByAnAgentOnly,
    NobodyToAsk,
    OutOfTurnReasonMissing,
    RoundEnded,
    WithdrawalReasonMissing,
    YesReceived,
)
from rdv.waitinglist.opening import keep
from rdv.waitinglist.outlook import Outlook, Wanted, outlook
from rdv.waitinglist.receivers import start_soon
from rdv.waitinglist.standby import last_call

WITHDRAWABLE = (RoundStatus.OPEN, RoundStatus.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Opened:
    """The round, and whether this very call started it (false for the second of two tabs)."""

    round: OfferRound
    created: bool


def open_by_hand(wanted: Wanted, *, by: Actor, now: datetime, reason: str = "") -> Opened:
    """Start a round for a free slot, in one durable transaction; the first families are asked as soon as it is over.

    With an entry its family is asked first, alone, for which a `reason` is needed: it is kept on the round and on the
    offer, and those who rank before are passed over with that explanation. Its no, or its silence for one interval,
    lets the round go on by the published order. Raises SlotTaken or SlotOffered when the slot is no longer free,
    OutOfTurnReasonMissing, and the errors of `outlook`.
    """
    if by.agent is None:
        raise ByAnAgentOnly
    reason = " ".join(reason.split())[:200]
    if wanted.entry is not None and not reason:
        raise OutOfTurnReasonMissing
    with transaction.atomic(durable=True):
        opened = _open(wanted, by, now, reason)
        if opened.created and opened.round.next_batch_at <= now:
            start_soon(opened.round.pk)
        return opened


def withdraw(round_id: int, *, by: Actor, now: datetime, reason: str = "") -> OfferRound:
    """End a round: the slot is everybody's and is not offered again, and whoever was asked is told that it is gone.

    One that started by itself needs a `reason`, which is kept. Twice is once. Raises YesReceived once a family has said
    yes, RoundEnded when it is over, WithdrawalReasonMissing.
    """
    if by.agent is None:
        raise ByAnAgentOnly
    with transaction.atomic(durable=True):
        round_ = lock_round(round_id)
        if round_ is None or round_.status not in WITHDRAWABLE:
            raise RoundEnded
        if round_.status == RoundStatus.OPEN:
            if round_.offers.filter(status=OfferStatus.CLAIMED).exists():
                raise YesReceived
            if round_.opened_by_id is None:
                round_.reason = " ".join(reason.split())[:200]
                if not round_.reason:
                    raise WithdrawalReasonMissing
            round_.log = [*round_.log, {"at": now.isoformat(), "withdrawn_by": by.agent.pk}]
            round_.save(update_fields=["log", "reason"])
            close(round_, RoundStatus.WITHDRAWN, now=now)
        return round_


def _open(wanted: Wanted, by: Actor, now: datetime, reason: str) -> Opened:
    assert_in_transaction()
    under_way = _under_way(wanted)
    if under_way is not None:
        return Opened(under_way, created=False)
    seen = outlook(wanted, now=now)
    try:
        choice = choose(_place(wanted, by), now=now)
    except SlotOffered:
        under_way = _under_way(wanted)
        if under_way is None:
            raise
        return Opened(under_way, created=False)
    # The calendars are locked: another tab that was faster, with another agent, has committed.
    under_way = _under_way(wanted)
    if under_way is not None:
        return Opened(under_way, created=False)
    return Opened(_write(seen, choice, wanted, by, now, reason), created=True)


def _under_way(wanted: Wanted) -> OfferRound | None:
    """The round by hand of this very slot, for the same family first, if there is one."""
    rounds = OfferRound.objects.filter(
        type=wanted.type,
        location=wanted.location,
        starts_at=wanted.start,
        status=RoundStatus.OPEN,
        opened_by__isnull=False,
        first_entry=wanted.entry,
    )
    agents = wanted.agents()
    return (rounds if agents is None else rounds.filter(agent__in=agents)).order_by("pk").first()


def _place(wanted: Wanted, by: Actor) -> Place:
    on = wanted.start.astimezone(ZoneInfo(wanted.location.zone)).date()
    rules = wanted.type.rules_for(wanted.location.organisation, on)
    return Place(
        type=wanted.type,
        location=wanted.location,
        rules=rules.slot_rules(wanted.attendees),
        start=wanted.start,
        by=by,
        agents=wanted.agents(),
    )


def _write(seen: Outlook, choice: Choice, wanted: Wanted, by: Actor, now: datetime, reason: str) -> OfferRound:
    round_ = seen.round
    round_.agent_id = choice.parts[0].agent
    round_.ends_at = max(part.end for part in choice.parts)
    round_.opened_by, round_.reason = by.agent, reason
    started = {"agent": by.agent.pk if by.agent else None, "entry": wanted.entry.pk if wanted.entry else None}
    round_.log = [{"at": now.isoformat(), "by_hand": started}]
    if seen.last_call:
        return _last_call(round_, now)
    kept = keep(round_, choice.parts, [], now)
    if kept is None:
        raise SlotTaken
    return kept


def _last_call(round_: OfferRound, now: datetime) -> OfferRound:
    round_.standby = False
    called = last_call(round_, now=now)
    if called is None:
        raise NobodyToAsk
    called.log = round_.log
    called.save(update_fields=["log"])
    return called
