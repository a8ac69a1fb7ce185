"""What the API remembers: answers already given, and notifications to other systems."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from rdv.models import ApiToken, Territory


class IdempotencyRecord(models.Model):
    """Clé d'idempotence: the answer given to a key, to be given again. No `status` yet = the work was cut short."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="idempotency_records")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    body = models.TextField(blank=True)
    location = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "clé d’idempotence"
        verbose_name_plural = "clés d’idempotence"
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="idempotency_key_once_per_token")]

    def __str__(self) -> str:
        return f"clé {self.pk}"


class WebhookEvent(models.TextChoices):
    """What another system may be told of. Codes are stable."""

    BOOKED = "appointment.booked", "Rendez-vous pris"
    MOVED = "appointment.moved", "Rendez-vous déplacé"
    CANCELLED = "appointment.cancelled", "Rendez-vous annulé"
    PARTICIPATION_CANCELLED = "appointment.participation_cancelled", "Participation annulée"
    CONFIRMED = "appointment.confirmed", "Venue confirmée"
    OUTCOME = "appointment.outcome", "Suite donnée"
    ABSENCE = "absence.declared", "Absence déclarée"


class Webhook(models.Model):
    """Notification sortante: the address of another system and what it wants to know (Standard Webhooks).

    The secret signs each delivery, so it is kept as it is; it is shown once.
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="webhooks")
    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="webhooks")
    url = models.URLField("adresse", max_length=500)
    events = ArrayField(models.CharField(max_length=60, choices=WebhookEvent), verbose_name="événements", default=list)
    secret = models.CharField(max_length=80, editable=False)
    is_active = models.BooleanField("active", default=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "notification sortante"
        verbose_name_plural = "notifications sortantes"

    def __str__(self) -> str:
        return self.url


class DeliveryState(models.TextChoices):
    PLANNED = "planned", "À envoyer"
    DELIVERED = "delivered", "Reçue"
    FAILED = "failed", "Abandonnée"


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def due(self, now: datetime) -> "WebhookDeliveryQuerySet":
        return self.filter(state=DeliveryState.PLANNED, next_try_at__lte=now, webhook__is_active=True)


class WebhookDelivery(models.Model):
    """Envoi d'une notification: written in the transaction of what it tells; `event_id` is its stable identity."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=60, choices=WebhookEvent)
    payload = models.JSONField()
    state = models.CharField("état", max_length=10, choices=DeliveryState, default=DeliveryState.PLANNED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "envoi d’une notification"
        verbose_name_plural = "envois des notifications"
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event_id"], name="webhook_delivery_once_per_event"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="planned"), name="webhook_delivery_due"),
            models.Index(fields=["webhook", "-created_at"], name="webhook_delivery_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_state_display()})"
