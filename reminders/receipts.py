"""What providers report of messages after taking them: late, doubled and out-of-order reports change nothing."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from reminders import canary, fallback, states, told
from reminders.kinds import Kind
from reminders.models import DeliveryReceipt, MessageState, OutboundMessage
from reminders.providers.base import DeliveryState, Problem

# Asked after each batch, and nearly always in vain.
ANY_EARLY_SQL = """
SELECT EXISTS (SELECT FROM reminders_deliveryreceipt
                WHERE provider = %s AND provider_id = ANY(%s) AND message_id IS NULL)
"""


def apply_status(
    *,
    provider: str,
    provider_id: str,
    status: DeliveryState | str,
    now: datetime,
    error_code: str = "",
    problem: Problem | None = None,
) -> bool:
    """Keep one report and bring its message forward; False if it was known already, or changes nothing.

    A report may come before our own record of the message: it is kept, and applied by that record.
    """
    changed = False
    with transaction.atomic():
        message = _message(provider, provider_id)
        receipt = DeliveryReceipt(
            message=message,
            provider=provider,
            provider_id=provider_id,
            received_at=now,
            status=status,
            error_code=error_code[:20],
            problem=problem or "",
        )
        known = DeliveryReceipt.objects.filter(
            provider=provider, provider_id=provider_id, status=status, error_code=error_code[:20]
        )
        if known.exists():
            return False
        DeliveryReceipt.objects.bulk_create([receipt], ignore_conflicts=True)
        if message is not None:
            changed = _apply(message, DeliveryState(status), problem, error_code, now)
    if message is None and canary.delivered(provider, provider_id, status=DeliveryState(status), now=now):
        return True
    if message is None:
        # Recorded while we stored this, and unseen by that record: each looks after its own commit.
        apply_early(provider, [provider_id], now=now)
    return changed


def apply_early(provider: str, provider_ids: Sequence[str], *, now: datetime) -> None:
    """Apply the reports that came before the messages' own record."""
    with connection.cursor() as cursor:
        cursor.execute(ANY_EARLY_SQL, [provider, list(provider_ids)])
        ((any_early,),) = cursor.fetchall()
    if not any_early:
        return
    with transaction.atomic():
        _apply_early(provider, provider_ids, now)


def _apply_early(provider: str, provider_ids: Sequence[str], now: datetime) -> None:
    early = DeliveryReceipt.objects.filter(provider=provider, provider_id__in=provider_ids, message=None)
    for receipt in early.order_by("received_at", "pk"):
        message = _message(provider, receipt.provider_id)
        if message is None:
            continue
        receipt.message = message
        receipt.save(update_fields=["message"])
        problem = Problem(receipt.problem) if receipt.problem else None
        _apply(message, DeliveryState(receipt.status), problem, receipt.error_code, now)


def _apply(message: OutboundMessage, status: DeliveryState, problem: Problem | None, code: str, now: datetime) -> bool:
    if status is DeliveryState.SENT:
        return False
    if status is DeliveryState.DELIVERED:
        delivered = states.advance(message, MessageState.DELIVERED)
        told.by_messages([message] if delivered else [], now=now)
        return delivered
    if not states.advance(message, MessageState.FAILED, reason=f"non remis ({code})"):
        return False
    told.lost(message)
    # What somebody wrote is his to say another way, however late it is known.
    if now < message.give_up_at or message.kind == Kind.REPLY_BY_AGENT:
        fallback.refused(message, problem or Problem.UNREACHABLE, now=now)
    return True


def _message(provider: str, provider_id: str) -> OutboundMessage | None:
    return (
        OutboundMessage.objects.filter(provider=provider, provider_id=provider_id)
        .exclude(provider_id="")
        .select_related("contact", "appointment", "offer__round__location")
        .first()
    )
