"""The API at the fixed moment of the factories."""

import pytest
from django.core.cache import cache

from rdv import clock
from tests.api.support import Caller
from tests.factories import NOW, World


@pytest.fixture(autouse=True)
def at_the_fixed_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every view finds the same clock; limits start from nothing."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    cache.clear()


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def api(world: World) -> Caller:
    """An application of the territory, with every scope."""
    return Caller(world.territory)
