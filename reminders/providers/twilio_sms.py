"""Twilio, through its SDK: the only place that knows it.

Source: https://www.twilio.com/docs/messaging/api/message-resource
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

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
)
from reminders.providers.twilio_codes import ACCOUNT, NO_CREDIT, PERMANENT, STATES

if TYPE_CHECKING:
    from twilio.base.exceptions import TwilioRestException
    from twilio.rest import Client
    from twilio.rest.api.v2010.account.message import MessageInstance

# How many of the last messages to a number are compared with a text.
LOOK_BACK = 20


class TwilioProvider:
    """One Twilio account. ``base_url`` replaces ``https://api.twilio.com`` by a stand-in's address."""

    name = "twilio"

    def __init__(self, *, account_sid: str, auth_token: str, base_url: str = "") -> None:
        self._account_sid = account_sid
        self._auth_token = auth_token
        self._base_url = base_url.rstrip("/")

    @cached_property
    def _client(self) -> "Client":
        from twilio.rest import Client

        from reminders.providers.twilio_http import SmsHttpClient

        http = SmsHttpClient(trust_environment=not self._base_url)
        client = Client(self._account_sid, self._auth_token, http_client=http)
        if self._base_url:
            client.api.base_url = self._base_url
        return client

    def send(self, *, to: str, body: str, sender: str, reference: str, status_url: str = "") -> Sent:
        """Hand one SMS over. Twilio keeps no reference of ours: ``look_up`` goes by number and text."""
        from twilio.base.exceptions import TwilioRestException

        by = {"messaging_service_sid": sender} if sender.startswith("MG") else {"from_": sender}
        if status_url:
            by["status_callback"] = status_url
        try:
            message = self._client.messages.create(to=to, body=body, **by)
        except TwilioRestException as error:
            raise _failure(error) from error
        if not message.sid:
            raise TransientError("no_sid")
        return Sent(message.sid, segments=int(message.num_segments or 0) or None)

    def look_up(
        self, *, provider_id: str = "", reference: str = "", to: str = "", body: str = "", since: datetime | None = None
    ) -> Found | None:
        """What became of a message, by its id, else the newest with that text to that number."""
        from twilio.base.exceptions import TwilioRestException

        try:
            if provider_id:
                return _found(self._client.messages(provider_id).fetch())
            messages = self._client.messages.list(to=to, limit=LOOK_BACK, page_size=LOOK_BACK)
        except TwilioRestException as error:
            if error.status == 404:
                return None
            raise TransientError(str(error.code), error.msg) from error
        same = (m for m in messages if m.body == body and _not_before(m.date_created, since))
        message = next(same, None)
        return _found(message) if message else None

    def read_status(self, form: Mapping[str, str]) -> StatusUpdate | None:
        """A status callback; ``None`` if its state or its message is unknown to us."""
        state = STATES.get(form.get("MessageStatus") or form.get("SmsStatus", ""))
        provider_id = form.get("MessageSid") or form.get("SmsSid", "")
        if state is None or not provider_id:
            return None
        code = form.get("ErrorCode", "")
        problem = _problem(code) if state is DeliveryState.FAILED else None
        return StatusUpdate(provider_id, state, code, problem)

    def read_inbound(self, form: Mapping[str, str]) -> Inbound | None:
        """A message received; ``None`` without its id or its sender."""
        provider_id = form.get("MessageSid") or form.get("SmsSid", "")
        sender = form.get("From", "")
        if not provider_id or not sender:
            return None
        return Inbound(provider_id, sender, form.get("To", ""), form.get("Body", ""))

    def incoming(self, *, since: datetime) -> Sequence[Inbound]:
        """None: Twilio signs what it brings."""
        return ()

    def credit(self) -> float | None:
        """The balance, in the currency of the account."""
        from twilio.base.exceptions import TwilioRestException

        try:
            balance = self._client.api.account.balance.fetch().balance
        except TwilioRestException as error:
            raise TransientError(str(error.code), error.msg) from error
        return float(balance) if balance else None


def _failure(error: "TwilioRestException") -> ProviderError:
    code, status = int(error.code or error.status), error.status
    reason = str(error.msg)
    if status == 402 or code in NO_CREDIT:
        return OutOfCredit(str(code), reason)
    if status in {401, 403} or code in ACCOUNT:
        return AccountError(str(code), reason)
    if code in PERMANENT:
        return PermanentError(str(code), PERMANENT[code], reason)
    if 400 <= status < 500:
        return PermanentError(str(code), Problem.REFUSED, reason)
    return TransientError(str(code), reason)


def _problem(code: str) -> Problem:
    return PERMANENT.get(int(code) if code.isdecimal() and len(code) < 10 else 0, Problem.UNREACHABLE)


def _found(message: "MessageInstance") -> Found:
    state = STATES.get(str(message.status), DeliveryState.SENT)
    return Found(message.sid or "", state, str(message.error_code or ""))


def _not_before(created: datetime | None, since: datetime | None) -> bool:
    """Twilio dates have no fraction of a second."""
    return since is None or created is None or created >= since.replace(microsecond=0)
