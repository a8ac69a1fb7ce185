"""Settle what was left in flight: a worker that died, an answer that never came (rules §7)."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from reminders import claiming, fallback, receipts, record, states
from reminders.kinds import EMAIL, TABLE, Kind
from reminders.models import MessageState, OutboundMessage, TaskKind
from reminders.providers import accounts
from reminders.providers.base import Found, Sent, TransientError

logger = logging.getLogger(__name__)

# Longer than a batch takes at the slowest.
IN_FLIGHT = timedelta(minutes=10)
AT_MOST = 200
LOST = "l’envoi a été interrompu"


def sweep(now: datetime) -> int:
    """Ask the provider about each message whose end is unknown; the number settled."""
    given_back = claiming.let_go(now - IN_FLIGHT)
    return given_back + sum(_settled(pk, now) for pk in list(_lost(now).values_list("pk", flat=True)[:AT_MOST]))


def _settled(pk: int, now: datetime) -> bool:
    """One that can't be settled keeps no other in flight."""
    try:
        return _settle(pk, now)
    except Exception:
        logger.exception("message %s could not be settled", pk)
        return False


def _lost(now: datetime) -> QuerySet[OutboundMessage]:
    stuck = Q(state=MessageState.CLAIMED, queued__at__lte=now - IN_FLIGHT)
    unsure = Q(state=MessageState.UNCERTAIN)
    return OutboundMessage.objects.filter(stuck | unsure, queued__is_held=True, queued__at__lte=now).order_by("pk")


def _settle(pk: int, now: datetime) -> bool:
    message = _lost(now).select_related("contact", "appointment", "offer__round__location").filter(pk=pk).first()
    if message is None:
        return False
    if not message.body or message.channel == EMAIL:
        # Never handed over; or an e-mail, which is shown once even when it comes twice (same Message-ID).
        return _again(message, now)
    try:
        found = _ask(message)
    except TransientError:
        return _cannot_tell(message, now)
    return _known(message, found, now) if found else _again(message, now)


def _ask(message: OutboundMessage) -> Found | None:
    provider = accounts.sms_provider(message.provider)
    if provider is None:
        raise TransientError("no_account")
    return provider.look_up(reference=message.key, to=message.to, body=message.body)


def _known(message: OutboundMessage, found: Found, now: datetime) -> bool:
    """The provider's latest with that text; if it is the record of an earlier message of ours, this one never left."""
    provider = message.provider or getattr(accounts.sms_provider(), "name", "")
    if OutboundMessage.objects.filter(provider=provider, provider_id=found.provider_id).exists():
        return _again(message, now)
    record.sent([(message, Sent(found.provider_id))], provider=provider, now=now)
    receipts.apply_status(
        provider=provider, provider_id=found.provider_id, status=found.state, error_code=found.code, now=now
    )
    return True


def _again(message: OutboundMessage, now: datetime) -> bool:
    with transaction.atomic():
        record.again(message, now, now=now, reason=LOST)
    return True


def _cannot_tell(message: OutboundMessage, now: datetime) -> bool:
    """A change is sent again; a reminder might come twice, so a person calls instead."""
    rule = TABLE[Kind(message.kind)]
    if rule.repeat:
        return _again(message, now)
    with transaction.atomic():
        fallback.call(message, now=now, kind=TaskKind.CALL_REMINDER, detail="SMS peut-être non parti")
        return states.advance(message, MessageState.FAILED, reason="peut-être non parti : à dire par téléphone")
