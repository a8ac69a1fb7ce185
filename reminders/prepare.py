"""Turn claimed rows into what leaves: judged again, joined by day, written, stored, with their questions opened."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import OperationalError, transaction

from rdv import moments
from rdv.booking import rows
from reminders import claiming, fallback, joining, loading, record, routing, states, wording
from reminders.kinds import CALL, SMS, TABLE, Kind
from reminders.loading import SAID_TOGETHER, Batch, Shared, meeting_of
from reminders.models import Conversation, MessageState, OutboundMessage, TaskKind
from reminders.providers import accounts
from reminders.providers.base import SmsProvider
from reminders.relevance import TOO_LATE, why_not
from reminders.wording import Ready

logger = logging.getLogger(__name__)

UNWRITABLE = "n’a pas pu être écrit : à dire par téléphone"


def prepare(pks: Sequence[int], *, now: datetime, shared: Shared | None = None) -> list[Ready]:
    """What of these claimed rows leaves now; the others are dropped, put off, or handed to a person. One commit.

    `shared` is kept from one batch to the next. A row that can't be written is handed to a person and stops no other.
    """
    try:
        return _prepare(pks, shared, now=now)
    except OperationalError:  # the database, not a message
        raise
    except Exception:
        logger.exception("among %s messages one can't be prepared: each is tried alone", len(pks))
    return _prepare([pk for pk in pks if _can_be_prepared(pk, now)], shared, now=now)


def _can_be_prepared(pk: int, now: datetime) -> bool:
    """Try one row without keeping anything; one that fails is not tried again, and a person tells it."""
    try:
        with transaction.atomic():
            _prepare([pk], None, now=now)
            transaction.set_rollback(True)
    except OperationalError:
        raise
    except Exception:
        logger.exception("message %s can't be prepared", pk)
    else:
        return True
    with transaction.atomic():
        claiming.take([pk], now=now)
        message = OutboundMessage.objects.select_related("appointment", "offer__round__location").get(pk=pk)
        states.advance(message, MessageState.FAILED, reason=UNWRITABLE)
        fallback.call(message, now=now, kind=TaskKind.UNCERTAIN, detail=UNWRITABLE)
    return False


def _prepare(pks: Sequence[int], shared: Shared | None, *, now: datetime) -> list[Ready]:
    provider = routing.provider_for(now)
    pause = None if provider else routing.paused_until(now)
    with transaction.atomic():
        batch = loading.load(claiming.take(pks, now=now), shared)
        leaving = [message for message in batch.messages if _leaves(message, batch, now)]
        kept = [message for message in leaving if not _paused(message, pause, now)]
        ready = [wording.write(message, batch, others, now=now) for message, others in _joined(kept, now)]
        _entrust(ready, provider)
        with rows.together():
            record.written([one.message for one in ready])
            rows.write(_questions(ready, now))
        return ready


def _leaves(message: OutboundMessage, batch: Batch, now: datetime) -> bool:
    reason = why_not(message, now)
    if reason:
        if states.advance(message, MessageState.DROPPED, reason=reason):
            joining.set_free([message])
            if message.kind == Kind.REPLY_BY_AGENT:
                fallback.call(message, now=now)
        return False
    if message.channel == CALL:
        fallback.call(message, now=now)
        states.advance(message, MessageState.DROPPED, reason="à dire par téléphone")
        return False
    if _channel_lost(message):
        fallback.another_way(message, now=now)
        states.advance(message, MessageState.DROPPED, reason="ce contact ne reçoit plus rien par cette voie")
        return False
    return _allowed_now(message, batch, now)


def _allowed_now(message: OutboundMessage, batch: Batch, now: datetime) -> bool:
    """Inside the hours of the place; else it waits for the morning, if it still serves then."""
    if TABLE[Kind(message.kind)].at_any_hour or message.context.get("any_hour"):
        return True
    allowed = batch.window(message).next(now)
    if allowed <= now:
        return True
    if allowed < message.give_up_at:
        states.advance(message, MessageState.PLANNED, next_try_at=allowed, claimed_at=None)
    else:
        fallback.call(message, now=now)
        states.advance(message, MessageState.DROPPED, reason=TOO_LATE)
    return False


def _paused(message: OutboundMessage, until: datetime | None, now: datetime) -> bool:
    """While no SMS leaves, an e-mail takes over if there is one; else the message waits as long as it serves."""
    if until is None or message.channel != SMS:
        return False
    if fallback.by_email(message, now=now):
        states.advance(message, MessageState.DROPPED, reason="les SMS ne partaient plus : dit par courriel")
    else:
        record.again(message, until, now=now, reason="les SMS ne partent plus")
    return True


def _entrust(ready: Sequence[Ready], provider: SmsProvider | None) -> None:
    """Write down who is about to be given each SMS: after a crash that one is asked, and no other."""
    for one in ready:
        if one.email is None and provider is not None:
            one.message.provider = provider.name
            one.message.sender = accounts.sender(provider.name, one.message.sender)


def _channel_lost(message: OutboundMessage) -> bool:
    """The contact stopped, or its number or address was found wrong, since the row was planned."""
    contact = message.contact
    if contact is None or TABLE[Kind(message.kind)].at_any_hour:
        return False
    return not (contact.can_get_sms if message.channel == SMS else contact.can_get_email)


def _joined(messages: Sequence[OutboundMessage], now: datetime) -> list[tuple[OutboundMessage, list[OutboundMessage]]]:
    """Reminders of one contact, one day and one way make one message: the first meeting carries the others.

    What belongs to a discreet service is never said with anything else. One that is tried again carries those that it
    carried before, if they are still true.
    """
    together: dict[tuple[object, ...], list[OutboundMessage]] = defaultdict(list)
    for message in messages:
        meeting = meeting_of(message)
        if message.kind == Kind.REMINDER and meeting:
            day = moments.local(meeting.start, meeting.zone).date()
            apart = meeting.service.pk if meeting.service.is_discreet else None
            together[message.contact_id, message.channel, day, apart].append(message)
        else:
            together[message.pk,].append(message)
    return [_first_of(group, now) for group in together.values()]


def _first_of(group: list[OutboundMessage], now: datetime) -> tuple[OutboundMessage, list[OutboundMessage]]:
    first, *others = sorted(group, key=lambda message: (_start(message), message.pk))
    for other in others:
        states.advance(other, MessageState.SUPERSEDED, reason=SAID_TOGETHER)
    before = [other for one in group for other in loading.joined(one) if why_not(other, now) is None]
    first.context = {name: value for name, value in first.context.items() if name != "joined"}
    everything = sorted([*others, *before], key=_start)
    apart = {other.appointment_id: other for other in everything if other.appointment_id != first.appointment_id}
    return first, list(apart.values())


def _start(message: OutboundMessage) -> datetime:
    meeting = meeting_of(message)
    return meeting.start if meeting else message.due_at


def _questions(ready: Sequence[Ready], now: datetime) -> list[Conversation]:
    """What the answers of these numbers will be tied to, known before the message can be answered."""
    asked = [(one.message, TABLE[Kind(one.message.kind)].asks) for one in ready if one.message.channel == SMS]
    return [_question(message, question, now) for message, question in asked if question is not None]


def _question(message: OutboundMessage, question: Conversation.Question, now: datetime) -> Conversation:
    """A reminder to who has confirmed asks nothing: its question is closed as it is opened, and takes no digit."""
    return Conversation(
        territory=message.territory,
        phone=message.to,
        sender=message.sender,
        question=question,
        appointment=message.appointment,
        family_id=message.family_id,
        offer=message.offer,
        options=_options(message),
        asked_at=now,
        expires_at=_until(message),
        closed_at=None if message.context.get("asks", True) else now,
    )


def _options(message: OutboundMessage) -> list[dict[str, int]]:
    if message.kind == Kind.REPLY_BY_AGENT:
        return [{"task": message.context["task"], "agent": message.context["by"]}]
    if "slots" in message.context:
        return list(message.context["slots"])
    for about in ("entry", "invitation"):
        if about in message.context:
            return [{about: message.context[about]}]
    joined = message.context.get("joined", [])
    return [{"appointment": pk} for pk in [message.appointment_id, *joined]] if joined else []


def _until(message: OutboundMessage) -> datetime:
    if "until" in message.context:
        return datetime.fromisoformat(message.context["until"])
    if message.offer is not None:
        return message.offer.expires_at
    return _start(message) if meeting_of(message) else message.give_up_at
