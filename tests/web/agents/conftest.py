"""The workspace at the factories' own time; a secretary at her desk; and a telephone that writes to it."""

import pytest
from django.test import Client

from rdv import clock
from tests.factories import NOW
from tests.reminders.inbound.conftest import line
from tests.web.agents.world import Office

__all__ = ["line"]


@pytest.fixture(autouse=True)
def at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def desk(office: Office) -> Client:
    return office.client("secretary")
