"""What the API forgets (rules §11): with its nightly sweep's periods, and a year for what was never sent."""

from datetime import datetime

from api.models import DeliveryState, IdempotencyRecord, WebhookDelivery, WebhookDeliveryQuerySet
from api.upkeep import DELIVERIES_KEPT
from api.v1.idempotency import KEPT
from rdv.retention.registry import Period, Purge, register
from rdv.retention.traces import LOGS_KEPT, deletion, older


def connect() -> None:
    """Register; called once, when the application is ready."""
    answers = ("idempotency", "API : réponses déjà données", "7 jours", Period(time=KEPT))
    over = ("webhook_deliveries", "API : notifications sortantes", "30 jours", Period(time=DELIVERIES_KEPT))
    stuck = ("webhook_unsent", "API : notifications jamais parties", "1 an", LOGS_KEPT)
    register(Purge(*answers, older(IdempotencyRecord, "created_at"), deletion(IdempotencyRecord)))
    register(Purge(*over, over_deliveries, deletion(WebhookDelivery)))
    register(Purge(*stuck, older(WebhookDelivery, "created_at"), deletion(WebhookDelivery)))


def over_deliveries(limit: datetime) -> WebhookDeliveryQuerySet:
    """Sent or given up. Those of an address that is switched off wait for it, a year at most."""
    return WebhookDeliveryQuerySet(WebhookDelivery).exclude(state=DeliveryState.PLANNED).filter(created_at__lt=limit)
