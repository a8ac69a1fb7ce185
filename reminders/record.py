"""What became of an attempt: each in its own short transaction, once the provider has answered."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from rdv.booking import rows
from reminders import breaker, fallback, receipts, states, told
from reminders.kinds import Kind
from reminders.models import MessageState, OutboundMessage
from reminders.providers.base import AccountError, PermanentError, ProviderError, Sent, UncertainError

ID_LENGTH = 80
# 1, 2, 4, 8, then every 15 minutes until the message no longer serves.
LONGEST_WAIT = timedelta(minutes=15)
ACCOUNT_WAIT = timedelta(minutes=5)
# By then the other provider sends.
TAKEN_OVER_WAIT = timedelta(minutes=1)
ASK_AFTER = timedelta(minutes=2)


_SENT = """
UPDATE reminders_outboundmessage AS message SET
    state = %s, sent_at = %s, provider = %s, reason = '', provider_id = taken.provider_id,
    segments = coalesce(taken.segments, message.segments),
    context = CASE WHEN message.kind = %s THEN '{}' ELSE message.context END
FROM unnest(%s::bigint[], %s::text[], %s::int[]) AS taken (id, provider_id, segments)
WHERE message.id = taken.id AND message.state = ANY(%s)
"""


# One statement for a batch: built for each row by itself it took most of the time of sending.
_WRITTEN = """
UPDATE reminders_outboundmessage AS message SET
    "to" = row."to", body = row.body, subject = row.subject, segments = row.segments, sender = row.sender,
    context = row.context, provider = row.provider
FROM json_populate_recordset(NULL::reminders_outboundmessage, %s) AS row
WHERE message.id = row.id
"""
WRITTEN = ("id", "to", "body", "subject", "segments", "sender", "context", "provider")


def written(messages: Sequence[OutboundMessage]) -> None:
    """Keep the texts of messages that are about to leave, in the caller's transaction."""
    if not messages:
        return
    content = [{name: getattr(message, name) for name in WRITTEN} for message in messages]
    rows.carry_out(_WRITTEN, [json.dumps(content)])


def sent(taken: Sequence[tuple[OutboundMessage, Sent]], *, provider: str, now: datetime) -> None:
    """The provider took these: one statement. A code is forgotten; a report that came before is applied now."""
    if not taken:
        return
    keys = [message.pk for message, _ in taken]
    ids = [short(answer.provider_id) for _, answer in taken]
    segments = [answer.segments for _, answer in taken]
    before = [str(state) for state in states.REACHED_FROM[MessageState.SENT]]
    with connection.cursor() as cursor:
        cursor.execute(
            _SENT, (str(MessageState.SENT), now, provider, str(Kind.ACCESS_CODE), keys, ids, segments, before)
        )
    told.by_messages([message for message, _ in taken], now=now)
    receipts.apply_early(provider, ids, now=now)


def short(provider_id: str) -> str:
    """An id as its column holds it: a Message-ID ends with a domain of any length, and is only compared."""
    return provider_id if len(provider_id) <= ID_LENGTH else hashlib.sha256(provider_id.encode()).hexdigest()


def failed(message: OutboundMessage, error: ProviderError, *, provider: str, now: datetime) -> None:
    """The provider did not take it, or perhaps did: what may be done next depends on which."""
    with transaction.atomic():
        match error:
            case PermanentError():
                states.advance(message, MessageState.FAILED, provider=provider, reason=_reason(error))
                fallback.refused(message, error.problem, now=now)
            case UncertainError():
                states.advance(
                    message,
                    MessageState.UNCERTAIN,
                    provider=provider,
                    reason=_reason(error),
                    next_try_at=now + ASK_AFTER,
                )
            case _:
                again(message, now + _wait(message, error, provider, now), now=now, reason=_reason(error))


def again(message: OutboundMessage, when: datetime, *, now: datetime, reason: str) -> None:
    """Try again later, if it will still serve then."""
    if when < message.give_up_at:
        states.advance(
            message, MessageState.PLANNED, next_try_at=when, claimed_at=None, reason=reason, body="", segments=0
        )
        return
    states.advance(message, MessageState.FAILED, reason=reason)
    fallback.another_way(message, now=now)


def _wait(message: OutboundMessage, error: ProviderError, provider: str, now: datetime) -> timedelta:
    if isinstance(error, AccountError):
        return TAKEN_OVER_WAIT if breaker.taking_over(provider, now) else ACCOUNT_WAIT
    asked = getattr(error, "retry_after", None) or timedelta(0)
    backed_off = timedelta(minutes=2 ** max(message.tries - 1, 0))
    return max(asked, min(backed_off, LONGEST_WAIT))


def _reason(error: ProviderError) -> str:
    return str(error)[:200]
