"""One run of the migrations for all workers: the first makes a template, the others copy it.

Migrating takes six seconds of processor time, copying a tenth of one. A run with one worker has nobody to copy for.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.backends.postgresql.creation import DatabaseCreation

FOLDER = "RDV_TEST_TEMPLATE"  # the environment tells the workers where the first says that it is done
TEMPLATE = "rdv_test_template"
MIGRATE = DatabaseCreation.create_test_db


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One worker at a time."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _create(self: DatabaseCreation, *args: Any, **options: Any) -> str:
    folder = Path(os.environ[FOLDER])
    with _alone(folder):
        if (folder / "done").exists():
            return _copy(self)
        name = MIGRATE(self, *args, **options)
        self.connection.close()
        _create_from(self, name, TEMPLATE)
        (folder / "done").touch()
    return name


def _copy(self: DatabaseCreation) -> str:
    """The database of this worker, as `create_test_db` leaves it."""
    name: str = self._get_test_db_name()
    _create_from(self, TEMPLATE, name)
    self.connection.close()
    settings.DATABASES[self.connection.alias]["NAME"] = name
    self.connection.settings_dict["NAME"] = name
    self.connection.ensure_connection()
    return name


def _create_from(self: DatabaseCreation, source: str, target: str) -> None:
    quote = self.connection.ops.quote_name
    with self._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {quote(target)} TEMPLATE {quote(source)}")


def pytest_configure(config: pytest.Config) -> None:
    """In each worker of a run with several, on a server of the run's own."""
    if FOLDER in os.environ and int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) > 1:
        DatabaseCreation.create_test_db = _create
