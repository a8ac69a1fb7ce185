"""The workspace at the factories' own time; and a telephone that writes to it."""

import pytest

from rdv import clock
from tests.factories import NOW
from tests.reminders.inbound.conftest import line

__all__ = ["line"]


@pytest.fixture(autouse=True)
def at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
