"""Of which offers the families have learnt: only their silence is one to the waiting list."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from rdv.models import Offer
from reminders.kinds import Kind
from reminders.models import CallResult, MessageState, OutboundMessage, Task, TaskOutcome

ARRIVED = (MessageState.SENT, MessageState.DELIVERED)
CALLED = Q(outcome=TaskOutcome.REACHED) | Q(tried_as=CallResult.LEFT_MESSAGE)


def by_messages(taken: Collection[OutboundMessage], *, now: datetime) -> None:
    """Their providers took these, whatever they tell."""
    _told({message.offer_id for message in taken if message.kind == Kind.OFFER and message.offer_id}, now)


def by_call(task: Task, *, now: datetime) -> None:
    """Somebody was spoken to, or a word was left."""
    if task.offer_id:
        _told({task.offer_id}, now)


def lost(message: OutboundMessage) -> None:
    """It has not arrived after all: unless another did, or somebody called, the family knows nothing."""
    if message.kind != Kind.OFFER or message.offer_id is None:
        return
    others = OutboundMessage.objects.filter(offer=message.offer_id, kind=Kind.OFFER, state__in=ARRIVED)
    if not others.exists() and not Task.objects.filter(CALLED, offer=message.offer_id).exists():
        Offer.objects.filter(pk=message.offer_id).update(told_at=None)


def _told(offers: Collection[int], now: datetime) -> None:
    if offers:
        Offer.objects.filter(pk__in=offers, told_at=None).update(told_at=now)
