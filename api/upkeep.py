"""What is forgotten each night: old keys, codes and sessions, notifications that were sent or given up."""

from datetime import datetime, timedelta

from api.models import DeliveryState, WebhookDelivery, WebhookDeliveryQuerySet
from api.v1 import idempotency
from rdv.access import codes, sessions

DELIVERIES_KEPT = timedelta(days=30)


def sweep(*, now: datetime) -> None:
    """Safe to run twice."""
    idempotency.sweep(now=now)
    codes.sweep(now=now)
    sessions.sweep()
    over = WebhookDeliveryQuerySet(WebhookDelivery).exclude(state=DeliveryState.PLANNED)
    over.filter(created_at__lt=now - DELIVERIES_KEPT).delete()
