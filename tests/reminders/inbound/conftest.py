"""A telephone network for these tests: our site on a real port, the provider's stand-in on another."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.reminders.inbound.support import Desk, Line
from tests.standins import twilio


@pytest.fixture
def desk(transactional_db: None, live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Replies arrive signed over HTTP, answers leave over HTTP, at an hour that the test sets."""
    with twilio.running() as standin:
        settings.PUBLIC_URL = live_server.url
        settings.TWILIO_API_URL = standin.url
        settings.TWILIO_ACCOUNT_SID = standin.account_sid
        settings.TWILIO_AUTH_TOKEN = standin.auth_token
        made = Desk(standin=standin, site=live_server.url)
        monkeypatch.setattr("rdv.clock.now", lambda: made.now)
        yield made


@pytest.fixture
def line(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """The same in this process: the webhook is signed, and nothing is committed."""
    with twilio.running() as standin:
        settings.PUBLIC_URL = "https://rdv.exemple.test"
        settings.TWILIO_API_URL = standin.url
        settings.TWILIO_ACCOUNT_SID = standin.account_sid
        settings.TWILIO_AUTH_TOKEN = standin.auth_token
        made = Line(standin=standin, site=settings.PUBLIC_URL)
        # A test that commits nothing is one transaction, in which nothing may be sent.
        monkeypatch.setattr("reminders.dispatch.connection", SimpleNamespace(in_atomic_block=False))
        monkeypatch.setattr("rdv.clock.now", lambda: made.now)
        yield made
