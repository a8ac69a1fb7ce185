"""How the SDK's requests leave: one place for time-outs, what never left, what perhaps did.

Imported with the SDK, so only when a message is sent (the SDK takes 0.4 s to import).
"""

from typing import Any

from requests import exceptions
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

from reminders.providers.base import TransientError, UncertainError
from reminders.providers.http import BUSY, connection_error, wait_asked

TIMEOUT = 10.0
"""Seconds; Twilio takes a message within one."""


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
        except exceptions.RequestException as error:
            raise connection_error(error) from error
        if response.status_code in BUSY:
            raise TransientError(str(response.status_code), retry_after=wait_asked(response.headers))
        if response.status_code in {502, 504}:
            raise UncertainError(str(response.status_code))
        return response
