"""The outbox: messages as rows, written in the transaction of what they tell, sent once it is committed.

A row's key says what it tells to whom, so that writing it again does nothing. After the commit a worker is asked to
send; if nobody can be asked, the periodic pass finds the rows.
"""

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from rdv.booking.rows import write
from rdv.models import Appointment, Contact, Family, Offer, Service, Territory
from reminders.kinds import EMAIL, SMS, TABLE, Kind
from reminders.models import InboundMessage, MessageState, OutboundMessage
from reminders.planning import give_up

# A worker that was asked a moment ago has not looked yet: it will see this commit too.
KICK_DELAY = 0.3
# A number that stopped is answered this once.
ABOUT_STOP = ("receipt_stopped", "receipt_started")

_answering: ContextVar[str] = ContextVar("answering", default="")


class OutsideTransactionError(RuntimeError):
    """A message must be undone with what it tells."""


@contextmanager
def answering(phone: str) -> Iterator[None]:
    """While a reply of that number is being honoured: what is planned for it leaves at once, at any hour."""
    token = _answering.set(phone)
    try:
        yield
    finally:
        _answering.reset(token)


def answered_phone() -> str:
    """The number that is being answered, or nothing."""
    return _answering.get()


def enqueue(rows: Sequence[OutboundMessage], *, now: datetime) -> None:
    """Store messages in one query; those already there stay as they are. Refused outside a transaction."""
    assert_in_transaction()
    if not rows:
        return
    write(rows, known_stay=True)
    if any(row.next_try_at <= now for row in rows):
        transaction.on_commit(kick, robust=True)


def say(
    *,
    kind: Kind,
    template: str,
    territory: Territory,
    phone: str,
    now: datetime,
    reply: InboundMessage,
    contact: Contact | None = None,
    family: Family | None = None,
    appointment: Appointment | None = None,
    offer: Offer | None = None,
    language: str = "fr",
    context: dict[str, Any] | None = None,
) -> bool:
    """Answer a reply by SMS, at any hour: one message of the kind per reply.

    False when it was said already, or when the number has stopped.
    """
    assert_in_transaction()
    key = f"{kind}:r{reply.pk}"
    if OutboundMessage.objects.filter(key=key).exists() or (template not in ABOUT_STOP and has_stopped(phone)):
        return False
    row = OutboundMessage(
        territory=territory,
        key=key,
        kind=kind,
        channel=SMS,
        appointment=appointment,
        family=family,
        contact=contact,
        offer=offer,
        to=phone,
        language=language,
        context={"template": template, **_from_where_it_came(reply), **(context or {})},
        **timing(kind, now, now),
    )
    enqueue([row], now=now)
    return True


def _from_where_it_came(reply: InboundMessage) -> dict[str, str]:
    """Who writes to a discreet service's own number is answered by it, even about no appointment."""
    if reply.to in ("", reply.territory.sms_sender):
        return {}
    own = Service.objects.filter(territory=reply.territory_id, is_discreet=True, neutral_sender=reply.to)
    return {"sender": reply.to} if own.exists() else {}


def say_code(
    *, territory: Territory, code: str, now: datetime, phone: str = "", email: str = "", language: str = "fr"
) -> None:
    """Send a one-time code to a number or an address, at any hour; it is forgotten once sent."""
    assert_in_transaction()
    row = OutboundMessage(
        territory=territory,
        key=f"{Kind.ACCESS_CODE}:{phone or email}:{now.isoformat()}"[:200],
        kind=Kind.ACCESS_CODE,
        channel=SMS if phone else EMAIL,
        to=phone or email,
        language=language,
        context={"code": code},
        **timing(Kind.ACCESS_CODE, now, now),
    )
    enqueue([row], now=now)


def timing(kind: Kind, due: datetime, now: datetime, end: datetime | None = None) -> dict[str, Any]:
    """The fields of a row that say when, and how pressing it is."""
    return {
        "usefulness": TABLE[kind].usefulness,
        "due_at": due,
        "next_try_at": due,
        "give_up_at": end or give_up(kind, due),
        "created_at": now,
    }


def supersede(rows: QuerySet[OutboundMessage], reason: str) -> int:
    """What has not left yet is replaced by something newer."""
    assert_in_transaction()
    return rows.filter(state=MessageState.PLANNED).update(state=MessageState.SUPERSEDED, reason=reason)


def planned_for(appointment: Appointment, families: Collection[int] | None = None) -> QuerySet[OutboundMessage]:
    """What is still to leave about an appointment, to families; answers to their own messages stay."""
    rows = OutboundMessage.objects.filter(appointment=appointment, state=MessageState.PLANNED)
    rows = rows.exclude(kind__in=[Kind.RECEIPT, Kind.QUESTION])
    return rows if families is None else rows.filter(family__in=families)


class _Kick:
    """Ask a worker to send, unless one was asked a moment ago."""

    def __init__(self) -> None:
        self._asked_at = 0.0

    def __call__(self) -> None:
        from reminders.tasks import dispatch

        now = time.monotonic()
        if now - self._asked_at >= KICK_DELAY:
            self._asked_at = now
            dispatch.apply_async(countdown=KICK_DELAY)


kick = _Kick()


def has_stopped(phone: str) -> bool:
    """Whether somebody with that number wants no SMS: nobody with it gets any."""
    return Contact.objects.filter(phone=phone, sms_stopped_at__isnull=False).exists()


def assert_in_transaction() -> None:
    """Fail loudly where a message would outlive what it tells."""
    if not connection.in_atomic_block:
        raise OutsideTransactionError("messages are written inside the transaction of what they tell")
