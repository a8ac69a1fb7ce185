"""smsmode, through its REST API v1.

Sources, read on 2026-11-23. The reference is https://dev.smsmode.com/sms/v1/; its pages were read through those that
repeat it:
- fields of a message, paths, ``refClient``, ``callbackUrlStatus``, ``callbackUrlMo``: descriptions of its operations
  send-message, message-details and messages-list;
- the whole answer: the tests of github.com/novuhq/novu; the sender (11 letters, digits, spaces):
  github.com/symfony/smsmode-notifier;
- states (SCHEDULED, ENROUTE, DELIVERED, UNDELIVERABLE, UNDELIVERED; ``status.detail`` names the cause) and filters of
  the list: https://glama.ai/mcp/connectors/io.usefulapi/smsmode.
What a refusal says (``title``, ``message``, ``detail``, ``errorCode``) is read from its status and its words.

Callbacks are not signed: reports come with our key in their address. Replies are fetched. The credit left is not part
of that API: ``credit`` does not say.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from reminders.providers.base import (
    AccountError,
    DeliveryState,
    Found,
    Inbound,
    OutOfCredit,
    PermanentError,
    Problem,
    ProviderError,
    Sent,
    StatusUpdate,
    TransientError,
    digits_of,
    e164,
    tag_of,
)
from reminders.providers.http import Answer, Rest
from reminders.texts import gsm7

BASE_URL = "https://rest.smsmode.com"
STATES: Final[dict[str, DeliveryState]] = {
    "SCHEDULED": DeliveryState.SENT,
    "ENROUTE": DeliveryState.SENT,
    "DELIVERED": DeliveryState.DELIVERED,
    "UNDELIVERABLE": DeliveryState.FAILED,
    "UNDELIVERED": DeliveryState.FAILED,
}
PROBLEMS: Final[dict[str, Problem]] = {
    "UNDELIVERABLE": Problem.INVALID_NUMBER,
    "UNDELIVERED": Problem.UNREACHABLE,
}


class SmsmodeProvider:
    """One channel of an smsmode organisation: the one that the key opens."""

    name = "smsmode"

    def __init__(self, *, api_key: str, base_url: str = "") -> None:
        self._headers = {"X-Api-Key": api_key}
        self._rest = Rest(base_url or BASE_URL, stand_in=bool(base_url))

    def send(self, *, to: str, body: str, sender: str, reference: str, status_url: str = "") -> Sent:
        """Hand one SMS over. Without a sender the channel's own is used, which may be one that can be answered."""
        message = {
            "recipient": {"to": digits_of(to)},
            "body": {"text": body, "encoding": "GSM7" if gsm7.count(body).encoding == "gsm7" else "UNICODE"},
            "refClient": tag_of(reference),
            **({"from": sender} if sender else {}),
            **({"callbackUrlStatus": status_url, "callbackUrlMo": _beside(status_url)} if status_url else {}),
        }
        url = self._rest.url("/sms/v1/messages")
        answer = self._rest.post(url, body=json.dumps(message), headers=self._headers)
        if not answer.ok:
            raise _failure(answer)
        provider_id = answer.text("messageId")
        if not provider_id:
            raise TransientError("no_id")
        parts = (answer.fields.get("body") or {}).get("messagePartCount")
        return Sent(provider_id, segments=int(parts or 0) or None)

    def look_up(
        self, *, provider_id: str = "", reference: str = "", to: str = "", body: str = "", since: datetime | None = None
    ) -> Found | None:
        """What became of a message, by its id, else the newest with our key, or with that text to that number."""
        if provider_id:
            answer = self._get(f"/sms/v1/messages/{provider_id}")
            return _found(answer.fields) if answer else None
        key = tag_of(reference) if reference else ""
        rows = self._list({"refClient": key} if key else {})
        ours = [row for row in rows if _is(row, key, to, body)]
        return _found(max(ours, key=lambda row: str(row.get("acceptedAt", "")))) if ours else None

    def read_status(self, form: Mapping[str, Any]) -> StatusUpdate | None:
        """A report: the message as the API shows it, with its ``status``."""
        status = form.get("status")
        value = str(status.get("value", "")) if isinstance(status, dict) else ""
        provider_id = str(form.get("messageId", ""))
        if not provider_id or value not in STATES:
            return None
        detail = str(status.get("detail", "")) if isinstance(status, dict) and value in PROBLEMS else ""
        return StatusUpdate(provider_id, STATES[value], detail, PROBLEMS.get(value))

    def read_inbound(self, form: Mapping[str, str]) -> Inbound | None:
        """Nothing: a call without a signature only says that there is something to fetch."""
        return None

    def incoming(self, *, since: datetime) -> Sequence[Inbound]:
        """Replies."""
        rows = self._list({"direction": "MO", "startDate": since.replace(tzinfo=None).isoformat(timespec="seconds")})
        return [_inbound(row) for row in rows if row.get("direction") == "MO" and row.get("from")]

    def credit(self) -> float | None:
        """Not told by this API."""
        return None

    def _list(self, query: Mapping[str, object]) -> list[dict[str, Any]]:
        answer = self._get("/sms/v1/messages", query)
        return list(answer.fields.get("items") or []) if answer else []

    def _get(self, path: str, query: Mapping[str, object] | None = None) -> Answer | None:
        """None where there is nothing of that name."""
        answer = self._rest.get(self._rest.url(path, query), headers=self._headers)
        if answer.status == 404:
            return None
        if not answer.ok:
            raise _failure(answer) if answer.status in {401, 403} else TransientError(str(answer.status))
        return answer


def _beside(status_url: str) -> str:
    """Where replies are announced: beside the reports."""
    return status_url.replace("/status/", "/inbound/", 1)


def _is(row: Mapping[str, Any], key: str, to: str, body: str) -> bool:
    if key and row.get("refClient"):
        return bool(row["refClient"] == key)
    return (_part(row, "recipient", "to"), _part(row, "body", "text")) == (digits_of(to), body)


def _part(row: Mapping[str, Any], name: str, part: str) -> str:
    return str((row.get(name) or {}).get(part, ""))


def _found(row: Mapping[str, Any]) -> Found:
    value = _part(row, "status", "value")
    detail = _part(row, "status", "detail") if value in PROBLEMS else ""
    return Found(str(row.get("messageId", "")), STATES.get(value, DeliveryState.SENT), detail)


def _inbound(row: Mapping[str, Any]) -> Inbound:
    return Inbound(str(row.get("messageId", "")), e164(str(row["from"])), "", _part(row, "body", "text"))


def _failure(answer: Answer) -> ProviderError:
    code = answer.text("errorCode") or str(answer.status)
    reason = " ".join(part for part in (answer.text("message", "title"), answer.text("detail")) if part)
    words = reason.lower()
    if answer.status == 402 or "credit" in words:
        return OutOfCredit(code, reason)
    if answer.status in {401, 403} or "sender" in words or "from" in words.split():
        return AccountError(code, reason)
    if "recipient" in words or "number" in words:
        return PermanentError(code, Problem.INVALID_NUMBER, reason)
    return PermanentError(code, Problem.REFUSED, reason)
