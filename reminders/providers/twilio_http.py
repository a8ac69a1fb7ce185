"""How the SDK's requests leave: one place for time-outs, what never left, what perhaps did.

Imported with the SDK, so only when a message is sent (the SDK takes 0.4 s to import).
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from requests import PreparedRequest, Request, Session, exceptions
from requests.adapters import BaseAdapter, HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

from reminders.providers.base import TransientError, UncertainError
from reminders.providers.http import BUSY, connection_error, wait_asked

TIMEOUT = 10.0
"""Seconds; Twilio takes a message within one."""

# Kept open, one for each thread that sends: the SDK keeps six on two cores, and would open the others each time.
CONNECTIONS = 16


class SmsHttpClient(TwilioHttpClient):
    """The SDK's client, telling a request that never left from one that got no answer.

    What one form after the other has in common (address, log-in, headers, proxies) is made once: making it, and
    following redirects that never come, took as long as the request.
    """

    def __init__(self, *, trust_environment: bool) -> None:
        super().__init__(timeout=TIMEOUT)
        self.session = self._kept = Session()
        self._kept.trust_env = trust_environment
        for scheme in ("https://", "http://"):
            self._kept.mount(scheme, HTTPAdapter(pool_maxsize=CONNECTIONS))
        self._form = lru_cache(maxsize=8)(self._made_form)
        self._way = lru_cache(maxsize=8)(self._found_way)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """One request. Raises ``TransientError`` or ``UncertainError`` when no answer can be read."""
        try:
            if method == "POST" and not args and not kwargs.get("params"):
                response = self._post_form(url, kwargs["data"], kwargs["headers"], kwargs["auth"])
            else:
                response = super().request(method, url, *args, **kwargs)
        except exceptions.RequestException as error:
            raise connection_error(error) from error
        if response.status_code in BUSY:
            raise TransientError(str(response.status_code), retry_after=wait_asked(response.headers))
        if response.status_code in {502, 504}:
            raise UncertainError(str(response.status_code))
        return response

    def _post_form(
        self, url: str, data: Mapping[str, str], headers: Mapping[str, str], auth: tuple[str, str]
    ) -> Response:
        form = self._form(url, tuple(headers.items()), auth).copy()
        form.body = urlencode(data, doseq=True)
        form.headers["Content-Length"] = str(len(form.body))
        adapter, settings = self._way(url)
        answer = adapter.send(form, timeout=self.timeout, **settings)
        return Response(answer.status_code, answer.text, answer.headers)

    def _made_form(self, url: str, headers: tuple[tuple[str, str], ...], auth: tuple[str, str]) -> PreparedRequest:
        made: PreparedRequest = self._kept.prepare_request(Request("POST", url, headers=dict(headers), auth=auth))
        return made

    def _found_way(self, url: str) -> tuple[BaseAdapter, Mapping[str, Any]]:
        """The connections to use, and what the environment says of proxies and certificates."""
        return self._kept.get_adapter(url), self._kept.merge_environment_settings(url, self.proxy, None, None, None)
