"""Errors as RFC 9457 `application/problem+json`, each with a stable `code`.

`detail` is French, for people; programs read `code`, and `errors` by field.
"""

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from rdv.access.throttle import Throttled

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
WHOLE = "non_field_errors"

TITLES = {
    400: "Demande incorrecte",
    401: "Jeton absent ou refusé",
    403: "Accès refusé",
    404: "Introuvable",
    405: "Méthode refusée",
    406: "Format de réponse impossible",
    409: "Conflit",
    413: "Demande trop grande",
    415: "Format de demande refusé",
    422: "Demande contradictoire",
    429: "Trop de demandes",
    500: "Erreur du serveur",
    503: "Service momentanément indisponible",
}

# What REST framework says by itself, in our words.
DETAILS = {
    "not_authenticated": "Ajoutez l’en-tête Authorization: Bearer suivi de votre jeton.",
    "permission_denied": "Ce jeton ne donne pas ce droit.",
    "not_found": "Rien ne correspond à cette adresse, ou ce jeton ne permet pas de le voir.",
    "method_not_allowed": "Cette adresse n’accepte pas cette méthode. L’en-tête Allow donne celles qu’elle accepte.",
    "not_acceptable": "Les réponses sont en application/json.",
    "unsupported_media_type": "Envoyez du JSON, avec l’en-tête Content-Type: application/json.",
}


class Problem(Exception):
    """An answer other than what was asked for. `extra` adds members, such as `errors` or `alternatives`."""

    def __init__(self, status: int, code: str, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.extra = status, code, detail, extra
        self.headers: dict[str, str] = {}


class Invalid(Problem):
    """400: one or more fields can't be used as they are."""

    def __init__(self, errors: Mapping[str, Any], **extra: Any) -> None:
        super().__init__(400, "invalid", "Des champs sont à corriger.", errors=errors, **extra)


def field_error(field: str, text: str, **extra: Any) -> Invalid:
    """One sentence about one field."""
    return Invalid({field: [text]}, **extra)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """Every failure of a view as a problem; a defect is logged and reported like any other, and says nothing."""
    problem = _problem_of(error)
    if problem is None:
        logger.error("API failure", exc_info=error)
        got_request_exception.send(sender=None, request=context.get("request"))
        problem = Problem(500, "server_error", "Une erreur est survenue de notre côté. Elle nous est signalée.")
    return response_for(problem)


def response_for(problem: Problem) -> Response:
    """The problem as an answer, with its media type."""
    body = {
        "type": f"urn:rdv:problem:{problem.code}",
        "title": TITLES.get(problem.status, "Erreur"),
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        **problem.extra,
    }
    return Response(body, status=problem.status, headers=problem.headers, content_type=MEDIA_TYPE)


def _problem_of(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    if isinstance(error, Throttled):
        problem = Problem(429, "throttled", "Trop de demandes en peu de temps. Attendez avant de recommencer.")
        problem.headers["Retry-After"] = str(error.retry_after)
        return problem
    if isinstance(error, OperationalError):
        logger.error("database unavailable or busy", exc_info=error)
        problem = Problem(503, "unavailable", "Le service est très sollicité. Recommencez dans quelques secondes.")
        problem.headers["Retry-After"] = "2"
        return problem
    if isinstance(error, Http404):
        return Problem(404, "not_found", DETAILS["not_found"])
    if isinstance(error, PermissionDenied):
        return Problem(403, "permission_denied", DETAILS["permission_denied"])
    if isinstance(error, exceptions.ValidationError):
        return Invalid(_by_field(error.detail))
    if isinstance(error, exceptions.APIException):
        return _problem_of_framework(error)
    return None


def _problem_of_framework(error: exceptions.APIException) -> Problem:
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else error.default_code
    problem = Problem(error.status_code, code, DETAILS.get(code, str(error.detail)))
    if header := getattr(error, "auth_header", None):
        problem.headers["WWW-Authenticate"] = header
    return problem


def _by_field(detail: Any) -> dict[str, Any]:
    """What serializers say, with errors about the whole under "body", and about a whole field under its name."""
    if not isinstance(detail, dict):
        return {"body": detail if isinstance(detail, list) else [detail]}
    return {("body" if field == WHOLE else field): _texts(texts) for field, texts in detail.items()}


def _texts(found: Any) -> Any:
    """The sentences about one field, by index or by field inside it unless they are about all of it."""
    if not isinstance(found, dict):
        return found
    if set(found) == {WHOLE}:
        return found[WHOLE]
    return {key: _texts(inner) for key, inner in found.items()}
