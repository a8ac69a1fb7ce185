"""The servers of one run: a PostgreSQL and a Valkey of its own, in a folder that is gone at the end unless kept."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connections

from rdv.config.embedded import DURABLE, FORGETFUL, Postgres, Valkey

SIZES = {"shared_buffers": "512MB", "max_wal_size": "8GB", "checkpoint_timeout": "1h", "autovacuum": "off"}
# Loading may forget; what is measured waits for the disk at each commit, as production does.
LOADING, MEASURING = {**FORGETFUL, **SIZES}, {**DURABLE, **SIZES}


class Servers:
    """The servers of one run; they come up for loading."""

    def __init__(self, folder: Path) -> None:
        """Nothing starts yet."""
        self._postgres, self._valkey = Postgres(folder / "postgresql"), Valkey(folder / "valkey")

    def start(self) -> None:
        """Start both, and Django on them with its tables made."""
        os.environ["DATABASE_URL"] = self._postgres.start(LOADING)
        os.environ["REDIS_URL"] = self._valkey.start()
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
        django.setup()
        call_command("migrate", verbosity=0)

    def measure(self) -> None:
        """Start PostgreSQL again as production runs it."""
        disconnect()
        self._postgres.stop()
        os.sync()
        self._postgres.start(MEASURING)

    def stop(self) -> None:
        """Stop what runs."""
        disconnect()
        self._postgres.stop()
        self._valkey.stop()


@contextlib.contextmanager
def running(kept: Path | None) -> Iterator[Servers]:
    """Run both servers, in a folder that is gone at the end unless it is `kept`."""
    with contextlib.ExitStack() as stack:
        folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rdv-bench-")))
        servers = Servers(folder)
        stack.callback(servers.stop)
        servers.start()
        yield servers


def disconnect() -> None:
    """Close every connection of this process."""
    if not django.apps.apps.ready:
        return
    connections.close_all()
    for connection in connections.all():
        connection.close_pool()
