"""The telephone of the families, as the tests of replies have it; and the desk of a test's `day`."""

import pytest
from django.test import Client

from tests.disruption.world import SickDay
from tests.reminders.inbound.conftest import line

__all__ = ["line"]


@pytest.fixture
def desk(day: SickDay) -> Client:
    client = Client()
    client.force_login(day.secretary)
    return client
