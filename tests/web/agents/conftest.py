"""The workspace at the factories' own time; a secretary at her desk; and a telephone that writes to it."""

from copy import deepcopy

import pytest
from django.test import Client

from rdv import clock
from tests.factories import NOW
from tests.reminders.inbound.conftest import line
from tests.shared import built_once
from tests.web.agents.world import Office

__all__ = ["line"]


@pytest.fixture(autouse=True)
def at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


built_office = built_once(Office)


@pytest.fixture
def office(built_office: Office, db: None) -> Office:
    """As it was built, whatever the test before did to it."""
    return deepcopy(built_office)


@pytest.fixture
def desk(office: Office) -> Client:
    return office.client("secretary")
