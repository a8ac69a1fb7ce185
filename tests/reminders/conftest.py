"""The provider's stand-in, wired in as the account of the installation."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.standins import twilio


@pytest.fixture
def provider(settings: Any) -> Iterator[twilio.TwilioStandIn]:
    """A Twilio over real HTTP that the dispatch sends to."""
    with twilio.running() as standin:
        settings.TWILIO_API_URL = standin.url
        yield standin
