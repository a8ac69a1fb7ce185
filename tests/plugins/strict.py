"""A strict test bed: what works by luck on one machine fails here.

No network but this machine; rows without an order come back in any order; locks name their table; limits count within
one window, wherever the minute ends.
"""

import random
import socket
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from time import time
from typing import Any

import pytest
from django.db.models import QuerySet

from rdv.access import throttle

OURS = ("rdv", "reminders", "api")


class OutsideNetwork(AssertionError):
    """A test tried to speak to another machine."""


def _is_here(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    if address[0] == "localhost":
        return True
    try:
        return ip_address(address[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def only_this_machine() -> Iterator[None]:
    """Refuse every connection that leaves the machine."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if not _is_here(address):
            raise OutsideNetwork(f"a test connects to {address}")
        real(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


@pytest.fixture(autouse=True, scope="session")
def unordered_means_any_order() -> Iterator[None]:
    """Shuffle what a queryset without order gives: PostgreSQL may, one day."""
    real = QuerySet._fetch_all

    def fetch_all(self: Any) -> None:
        fresh = self._result_cache is None
        real(self)
        if fresh and not self.ordered and not self.query.is_sliced:
            random.shuffle(self._result_cache)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QuerySet, "_fetch_all", fetch_all)
        yield


@pytest.fixture(autouse=True, scope="session")
def locks_name_their_tables() -> Iterator[None]:
    """Refuse `select_for_update()` without `of`: a join would lock more than one means."""
    real = QuerySet.select_for_update

    def select_for_update(self: Any, *args: Any, **kwargs: Any) -> Any:
        caller = sys._getframe(1).f_globals.get("__name__", "")
        if caller.split(".")[0] in OURS and not kwargs.get("of"):
            raise AssertionError(f"{caller}: select_for_update needs of=(…)")
        return real(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QuerySet, "select_for_update", select_for_update)
        yield


@pytest.fixture(autouse=True)
def one_window_for_each_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit starts from nothing at the full minute, quarter or hour: no test may happen to stand on both sides."""
    moment = time()
    monkeypatch.setattr(throttle, "time", lambda: moment)
