"""Emptying the database after a test: one statement instead of `flush`.

Django truncates every table, which syncs and rebuilds a file per table and index, then makes all content types and
permissions anew: a tenth of a second after each test that commits. A test leaves few rows in few tables. Deleting
them with the foreign keys asleep takes a few milliseconds; what the migrations wrote may stay: no test writes there.
Only a superuser may put the keys to sleep: elsewhere, Django's own way stays.
"""

from collections.abc import Iterator
from functools import cache

import pytest
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.creation import BaseDatabaseCreation
from django.test import TransactionTestCase

OF_THE_MIGRATIONS = {"django_content_type", "auth_permission"}
FLUSH = TransactionTestCase._fixture_teardown


def _empty(self: TransactionTestCase) -> None:
    if self.available_apps is not None or self.serialized_rollback or self.reset_sequences:
        FLUSH(self)
        return
    for alias in self._databases_names(include_mirrors=False):
        statement = deletions(alias)
        if not statement:
            FLUSH(self)
            return
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(statement)


@cache
def deletions(alias: str = DEFAULT_DB_ALIAS) -> str:
    """What empties all tables, inside a transaction in which keys sleep from then on; "" where it is not allowed."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            return ""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    names = [connection.ops.quote_name(table) for table in sorted(set(tables) - OF_THE_MIGRATIONS)]
    return "; ".join(["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {name}" for name in names)])


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """For the whole run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty)
        yield


def _drop(self: BaseDatabaseCreation, test_database_name: str, verbosity: int) -> None:
    """Drop the test database even if a server or a thread of some test still has a connection that it is closing."""
    with self._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(test_database_name)} WITH (FORCE)")


def pytest_configure() -> None:
    """Before any database is made."""
    BaseDatabaseCreation._destroy_test_db = _drop
