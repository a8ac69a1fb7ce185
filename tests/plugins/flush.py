"""Emptying the database after a test: DELETE instead of TRUNCATE, which syncs and rebuilds a file per table and index.

A test leaves a few rows in a few tables. Deleting them with the foreign keys asleep takes a few milliseconds; TRUNCATE
of every table takes a hundred. Only a superuser may put the keys to sleep: elsewhere, Django's own way stays.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations

TRUNCATE = DatabaseOperations.sql_flush


def _delete(self: DatabaseOperations, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
    if options.get("reset_sequences") or not tables or not _is_superuser(self):
        return TRUNCATE(self, style, tables, **options)
    deletions = "; ".join(f"DELETE FROM {self.quote_name(table)}" for table in sorted(tables))
    return [f"SET LOCAL session_replication_role = replica; {deletions}"]


def _is_superuser(operations: DatabaseOperations) -> bool:
    with operations.connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """For the whole run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", _delete)
        yield


def _drop(self: BaseDatabaseCreation, test_database_name: str, verbosity: int) -> None:
    """Drop the test database even if a server or a thread of some test still has a connection that it is closing."""
    with self._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(test_database_name)} WITH (FORCE)")


def pytest_configure() -> None:
    """Before any database is made."""
    BaseDatabaseCreation._destroy_test_db = _drop
