"""Handling stored replies: each once, those of one number in their order, whoever runs and however often."""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction

from reminders import todo
from reminders.inbound.conversation import handle
from reminders.models import InboundMessage, TaskKind

log = logging.getLogger(__name__)

# A reply that fails for that long is read by a person.
PATIENCE = timedelta(minutes=5)


def process_pending(*, now: datetime) -> int:
    """Handle what is stored and not handled yet; gives how many were."""
    waiting = InboundMessage.objects.filter(handled_at=None).order_by("received_at", "pk")
    senders = dict.fromkeys(waiting.values_list("sender", flat=True))
    return sum(process_sender(sender, now=now) for sender in senders)


def process_sender(sender: str, *, now: datetime) -> int:
    """Handle the pending replies of one number, the oldest first; gives how many were."""
    waiting = InboundMessage.objects.filter(sender=sender, handled_at=None).order_by("received_at", "pk")
    return sum(_process(pk, now=now) for pk in list(waiting.values_list("pk", flat=True)))


def _process(pk: int, *, now: datetime) -> bool:
    """Its effect, its answer and the note that it is handled are one transaction: all or nothing."""
    try:
        with transaction.atomic(durable=True):
            reply = _claim(pk)
            if reply is None:
                return False
            decision = handle(reply, now=now)
    except Exception:
        log.exception("reply %s could not be handled", pk)
        return _give_up(pk, now=now)
    log.info("reply %s: %s", pk, decision.action)
    return True


def _claim(pk: int) -> InboundMessage | None:
    """The reply, once nobody else handles one of the same number: the number is locked before anything else."""
    sender = InboundMessage.objects.filter(pk=pk).values_list("sender", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"reply:{sender}"])
    waiting = InboundMessage.objects.select_related("territory").filter(pk=pk, handled_at=None)
    return waiting.select_for_update(of=("self",), no_key=True).first()


def _give_up(pk: int, *, now: datetime) -> bool:
    """Leave it for the next pass; after a while a person reads what could not be handled."""
    with transaction.atomic(durable=True):
        reply = _claim(pk)
        if reply is None or now - reply.received_at < PATIENCE:
            return False
        todo.open_task(
            kind=TaskKind.UNCLEAR, key=f"r{pk}", territory=reply.territory, reply=reply, detail=reply.body, now=now
        )
        reply.handled_at, reply.outcome = now, "failed"
        reply.save(update_fields=["handled_at", "outcome"])
    return True
