"""Webhooks (notifications sortantes): made, changed and removed by the application that receives them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.models import DeliveryState, Webhook, WebhookDelivery, WebhookEvent
from api.v1.fields import local_iso
from api.v1.finding import Finding
from api.v1.idempotency import idempotent
from api.v1.pages import PAGE_PARAMETERS, listing, page_of
from api.v1.problems import Problem
from api.v1.schema import IDEMPOTENCY_KEY, INVALID, NOT_FOUND, created
from api.v1.webhooks.addresses import Forbidden, check_url
from api.v1.webhooks.send import new_secret
from rdv.access.scopes import TokenScope

TAG = "Notifications"
MOST_WEBHOOKS = 20


class WebhookInput(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=500, help_text="https://…, à une adresse publique.")
    events = serializers.ListField(
        child=serializers.ChoiceField(WebhookEvent.choices), allow_empty=False, max_length=len(WebhookEvent)
    )
    is_active = serializers.BooleanField(default=True)

    def validate_url(self, value: str) -> str:
        try:
            check_url(value)
        except Forbidden as error:
            raise serializers.ValidationError(str(error)) from error
        return value


class WebhookSerializer(serializers.Serializer[Webhook]):
    """Notification sortante."""

    id = serializers.IntegerField()
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(WebhookEvent.choices))
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class NewWebhookSerializer(WebhookSerializer):
    """Avec la clé de signature (Standard Webhooks), montrée cette seule fois."""

    secret = serializers.CharField()


class DeliverySerializer(serializers.Serializer[WebhookDelivery]):
    """Envoi."""

    id = serializers.CharField(help_text="L’en-tête webhook-id, le même à chaque essai.")
    type = serializers.ChoiceField(WebhookEvent.choices)
    state = serializers.ChoiceField(DeliveryState.choices)
    tries = serializers.IntegerField()
    last_status = serializers.IntegerField(allow_null=True)
    last_error = serializers.CharField()
    created_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)


class WebhookEndpoint(Finding):
    """Only applications, and administrators of the territory, are told of everything."""

    scopes = dict.fromkeys(("GET", "POST", "PATCH", "DELETE"), TokenScope.WEBHOOKS)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.scope.sees_everywhere:
            raise Problem(403, "permission_denied", "Les notifications sont pour les applications du département.")

    def webhook(self, pk: int) -> Webhook:
        found = self.token.webhooks.filter(pk=pk).first()
        if found is None:
            raise Problem(404, "not_found", "Cette notification n’existe pas.")
        return found

    def json(self, row: Webhook) -> dict[str, Any]:
        return {
            "id": row.pk,
            "url": row.url,
            "events": row.events,
            "is_active": row.is_active,
            "created_at": local_iso(row.created_at, self.territory.time_zone),
        }


class Webhooks(WebhookEndpoint):
    @extend_schema(
        operation_id="webhooks_list",
        tags=[TAG],
        summary="Les notifications de ce jeton",
        parameters=PAGE_PARAMETERS,
        responses={200: listing(WebhookSerializer)},
    )
    def get(self, request: Request) -> Response:
        return page_of(request, self.token.webhooks.order_by("pk"), self.json)

    @extend_schema(
        tags=[TAG],
        summary="Demander des notifications",
        parameters=[IDEMPOTENCY_KEY],
        request=WebhookInput,
        responses={201: created(NewWebhookSerializer), 400: INVALID},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.checked(WebhookInput)
        if self.token.webhooks.count() >= MOST_WEBHOOKS:
            raise Problem(409, "too_many_webhooks", f"Un jeton a {MOST_WEBHOOKS} notifications au plus.")
        made = self.token.webhooks.create(
            territory=self.territory, secret=new_secret(), created_at=self.now, **given | {"events": _sorted(given)}
        )
        return Response(self.json(made) | {"secret": made.secret}, status=201)


class WebhookDetail(WebhookEndpoint):
    @extend_schema(tags=[TAG], summary="Une notification", responses={200: WebhookSerializer, 404: NOT_FOUND})
    def get(self, request: Request, pk: int) -> Response:
        return Response(self.json(self.webhook(pk)))

    @extend_schema(
        tags=[TAG], summary="La changer", request=WebhookInput, responses={200: WebhookSerializer, 400: INVALID}
    )
    @idempotent
    def patch(self, request: Request, pk: int) -> Response:
        row = self.webhook(pk)
        given = self.checked(WebhookInput, partial=True)
        if "events" in given:
            given["events"] = _sorted(given)
        for name, value in given.items():
            setattr(row, name, value)
        row.save()
        return Response(self.json(row))

    @extend_schema(tags=[TAG], summary="Ne plus en recevoir", responses={204: None, 404: NOT_FOUND})
    @idempotent
    def delete(self, request: Request, pk: int) -> Response:
        self.webhook(pk).delete()
        return Response(status=204)


class Deliveries(WebhookEndpoint):
    @extend_schema(
        operation_id="webhook_deliveries_list",
        tags=[TAG],
        summary="Ses envois, le dernier d’abord",
        parameters=PAGE_PARAMETERS,
        responses={200: listing(DeliverySerializer), 404: NOT_FOUND},
    )
    def get(self, request: Request, pk: int) -> Response:
        return page_of(request, self.webhook(pk).deliveries.order_by("-created_at", "-pk"), self.delivery)

    def delivery(self, row: WebhookDelivery) -> dict[str, Any]:
        zone = self.territory.time_zone
        return {
            "id": row.event_id,
            "type": row.kind,
            "state": row.state,
            "tries": row.tries,
            "last_status": row.last_status,
            "last_error": row.last_error,
            "created_at": local_iso(row.created_at, zone),
            "delivered_at": row.delivered_at and local_iso(row.delivered_at, zone),
        }


def _sorted(given: dict[str, Any]) -> list[str]:
    return sorted(set(given["events"]))
