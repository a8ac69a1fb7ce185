"""`Idempotency-Key`: the same key gives the same answer (draft-ietf-httpapi-idempotency-key-header).

A key belongs to a token. Requests with one key queue behind a lock of their own, which PostgreSQL drops if this
process dies; the next one then finds a record without an answer and does the work again, and the verbs under it
know their request (`BookingRequest.request_key`), so nothing is done twice. Refusals of what was written (400) are
not kept: they changed nothing, and the caller will correct its body.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from api.models import IdempotencyRecord
from api.v1.endpoint import Endpoint
from api.v1.problems import MEDIA_TYPE, Problem, field_error
from rdv.models import ApiToken

HEADER = "Idempotency-Key"
KEPT = timedelta(days=7)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_NOT_KEPT = (400, 404)

Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Handler:
    """For a method that writes: honours the header when it is given."""

    @wraps(handler)
    def once(self: Endpoint, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = key_of(request)
        if key is None:
            return handler(self, request, *args, **kwargs)
        fingerprint = _fingerprint(request)
        with _queue(f"{self.token.pk}:{key}"):
            record, is_new = self.token.idempotency_records.get_or_create(
                key=key, defaults={"fingerprint": fingerprint, "created_at": self.now}
            )
            if record.fingerprint != fingerprint:
                text = "Cette clé a déjà servi pour une autre demande. Prenez-en une nouvelle."
                raise Problem(422, "idempotency_key_reused", text)
            if record.status is not None:
                return _again(record)
            self.resumed = not is_new
            try:
                response = handler(self, request, *args, **kwargs)
            except (Problem, APIException) as error:
                response = self.handle_exception(error)
            _keep(record, response)
            return response

    return once


def key_of(request: Request) -> str | None:
    """The key given, or None; refuses one that is empty, too long or not printable ASCII."""
    key: str | None = request.headers.get(HEADER)
    if key is not None and not _KEY.fullmatch(key):
        raise field_error(HEADER, "La clé a de 1 à 255 caractères ASCII visibles, sans espace.")
    return key


def request_key(token: ApiToken, request: Request) -> str:
    """The name under which a booking remembers the request, and so the token, that made it."""
    key = key_of(request)
    return booked_by(token) + (hashlib.sha256(key.encode()).hexdigest()[:48] if key else uuid.uuid4().hex)


def booked_by(token: ApiToken) -> str:
    """How the request keys of a token's bookings begin."""
    return f"api:{token.pk}:"


def sweep(*, now: datetime) -> int:
    """Forget the keys that are too old to be tried again."""
    return QuerySet(IdempotencyRecord).filter(created_at__lt=now - KEPT).delete()[0]


@contextmanager
def _queue(name: str) -> Iterator[None]:
    """One request at a time, by a lock of this connection that outlives its transactions."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def _fingerprint(request: Request) -> str:
    """The method, the address and the values of the body, whatever its spacing and the order of its members."""
    body = json.dumps(request.data, sort_keys=True)
    return hashlib.sha256(f"{request.method} {request.path} {body}".encode()).hexdigest()


def _again(record: IdempotencyRecord) -> Response:
    headers = {"Idempotency-Replayed": "true"}
    if record.location:
        headers["Location"] = record.location
    problem = record.status is not None and record.status >= 400
    return Response(
        json.loads(record.body), status=record.status, headers=headers, content_type=MEDIA_TYPE if problem else None
    )


def _keep(record: IdempotencyRecord, response: Response) -> None:
    if response.status_code in _NOT_KEPT:
        record.delete()
        return
    record.status, record.body = response.status_code, json.dumps(response.data, cls=JSONEncoder)
    record.location = response.headers.get("Location", "")
    record.save(update_fields=["status", "body", "location"])
