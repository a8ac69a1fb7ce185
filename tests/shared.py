"""What several tests of a module look at, built once: it costs more than most of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction


@contextmanager
def _uncommitted() -> Iterator[None]:
    """A transaction that is undone at its end; verbs that want one of their own may begin inside."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        try:
            yield
        finally:
            transaction.set_rollback(True)


def built_once(build: Callable[[], Any]) -> Any:
    """A fixture of a module: what `build` makes, there as long as tests of the module run, and never committed.

    Each test changes a copy of it (`copy.deepcopy`), and asks for `db`, which undoes what it writes.
    """

    @pytest.fixture(scope="module")
    def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
        with django_db_blocker.unblock(), _uncommitted():
            made = build()
            connection.check_constraints()  # now, instead of after each test
            yield made

    return built
