"""The provider's stand-in, wired in as the account of the installation; nothing remembered from another test."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tests.standins import twilio


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """The provider of another test may have been left alone."""
    cache.clear()


@pytest.fixture
def provider(settings: Any) -> Iterator[twilio.TwilioStandIn]:
    """A Twilio over real HTTP that the dispatch sends to."""
    with twilio.running() as standin:
        settings.TWILIO_API_URL = standin.url
        yield standin
