"""Sending notifications: signed (Standard Webhooks), tried again with back-off, never to a private address.

A row is claimed in a short transaction by putting its next try off, so a worker that dies has it tried again; the
receiver knows a repeated notification by its `webhook-id`. The other system is called outside any transaction.
"""

import base64
import hashlib
import hmac
import json
import secrets
import socket
import ssl
from collections.abc import Mapping
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import time
from urllib.parse import SplitResult, urlsplit

from django.db import transaction
from django.db.models import F

from api.models import DeliveryState, WebhookDelivery, WebhookDeliveryQuerySet
from api.v1.webhooks.addresses import Forbidden, check_url, resolve

BATCH = 20
TIMEOUT = 15
LEASE = timedelta(minutes=2)
PREFIX = "whsec_"
# The delays that Standard Webhooks recommends: 9 tries in about three days and a half.
DELAYS = [timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)]
GONE = 410


class NotDelivered(Exception):
    """The other system did not take it. `status` is its answer, None without one."""

    def __init__(self, text: str, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status


def new_secret() -> str:
    """A key of 32 bytes, as Standard Webhooks writes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def deliver_due(*, now: datetime) -> int:
    """Send what is due, oldest first, until nothing is; gives how many were taken by their receivers."""
    delivered = 0
    while claimed := _claim(now):
        for delivery in claimed:
            delivered += _deliver(delivery, now)
    return delivered


def signature(secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """`webhook-signature` of a body: HMAC-SHA256 of "id.timestamp.body"."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{event_id}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status that the other system answers; redirections are not followed. Raises NotDelivered."""
    try:
        check_url(url)
        parts = urlsplit(url)
        connection = _connection(parts)
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body, dict(headers))
            answer = connection.getresponse()
            answer.read(1024)
            return answer.status
        finally:
            connection.close()
    except Forbidden as error:
        raise NotDelivered(str(error)) from error
    except (OSError, HTTPException, UnicodeError) as error:
        raise NotDelivered(type(error).__name__) from error


def _claim(now: datetime) -> list[WebhookDelivery]:
    with transaction.atomic():
        rows = WebhookDeliveryQuerySet(WebhookDelivery).due(now).select_related("webhook")
        found = list(
            rows.order_by("next_try_at", "pk").select_for_update(of=("self",), skip_locked=True, no_key=True)[:BATCH]
        )
        claimed = WebhookDeliveryQuerySet(WebhookDelivery).filter(pk__in=[row.pk for row in found])
        claimed.update(next_try_at=now + LEASE, tries=F("tries") + 1)
    for row in found:
        row.tries += 1
    return found


def _deliver(delivery: WebhookDelivery, now: datetime) -> bool:
    body = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":")).encode()
    # The receiver compares it with the clock of the world, which the demonstration's is not.
    timestamp = int(time())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "RDV-PMI",
        "webhook-id": delivery.event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(delivery.webhook.secret, delivery.event_id, timestamp, body),
    }
    try:
        status = post(delivery.webhook.url, body, headers)
        if not 200 <= status < 300:
            raise NotDelivered(f"réponse {status}", status)
    except NotDelivered as error:
        _failed(delivery, error, now)
        return False
    delivery.state, delivery.delivered_at = DeliveryState.DELIVERED, now
    delivery.last_status, delivery.last_error = status, ""
    delivery.save(update_fields=["state", "delivered_at", "last_status", "last_error"])
    return True


def _failed(delivery: WebhookDelivery, error: NotDelivered, now: datetime) -> None:
    """Later, with a delay that grows; given up after the last one, or at once when the receiver is gone for good."""
    delivery.last_status, delivery.last_error = error.status, str(error)[:200]
    if error.status == GONE:
        delivery.webhook.is_active = False
        delivery.webhook.save(update_fields=["is_active"])
    if error.status == GONE or delivery.tries > len(DELAYS):
        delivery.state = DeliveryState.FAILED
    else:
        delay = DELAYS[delivery.tries - 1]
        delivery.next_try_at = now + delay + delay * secrets.randbelow(20) / 100
    delivery.save(update_fields=["state", "next_try_at", "last_status", "last_error"])


def _connection(parts: SplitResult) -> HTTPConnection:
    """A connection to the address that was checked; the certificate is checked against the name."""
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = resolve(host, port)
    raw = socket.create_connection((address, port), timeout=TIMEOUT)
    if not secure:
        connection = HTTPConnection(host, port, timeout=TIMEOUT)
        connection.sock = raw
        return connection
    context = ssl.create_default_context()
    secured = HTTPSConnection(host, port, timeout=TIMEOUT, context=context)
    try:
        secured.sock = context.wrap_socket(raw, server_hostname=host)
    except OSError:
        raw.close()
        raise
    return secured
