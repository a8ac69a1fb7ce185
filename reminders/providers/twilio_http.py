"""How the SDK's requests leave: one place for time-outs, what never left, what perhaps did.

Imported with the SDK, so only when a message is sent (the SDK takes 0.4 s to import).
"""

from datetime import timedelta
from typing import Any

from requests import exceptions
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from reminders.providers.base import TransientError, UncertainError

TIMEOUT = 10.0
"""Seconds; Twilio takes a message within one."""

_NEVER_LEFT = (NewConnectionError, ConnectTimeoutError)


class SmsHttpClient(TwilioHttpClient):
    """The SDK's client, telling a request that never left from one that got no answer."""

    def __init__(self, *, trust_environment: bool) -> None:
        super().__init__(timeout=TIMEOUT)
        if self.session is not None:
            self.session.trust_env = trust_environment

    def request(self, *args: Any, **kwargs: Any) -> Response:
        """One request. Raises ``TransientError`` or ``UncertainError`` when no answer can be read."""
        try:
            response = super().request(*args, **kwargs)
        except (exceptions.ConnectTimeout, exceptions.SSLError, exceptions.ProxyError) as error:
            raise TransientError("unreachable", str(error)) from error
        except exceptions.ConnectionError as error:
            raise _connection_error(error) from error
        except exceptions.RequestException as error:
            raise UncertainError("no_answer", str(error)) from error
        if response.status_code in {429, 503}:
            raise TransientError(str(response.status_code), retry_after=_retry_after(response))
        if response.status_code in {502, 504}:
            raise UncertainError(str(response.status_code))
        return response


def _connection_error(error: exceptions.ConnectionError) -> TransientError | UncertainError:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, _NEVER_LEFT):
        return TransientError("unreachable", str(reason))
    return UncertainError("no_answer", str(error))


def _retry_after(response: Response) -> timedelta | None:
    """The wait that was asked for, in seconds (RFC 9110 § 10.2.3); a date is left out."""
    asked = (response.headers or {}).get("Retry-After", "")
    return timedelta(seconds=int(asked)) if asked.isdigit() else None
