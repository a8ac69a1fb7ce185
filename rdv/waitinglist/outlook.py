"""What offering a free slot would do, before anybody does it: who waits, who would be asked, when; or why it can't be.

The same answer for the page that asks and for the verb that does it (`rdv.waitinglist.byhand`).
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rdv.booking.errors import NotBookable
from rdv.booking.moving import followed_by
from rdv.models import AppointmentType, Location, OfferRound, WaitingListEntry
from rdv.scheduling.rules import Booker, Reason, why_not_in_window
from rdv.scheduling.timeline import on_grid
from rdv.waitinglist.batches import CUT_OFF, REACTION, batch_size, deadline, interval
from rdv.waitinglist.eligibility import half_day_of, why_not_offered
from rdv.waitinglist.errors import EntryEnded, NobodyToAsk, NotForThisFamily, TooLateToOffer
from rdv.waitinglist.freed import FreedSlot, look
from rdv.waitinglist.measuring import measured
from rdv.waitinglist.proposals import sift, who_and_what
from rdv.waitinglist.standby import MOST
from rdv.waitinglist.standby import NOTICE as LAST_NOTICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A slot that an agent would have offered: to all who wait, or first to the family of `entry`.

    `agent` None = whoever is free; `type` comes with its rules, `location` with its organisation and territory.
    """

    type: AppointmentType
    location: Location
    start: datetime
    agent: int | None = None
    entry: WaitingListEntry | None = None

    @property
    def attendees(self) -> int:
        return max(self.entry.persons.count(), 1) if self.entry else 1

    @property
    def is_for_one_agent(self) -> bool:
        """Neither a chain of professionals nor several at once: such a slot is made of whoever is free."""
        return self.type.agents_needed == 1 and not self.type.steps.all()

    def agents(self) -> list[int] | None:
        """Who may receive: the agent of the slot, else whom the family waits for or is followed by; None = anybody."""
        if not self.is_for_one_agent:
            return None
        if self.agent is not None or self.entry is None:
            return None if self.agent is None else [self.agent]
        wished = self.entry.agent
        return [wished.pk] if wished and wished.receives else followed_by(self.type, [self.entry.family])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How the offers would go out.

    `waiting` families wait for the type, `eligible` of them could take the slot now; `size` are asked at `opens`, and
    are alone for `alone`. One that is asked first may answer until `answer_until`. With `last_call` the slot stays
    everybody's, and only those who stand by are asked.
    """

    round: OfferRound
    waiting: int
    eligible: int
    size: int
    opens: datetime
    alone: timedelta
    answer_until: datetime
    last_call: bool


def outlook(wanted: Wanted, *, now: datetime) -> Outlook:
    """Read without a lock.

    Raises NotBookable, SlotTaken, SlotOffered, TooLateToOffer, NobodyToAsk, EntryEnded or NotForThisFamily.
    """
    slot = _slot(wanted, now)
    refused = slot.why_not_free(wanted.attendees)
    if refused is not None:
        raise refused
    round_ = _round(wanted, slot, now)
    opens = round_.next_batch_at
    candidates, opportunity = who_and_what(round_, _free_alone(wanted, slot), now=now)
    latest = round_.closes_at
    if wanted.entry is not None:
        mine = candidates.get(wanted.entry.pk)
        if mine is None:
            raise EntryEnded
        reason = why_not_offered(mine, opportunity, opens)
        if reason is not None:
            raise NotForThisFamily(reason)
        latest = min(latest, wanted.start - mine.notice)
    eligible, _ = sift(candidates, opportunity, round_.seed, len(candidates), opens)
    if not eligible:
        raise NobodyToAsk
    size = 1 if wanted.entry else MOST if round_.standby else batch_size(measured(round_, now=now))
    return Outlook(
        round=round_,
        waiting=len(candidates),
        eligible=len(eligible),
        size=min(size, len(eligible)),
        opens=opens,
        alone=interval(wanted.start - opens),
        answer_until=deadline(opens, wanted.start, latest=latest, sending=wanted.location.sending),
        last_call=round_.standby,
    )


def suits(entry: WaitingListEntry, start: datetime, zone: str, *, now: datetime) -> bool:
    """Whether a start is one that the family wished for: half-day, notice, earlier than what it has."""
    current = entry.current_appointment
    is_earlier = current is None or current.is_cancelled or start < current.starts_at
    in_time = now + REACTION + timedelta(minutes=entry.notice_minutes) <= start
    return is_earlier and in_time and (entry.any_half_day or half_day_of(start, zone) in entry.half_days)


def _slot(wanted: Wanted, now: datetime) -> FreedSlot:
    type_, at = wanted.type, wanted.location
    if type_.is_collective or not type_.offered_at(at.organisation):
        raise NotBookable(Reason.TYPE_CLOSED)
    rules = type_.rules_for(at.organisation, wanted.start.astimezone(ZoneInfo(at.zone)).date())
    reason = why_not_in_window(rules, wanted.start, now, Booker.AGENT)
    if reason is None and not on_grid(wanted.start, at.zone, rules.grid):
        reason = Reason.OFF_GRID
    if reason is not None:
        raise NotBookable(reason)
    return look(type_, at, wanted.start, agents=wanted.agents(), now=now)


def _free_alone(wanted: Wanted, slot: FreedSlot) -> FreedSlot:
    """The slot with those alone who are free then: whoever waits for a colleague is not asked."""
    if not wanted.is_for_one_agent:
        return slot
    free = [agent for agent in slot.agents if replace(slot, agents=[agent]).parts(wanted.attendees) is not None]
    return replace(slot, agents=free)


def _round(wanted: Wanted, slot: FreedSlot, now: datetime) -> OfferRound:
    """The round that would be, unsaved; its agent and its end are those of the lock."""
    at = wanted.location
    opens = at.sending.next(now)
    # As for a freed slot: families are offered what they could book, whatever an agent could.
    notice = max(CUT_OFF, timedelta(minutes=slot.rules.earliest_notice))
    closes_at, standby = wanted.start - notice, False
    if opens + REACTION > closes_at:
        closes_at, standby = wanted.start - LAST_NOTICE, True
        if opens + REACTION > closes_at or wanted.entry is not None or notice > CUT_OFF:
            raise TooLateToOffer
    length = slot.rules.slot_rules(wanted.attendees).duration
    return OfferRound(
        territory=at.organisation.territory,
        type=wanted.type,
        location=at,
        starts_at=wanted.start,
        ends_at=wanted.start + timedelta(minutes=length),
        standby=standby,
        first_entry=wanted.entry,
        opened_at=now,
        next_batch_at=opens,
        closes_at=closes_at,
        seed=secrets.randbits(62),
    )
