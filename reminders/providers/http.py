"""How the adapters' requests leave: one place for time-outs, for what never left and for what perhaps did."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import requests
from requests import exceptions
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from reminders.providers.base import ProviderError, TransientError, UncertainError

TIMEOUT = 10.0
"""Seconds; a provider takes a message within one or two."""

BUSY = frozenset({429, 503})
# The header of RFC 9110 § 10.2.3, and Brevo's own; both in seconds.
WAITS = ("Retry-After", "x-sib-ratelimit-reset")

_NEVER_LEFT = (NewConnectionError, ConnectTimeoutError)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered; ``body`` is its JSON, None when it is none."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the request was honoured."""
        return 200 <= self.status < 300

    @property
    def fields(self) -> dict[str, Any]:
        """The body's fields; none when it is no object."""
        return self.body if isinstance(self.body, dict) else {}

    def text(self, *names: str) -> str:
        """The first of these fields that says something."""
        return next((str(self.fields[name]) for name in names if self.fields.get(name)), "")


class Rest:
    """A provider's REST address. ``stand_in``: a local server takes its place, so no proxy is asked."""

    def __init__(self, base_url: str, *, stand_in: bool = False) -> None:
        self.base_url = base_url.rstrip("/")
        self._stand_in = stand_in

    @cached_property
    def _session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = not self._stand_in
        return session

    def url(self, path: str, query: Mapping[str, object] | None = None) -> str:
        """The whole address, as it is signed where a provider wants that."""
        return f"{self.base_url}{path}{'?' + urlencode(query) if query else ''}"

    def post(self, url: str, *, body: str, headers: Mapping[str, str]) -> Answer:
        """Ask for something to be done.

        Raises ``TransientError`` when it surely was not, ``UncertainError`` when nobody can tell.
        """
        try:
            return self._request("POST", url, body, {**headers, "Content-Type": "application/json"})
        except exceptions.RequestException as error:
            raise connection_error(error) from error

    def get(self, url: str, *, headers: Mapping[str, str]) -> Answer:
        """Ask what is known. Raises ``TransientError`` when nothing can be told."""
        try:
            return self._request("GET", url, "", headers)
        except exceptions.RequestException as error:
            raise TransientError("no_answer", str(error)) from error
        except UncertainError as error:
            raise TransientError(error.code, error.reason) from error

    def _request(self, method: str, url: str, body: str, headers: Mapping[str, str]) -> Answer:
        sent = self._session.request(
            method,
            url,
            data=body.encode() if body else None,
            headers={"Accept": "application/json", **headers},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        if sent.status_code in BUSY:
            raise TransientError(str(sent.status_code), retry_after=wait_asked(sent.headers))
        if sent.status_code >= 500:
            raise UncertainError(str(sent.status_code))
        return Answer(sent.status_code, _json(sent.content), sent.headers)


def connection_error(error: exceptions.RequestException) -> ProviderError:
    """Whether a request that failed had left."""
    if isinstance(error, exceptions.ConnectTimeout | exceptions.SSLError | exceptions.ProxyError):
        return TransientError("unreachable", str(error))
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, exceptions.ConnectionError) and isinstance(reason, _NEVER_LEFT):
        return TransientError("unreachable", str(reason))
    return UncertainError("no_answer", str(error))


def wait_asked(headers: Mapping[str, str] | None) -> timedelta | None:
    """The wait that was asked for, in seconds; a date is left out."""
    asked = next((headers[name] for name in WAITS if headers and name in headers), "")
    return timedelta(seconds=int(asked)) if asked.isdigit() else None


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
