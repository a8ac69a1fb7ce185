"""A Twilio that answers over real HTTP as its REST API documents, and remembers what it got.

Each request takes the next behaviour that the test prepared, else the message is accepted.
Source: https://www.twilio.com/docs/messaging/api/message-resource
"""

import base64
import json
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

from reminders.inbound.signature import sign
from tests.standins.serving import Server, serving

Answer = Callable[["_Handler", dict[str, str]], None]


@dataclass
class TwilioStandIn:
    """The account and its messages. ``url`` goes into ``TWILIO_API_URL``."""

    account_sid: str = "ACtest"
    auth_token: str = "test-twilio-token"
    url: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)
    behaviours: deque[Answer] = field(default_factory=deque)

    def fail(self, code: int, *, status: int = 400, message: str = "refused") -> None:
        """The next message is refused with a Twilio error code."""
        self.behaviours.append(lambda handler, _: handler.error(status, code, message))

    def answer(self, status: int, *, headers: dict[str, str] | None = None) -> None:
        """The next message gets a bare status, as from a proxy."""
        self.behaviours.append(lambda handler, _: handler.reply(status, {}, headers))

    def too_many(self, *, retry_after: int) -> None:
        """The next message meets the rate limit."""
        self.answer(429, headers={"Retry-After": str(retry_after)})

    def drop(self, *, accepting: bool) -> None:
        """The next connection is cut, after the message was taken or before."""

        def behave(handler: "_Handler", form: dict[str, str]) -> None:
            if accepting:
                self.accept(form)
            handler.cut()

        self.behaviours.append(behave)

    def slow(self, seconds: float) -> None:
        """The next message is taken, and its answer comes late."""

        def behave(handler: "_Handler", form: dict[str, str]) -> None:
            taken = self.accept(form)
            time.sleep(seconds)
            handler.reply(201, taken)

        self.behaviours.append(behave)

    def accept(self, form: dict[str, str]) -> dict[str, Any]:
        """Store a message as Twilio would show it."""
        now = format_datetime(datetime.now(UTC))
        message = {
            "sid": f"SM{uuid4().hex}",
            "account_sid": self.account_sid,
            "to": form.get("To"),
            "from": form.get("From"),
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "body": form.get("Body"),
            "status": "queued",
            "direction": "outbound-api",
            "num_segments": "1",
            "num_media": "0",
            "error_code": None,
            "error_message": None,
            "date_created": now,
            "date_updated": now,
            "date_sent": None,
            "price": None,
            "price_unit": "EUR",
            "api_version": "2010-04-01",
            "uri": "",
            "subresource_uris": {},
        }
        self.messages.insert(0, message)
        return message

    def signed(self, url: str, form: dict[str, str]) -> Request:
        """A webhook to ``url``, signed as Twilio signs."""
        values = {name: [value] for name, value in form.items()}
        signature = sign(token=self.auth_token, url=url, form=values)
        return Request(url, urlencode(form).encode(), {"X-Twilio-Signature": signature})

    def deliver(self, url: str, sid: str, status: str, *, code: str = "") -> int:
        """Post a status callback; the HTTP status we answered."""
        form = {"MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "AccountSid": self.account_sid}
        return self._post(self.signed(url, form | ({"ErrorCode": code} if code else {})))

    def answer_by_sms(self, url: str, *, sender: str, to: str, text: str, sid: str = "") -> int:
        """Post an inbound message; the HTTP status we answered."""
        sid = sid or f"SM{uuid4().hex}"
        form = {"MessageSid": sid, "SmsSid": sid, "From": sender, "To": to, "Body": text, "NumMedia": "0"}
        return self._post(self.signed(url, form | {"AccountSid": self.account_sid}))

    def _post(self, request: Request) -> int:
        try:
            with urlopen(request, timeout=10) as response:
                return int(response.status)
        except HTTPError as error:
            return error.code


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        content = self.rfile.read(size)
        if len(content) < size:  # its sender was killed in the middle of it: nobody takes half a request
            self.close_connection = True
            return
        form = {name: values[0] for name, values in parse_qs(content.decode()).items()}
        standin = self.server.standin
        standin.requests.append(form)
        if not self._allowed() or urlsplit(self.path).path != f"{self._root}/Messages.json":
            return
        if standin.behaviours:
            standin.behaviours.popleft()(self, form)
            return
        self.reply(201, standin.accept(form))

    def do_GET(self) -> None:
        if not self._allowed():
            return
        parts = urlsplit(self.path)
        standin = self.server.standin
        if parts.path == f"{self._root}/Messages.json":
            wanted = {name.lower(): values[0] for name, values in parse_qs(parts.query).items()}
            filters = {name: wanted[name] for name in ("to", "from") if name in wanted}
            found = [m for m in standin.messages if all(m[name] == value for name, value in filters.items())]
            self.reply(200, {"messages": found, "page": 0, "page_size": 50, "next_page_uri": None, "uri": self.path})
            return
        sid = parts.path.removeprefix(f"{self._root}/Messages/").removesuffix(".json")
        message = next((m for m in standin.messages if m["sid"] == sid), None)
        if message is None:
            self.error(404, 20404, "The requested resource was not found")
            return
        self.reply(200, message)

    @property
    def _root(self) -> str:
        return f"/2010-04-01/Accounts/{self.server.standin.account_sid}"

    def _allowed(self) -> bool:
        standin = self.server.standin
        pair = base64.b64encode(f"{standin.account_sid}:{standin.auth_token}".encode()).decode()
        if self.headers.get("Authorization") == f"Basic {pair}":
            return True
        self.error(401, 20003, "Authenticate")
        return False

    def error(self, status: int, code: int, message: str) -> None:
        more = f"https://www.twilio.com/docs/errors/{code}"
        self.reply(status, {"code": code, "message": message, "more_info": more, "status": status})

    def reply(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def cut(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, *_: Any) -> None:
        """The tests' output stays ours."""


@contextmanager
def running() -> Iterator[TwilioStandIn]:
    """A stand-in on a free local port, until the block ends."""
    standin = TwilioStandIn()
    with serving(standin, _Handler) as standin.url:
        yield standin
