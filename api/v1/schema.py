"""The parts of the description of the API (OpenAPI 3) that endpoints share."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

PROBLEM_JSON = "application/problem+json"


class ProblemSerializer(serializers.Serializer[Any]):
    """Erreur (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="En français, pour les personnes.")
    code = serializers.CharField(help_text="Stable, pour les programmes.")


class InvalidSerializer(ProblemSerializer):
    """Champs à corriger."""

    errors = serializers.DictField(required=False, help_text="Par champ, ce qui est à corriger.")  # type: ignore[assignment]
    reason = serializers.CharField(required=False, help_text="La règle qui refuse : too_soon, too_young…")


class ConflictSerializer(ProblemSerializer):
    """Conflit ; avec slot_taken, les créneaux libres les plus proches."""

    alternatives = serializers.ListField(child=serializers.DictField(), required=False)
    appointment = serializers.IntegerField(required=False, help_text="Le rendez-vous que ces personnes ont déjà.")


INVALID = OpenApiResponse(InvalidSerializer, "Des champs sont à corriger.")
CONFLICT = OpenApiResponse(ConflictSerializer, "slot_taken, full, already_cancelled, in_the_past…")
NOT_FOUND = OpenApiResponse(ProblemSerializer, "Introuvable, ou hors de ce que le jeton permet de voir.")
PROBLEM = OpenApiResponse(ProblemSerializer, "Refus.")

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="De 1 à 255 caractères visibles : la même clé donne la même réponse.",
)

# What any operation may answer, whatever it does.
EVERYWHERE = {
    "400": "Des champs sont à corriger.",
    "401": "Jeton absent, inconnu ou révoqué.",
    "403": "Ce jeton ne donne pas ce droit.",
    "404": "Introuvable.",
    "406": "Les réponses sont en application/json.",
    "429": "Trop de demandes ; l’en-tête Retry-After dit quand recommencer.",
}
WITH_A_BODY = {
    "413": "Demande trop grande.",
    "415": "Envoyez du JSON.",
    "422": "Cette clé d’idempotence a servi pour une autre demande.",
}
WRITES = {"post", "put", "patch", "delete"}


def created(item: type[serializers.BaseSerializer[Any]]) -> OpenApiResponse:
    """201, with what was made."""
    return OpenApiResponse(item, "Créé.")


def describe_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Give every operation its common refusals, and problems their media type."""
    problem = {"$ref": "#/components/schemas/Problem"}
    for methods in result.get("paths", {}).values():
        for method, operation in methods.items():
            common = EVERYWHERE | (WITH_A_BODY if method in WRITES else {})
            answers = operation["responses"]
            for status, text in common.items():
                answers.setdefault(status, {"description": text, "content": {PROBLEM_JSON: {"schema": problem}}})
            for status, answer in answers.items():
                if status >= "400" and "application/json" in answer.get("content", {}):
                    answer["content"][PROBLEM_JSON] = answer["content"].pop("application/json")
    return result
