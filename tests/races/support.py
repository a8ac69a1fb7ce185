"""Races without sleeping: the rival runs at the exact instant, on a connection of its own."""

import importlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection


class Rival:
    """Runs once, in a thread with its own connection, and keeps what it returned or raised."""

    def __init__(self, action: Callable[[], Any]) -> None:
        self.action = action
        self.result: Any = None
        self.error: BaseException | None = None
        self.ran = False

    def run(self) -> None:
        """Let it finish; a time-out means that it waits for a lock that we hold."""
        if self.ran:
            return
        self.ran = True
        with ThreadPoolExecutor(max_workers=1) as threads:
            done = threads.submit(self._on_its_own_connection)
            self.error = done.exception(timeout=20)
            self.result = None if self.error else done.result()

    def _on_its_own_connection(self) -> Any:
        try:
            return self.action()
        finally:
            connection.close()


@contextmanager
def run_before(target: str, rival: Rival) -> Iterator[Rival]:
    """Let the rival finish just before the first call of `target` ("module.function") in the main thread."""
    module_name, name = target.rsplit(".", 1)
    module = importlib.import_module(module_name)
    original = getattr(module, name)

    def intercepted(*args: Any, **kwargs: Any) -> Any:
        rival.run()
        return original(*args, **kwargs)

    with patch.object(module, name, intercepted):
        yield rival
    assert rival.ran, f"{target} was never called"
