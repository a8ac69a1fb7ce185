"""The workspace at the factories' own time."""

import pytest

from rdv import clock
from tests.factories import NOW


@pytest.fixture(autouse=True)
def at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
