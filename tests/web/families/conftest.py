"""The site lives at the tests' own instant."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.cache import cache

from rdv import clock
from tests.factories import NOW


class Clock:
    """The hour that the pages believe it is; set `now` to let time pass."""

    def __init__(self) -> None:
        self.now: datetime = NOW


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Freeze the views' clock at the factories' NOW; limits start from nothing."""
    cache.clear()
    hands = Clock()
    monkeypatch.setattr(clock, "now", lambda: hands.now)
    yield hands
    cache.clear()
