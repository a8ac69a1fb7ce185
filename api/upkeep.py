"""What the API forgets: answers to old keys, and notifications that were sent or given up."""

from datetime import datetime, timedelta

from api.models import DeliveryState, WebhookDelivery, WebhookDeliveryQuerySet
from api.v1 import idempotency
from rdv.access import codes

DELIVERIES_KEPT = timedelta(days=30)


def sweep(*, now: datetime) -> None:
    """Safe to run twice."""
    idempotency.sweep(now=now)
    codes.sweep(now=now)
    over = WebhookDeliveryQuerySet(WebhookDelivery).exclude(state=DeliveryState.PLANNED)
    over.filter(created_at__lt=now - DELIVERIES_KEPT).delete()
