"""A task published here is done by a worker elsewhere, through a real broker."""

import subprocess
from typing import Any

import pytest
import redis

from rdv.config import heartbeat
from rdv.config.settings.from_environment import caches as cache_settings


@pytest.mark.broker
def test_a_published_task_is_done_by_the_worker(
    celery_process: "subprocess.Popen[str]", valkey_url: str, settings: Any
) -> None:
    settings.CACHES = cache_settings(valkey_url)
    with redis.Redis.from_url(valkey_url) as client, client.pubsub() as changes:
        client.config_set("notify-keyspace-events", "K$")
        changes.psubscribe(f"*{heartbeat.KEY}")
        assert changes.get_message(timeout=5)["type"] == "psubscribe"
        heartbeat.beat.delay()
        assert changes.get_message(timeout=20)["type"] == "pmessage"
    assert heartbeat.last_seen()
