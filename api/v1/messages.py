"""What was, will be or has been said: read-only."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.fields import BoundField, IdField, local_iso
from api.v1.finding import Finding
from api.v1.pages import PAGE_PARAMETERS, listing, page_of
from api.v1.problems import Problem
from api.v1.schema import INVALID, NOT_FOUND
from rdv.access.scopes import TokenScope
from reminders.models import MessageChannel, MessageState, OutboundMessage

TAG = "Messages"


class MessageSerializer(serializers.Serializer[OutboundMessage]):
    """Message sortant, tel que la famille l'a reçu."""

    id = serializers.IntegerField()
    kind = serializers.CharField(help_text="Ce qu’il dit : confirmation, rappel, annulation…")
    channel = serializers.ChoiceField(MessageChannel.choices)
    state = serializers.ChoiceField(MessageState.choices)
    to = serializers.CharField()
    subject = serializers.CharField()
    body = serializers.CharField(help_text="Vide tant qu’il n’est pas écrit.")
    segments = serializers.IntegerField(help_text="SMS facturés.")
    reason = serializers.CharField(help_text="Pourquoi il n’est pas parti.")
    appointment = serializers.IntegerField(allow_null=True)
    family = serializers.IntegerField(allow_null=True)
    due_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class MessageFilter(serializers.Serializer[Any]):
    appointment = IdField(required=False)
    family = IdField(required=False)
    channel = serializers.ChoiceField(MessageChannel.choices, required=False)
    state = serializers.ChoiceField(MessageState.choices, required=False)
    to = BoundField(required=False)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": BoundField(required=False)}


class MessageEndpoint(Finding):
    scopes = {"GET": TokenScope.MESSAGES_READ}

    def json(self, row: OutboundMessage) -> dict[str, Any]:
        zone = self.territory.time_zone
        return {
            "id": row.pk,
            "kind": row.kind,
            "channel": row.channel,
            "state": row.state,
            "to": row.to,
            "subject": row.subject,
            "body": row.body,
            "segments": row.segments,
            "reason": row.reason,
            "appointment": row.appointment_id,
            "family": row.family_id,
            "due_at": local_iso(row.due_at, zone),
            "sent_at": row.sent_at and local_iso(row.sent_at, zone),
            "created_at": local_iso(row.created_at, zone),
        }


class Messages(MessageEndpoint):
    @extend_schema(
        operation_id="messages_list",
        tags=[TAG],
        summary="Messages, le dernier d’abord",
        parameters=[
            OpenApiParameter("from", OpenApiTypes.STR, description="À envoyer à partir de ce jour ou de cet instant."),
            OpenApiParameter("to", OpenApiTypes.STR, description="Jour compris, ou date et heure non comprises."),
            OpenApiParameter("appointment", OpenApiTypes.INT),
            OpenApiParameter("family", OpenApiTypes.INT),
            OpenApiParameter("channel", OpenApiTypes.STR, enum=[channel.value for channel in MessageChannel]),
            OpenApiParameter("state", OpenApiTypes.STR, enum=[state.value for state in MessageState]),
            *PAGE_PARAMETERS,
        ],
        responses={200: listing(MessageSerializer), 400: INVALID},
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(MessageFilter)
        zone = self.territory.time_zone
        found = self.scope.messages()
        if "from" in asked:
            found = found.filter(due_at__gte=asked.pop("from").first(zone))
        if "to" in asked:
            found = found.filter(due_at__lt=asked.pop("to").end(zone))
        return page_of(request, found.filter(**asked).order_by("-created_at", "-pk"), self.json)


class MessageDetail(MessageEndpoint):
    @extend_schema(tags=[TAG], summary="Un message", responses={200: MessageSerializer, 404: NOT_FOUND})
    def get(self, request: Request, pk: int) -> Response:
        found = self.scope.messages().filter(pk=pk).first()
        if found is None:
            raise Problem(404, "not_found", "Ce message n’existe pas, ou ce jeton ne permet pas de le voir.")
        return Response(self.json(found))
