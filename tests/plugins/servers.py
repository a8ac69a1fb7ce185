"""A database for the tests, made for this run and gone after it; a broker for those who ask.

With DATABASE_URL set the tests use that server instead, and nothing is started.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import dj_database_url
import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from pytest_django import fixtures

from rdv.config.embedded import FORGETFUL, Postgres, Valkey
from tests.plugins import template


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once: xdist's workers inherit its address."""
    # Modules that share a site in a transaction of their own have no mark to be recognised by: run alone, they would
    # find no test database, and write in the real one.
    fixtures._get_databases_for_setup = lambda _items: ({DEFAULT_DB_ALIAS}, set())
    if os.environ.get("DATABASE_URL"):
        return
    folder = tempfile.TemporaryDirectory(prefix="rdv-test-")
    config.add_cleanup(folder.cleanup)
    server = Postgres(Path(folder.name) / "postgresql")
    config.add_cleanup(server.stop)
    url = server.start(FORGETFUL)
    config.add_cleanup(lambda: os.environ.pop("DATABASE_URL", None))
    os.environ["DATABASE_URL"] = url
    config.add_cleanup(lambda: os.environ.pop(template.FOLDER, None))
    os.environ[template.FOLDER] = folder.name
    # Settings were read before; connections are not open yet.
    settings.DATABASES["default"].update({key: value for key, value in dj_database_url.parse(url).items() if value})


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Valkey of this run's own (in redis-py's spelling)."""
    server = Valkey(tmp_path_factory.mktemp("valkey"))
    try:
        yield server.start()
    finally:
        server.stop()
