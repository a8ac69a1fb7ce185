"""Brevo's transactional SMS, through its REST API.

Sources, read on 2026-11-23:
- sending: https://developers.brevo.com/docs/transactional-sms-endpoints; its answer and 402: SendSmsResponse and
  sendTransacSms of Brevo's OpenAPI;
- reports: https://developers.brevo.com/docs/transactional-webhooks, section on SMS;
- activity of a number, with replies: GET /transactionalSMS/statistics/events, as github.com/getbrevo/brevo-php
  (docs/Model/GetSmsEventReportEvents.md) and Brevo's earlier SDKs describe it;
- 429 with ``x-sib-ratelimit-reset``, in seconds: named by https://developers.brevo.com/docs/limit-headers;
- credit: GET /account, the plan of type ``sms``.

Reports are not signed: they come with our key in their address. Replies are fetched.
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

BASE_URL = "https://api.brevo.com/v3"
# Events are written "softBounces" in reports and "soft_bounce" in webhooks: compared without case, "_" and "s".
STATES: Final[dict[str, DeliveryState]] = {
    "sent": DeliveryState.SENT,
    "accepted": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "softbounce": DeliveryState.FAILED,
    "hardbounce": DeliveryState.FAILED,
    "rejected": DeliveryState.FAILED,
    "blocked": DeliveryState.FAILED,
    "skip": DeliveryState.FAILED,
}
PROBLEMS: Final[dict[str, Problem]] = {
    "softbounce": Problem.UNREACHABLE,
    "hardbounce": Problem.INVALID_NUMBER,
    "rejected": Problem.REFUSED,
    "blocked": Problem.OPTED_OUT,
    "skip": Problem.REFUSED,
}
REPLIES = frozenset({"replie", "reply", "replied"})
DAYS_READ = 2
EVENTS_READ = 100
# Of the states of one message, the one that counts is the last it can reach.
RANK = [DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.DELIVERED]


class BrevoProvider:
    """One Brevo account."""

    name = "brevo"

    def __init__(self, *, api_key: str, base_url: str = "") -> None:
        self._headers = {"api-key": api_key}
        self._rest = Rest(base_url or BASE_URL, stand_in=bool(base_url))

    def send(self, *, to: str, body: str, sender: str, reference: str, status_url: str = "") -> Sent:
        """Hand one SMS over; ``sender``: up to 11 letters and digits, or 15 digits."""
        message = {
            "sender": sender,
            "recipient": digits_of(to),
            "content": body,
            "type": "transactional",
            "tag": tag_of(reference),
            "unicodeEnabled": gsm7.count(body).encoding != "gsm7",
            **({"webUrl": status_url} if status_url else {}),
        }
        url = self._rest.url("/transactionalSMS/send")
        answer = self._rest.post(url, body=json.dumps(message), headers=self._headers)
        if not answer.ok:
            raise _failure(answer)
        provider_id = answer.text("messageId")
        if not provider_id:
            raise TransientError("no_id")
        return Sent(provider_id, segments=int(answer.fields.get("smsCount") or 0) or None)

    def look_up(
        self, *, provider_id: str = "", reference: str = "", to: str = "", body: str = "", since: datetime | None = None
    ) -> Found | None:
        """What became of a message to that number, by its id, else the newest that carries our tag."""
        tag = tag_of(reference) if reference else ""
        events = self._events({"phoneNumber": digits_of(to)} if to else {})
        ours = [one for one in events if _is(one, provider_id, tag)]
        if not ours:
            return None
        newest = provider_id or str(ours[0].get("messageId", ""))
        named = [(_word(one.get("event")), one) for one in ours if str(one.get("messageId", "")) == newest]
        known = [(STATES[word], one) for word, one in named if word in STATES]
        state, last = max(known, key=lambda pair: RANK.index(pair[0]), default=(DeliveryState.SENT, {}))
        return Found(newest, state, str(last.get("reason", ""))[:20] if state is DeliveryState.FAILED else "")

    def read_status(self, form: Mapping[str, Any]) -> StatusUpdate | None:
        """A report: ``messageId`` and ``msg_status``."""
        provider_id, word = str(form.get("messageId", "")), _word(form.get("msg_status"))
        if not provider_id or word not in STATES:
            return None
        problem = PROBLEMS.get(word)
        return StatusUpdate(provider_id, STATES[word], str(form.get("error_code", "") if problem else ""), problem)

    def read_inbound(self, form: Mapping[str, str]) -> Inbound | None:
        """Nothing: a call without a signature only says that there is something to fetch."""
        return None

    def incoming(self, *, since: datetime) -> Sequence[Inbound]:
        """Replies of two days; Brevo gives them no id of their own: the message, its instant and the text make one."""
        events = [one for one in self._events({"event": "replies"}) if _word(one.get("event")) in REPLIES]
        return [_reply(one) for one in events if one.get("reply") and one.get("phoneNumber")]

    def credit(self) -> float | None:
        """SMS credits left."""
        answer = self._get(self._rest.url("/account"))
        plans = answer.fields.get("plan") or []
        left = [plan.get("credits") for plan in plans if plan.get("type") == "sms"]
        return float(sum(amount for amount in left if amount is not None)) if left else None

    def _events(self, query: Mapping[str, object]) -> list[dict[str, Any]]:
        query = {"limit": EVENTS_READ, "days": DAYS_READ, "sort": "desc", **query}
        answer = self._get(self._rest.url("/transactionalSMS/statistics/events", query))
        return list(answer.fields.get("events") or [])

    def _get(self, url: str) -> Answer:
        answer = self._rest.get(url, headers=self._headers)
        if not answer.ok:
            raise _failure(answer) if answer.status in {401, 403} else TransientError(str(answer.status))
        return answer


def _word(event: object) -> str:
    return str(event or "").lower().replace("_", "").removesuffix("s")


def _is(event: Mapping[str, Any], provider_id: str, tag: str) -> bool:
    if provider_id:
        return str(event.get("messageId", "")) == provider_id
    return bool(tag) and event.get("tag") == tag


def _reply(event: Mapping[str, Any]) -> Inbound:
    text, at = str(event["reply"]), str(event.get("date", ""))
    key = tag_of(f"{event.get('messageId')}|{at}|{text}")
    return Inbound(key, e164(str(event["phoneNumber"])), "", text)


def _failure(answer: Answer) -> ProviderError:
    code, reason = answer.text("code") or str(answer.status), answer.text("message")
    words = reason.lower()
    if answer.status == 402 or code == "not_enough_credits":
        return OutOfCredit(code, reason)
    if answer.status in {401, 403, 404} or "sender" in words:
        return AccountError(code, reason)
    if any(word in words for word in ("recipient", "phone", "number")):
        return PermanentError(code, Problem.INVALID_NUMBER, reason)
    return PermanentError(code, Problem.REFUSED, reason)
