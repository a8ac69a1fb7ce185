"""Play one draw under one policy on the real engine, then undo it."""

import heapq
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count

from django.db import transaction

from rdv.booking.cancel import cancel_inside
from rdv.models import Offer, OfferRound, OfferStatus, RoundStatus
from rdv.models.actor import Actor
from rdv.models.appointment import Channel
from rdv.waitinglist.batches import under
from rdv.waitinglist.closing import lock_round
from rdv.waitinglist.freed import slot_of
from rdv.waitinglist.proposals import sift, who_and_what
from rdv.waitinglist.ranking import Key
from rdv.waitinglist.rounds import advance_inside
from reminders import record
from reminders.claiming import claim
from reminders.inbound.conversation import handle
from reminders.inbound.intake import store
from reminders.kinds import Kind
from reminders.models import MessageState, OutboundMessage
from reminders.prepare import prepare
from reminders.providers.base import Inbound, Sent
from simulate.draw import PARIS, Draw
from simulate.policies import Contender
from simulate.results import Result
from simulate.world import DAY, Queue, World

BY = Actor.family(Channel.SMS)
AT_ONCE = 100
_ids = count(1)


@dataclass(slots=True)
class Play:
    """The state of one play: the clock is the time of the event that is taken from the heap."""

    world: World
    queue: Queue
    draw: Draw
    contender: Contender
    result: Result
    round: OfferRound
    willing: dict[int, Key] = field(default_factory=dict)
    said_yes: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    agenda: list[tuple[datetime, int, Offer | None]] = field(default_factory=list)
    planned: datetime | None = None

    def run(self) -> None:
        """Until nothing more can happen before the slot's start."""
        self.plan_pass(self.round.opened_at)
        while self.agenda:
            at, _, offer = heapq.heappop(self.agenda)
            if at >= self.round.starts_at:
                break
            if offer is None:
                self.planned = None
                self.go_on(at)
            else:
                self.reply(offer, at)
            self.say(at)
            self.round.refresh_from_db(fields=["status", "next_batch_at", "closed_at"])
            if self.round.status == RoundStatus.OPEN:
                self.plan_pass(max(self.round.next_batch_at, at))
        self.count()

    def plan_pass(self, at: datetime) -> None:
        due = self.contender.next_pass(at)
        if self.planned is None or due < self.planned:
            self.planned = due
            heapq.heappush(self.agenda, (due, next(_ids), None))

    def go_on(self, now: datetime) -> None:
        locked = lock_round(self.round.pk)
        if locked is not None and locked.next_batch_at <= now:
            advance_inside(locked, now=now)

    def say(self, now: datetime) -> None:
        """What is due is taken by a provider that never fails; whoever receives an offer answers it in its own time."""
        while claimed := claim(now, AT_ONCE):
            taken = [(one.message, Sent(f"simulated-{next(_ids)}")) for one in prepare(claimed, now=now)]
            record.sent(taken, provider="simulated", now=now)
        sent = [MessageState.SENT, MessageState.DELIVERED]
        offered = OutboundMessage.objects.filter(kind=Kind.OFFER, offer__round=self.round.pk, state__in=sent)
        for message in offered.exclude(offer__in=self.told).select_related("offer"):
            offer = message.offer
            answer = self.draw.answers[self.queue.entries.index(offer.entry_id)]
            self.told.add(offer.pk)
            if answer.text:
                heapq.heappush(self.agenda, (answer.at(now), next(_ids), offer))

    def reply(self, offer: Offer, now: datetime) -> None:
        position = self.queue.entries.index(offer.entry_id)
        answer = self.draw.answers[position]
        arrived = Inbound(
            provider_id=f"simulated-{next(_ids)}",
            sender=self.queue.phones[position],
            recipient=self.world.territory.sms_sender,
            text=answer.text.format(code=offer.code),
        )
        stored = store(arrived, provider="simulated", now=now)
        if stored is None:
            raise RuntimeError("a reply that was never sent before is stored")
        decision = handle(stored, now=now)
        if answer.willing:
            self.result.yeses += 1
            self.result.understood += decision.action == "accept"
            self.said_yes.add(offer.pk)

    def count(self) -> None:
        offers = self.round.offers.all()
        self.result.offers = offers.count()
        self.result.messages = OutboundMessage.objects.filter(
            territory=self.world.territory, contact__phone__in=self.queue.phones, channel="sms", sent_at__isnull=False
        ).count()
        winner = offers.filter(status=OfferStatus.ACCEPTED).first()
        self.result.too_late = len(self.said_yes - {winner.pk if winner else 0})
        if winner is None or self.round.closed_at is None:
            return
        self.result.filled = True
        self.result.minutes = (self.round.closed_at - self.round.opened_at) / timedelta(minutes=1)
        mine = self.willing.get(winner.entry_id)
        self.result.passed_over = mine is not None and any(key < mine for key in self.willing.values())


def play(world: World, draw: Draw, contender: Contender) -> Result:
    """Free the slot of the draw, let the policy work, and put everything back."""
    queue = world.queues[draw.crowd]
    starts = datetime.combine(DAY, time(draw.hour), PARIS).astimezone(UTC)
    result = Result(draw.lead.name, contender.name)
    with transaction.atomic():
        now = starts - draw.ahead
        cancel_inside(queue.booked[draw.hour], by=BY, now=now, for_family=True)
        opened = OfferRound.objects.filter(freed_by=queue.booked[draw.hour]).first()
        if opened is not None:
            willing = _willing(opened, queue, draw)
            result.possible = bool(willing)
            if contender.policy is not None:
                OutboundMessage.objects.filter(territory=world.territory).delete()
                with under(contender.policy):
                    Play(world, queue, draw, contender, result, opened, willing).run()
        transaction.set_rollback(True)
    return result


def _willing(round_: OfferRound, queue: Queue, draw: Draw) -> dict[int, Key]:
    """Who would come, and says so in time if asked at the first allowed moment, with the key of the ranking."""
    first = round_.next_batch_at
    locked = lock_round(round_.pk)
    if locked is None:
        return {}
    candidates, slot = who_and_what(locked, slot_of(locked, now=first), now=first)
    eligible, _ = sift(candidates, slot, round_.seed, len(candidates), first)
    found = {}
    for ranked, one in eligible:
        answer = draw.answers[queue.entries.index(one.entry)]
        latest = min(round_.closes_at, round_.starts_at - one.notice)
        if answer.willing and answer.at(first) < latest:
            found[one.entry] = ranked.key
    return found
