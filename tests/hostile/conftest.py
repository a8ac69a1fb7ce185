"""The site at the tests' own instant, without limits, and what its views look for."""

import copy
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from rdv import clock
from rdv.access import throttle
from tests.factories import NOW
from tests.hostile.attack import Reading
from tests.hostile.site import Site
from tests.hostile.watch import undone


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """No telephone network and no workers: nothing leaves the process, nothing is done behind its back."""
    settings.DEMO_URL = "http://127.0.0.1:9"
    monkeypatch.setattr("rdv.demo.work.run_due", lambda **_now: None)


@pytest.fixture(autouse=True)
def without_its_log() -> Iterator[None]:
    """Hundreds of refusals would be hundreds of lines."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def no_limits(settings: Any) -> None:
    """A thousand tries from one address are a test here, not an attack."""
    rates = [rate for rate in vars(throttle).values() if isinstance(rate, throttle.Rate)]
    settings.RATE_LIMITS = {rate.name: 10**9 for rate in rates}


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    found = Reading()
    found.install(monkeypatch)
    return found


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    """One site for the tests of a module, in a transaction that is never committed: it costs more than most of them.

    They don't ask for `db` besides: its end would close the connection, and the transaction with it.
    """
    with django_db_blocker.unblock(), undone():
        yield Site()


@pytest.fixture
def site(built: Site, no_limits: None) -> Iterator[Site]:
    """The site as it was built, whatever the test before did to it."""
    with undone():
        yield copy.deepcopy(built)
