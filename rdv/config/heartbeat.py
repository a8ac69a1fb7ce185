"""The scheduler's sign of life: a time in the shared cache, sent by beat and written by a worker."""

from datetime import datetime
from typing import Any

from celery import shared_task
from celery.signals import beat_init
from django.core.cache import cache
from django.utils import timezone

KEY = "scheduler-heartbeat"
KEPT_SECONDS = 24 * 3600


@shared_task(name="rdv.heartbeat")
def beat() -> None:
    """Say that beat sends and that a worker works."""
    cache.set(KEY, timezone.now().isoformat(), timeout=KEPT_SECONDS)


@beat_init.connect
def first_beat(**_: Any) -> None:
    """Don't wait for the first whole minute to be seen."""
    beat.delay()


def last_seen() -> datetime | None:
    """When beat and a worker were last seen at work (world time, UTC); None when not for a day."""
    text = cache.get(KEY)
    return datetime.fromisoformat(text) if text else None
