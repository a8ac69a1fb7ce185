"""The servers of one run: a PostgreSQL and a Valkey of its own, in a folder that is gone at the end unless kept."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
from django.core.management import call_command

from rdv.config.embedded import FORGETFUL, Postgres, Valkey

# Without waiting for the disk both sides of a ratio are what they compute, and the ratio is at its strictest.
OPTIONS = {
    **FORGETFUL,
    "shared_buffers": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
}


@contextlib.contextmanager
def running(kept: Path | None) -> Iterator[None]:
    """Run both servers, and Django on them with its tables made."""
    with contextlib.ExitStack() as stack:
        folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rdv-bench-")))
        postgres, valkey = Postgres(folder / "postgresql"), Valkey(folder / "valkey")
        stack.callback(postgres.stop)
        stack.callback(valkey.stop)
        os.environ["DATABASE_URL"] = postgres.start(OPTIONS)
        os.environ["REDIS_URL"] = valkey.start()
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
        django.setup()
        call_command("migrate", verbosity=0)
        stack.callback(_close)
        yield


def _close() -> None:
    from django.db import connection

    connection.close()
    connection.close_pool()
