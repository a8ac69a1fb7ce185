"""A real Celery worker in its own process, on the test's database and on a real broker."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from celery import current_app
from django.db import connection

from rdv.config.settings.from_environment import broker_url

ROOT = Path(__file__).resolve().parents[2]
READY = "ready."


def _database_url() -> str:
    settings = connection.settings_dict
    login = f"{quote(settings['USER'])}:{quote(settings['PASSWORD'])}@" if settings["USER"] else ""
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"postgres://{login}{quote(settings['HOST'], safe='')}{port}/{settings['NAME']}"


@pytest.fixture
def celery_process(transactional_db: None, valkey_url: str, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A worker that does what the test publishes with `delay()`; the test sees what it commits."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "rdv.config.settings.demo",
        "RDV_DATA_DIR": str(tmp_path),
        "DATABASE_URL": _database_url(),
        "REDIS_URL": valkey_url,
        "LOG_LEVEL": "INFO",
    }
    command = [sys.executable, "-m", "celery", "--app", "rdv.config.celery", "worker", "--concurrency", "1"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(current_app.conf, "broker_url", broker_url(valkey_url))
        patch.setattr(current_app.conf, "broker_write_url", broker_url(valkey_url))
        # Publishers keep their connections: these are of the broker that the settings name.
        patch.setattr(current_app.amqp, "_producer_pool", None)
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            assert process.stdout
            lines = []
            for line in process.stdout:
                lines.append(line)
                if READY in line:
                    break
            else:
                raise AssertionError("".join(lines))
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=20)
