"""/healthz, /readyz and /metrics tell the truth, and pages outlive the broker."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import Client
from django.utils import timezone

from rdv.config import checks, heartbeat
from rdv.config.settings.from_environment import caches as cache_settings
from tests.architecture.test_configuration import COMPLETE

ROOT = Path(__file__).resolve().parents[2]
NOBODY_THERE = "unix:///nonexistent/valkey.sock?db=0"

pytestmark = pytest.mark.django_db


@pytest.fixture
def without_redis(settings: Any) -> None:
    """Redis is configured and gone."""
    settings.REDIS_URL = NOBODY_THERE
    settings.CACHES = cache_settings(NOBODY_THERE)


def test_alive_asks_nothing(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_ready_names_what_fails(client: Client, without_redis: None) -> None:
    answer = client.get("/readyz")
    found = answer.json()["checks"]
    assert answer.status_code == 503
    assert {name for name, check in found.items() if not check["ok"]} == {"broker", "scheduler"}


@pytest.mark.broker
def test_ready_when_everything_works(client: Client, settings: Any, valkey_url: str) -> None:
    settings.REDIS_URL = valkey_url
    settings.CACHES = cache_settings(valkey_url)
    heartbeat.beat()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)


def test_a_scheduler_that_stopped_is_noticed() -> None:
    long_ago = timezone.now() - checks.HEARTBEAT_MISSED_AFTER - timedelta(seconds=1)
    cache.set(heartbeat.KEY, long_ago.isoformat())
    assert not checks.scheduler().ok
    heartbeat.beat()
    assert checks.scheduler().ok


def test_metrics_are_for_who_has_the_token(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "watch"
    assert client.get("/metrics").status_code == 403
    answer = client.get("/metrics", headers={"Authorization": "Bearer watch"})
    assert answer.status_code == 200
    assert b'rdv_ready{part="database"} 1.0' in answer.content
    assert b"rdv_messages_due 0.0" in answer.content


def test_metrics_are_closed_in_production_without_a_token(client: Client, settings: Any) -> None:
    settings.DEMO = False
    assert client.get("/metrics").status_code == 403


def test_a_cache_that_is_gone_is_an_empty_cache(without_redis: None, caplog: pytest.LogCaptureFixture) -> None:
    gone = caches["default"]
    gone.set("key", "value")
    assert gone.get("key", "default") == "default"
    assert gone.get_many(["key"]) == {}
    assert gone.add("key", "value") is True
    assert gone.incr("key") == 1
    assert gone.delete("key") is False
    assert {record.message for record in caplog.records} == {"cache unavailable"}


def test_production_starts_while_redis_is_down() -> None:
    """A restart in the night must not wait for a broker: pages need the database alone."""
    environment = {
        **os.environ,
        **COMPLETE,
        "REDIS_URL": NOBODY_THERE,
        "DJANGO_SETTINGS_MODULE": "rdv.config.settings.production",
    }
    program = (
        "from django.test import Client\n"
        "import rdv.config.wsgi\n"
        "print(Client(headers={'Host': 'rdv.exemple.fr'}).get('/healthz').status_code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "200\n"), done.stderr
